import { type DType, dtypeInfo, integerRange, isFloat } from "../core/dtype.ts";
import { InternalError } from "../core/errors.ts";
import type { ScalarOp, ScalarTable } from "../core/scalar.ts";
import { floatText } from "./functions/functions.ts";
import type { Shader } from "./shader.ts";
import { bitsText, fromBitsText, storageOf } from "./storage.ts";
import { scalarBits } from "./transfer.ts";

/** Dtypes of an operation: that of its first operand that is no condition, and that of its result. */
interface Types {
  readonly operand: DType;
  readonly result: DType;
}

/** WGSL of one scalar operation on names or literals, or null where it is not defined. */
type Spelling = (args: readonly string[], types: Types) => string | null;

/** Text of `value`, which may hold more than its dtype, rounded or wrapped to it. */
export function fitText(value: string, dtype: DType): string {
  const { kind, bits } = dtypeInfo[dtype];
  if (dtype === "float16") return `roundHalf(${value})`;
  if (dtype === "bfloat16") return `roundBrain(${value})`;
  if (bits === 32) return value;
  if (kind === "int") return `extractBits(${value}, 0u, ${bits}u)`;
  return kind === "uint" ? `(${value} & ${2 ** bits - 1}u)` : value;
}

type Text = (...args: readonly string[]) => string;

/** An operation on floats, rounded to their dtype. */
const onFloats =
  (text: Text): Spelling =>
  (args, { operand, result }) =>
    isFloat(operand) ? fitText(text(...args), result) : null;

/** An operation on floats whose result is one of their numbers. */
const exactOnFloats =
  (text: Text): Spelling =>
  (args, { operand }) =>
    isFloat(operand) ? text(...args) : null;

const onKind =
  (kind: "int" | "uint" | "bool", text: Text): Spelling =>
  (args, { operand, result }) =>
    dtypeInfo[operand].kind === kind ? fitText(text(...args), result) : null;

const onInts = (text: Text): Spelling => onKind("int", text);
const onUints = (text: Text): Spelling => onKind("uint", text);
const onBools = (text: Text): Spelling => onKind("bool", text);

/** An operation on integers of both kinds. */
const onIntegers = (text: Text): Spelling => firstOf(onInts(text), onUints(text));

function firstOf(...spellings: readonly Spelling[]): Spelling {
  return (args, types) => {
    for (const spelling of spellings) {
      const text = spelling(args, types);
      if (text !== null) return text;
    }
    return null;
  };
}

const infix =
  (sign: string): Text =>
  (a, b) =>
    `(${a} ${sign} ${b})`;

const call =
  (name: string): Text =>
  (...args) =>
    `${name}(${args.join(", ")})`;

/** A function of the library on floats. */
const floats = (name: string): Spelling => onFloats(call(name));

/** Operands as u32, of their own width. */
function unsignedText(value: string, dtype: DType): string {
  const { kind, bits } = dtypeInfo[dtype];
  if (kind === "uint") return value;
  const word = `bitcast<u32>(${value})`;
  return bits === 32 ? word : `(${word} & ${2 ** bits - 1}u)`;
}

/** A word as a value of an integer dtype, of which it holds the low bits. */
function integerText(word: string, dtype: DType): string {
  return fitText(dtypeInfo[dtype].kind === "int" ? `bitcast<i32>(${word})` : word, dtype);
}

/** A shift by a count that is compared as a word, in which negative ones are out of range. */
const shift =
  (name: string): Spelling =>
  ([a, count], { operand, result }) => {
    if (a === undefined || count === undefined) return null;
    const { kind, bits } = dtypeInfo[operand];
    if (kind !== "int" && kind !== "uint") return null;
    const by = kind === "int" ? `bitcast<u32>(${count})` : count;
    return integerText(`${name}(${unsignedText(a, operand)}, ${by}, ${bits}u)`, result);
  };

const shiftRightArithmetic: Spelling = ([a, count], { operand }) => {
  const { kind, bits } = dtypeInfo[operand];
  if (kind === "int") return `shiftRightSigned(${a}, bitcast<u32>(${count}), ${bits}u)`;
  if (kind !== "uint") return null;
  const signed = `extractBits(bitcast<i32>(${a}), 0u, ${bits}u)`;
  const shifted = `bitcast<u32>(shiftRightSigned(${signed}, ${count}, ${bits}u))`;
  return fitText(shifted, operand);
};

/** Comparison: floats by the names of library functions and operands in that order. */
const comparison =
  (sign: string, float: Text): Spelling =>
  ([a = "", b = ""], { operand }) => {
    if (isFloat(operand)) return float(a, b);
    if (operand !== "bool") return `(${a} ${sign} ${b})`;
    return sign === "==" || sign === "!=" ? `(${a} ${sign} ${b})` : `(u32(${a}) ${sign} u32(${b}))`;
  };

