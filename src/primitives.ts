import type { Primitive } from "./core/primitive.ts";
import { condP } from "./lax/control/cond-primitive.ts";
import { debugCallbackP, debugPrintP } from "./lax/control/debug-primitives.ts";
import { linearCallP } from "./lax/control/linear-call.ts";
import { customLinearSolveP } from "./lax/control/linear-solve-primitive.ts";
import { pureCallbackP } from "./lax/control/pure-callback.ts";
import { scanP } from "./lax/control/scan-primitive.ts";
import { shardMapP } from "./lax/control/shard-map-primitive.ts";
import { whileP } from "./lax/control/while-primitive.ts";
import { addAnyP, addP, divP, mulP, negP, subP } from "./lax/ops/arith.ts";
import {
  clzP,
  mulhiP,
  populationCountP,
  shiftLeftP,
  shiftRightArithmeticP,
  shiftRightLogicalP,
  threefry2x32P,
} from "./lax/ops/bits.ts";
import { broadcastInDimP, reduceSumP } from "./lax/ops/broadcast.ts";
import { axisIndexP, pmaxP, pminP, psumP } from "./lax/ops/collectives.ts";
import {
  andP,
  eqP,
  geP,
  gtP,
  leP,
  ltP,
  neP,
  notP,
  orP,
  selectNP,
  xorP,
} from "./lax/ops/compare.ts";
import { iotaP } from "./lax/ops/constants.ts";
import { convGeneralDilatedP } from "./lax/ops/conv.ts";
import {
  bitcastConvertTypeP,
  bitcastWordsP,
  convertElementTypeP,
  optimizationBarrierP,
  reducePrecisionP,
  stopGradientP,
} from "./lax/ops/convert.ts";
import { cumlogsumexpP, cummaxP, cumminP, cumprodP, cumsumP } from "./lax/ops/cumulative.ts";
import { dotGeneralP } from "./lax/ops/dot.ts";
import { dynamicSliceP, dynamicUpdateSliceP } from "./lax/ops/dynamic-slice.ts";
import { eighP } from "./lax/ops/eigh.ts";
import { allGatherP, allToAllP, ppermuteP, psumScatterP } from "./lax/ops/exchanges.ts";
import { absP, clampP, maxP, minP, signP } from "./lax/ops/extrema.ts";
import { gatherP, scatterAddP } from "./lax/ops/gather.ts";
import { randomUnwrapP, randomWrapP } from "./lax/ops/keys.ts";
import { reshapeP, revP, squeezeP, transposeP } from "./lax/ops/layout.ts";
import { choleskyP, triangularSolveP } from "./lax/ops/linalg.ts";
import { linearSolveP } from "./lax/ops/linear-solve.ts";
import { luP, luPivotsToPermutationP } from "./lax/ops/lu.ts";
import { integerPowP, powP, squareP } from "./lax/ops/power.ts";
import { geqp3P, geqrfP, householderProductP, qrP } from "./lax/ops/qr.ts";
import {
  argmaxP,
  argminP,
  reduceAndP,
  reduceMaxP,
  reduceMinP,
  reduceOrP,
  reduceProdP,
  reduceXorP,
} from "./lax/ops/reduce.ts";
import { ceilP, floorP, isFiniteP, nextafterP, remP, roundP } from "./lax/ops/rounding.ts";
import { randomBinomialP, randomGammaP, randomPoissonP } from "./lax/ops/sampling.ts";
import { scatterMulP, scatterP, scatterSubP } from "./lax/ops/scatter.ts";
import { scatterMaxP, scatterMinP } from "./lax/ops/scatter-extrema.ts";
import { shardingConstraintP } from "./lax/ops/sharding.ts";
import { concatenateP, padP, sliceP, splitP } from "./lax/ops/slice.ts";
import { sortP, topKP } from "./lax/ops/sort.ts";
import {
  besselI0eP,
  besselI1eP,
  betaincP,
  digammaP,
  erfcP,
  erfInvP,
  erfP,
  igammacP,
  igammaGradAP,
  igammaP,
  lgammaP,
  polygammaP,
  randomGammaGradP,
  zetaP,
} from "./lax/ops/special.ts";
import { svdP } from "./lax/ops/svd.ts";
import {
  acoshP,
  acosP,
  asinhP,
  asinP,
  atan2P,
  atanhP,
  atanP,
  cbrtP,
  coshP,
  cosP,
  exp2P,
  expm1P,
  expP,
  log1pP,
  logisticP,
  logP,
  rsqrtP,
  sinhP,
  sinP,
  sqrtP,
  tanhP,
  tanP,
} from "./lax/ops/transcendental.ts";
import { tridiagonalSolveP } from "./lax/ops/tridiagonal-solve.ts";
import {
  reduceWindowAndP,
  reduceWindowMaxP,
  reduceWindowMinP,
  reduceWindowMulP,
  reduceWindowOrP,
  reduceWindowSumP,
  reduceWindowXorP,
  selectAndGatherAddP,
  selectAndScatterAddP,
} from "./lax/ops/window.ts";
import { checkpointNameP } from "./transforms/checkpoint-name.ts";
import { checkpointP } from "./transforms/checkpoint-primitive.ts";
import { customJvpCallP } from "./transforms/custom-jvp-primitive.ts";
import { customLinearP, customVjpCallP } from "./transforms/custom-vjp-primitive.ts";
import { customVmapCallP } from "./transforms/custom-vmap-primitive.ts";
import { jitP } from "./transforms/jit-primitive.ts";

/**
 * Every primitive, by name. What must hold for all of them (the laws, the tables of spellings and
 * rules) is total over this list: a primitive that is not here does not exist.
 */
