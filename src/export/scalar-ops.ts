import { type ShapedArray, shapedArray } from "../core/aval.ts";
import { type DType, dtypeInfo, integerRange, isFloat } from "../core/dtype.ts";
import { MissingRuleError } from "../core/errors.ts";
import type { ScalarOp, ScalarTable } from "../core/scalar.ts";
import type { NDArray } from "../core/value.ts";
import { type Emitter, names, type Ref } from "./emitter.ts";
import { tensorType } from "./tensor-types.ts";
import { operand } from "./writer.ts";

/** Writes one scalar operation on operands of one shape; `out` is the result's type. */
export type WriteScalar = (emitter: Emitter, args: readonly Ref[], out: ShapedArray) => Ref;

const plain =
  (name: string): WriteScalar =>
  (e, args, out) =>
    e.alike(`stablehlo.${name}`, args, out);

/** An operation of CHLO, which every client of XLA takes with StableHLO. */
const higher =
  (name: string): WriteScalar =>
  (e, args, out) => {
    const from = args.map(({ aval }) => tensorType(aval)).join(", ");
    return e.value(`chlo.${name} ${names(args)} : ${from} -> ${tensorType(out)}`, out);
  };

/** How numbers of a dtype are compared. */
export function comparisonKind(dtype: DType): string {
  const { kind } = dtypeInfo[dtype];
  if (kind === "float") return "FLOAT";
  return kind === "int" ? "SIGNED" : "UNSIGNED";
}

const comparison =
  (direction: string): WriteScalar =>
  (e, args) => {
    const x = operand(args, 0);
    return e.compare(direction, x, operand(args, 1), comparisonKind(x.aval.dtype));
  };

const convert: WriteScalar = (e, args, out) => {
  const x = operand(args, 0);
  if (x.aval.dtype === out.dtype) return x;
  if (out.dtype === "bool") {
    return e.compare("NE", x, e.splat(0, x.aval.dtype, x.aval.shape), comparisonKind(x.aval.dtype));
  }
  if (isFloat(x.aval.dtype) && !isFloat(out.dtype)) return saturated(e, x, out);
  return e.typed("stablehlo.convert", [x], "", out);
};

/** Floats to integers: truncated, with what is beyond the range at its end, and NaN 0. */
function saturated(e: Emitter, x: Ref, out: ShapedArray): Ref {
  const { dtype, shape } = x.aval;
  const [low, high] = integerRange(out.dtype);
  const bound = (value: number): Ref => e.splat(value, dtype, shape);
  const at = (value: number): Ref => e.splat(value, out.dtype, shape);
  // Comparisons with the float above the range, which is a power of two, are exact.
  const isHigh = e.compare("GE", x, bound(high + 1), "FLOAT");
  const isLow = e.compare("LE", x, bound(low), "FLOAT");
  const isUndefined = e.compare("NE", x, x, "FLOAT");
  const inside = e.typed("stablehlo.convert", [x], "", out);
  const capped = e.select(isHigh, at(high), e.select(isLow, at(low), inside));
  return e.select(isUndefined, at(0), capped);
}

const sign: WriteScalar = (e, args, out) => {
  const x = operand(args, 0);
  if (dtypeInfo[out.dtype].kind !== "uint") return e.alike("stablehlo.sign", [x], out);
  const [zero, one] = [e.splat(0, out.dtype, out.shape), e.splat(1, out.dtype, out.shape)];
  return e.select(e.compare("EQ", x, zero, "UNSIGNED"), zero, one);
};

/** e^(x log 2), as XLA's own front ends have it. */
const exp2: WriteScalar = (e, args, out) => {
  const scale = e.splat(roundTo(Math.LN2, out.dtype), out.dtype, out.shape);
  return e.alike(
    "stablehlo.exponential",
    [e.alike("stablehlo.multiply", [scale, operand(args, 0)], out)],
    out,
  );
};

function roundTo(value: number, dtype: DType): number {
  return dtype === "float64" ? value : Math.fround(value);
}

/** The high word, by a product in 64 bits. */
const mulhi: WriteScalar = (e, args, out) => {
  const isSigned = out.dtype === "int32";
  const shape = out.shape.map((extent) => `${extent}x`).join("");
  const wide = `tensor<${shape}${isSigned ? "i64" : "ui64"}>`;
  const widen = (x: Ref): string => {
    const name = e.newName();
    e.line(`${name} = stablehlo.convert ${x.name} : (${tensorType(x.aval)}) -> ${wide}`);
    return name;
  };
  const [a, b] = [widen(operand(args, 0)), widen(operand(args, 1))];
  const [product, high] = [e.newName(), e.newName()];
  const by = e.constant(`dense<32> : ${wide}`);
  e.line(`${product} = stablehlo.multiply ${a}, ${b} : ${wide}`);
  const shift = isSigned ? "shift_right_arithmetic" : "shift_right_logical";
  e.line(`${high} = stablehlo.${shift} ${product}, ${by} : ${wide}`);
  return e.value(`stablehlo.convert ${high} : (${wide}) -> ${tensorType(out)}`, out);
};