const conversion: Spelling = ([a = ""], { operand, result }) => {
  if (operand === result) return a;
  const from = dtypeInfo[operand].kind;
  const to = dtypeInfo[result].kind;
  if (to === "bool") {
    if (from === "float") return `(sizeBits(${a}) != 0u)`;
    return from === "int" ? `(${a} != 0)` : `(${a} != 0u)`;
  }
  if (to === "float") {
    if (from === "float") return fitText(a, result);
    if (from === "bool") return `select(0.0, 1.0, ${a})`;
    return fitText(operand === "uint32" ? `uintToFloat(${a})` : `f32(${a})`, result);
  }
  if (to !== "int" && to !== "uint") return null;
  if (from === "bool") return to === "int" ? `select(0, 1, ${a})` : `select(0u, 1u, ${a})`;
  if (from === "float") {
    const [low, high] = integerRange(result);
    if (to === "uint") return `toUint(${a}, ${floatText(high)}, ${constantText(high, result)})`;
    const ends = [floatText(low), constantText(low, result), floatText(high)];
    return `toInt(${a}, ${ends.join(", ")}, ${constantText(high, result)})`;
  }
  return integerText(from === "int" ? `bitcast<u32>(${a})` : a, result);
};

const reinterpretation: Spelling = ([a = ""], { operand, result }) => {
  if (operand === result) return a;
  if (dtypeInfo[operand].bits !== dtypeInfo[result].bits) return null;
  return fromBitsText(bitsText(a, operand), result);
};

const high: Spelling = (args, { operand, result }) => {
  const { kind, bits } = dtypeInfo[operand];
  if (bits === 32) return call(kind === "int" ? "highInt" : "highUint")(...args);
  return fitText(`((${args.join(" * ")}) >> ${bits}u)`, result);
};

const nextAfter: Spelling = ([a, b], { operand }) => {
  const units = { float32: 1, float16: 0x33800000, bfloat16: 0x10000 } as const;
  if (operand === "float32" || operand === "bfloat16") {
    return `nextAfterBits(${a}, ${b}, ${units[operand]}u)`;
  }
  return operand === "float16" ? `nextAfterHalf(${a}, ${b})` : null;
};

/** Exponent and mantissa bits come as constants, of any numeric dtype. */
const reducePrecision: Spelling = ([a, exponent, mantissa], { operand }) => {
  const formats = { float32: [8, 23], float16: [5, 10], bfloat16: [8, 7] } as const;
  if (operand !== "float32" && operand !== "float16" && operand !== "bfloat16") return null;
  const [exponentBits, mantissaBits] = formats[operand];
  const own = `min(u32(${exponent}), ${exponentBits}u), min(u32(${mantissa}), ${mantissaBits}u)`;
  return `reducedPrecision(${a}, ${own}, ${exponentBits}u, ${mantissaBits}u)`;
};

const select: Spelling = ([condition, a, b]) => `select(${b}, ${a}, ${condition})`;