export const primitives = {
  abs: absP,
  acos: acosP,
  acosh: acoshP,
  add: addP,
  addAny: addAnyP,
  allGather: allGatherP,
  allToAll: allToAllP,
  and: andP,
  argmax: argmaxP,
  argmin: argminP,
  asin: asinP,
  asinh: asinhP,
  atan: atanP,
  atan2: atan2P,
  atanh: atanhP,
  axisIndex: axisIndexP,
  besselI0e: besselI0eP,
  besselI1e: besselI1eP,
  betainc: betaincP,
  bitcastConvertType: bitcastConvertTypeP,
  bitcastWords: bitcastWordsP,
  broadcastInDim: broadcastInDimP,
  cbrt: cbrtP,
  ceil: ceilP,
  cholesky: choleskyP,
  clamp: clampP,
  clz: clzP,
  concatenate: concatenateP,
  convGeneralDilated: convGeneralDilatedP,
  convertElementType: convertElementTypeP,
  cos: cosP,
  cosh: coshP,
  cumlogsumexp: cumlogsumexpP,
  cummax: cummaxP,
  cummin: cumminP,
  cumprod: cumprodP,
  cumsum: cumsumP,
  customJvpCall: customJvpCallP,
  customLinear: customLinearP,
  customVjpCall: customVjpCallP,
  customVmapCall: customVmapCallP,
  digamma: digammaP,
  div: divP,
  dotGeneral: dotGeneralP,
  dynamicSlice: dynamicSliceP,
  dynamicUpdateSlice: dynamicUpdateSliceP,
  eigh: eighP,
  eq: eqP,
  erf: erfP,
  erfInv: erfInvP,
  erfc: erfcP,
  exp: expP,
  exp2: exp2P,
  expm1: expm1P,
  floor: floorP,
  gather: gatherP,
  ge: geP,
  geqp3: geqp3P,
  geqrf: geqrfP,
  gt: gtP,
  householderProduct: householderProductP,
  igamma: igammaP,
  igammaGradA: igammaGradAP,
  igammac: igammacP,
  integerPow: integerPowP,
  iota: iotaP,
  isFinite: isFiniteP,
  jit: jitP,
  le: leP,
  lgamma: lgammaP,
  linearSolve: linearSolveP,
  log: logP,
  log1p: log1pP,
  logistic: logisticP,
  lt: ltP,
  lu: luP,
  luPivotsToPermutation: luPivotsToPermutationP,
  max: maxP,
  min: minP,
  mul: mulP,
  mulhi: mulhiP,
  ne: neP,
  neg: negP,
  nextafter: nextafterP,
  not: notP,
  optimizationBarrier: optimizationBarrierP,
  or: orP,
  pad: padP,
  pmax: pmaxP,
  pmin: pminP,
  polygamma: polygammaP,
  populationCount: populationCountP,
  pow: powP,
  ppermute: ppermuteP,
  psum: psumP,
  psumScatter: psumScatterP,
  qr: qrP,
  randomGamma: randomGammaP,
  randomGammaGrad: randomGammaGradP,
  randomPoisson: randomPoissonP,
  randomBinomial: randomBinomialP,
  randomUnwrap: randomUnwrapP,
  randomWrap: randomWrapP,
  reduceAnd: reduceAndP,
  reduceMax: reduceMaxP,
  reduceMin: reduceMinP,
  reduceOr: reduceOrP,
  reducePrecision: reducePrecisionP,
  reduceProd: reduceProdP,
  reduceSum: reduceSumP,
  reduceWindowAnd: reduceWindowAndP,
  reduceWindowMax: reduceWindowMaxP,
  reduceWindowMin: reduceWindowMinP,
  reduceWindowMul: reduceWindowMulP,
  reduceWindowOr: reduceWindowOrP,
  reduceWindowSum: reduceWindowSumP,
  reduceWindowXor: reduceWindowXorP,
  reduceXor: reduceXorP,
  rem: remP,
  reshape: reshapeP,
  rev: revP,
  round: roundP,
  rsqrt: rsqrtP,
  scatter: scatterP,
  scatterAdd: scatterAddP,
  scatterMax: scatterMaxP,
  scatterMin: scatterMinP,
  scatterMul: scatterMulP,
  scatterSub: scatterSubP,
  selectAndGatherAdd: selectAndGatherAddP,
  selectAndScatterAdd: selectAndScatterAddP,
  selectN: selectNP,
  shardingConstraint: shardingConstraintP,
  shiftLeft: shiftLeftP,
  shiftRightArithmetic: shiftRightArithmeticP,
  shiftRightLogical: shiftRightLogicalP,
  sign: signP,
  sin: sinP,
  sinh: sinhP,
  slice: sliceP,
  sort: sortP,
  split: splitP,
  sqrt: sqrtP,
  square: squareP,
  squeeze: squeezeP,
  stopGradient: stopGradientP,
  sub: subP,
  svd: svdP,
  tan: tanP,
  tanh: tanhP,
  threefry2x32: threefry2x32P,
  topK: topKP,
  transpose: transposeP,
  triangularSolve: triangularSolveP,
  tridiagonalSolve: tridiagonalSolveP,
  xor: xorP,
  zeta: zetaP,
  checkpoint: checkpointP,
  cond: condP,
  customLinearSolve: customLinearSolveP,
  debugCallback: debugCallbackP,
  debugPrint: debugPrintP,
  linearCall: linearCallP,
  name: checkpointNameP,
  pureCallback: pureCallbackP,
  scan: scanP,
  shardMap: shardMapP,
  while: whileP,
} as const satisfies Readonly<Record<string, Primitive>>;

/** Name of a primitive in the registry. */
export type PrimitiveName = keyof typeof primitives;
