import "../runtime/install.ts";
import { eigh } from "./ops/eigh.ts";
import { cholesky, triangularSolve } from "./ops/linalg.ts";
import { lu, luPivotsToPermutation } from "./ops/lu.ts";
import { householderProduct, qr } from "./ops/qr.ts";
import { svd } from "./ops/svd.ts";
import { tridiagonalSolve } from "./ops/tridiagonal-solve.ts";

export { associativeScan } from "./control/associative-scan.ts";
export { cond, switch } from "./control/cond.ts";
export type { LinearSolveOptions, LinearSolver, Matvec } from "./control/custom-linear-solve.ts";
export { customLinearSolve } from "./control/custom-linear-solve.ts";
export type { CustomRootOptions, RootFunction } from "./control/custom-root.ts";
export { customRoot } from "./control/custom-root.ts";
export type { MapOptions } from "./control/map.ts";
export { map } from "./control/map.ts";
export { reduce } from "./control/reduce.ts";
export type { ScanOptions } from "./control/scan.ts";
export { scan } from "./control/scan.ts";
export { foriLoop, whileLoop } from "./control/while.ts";
export { add, div, mul, neg, sub } from "./ops/arith.ts";
export {
  clz,
  mulhi,
  populationCount,
  shiftLeft,
  shiftRightArithmetic,
  shiftRightLogical,
} from "./ops/bits.ts";
export { broadcastInDim, reduceSum } from "./ops/broadcast.ts";
export { axisIndex, axisSize, pmax, pmean, pmin, psum } from "./ops/collectives.ts";
export {
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  bitwiseXor,
  eq,
  ge,
  gt,
  le,
  lt,
  ne,
  select,
  selectN,
} from "./ops/compare.ts";
export { convGeneralDilated } from "./ops/conv.ts";
export {
  conv,
  convGeneralDilatedPatches,
  convTranspose,
  convWithGeneralPadding,
} from "./ops/conv-forms.ts";
export {
  bitcastConvertType,
  convertElementType,
  optimizationBarrier,
  reducePrecision,
  stopGradient,
} from "./ops/convert.ts";
export {
  broadcastedIota,
  broadcastShapes,
  broadcastToRank,
  empty,
  full,
  fullLike,
  iota,
} from "./ops/creation.ts";
export { cumlogsumexp, cummax, cummin, cumprod, cumsum } from "./ops/cumulative.ts";
export { batchMatmul, dot, dotGeneral } from "./ops/dot.ts";
export { dynamicSlice, dynamicUpdateSlice } from "./ops/dynamic-slice.ts";
export { allGather, allToAll, ppermute, pshuffle, psumScatter } from "./ops/exchanges.ts";
export { abs, clamp, max, min, sign } from "./ops/extrema.ts";
export { gather, indexTake, scatterAdd } from "./ops/gather.ts";
export {
  broadcast,
  collapse,
  dynamicIndexInDim,
  dynamicSliceInDim,
  dynamicUpdateIndexInDim,
  dynamicUpdateSliceInDim,
  indexInDim,
  sliceInDim,
  stack,
  tile,
  unstack,
} from "./ops/in-dim.ts";
export { expandDims, reshape, rev, squeeze, transpose } from "./ops/layout.ts";
export { integerPow, pow, reciprocal, square } from "./ops/power.ts";
export {
  argmax,
  argmin,
  reduceAnd,
  reduceMax,
  reduceMin,
  reduceOr,
  reduceProd,
  reduceXor,
} from "./ops/reduce.ts";
export {
  reduceWindow,
  reduceWindowMax,
  reduceWindowMin,
  reduceWindowSum,
  selectAndGatherAdd,
  selectAndScatterAdd,
} from "./ops/reduce-window.ts";
export { ceil, floor, isFinite, nextafter, rem, round } from "./ops/rounding.ts";
export { scatter, scatterApply, scatterMul, scatterSub } from "./ops/scatter.ts";
export { scatterMax, scatterMin } from "./ops/scatter-extrema.ts";
export { concatenate, pad, slice, split } from "./ops/slice.ts";
export { sort, sortKeyVal, topK } from "./ops/sort.ts";
export {
  besselI0e,
  besselI1e,
  betainc,
  digamma,
  erf,
  erfc,
  erfInv,
  igamma,
  igammac,
  igammaGradA,
  lgamma,
  polygamma,
  randomGammaGrad,
  zeta,
} from "./ops/special.ts";
export {
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atan2,
  atanh,
  cbrt,
  cos,
  cosh,
  exp,
  exp2,
  expm1,
  log,
  log1p,
  logistic,
  rsqrt,
  sin,
  sinh,
  sqrt,
  tan,
  tanh,
} from "./ops/transcendental.ts";

/** Primitives of linear algebra; `udiff/linalg` has the functions made of them. */
export const linalg = {
  cholesky,
  eigh,
  householderProduct,
  lu,
  luPivotsToPermutation,
  qr,
  svd,
  triangularSolve,
  tridiagonalSolve,
} as const;
