import { type DType, dtypeCount, dtypeInfo } from "../core/dtype.ts";
import { InternalError } from "../core/errors.ts";
import type { ScalarOp, ScalarTable } from "../core/scalar.ts";
import * as float32 from "../kernel/elementary/float32.ts";
import { i0e, i1e } from "./functions/bessel.ts";
import { exp2, logistic, maximum, minimum, power, rsqrt } from "./functions/elementary.ts";
import { erf, erfc, erfInv, erfInv32 } from "./functions/erf.ts";
import { digamma, lgamma, polygamma, zeta } from "./functions/gamma.ts";
import { betainc } from "./functions/incomplete-beta.ts";
import { igamma, igammac, igammaGradA, randomGammaGrad } from "./functions/incomplete-gamma.ts";
import {
  countLeadingZeros,
  divideInt32,
  divideUint32,
  multiplyHighInt32,
  multiplyHighUint32,
  populationCount,
  powerInt32,
  remainderInt32,
  remainderUint32,
  shiftLeftSigned,
  shiftLeftUnsigned,
  shiftRightArithmeticSigned,
  shiftRightArithmeticUnsigned,
  shiftRightLogicalSigned,
  shiftRightLogicalUnsigned,
} from "./functions/integers.ts";
import {
  nextAfter32,
  nextAfter64,
  nextAfterBfloat16,
  nextAfterFloat16,
  reducePrecision,
  roundHalfAway,
  roundHalfEven,
} from "./functions/rounding.ts";
import { conversion, reinterpretation } from "./reinterpret.ts";
import {
  always,
  bySign,
  exactOnFloats,
  firstOf,
  onBits,
  onBool,
  onFloats,
  onIntegers,
  only,
  type ScalarFunction,
  type Spelling,
} from "./spelling.ts";

const { fround, imul } = Math;

/** Larger and smaller of numbers that have no NaN and one zero. */
const larger: ScalarFunction = (x, y) => (x > y ? x : y);
const smaller: ScalarFunction = (x, y) => (x < y ? x : y);

/** High half of a product of 8-bit or 16-bit integers. */
const highHalf: Spelling = (dtype) => {
  const scale = 2 ** -dtypeInfo[dtype].bits;
  return onIntegers((x, y) => Math.floor(x * y * scale))(dtype, dtype);
};

/** Reduction of float64: in two steps, of which the first must not overflow. */
function reducePrecision64(x: number, exponentBits: number, mantissaBits: number): number {
  const source = { exponentBits: 11, mantissaBits: 52 };
  const scale = Math.abs(x) > 1 ? 2 ** -600 : 1;
  const fraction = reducePrecision(x * scale, 11, mantissaBits, source) / scale;
  return reducePrecision(fraction, exponentBits, 52, source);
}

/**
 * How the interpreter computes each scalar operation.
 *
 * Floats are computed in doubles and rounded to the dtype once; for + - * / and the square root
 * of float32 and narrower that is the correctly rounded result. Some functions of float32 have an
 * algorithm of their own, which rounds after each step.
 */