const reducePrecision = (): Ref => {
  throw new MissingRuleError(
    "exportStableHLO: reduce_precision needs its widths as constants, got none; call lax.reducePrecision",
  );
};

/** Functions that StableHLO lacks, as programs of what it has. */
export type Composition = (xs: readonly NDArray[]) => NDArray;

/** Scalar operations in StableHLO, those apart that are composed of others. */
export function scalarWriters(
  composed: Readonly<Record<ComposedOp, Composition>>,
): ScalarTable<WriteScalar> {
  const own =
    (op: ComposedOp): WriteScalar =>
    (e, args) =>
      operand(
        e.compose(args, (xs) => [composed[op](xs)]),
        0,
      );
  return {
    ...simple,
    besselI0e: own("besselI0e"),
    igamma: own("igamma"),
    igammac: own("igammac"),
    igammaGradA: own("igammaGradA"),
    randomGammaGrad: own("randomGammaGrad"),
    betainc: own("betainc"),
  };
}

/** Scalar operations that are composed of others. */
export type ComposedOp =
  | "besselI0e"
  | "igamma"
  | "igammac"
  | "igammaGradA"
  | "randomGammaGrad"
  | "betainc";

const simple: { readonly [Op in Exclude<ScalarOp, ComposedOp>]: WriteScalar } = {
  neg: plain("negate"),
  abs: plain("abs"),
  sign,
  floor: plain("floor"),
  ceil: plain("ceil"),
  trunc: (e, args, out) => {
    const size = e.alike("stablehlo.floor", [e.alike("stablehlo.abs", args, out)], out);
    return e.alike("stablehlo.multiply", [e.alike("stablehlo.sign", args, out), size], out);
  },
  roundEven: plain("round_nearest_even"),
  roundAway: plain("round_nearest_afz"),
  exp: plain("exponential"),
  exp2,
  expm1: plain("exponential_minus_one"),
  log: plain("log"),
  log1p: plain("log_plus_one"),
  sin: plain("sine"),
  cos: plain("cosine"),
  tan: plain("tan"),
  asin: higher("asin"),
  acos: higher("acos"),
  atan: higher("atan"),
  sinh: higher("sinh"),
  cosh: higher("cosh"),
  tanh: plain("tanh"),
  asinh: higher("asinh"),
  acosh: higher("acosh"),
  atanh: higher("atanh"),
  logistic: plain("logistic"),
  sqrt: plain("sqrt"),
  rsqrt: plain("rsqrt"),
  cbrt: plain("cbrt"),
  erf: higher("erf"),
  erfc: higher("erfc"),
  erfInv: higher("erf_inv"),
  lgamma: higher("lgamma"),
  digamma: higher("digamma"),
  besselI1e: higher("bessel_i1e"),
  isFinite: (e, args, out) => e.typed("stablehlo.is_finite", args, "", out),
  not: plain("not"),
  populationCount: plain("popcnt"),
  clz: plain("count_leading_zeros"),
  convert,
  bitcast: (e, args, out) => e.typed("stablehlo.bitcast_convert", args, "", out),
  add: plain("add"),
  sub: plain("subtract"),
  mul: plain("multiply"),
  div: plain("divide"),
  rem: plain("remainder"),
  pow: plain("power"),
  max: plain("maximum"),
  min: plain("minimum"),
  atan2: plain("atan2"),
  nextAfter: higher("next_after"),
  and: plain("and"),
  or: plain("or"),
  xor: plain("xor"),
  shiftLeft: plain("shift_left"),
  shiftRightLogical: plain("shift_right_logical"),
  shiftRightArithmetic: plain("shift_right_arithmetic"),
  mulhi,
  eq: comparison("EQ"),
  ne: comparison("NE"),
  lt: comparison("LT"),
  le: comparison("LE"),
  gt: comparison("GT"),
  ge: comparison("GE"),
  zeta: higher("zeta"),
  polygamma: higher("polygamma"),
  select: (e, args) => e.select(operand(args, 0), operand(args, 1), operand(args, 2)),
  reducePrecision,
};

/** The type of an expression's value over `shape`. */
export function elementType(dtype: DType, shape: readonly number[]): ShapedArray {
  return shapedArray(shape, dtype);
}