const spellings: ScalarTable<Spelling> = {
  neg: firstOf(
    exactOnFloats(call("negated")),
    onInts((a) => `(-${a})`),
    onUints((a) => `(0u - ${a})`),
  ),
  abs: firstOf(
    exactOnFloats(call("withoutSign")),
    onInts(call("abs")),
    onUints((a = "") => a),
  ),
  sign: firstOf(
    exactOnFloats(call("signOf")),
    onInts(call("sign")),
    onUints((a) => `min(${a}, 1u)`),
  ),
  floor: exactOnFloats(call("floorOf")),
  ceil: exactOnFloats(call("ceilOf")),
  trunc: exactOnFloats((a) => `withSign(trunc(${a}), ${a})`),
  roundEven: exactOnFloats((a) => `withSign(round(${a}), ${a})`),
  roundAway: exactOnFloats(call("roundAwayOf")),
  exp: floats("expOf"),
  exp2: floats("exp2Of"),
  expm1: floats("expm1Of"),
  log: floats("logOf"),
  log1p: floats("log1pOf"),
  sin: floats("sinOf"),
  cos: floats("cosOf"),
  tan: floats("tanOf"),
  asin: floats("asinOf"),
  acos: floats("acosOf"),
  atan: floats("atanOf"),
  sinh: floats("sinhOf"),
  cosh: floats("coshOf"),
  tanh: floats("tanhOf"),
  asinh: floats("asinhOf"),
  acosh: floats("acoshOf"),
  atanh: floats("atanhOf"),
  logistic: floats("logisticOf"),
  sqrt: floats("sqrtOf"),
  rsqrt: floats("rsqrtOf"),
  cbrt: floats("cbrtOf"),
  erf: floats("erfOf"),
  erfc: floats("erfcOf"),
  erfInv: floats("erfInvOf"),
  lgamma: floats("lgammaOf"),
  digamma: floats("digammaOf"),
  besselI0e: floats("besselI0eOf"),
  besselI1e: floats("besselI1eOf"),
  isFinite: (args, { operand }) => (isFloat(operand) ? call("isFiniteFloat")(...args) : "true"),
  not: firstOf(
    onBools((a) => `(!${a})`),
    onIntegers((a) => `(~${a})`),
  ),
  populationCount: ([a = ""], { operand, result }) =>
    integerText(`countOneBits(${unsignedText(a, operand)})`, result),
  clz: ([a = ""], { operand, result }) => {
    const zeros = `countLeadingZeros(${unsignedText(a, operand)})`;
    return integerText(`(${zeros} - ${32 - dtypeInfo[operand].bits}u)`, result);
  },
  convert: conversion,
  bitcast: reinterpretation,
  add: firstOf(onFloats(infix("+")), onIntegers(infix("+"))),
  sub: firstOf(onFloats(infix("-")), onIntegers(infix("-"))),
  mul: firstOf(onFloats(infix("*")), onIntegers(infix("*"))),
  div: firstOf(onFloats(infix("/")), onInts(call("divideInt")), onUints(call("divideUint"))),
  rem: firstOf(
    exactOnFloats(call("remainderOf")),
    onInts(call("remainderInt")),
    onUints(call("remainderUint")),
  ),
  pow: firstOf(floats("powOf"), onInts(call("powerInt")), onUints(call("powerUint"))),
  max: firstOf(exactOnFloats(call("maximum")), onBools(infix("||")), onIntegers(call("max"))),
  min: firstOf(exactOnFloats(call("minimum")), onBools(infix("&&")), onIntegers(call("min"))),
  atan2: floats("atan2Of"),
  nextAfter,
  and: firstOf(onBools(infix("&&")), onIntegers(infix("&"))),
  or: firstOf(onBools(infix("||")), onIntegers(infix("|"))),
  xor: firstOf(onBools(infix("!=")), onIntegers(infix("^"))),
  shiftLeft: shift("shiftLeft"),
  shiftRightLogical: shift("shiftRight"),
  shiftRightArithmetic,
  mulhi: high,
  eq: comparison("==", call("isEqual")),
  ne: comparison("!=", (a, b) => `(!isEqual(${a}, ${b}))`),
  lt: comparison("<", call("isBelow")),
  le: comparison("<=", call("isAtMost")),
  gt: comparison(">", (a, b) => `isBelow(${b}, ${a})`),
  ge: comparison(">=", (a, b) => `isAtMost(${b}, ${a})`),
  igamma: floats("igammaOf"),
  igammac: floats("igammacOf"),
  igammaGradA: floats("igammaGradAOf"),
  randomGammaGrad: floats("randomGammaGradOf"),
  zeta: floats("zetaOf"),
  polygamma: floats("polygammaOf"),
  select,
  betainc: floats("betaincOf"),
  reducePrecision,
};

/**
 * WGSL of `op` on operands of dtype `operand` (that of its first operand that is not a condition),
 * giving a value of dtype `result`, rounded or wrapped to it. Operands are names or literals;
 * functions of the library that the text calls are found by `shader` when it is finished.
 */
export function spell(
  op: ScalarOp,
  args: readonly string[],
  operand: DType,
  result: DType,
  shader: Shader,
): string {
  const text = spellings[op](args, { operand, result });
  if (text === null) throw new InternalError(`webgpu: ${op} of ${operand} has no spelling`);
  shader.use(text);
  return text;
}

/** WGSL of a constant; what a compiler could refuse to fold comes from its bits. */
export function constantText(value: number, dtype: DType): string {
  switch (storageOf(dtype).value) {
    case "bool":
      return value === 0 ? "false" : "true";
    case "u32":
      return `${value}u`;
    case "i32":
      return value === -2147483648 ? "bitcast<i32>(0x80000000u)" : `${value}i`;
    case "vec2u":
      return `vec2u(${value}u)`;
    case "f32": {
      const size = Math.abs(value);
      const plain = size >= 2 ** -126 && size < Number.POSITIVE_INFINITY;
      // A zero is kept from compilers that take x + 0 for x, 0 - x for -x.
      return plain ? floatText(value) : `fromBits(${scalarBits(value, "float32")}u)`;
    }
    default:
      throw new InternalError("webgpu: a constant of an unknown type");
  }
}