export const spell: ScalarTable<Spelling> = {
  neg: firstOf(
    exactOnFloats((x) => -x),
    onIntegers((x) => -x),
  ),
  abs: firstOf(exactOnFloats(Math.abs), onIntegers(Math.abs)),
  sign: firstOf(exactOnFloats(Math.sign), onIntegers(Math.sign)),
  floor: exactOnFloats(Math.floor),
  ceil: exactOnFloats(Math.ceil),
  trunc: exactOnFloats(Math.trunc),
  roundEven: exactOnFloats(roundHalfEven),
  roundAway: exactOnFloats(roundHalfAway),
  exp: onFloats(Math.exp, float32.exp),
  exp2: onFloats(exp2, float32.exp2),
  expm1: onFloats(Math.expm1, float32.expm1),
  log: onFloats(Math.log, float32.log),
  log1p: onFloats(Math.log1p, float32.log1p),
  sin: onFloats(Math.sin, float32.sin),
  cos: onFloats(Math.cos, float32.cos),
  tan: onFloats(Math.tan, float32.tan),
  asin: onFloats(Math.asin),
  acos: onFloats(Math.acos),
  atan: onFloats(Math.atan),
  sinh: onFloats(Math.sinh),
  cosh: onFloats(Math.cosh),
  tanh: onFloats(Math.tanh, float32.tanh),
  asinh: onFloats(Math.asinh),
  acosh: onFloats(Math.acosh),
  atanh: onFloats(Math.atanh),
  logistic: onFloats(logistic, float32.logistic),
  sqrt: onFloats(Math.sqrt, (x) => fround(Math.sqrt(x))),
  rsqrt: onFloats(rsqrt, float32.rsqrt),
  cbrt: onFloats(Math.cbrt),
  erf: onFloats(erf, float32.erf),
  erfc: onFloats(erfc),
  erfInv: onFloats(erfInv, erfInv32),
  lgamma: onFloats(lgamma),
  digamma: onFloats(digamma),
  besselI0e: onFloats(i0e),
  besselI1e: onFloats(i1e),
  isFinite: onBool((x) => (Number.isFinite(x) ? 1 : 0)),
  not: firstOf(
    onBool((x) => x ^ 1),
    onIntegers((x) => ~x),
  ),
  populationCount: onBits(
    (x, _, bits) => populationCount(x, bits),
    (x, _, bits) => populationCount(x, bits),
  ),
  clz: onBits(
    (x, _, bits) => countLeadingZeros(x, bits),
    (x, _, bits) => countLeadingZeros(x, bits),
  ),
  convert: conversion,
  bitcast: reinterpretation,
  add: firstOf(
    only({ float32: (x, y) => fround(x + y), int32: (x, y) => (x + y) | 0 }),
    onFloats((x, y) => x + y),
    onIntegers((x, y) => x + y),
  ),
  sub: firstOf(
    only({ float32: (x, y) => fround(x - y), int32: (x, y) => (x - y) | 0 }),
    onFloats((x, y) => x - y),
    onIntegers((x, y) => x - y),
  ),
  mul: firstOf(
    only({ float32: (x, y) => fround(x * y), int32: (x, y) => imul(x, y) }),
    onFloats((x, y) => x * y),
    onIntegers((x, y) => imul(x, y)),
  ),
  div: firstOf(
    only({ float32: (x, y) => fround(x / y) }),
    onFloats((x, y) => x / y),
    bySign(divideInt32, divideUint32),
  ),
  rem: firstOf(
    exactOnFloats((x, y) => x % y),
    bySign(remainderInt32, remainderUint32),
  ),
  pow: firstOf(onFloats(power), onIntegers(powerInt32)),
  max: firstOf(exactOnFloats(maximum), always(larger)),
  min: firstOf(exactOnFloats(minimum), always(smaller)),
  atan2: onFloats(Math.atan2),
  nextAfter: only({
    float64: nextAfter64,
    float32: nextAfter32,
    float16: nextAfterFloat16,
    bfloat16: nextAfterBfloat16,
  }),
  and: firstOf(
    onBool((x, y) => x & y),
    onIntegers((x, y) => x & y),
  ),
  or: firstOf(
    onBool((x, y) => x | y),
    onIntegers((x, y) => x | y),
  ),
  xor: firstOf(
    onBool((x, y) => x ^ y),
    onIntegers((x, y) => x ^ y),
  ),
  shiftLeft: onBits(shiftLeftSigned, shiftLeftUnsigned),
  shiftRightLogical: onBits(shiftRightLogicalSigned, shiftRightLogicalUnsigned),
  shiftRightArithmetic: onBits(shiftRightArithmeticSigned, shiftRightArithmeticUnsigned),
  mulhi: firstOf(only({ int32: multiplyHighInt32, uint32: multiplyHighUint32 }), highHalf),
  eq: onBool((x, y) => (x === y ? 1 : 0)),
  ne: onBool((x, y) => (x !== y ? 1 : 0)),
  lt: onBool((x, y) => (x < y ? 1 : 0)),
  le: onBool((x, y) => (x <= y ? 1 : 0)),
  gt: onBool((x, y) => (x > y ? 1 : 0)),
  ge: onBool((x, y) => (x >= y ? 1 : 0)),
  igamma: onFloats(igamma),
  igammac: onFloats(igammac),
  igammaGradA: onFloats(igammaGradA),
  randomGammaGrad: onFloats(randomGammaGrad),
  zeta: onFloats(zeta),
  polygamma: onFloats(polygamma),
  select: always((which, x, y) => (which !== 0 ? x : y)),
  betainc: onFloats(betainc),
  reducePrecision: only({
    float64: reducePrecision64,
    float32: (x, e, m) => reducePrecision(x, e, m),
    float16: (x, e, m) => reducePrecision(x, e, m, { exponentBits: 5, mantissaBits: 10 }),
    bfloat16: (x, e, m) => reducePrecision(x, e, m, { exponentBits: 8, mantissaBits: 7 }),
  }),
};

const functions = new Map<ScalarOp, (ScalarFunction | undefined)[]>();

/**
 * The function that computes `op` with a result of `dtype` on operands of `operandDtype`, that of
 * the first operand. Numbers given must be values of their dtypes; the result is one of `dtype`.
 *
 * @throws InternalError if the operation is not defined on these dtypes.
 */
export function scalarFunction(op: ScalarOp, dtype: DType, operandDtype: DType): ScalarFunction {
  let known = functions.get(op);
  if (known === undefined) {
    known = [];
    functions.set(op, known);
  }
  const key = dtypeInfo[dtype].code * dtypeCount + dtypeInfo[operandDtype].code;
  const found = known[key];
  if (found !== undefined) return found;
  const made = spell[op](dtype, operandDtype);
  if (made === null) {
    throw new InternalError(`${op}: no spelling for ${operandDtype} to ${dtype}`);
  }
  known[key] = made;
  return made;
}
