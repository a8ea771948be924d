import { DTypeError } from "../core/errors.ts";
import type { Primitive } from "../core/primitive.ts";
import { bindEqn, noParams } from "../core/trace.ts";
import type { NDArray } from "../core/value.ts";
import { eq, ge, gt, le, lt, ne, select } from "../lax/ops/compare.ts";
import { bitcastConvertType, convertElementType, reducePrecision } from "../lax/ops/convert.ts";
import { clamp } from "../lax/ops/extrema.ts";
import { pow } from "../lax/ops/power.ts";
import { round } from "../lax/ops/rounding.ts";
import { type PrimitiveName, primitives } from "../primitives.ts";
import { arg, attribute, integers, outOf, type Reader } from "./import-context.ts";
import { unsupported } from "./parser.ts";

const same =
  (name: PrimitiveName): Reader =>
  (_, xs) =>
    bindEqn(primitives[name] as Primitive, xs, noParams);

const comparisons: Readonly<Record<string, (x: NDArray, y: NDArray) => NDArray>> = {
  EQ: eq,
  NE: ne,
  LT: lt,
  LE: le,
  GT: gt,
  GE: ge,
};

/** Operations on elements, by the name they are written with. */
export const elementwiseReaders: Readonly<Record<string, Reader>> = {
  "stablehlo.negate": same("neg"),
  "stablehlo.abs": same("abs"),
  "stablehlo.sign": same("sign"),
  "stablehlo.floor": same("floor"),
  "stablehlo.ceil": same("ceil"),
  "stablehlo.round_nearest_even": (op, xs) => [
    round(arg(op, xs, 0), { roundingMethod: "toNearestEven" }),
  ],
  "stablehlo.round_nearest_afz": (op, xs) => [round(arg(op, xs, 0))],
  "stablehlo.exponential": same("exp"),
  "stablehlo.exponential_minus_one": same("expm1"),
  "stablehlo.log": same("log"),
  "stablehlo.log_plus_one": same("log1p"),
  "stablehlo.sine": same("sin"),
  "stablehlo.cosine": same("cos"),
  "stablehlo.tan": same("tan"),
  "stablehlo.tanh": same("tanh"),
  "stablehlo.logistic": same("logistic"),
  "stablehlo.sqrt": same("sqrt"),
  "stablehlo.rsqrt": same("rsqrt"),
  "stablehlo.cbrt": same("cbrt"),
  "stablehlo.is_finite": same("isFinite"),
  "stablehlo.not": same("not"),
  "stablehlo.popcnt": same("populationCount"),
  "stablehlo.count_leading_zeros": same("clz"),
  "stablehlo.add": (op, xs) => logicalOr(op.outs[0]?.dtype === "bool", "or", "add")(xs),
  "stablehlo.subtract": same("sub"),
  "stablehlo.multiply": (op, xs) => logicalOr(op.outs[0]?.dtype === "bool", "and", "mul")(xs),
  "stablehlo.divide": same("div"),
  "stablehlo.remainder": same("rem"),
  "stablehlo.power": (op, xs) => [pow(arg(op, xs, 0), arg(op, xs, 1))],
  "stablehlo.maximum": same("max"),
  "stablehlo.minimum": same("min"),
  "stablehlo.atan2": same("atan2"),
  "stablehlo.and": same("and"),
  "stablehlo.or": same("or"),
  "stablehlo.xor": same("xor"),
  "stablehlo.shift_left": same("shiftLeft"),
  "stablehlo.shift_right_logical": same("shiftRightLogical"),
  "stablehlo.shift_right_arithmetic": same("shiftRightArithmetic"),
  "stablehlo.select": (op, xs) => {
    const [which, x, y] = [arg(op, xs, 0), arg(op, xs, 1), arg(op, xs, 2)];
    return [select(which, x, y)];
  },
  "stablehlo.clamp": (op, xs) => [clamp(arg(op, xs, 0), arg(op, xs, 1), arg(op, xs, 2))],
  "stablehlo.compare": (op, xs) => {
    const compare = comparisons[attribute(op, "0")];
    if (compare === undefined || op.attributes.get("1") === "TOTALORDER") {
      throw unsupported(op.line, `stablehlo.compare ${[...op.attributes.values()].join(" ")}`);
    }
    return [compare(arg(op, xs, 0), arg(op, xs, 1))];
  },
  "stablehlo.convert": (op, xs) => [convertElementType(arg(op, xs, 0), outOf(op).dtype)],
  "stablehlo.bitcast_convert": (op, xs) => {
    const out = outOf(op);
    const x = arg(op, xs, 0);
    try {
      return [bitcastConvertType(x, out.dtype)];
    } catch (error) {
      if (error instanceof DTypeError) throw unsupported(op.line, `${op.name} of ${x.aval}`);
      throw error;
    }
  },
  "stablehlo.reduce_precision": (op, xs) => {
    const [exponent, mantissa] = integers(attribute(op, "format").replace(/[em]/g, " "));
    return [reducePrecision(arg(op, xs, 0), exponent as number, mantissa as number)]; // e8m7
  },
  "chlo.acos": same("acos"),
  "chlo.acosh": same("acosh"),
  "chlo.asin": same("asin"),
  "chlo.asinh": same("asinh"),
  "chlo.atan": same("atan"),
  "chlo.atanh": same("atanh"),
  "chlo.bessel_i1e": same("besselI1e"),
  "chlo.cosh": same("cosh"),
  "chlo.digamma": same("digamma"),
  "chlo.erf": same("erf"),
  "chlo.erf_inv": same("erfInv"),
  "chlo.erfc": same("erfc"),
  "chlo.lgamma": same("lgamma"),
  "chlo.next_after": same("nextafter"),
  "chlo.polygamma": same("polygamma"),
  "chlo.sinh": same("sinh"),
  "chlo.square": same("square"),
  "chlo.tan": same("tan"),
  "chlo.zeta": same("zeta"),
};

/** Arithmetic on booleans is logic. */
function logicalOr(isBool: boolean, logic: PrimitiveName, arithmetic: PrimitiveName) {
  return (xs: readonly NDArray[]): readonly NDArray[] =>
    bindEqn(primitives[isBool ? logic : arithmetic] as Primitive, xs, noParams);
}
