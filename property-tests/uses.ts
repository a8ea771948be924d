import {
  checkpointName,
  customJvp,
  customVjp,
  jit,
  lax,
  type NDArray,
  numpy as np,
  vmap,
} from "udiff";
import { P, withShardingConstraint } from "udiff/export";
import { bind1, bindMany, noParams } from "../src/core/trace.ts";
import { addAny } from "../src/lax/ops/arith.ts";
import { threefry2x32 } from "../src/lax/ops/bits.ts";
import { bitcastWordsP } from "../src/lax/ops/convert.ts";
import { keyData, wrapKeyData } from "../src/lax/ops/keys.ts";
import { solveByCholesky, solveByLu } from "../src/lax/ops/linear-solve.ts";
import { geqp3P, geqrf } from "../src/lax/ops/qr.ts";
import { selectAndGatherAdd, selectAndScatterAdd } from "../src/lax/ops/reduce-window.ts";
import { randomBinomial, randomGamma, randomPoisson } from "../src/lax/ops/sampling.ts";
import { reduceWindowMulP } from "../src/lax/ops/window.ts";
import type { PrimitiveName } from "../src/primitives.ts";
import { type Domain, input } from "./arbitraries/inputs.ts";
import type { Use } from "./arbitraries/use.ts";
import { effects, hostFunctions, lines } from "./callback-uses.ts";
import { checkpoints, conditionals, loops, untilDone } from "./control-uses.ts";
import { mappedByRule, solutions, transposedByRule } from "./implicit-uses.ts";
import { shardedMaps } from "./sharded-uses.ts";

export type { Use } from "./arbitraries/use.ts";

type Unary = (x: NDArray) => NDArray;
type Binary = (x: NDArray, y: NDArray) => NDArray;

const shapes = [[], [3], [2, 0], [2, 1, 3]] as const;

const on = (domain: Domain, f: Unary): Use[] =>
  shapes.map((shape) => ({ inputs: [input(shape, domain)], f }));
const real = (f: Unary): Use[] => on("real", f);
const both = (a: Domain, b: Domain, f: Binary): Use[] =>
  shapes.map((shape) => ({ inputs: [input(shape, a), input(shape, b)], f }));
const flat = (uses: readonly Use[], reason: string): Use[] =>
  uses.map((use) => ({ ...use, notSmooth: reason }));

const once = (uses: readonly Use[]): Use[] =>
  uses.map((use) => ({ ...use, onlyOnce: "the derivative by its exponent has none itself" }));

const steps = "it is constant between jumps";
const discrete = "it is not a function of floats";
const axes = (f: (x: NDArray, axes: number[]) => NDArray, domain: Domain): Use[] => [
  { inputs: [input([3], domain)], f: (x) => f(x, [0]) },
  { inputs: [input([2, 3], domain)], f: (x) => f(x, [1]) },
  { inputs: [input([2, 3, 2], domain)], f: (x) => f(x, [0, 2]) },
];
const along = (f: (x: NDArray, axis: number) => NDArray, domain: Domain): Use[] => [
  { inputs: [input([4], domain)], f: (x) => f(x, 0) },
  { inputs: [input([3, 2], domain)], f: (x) => f(x, 0) },
  { inputs: [input([2, 3, 2], domain)], f: (x) => f(x, 1) },
];
const windows = (f: (x: NDArray) => NDArray, domain: Domain): Use[] => [
  { inputs: [input([4, 5], domain)], f },
];

const rows = {
  dimensionNumbers: { offsetDims: [1], collapsedSliceDims: [0], startIndexMap: [0] },
  sliceSizes: [1, 3],
  mode: "clip",
} as const;
const updates = {
  dimensionNumbers: {
    updateWindowDims: [1],
    insertedWindowDims: [0],
    scatterDimsToOperandDims: [0],
  },
} as const;
/** Rows of a matrix, those outside moved in, and then dropped. */
const scattered = (
  f: (
    x: NDArray,
    i: NDArray,
    u: NDArray,
    options: typeof updates & { readonly mode: "clip" | "fillOrDrop" },
  ) => NDArray,
  domain: Domain = "real",
): Use[] =>
  (["clip", "fillOrDrop"] as const).map((mode) => ({
    inputs: [input([4, 3], domain), input([3, 3], domain)],
    f: (x, u) => {
      const places = Int32Array.of(2, 0, mode === "clip" ? 7 : -9);
      return f(x, np.array(places).reshape([3, 1]), u, { ...updates, mode });
    },
  }));
const overAxis = (f: (x: NDArray) => NDArray): Use[] => [
  { inputs: [input([3, 2])], f: (x) => vmap((v: NDArray) => f(v), { axisName: "i" })(x) },
  {
    inputs: [input([3, 3, 2])],
    f: (x) => vmap((v: NDArray) => f(v), { axisName: "i", inAxes: 1 })(x),
  },
];

/**
 * Matrices whose diagonal exceeds all else by far, each element of it by a factor of its own, and
 * that have no zeros, on which the signs that reflectors choose would depend.
 */
const spread = (f: (x: NDArray) => NDArray | readonly NDArray[], ...shape: number[]): Use => {
  const [m, n] = shape.slice(-2) as [number, number];
  const diagonal = [8, 20, 48, 100].slice(0, Math.max(m, n));
  return {
    inputs: [input(shape)],
    f: (x) => {
      const size = np.diag(np.array(diagonal, { dtype: x.dtype })).slice([0, m], [0, n]);
      return f(x.add(size).add(1 / 128));
    },
  };
};
/** Vectors up to their sign. */
const unsigned = (...vectors: readonly NDArray[]): NDArray[] => vectors.map((v) => np.square(v));
const whole = "its results are integers";
const reflected = "JAX gives it no derivative either";

const cubed = customJvp((x: NDArray) => x.mul(x).mul(x)).defJvp(
  ([x]: [NDArray], [t]: [NDArray]) => [x.mul(x).mul(x), t.mul(x).mul(x).mul(3)],
);
const squared = customVjp((x: NDArray) => x.mul(x)).defVjp(
  (x: NDArray) => [x.mul(x), x],
  (x: NDArray, ct: NDArray) => [ct.mul(x).mul(2)],
);

/** Uses of every primitive, on shapes of several ranks; a primitive that is missing does not compile. */
export const uses = {
  abs: on("positive", lax.abs),
  acos: on("unit", lax.acos),
  acosh: on("aboveOne", lax.acosh),
  add: both("real", "real", lax.add),
  addAny: both("real", "real", addAny),
  allGather: overAxis((x) => lax.allGather(x, "i").reshape([-1])),
  allToAll: [
    {
      inputs: [input([3, 3, 2])],
      f: (x) => vmap((v: NDArray) => lax.allToAll(v, "i", 0, 1), { axisName: "i" })(x),
    },
  ],
  and: flat(both("bool", "bool", lax.bitwiseAnd), discrete),
  argmax: flat(
    along((x, axis) => lax.argmax(x, axis), "distinct"),
    steps,
  ),
  argmin: flat(
    along((x, axis) => lax.argmin(x, axis), "distinct"),
    steps,
  ),
  asin: on("unit", lax.asin),
  asinh: real(lax.asinh),
  atan: real(lax.atan),
  atan2: both("positive", "real", lax.atan2),
  atanh: on("unit", lax.atanh),
  axisIndex: flat(
    overAxis((x) => lax.axisIndex("i").add(x.mul(0).astype("int32"))),
    discrete,
  ),
  besselI0e: on("positive", lax.besselI0e),
  besselI1e: on("positive", lax.besselI1e),
  betainc: [
    {
      inputs: [input([3], "unit")],
      f: (x) => lax.betainc(np.fullLike(x, 2.5), np.fullLike(x, 1.5), x.mul(0.4).add(0.5)),
    },
  ],
  bitcastConvertType: flat(
    on("int32", (x) => lax.bitcastConvertType(x, "uint32")),
    discrete,
  ),
  bitcastWords: [
    {
      inputs: [input([2, 2], "uint32")],
      f: (x) => bind1(bitcastWordsP, x, { dtype: "float64" }),
      needsFloat64: "it makes one",
      notSmooth: discrete,
    },
  ],
  broadcastInDim: [
    { inputs: [input([])], f: (x) => lax.broadcastInDim(x, [2, 3], []) },
    { inputs: [input([3])], f: (x) => lax.broadcastInDim(x, [2, 3], [1]) },
    { inputs: [input([2, 1])], f: (x) => lax.broadcastInDim(x, [2, 2, 3], [0, 2]) },
  ],
  cbrt: on("positive", lax.cbrt),
  ceil: flat(real(lax.ceil), steps),
  checkpoint: checkpoints,
  cholesky: [
    { inputs: [input([3, 3], "definite")], f: (x) => lax.linalg.cholesky(x) },
    { inputs: [input([2, 2, 2], "definite")], f: (x) => lax.linalg.cholesky(x) },
  ],
  clamp: [{ inputs: [input([3], "distinct")], f: (x) => lax.clamp(-0.137, x, 0.1371) }],
  clz: flat(on("int32", lax.clz), discrete),
  cond: conditionals,
  concatenate: [
    { inputs: [input([2]), input([3])], f: (x, y) => lax.concatenate([x, y], 0) },
    { inputs: [input([2, 1]), input([2, 0]), input([2, 2])], f: (...xs) => lax.concatenate(xs, 1) },
  ],
  convGeneralDilated: [
    {
      inputs: [input([2, 2, 5]), input([3, 2, 2])],
      f: (x, w) => lax.convGeneralDilated(x, w, { windowStrides: [2], padding: [[1, 0]] }),
    },
    {
      inputs: [input([1, 2, 4, 3]), input([2, 1, 2, 2])],
      f: (x, w) =>
        lax.convGeneralDilated(x, w, {
          padding: "SAME",
          rhsDilation: [2, 1],
          featureGroupCount: 2,
        }),
    },
  ],
  convertElementType: [
    ...real((x) => lax.convertElementType(lax.convertElementType(x, "float64"), "float64")).map(
      (use) => ({ ...use, needsFloat64: "it goes there" }),
    ),
    ...flat(
      real((x) => lax.convertElementType(x, "int32")),
      steps,
    ),
    ...flat(
      on("int32", (x) => lax.convertElementType(x, "float32")),
      discrete,
    ),
  ],
  cos: real(lax.cos),
  cosh: real(lax.cosh),
  cumlogsumexp: along((x, axis) => lax.cumlogsumexp(x, { axis }), "real"),
  cummax: along((x, axis) => lax.cummax(x, { axis, reverse: true }), "distinct"),
  cummin: along((x, axis) => lax.cummin(x, { axis }), "distinct"),
  cumprod: along((x, axis) => lax.cumprod(x, { axis }), "real"),
  cumsum: along((x, axis) => lax.cumsum(x, { axis, reverse: true }), "real"),
  customLinearSolve: solutions,
  customVmapCall: mappedByRule,
  customJvpCall: real((x) => cubed(x)),
  customLinear: [
    {
      inputs: [input([3])],
      f: (x) => squared(jit((v: NDArray) => squared(v))(x)),
      reverseOnly: "its author gave a pullback alone",
    },
  ],
  customVjpCall: real((x) => squared(x)).map((use) => ({
    ...use,
    reverseOnly: "its author gave a pullback alone",
  })),
  digamma: on("positive", lax.digamma),
  debugCallback: effects,
  debugPrint: lines,
  div: both("real", "positive", lax.div),
  dotGeneral: [
    { inputs: [input([3]), input([3])], f: (a, b) => lax.dot(a, b) },
    {
      inputs: [input([2, 3]), input([3, 2])],
      f: (a, b) => lax.dotGeneral(a, b, { contract: [[1], [0]], batch: [[], []] }),
    },
    {
      inputs: [input([2, 3, 2]), input([3, 2, 2])],
      f: (a, b) => lax.dotGeneral(a, b, { contract: [[1], [0]], batch: [[0], [2]] }),
    },
  ],
  dynamicSlice: [
    { inputs: [input([5])], f: (x) => lax.dynamicSlice(x, [np.int32(3)], [3]) },
    { inputs: [input([4, 3])], f: (x) => lax.dynamicSlice(x, [np.int32(1), np.int32(0)], [2, 2]) },
  ],
  dynamicUpdateSlice: [
    { inputs: [input([5]), input([2])], f: (x, u) => lax.dynamicUpdateSlice(x, u, [np.int32(4)]) },
    {
      inputs: [input([4, 3]), input([2, 2])],
      f: (x, u) => lax.dynamicUpdateSlice(x, u, [np.int32(1), np.int32(0)]),
    },
  ],
  eigh: [
    spread(
      (x) => {
        const [v, w] = lax.linalg.eigh(x);
        return [...unsigned(v), w];
      },
      3,
      3,
    ),
    spread((x) => unsigned(...lax.linalg.eigh(x, { lower: false })), 2, 2, 2),
    spread((x) => lax.linalg.eigh(x)[1], 1, 1),
  ],
  eq: flat(both("int32", "int32", lax.eq), discrete),
  erf: real(lax.erf),
  erfInv: on("unit", lax.erfInv),
  erfc: real(lax.erfc),
  exp: real(lax.exp),
  exp2: real(lax.exp2),
  expm1: real(lax.expm1),
  floor: flat(real(lax.floor), steps),
  gather: [
    {
      inputs: [input([4, 3])],
      f: (x) => lax.gather(x, np.array(Int32Array.of(2, 0, 7, 2)).reshape([4, 1]), rows),
    },
    {
      inputs: [input([4, 3])],
      f: (x) =>
        lax.gather(x, np.array(Int32Array.of(2, 9, -7, 2)).reshape([4, 1]), {
          ...rows,
          mode: "fillOrDrop",
          fillValue: 0.25,
        }),
    },
  ],
  ge: flat(both("real", "real", lax.ge), steps),
  geqp3: flat([spread((x) => bindMany(geqp3P, [x], noParams), 4, 3)], reflected),
  geqrf: flat([spread((x) => geqrf(x), 2, 3), spread((x) => geqrf(x), 2, 3, 2)], reflected),
  gt: flat(both("real", "real", lax.gt), steps),
  householderProduct: flat(
    [
      { inputs: [input([4, 3]), input([2])], f: lax.linalg.householderProduct },
      { inputs: [input([2, 2, 2]), input([2, 2])], f: lax.linalg.householderProduct },
    ],
    reflected,
  ),
  igamma: once(both("positive", "positive", lax.igamma)),
  igammaGradA: flat(both("positive", "positive", lax.igammaGradA), "it has no derivative"),
  igammac: once(both("positive", "positive", lax.igammac)),
  integerPow: [
    ...real((x) => lax.integerPow(x, 3)),
    ...on("positive", (x) => lax.integerPow(x, -2)),
  ],
  iota: flat(
    real((x) => lax.broadcastedIota("float32", [2, ...x.shape], 0)),
    "it has no operands",
  ).map((use) => ({
    ...use,
    notMapped: "it has no operands",
  })),
  isFinite: flat(real(lax.isFinite), steps),
  jit: [
    ...real((x) => jit((v: NDArray) => lax.sin(v).mul(v))(x)),
    ...both("real", "positive", (x, y) => jit((a: NDArray, b: NDArray) => a.div(b))(x, y)),
  ],
  le: flat(both("real", "real", lax.le), steps),
  lgamma: on("positive", lax.lgamma),
  linearSolve: [
    {
      inputs: [input([3, 3], "triangular"), input([3, 2])],
      f: (a, b) => solveByLu(a.add(np.eye(3, 3, { dtype: a.dtype }).mul(3)), b),
    },
    {
      inputs: [input([2, 2, 2], "definite"), input([2, 2, 1])],
      f: (a, b) => solveByCholesky(a.add(np.matrixTranspose(a)), b, true),
    },
    {
      inputs: [input([3, 3], "definite"), input([3, 0])],
      f: (a, b) => solveByCholesky(a.add(np.matrixTranspose(a)), b, false),
    },
  ],
  linearCall: transposedByRule,
  log: on("positive", lax.log),
  log1p: on("unit", lax.log1p),
  logistic: real(lax.logistic),
  lt: flat(both("real", "real", lax.lt), steps),
  lu: [
    ...[
      [3, 3],
      [4, 3],
      [2, 3],
      [2, 2, 2],
    ].map((shape) => spread((x) => lax.linalg.lu(x)[0], ...shape)),
    ...flat([spread((x) => lax.linalg.lu(x).slice(1), 3, 2)], whole),
  ],
  luPivotsToPermutation: flat(
    [
      {
        inputs: [input([3], "int32")],
        f: (x) => lax.linalg.luPivotsToPermutation(np.remainder(x, 4), 4),
      },
    ],
    whole,
  ),
  max: [
    {
      inputs: [input([6], "distinct")],
      f: (x) => lax.max(lax.slice(x, [0], [3]), lax.slice(x, [3], [6])),
    },
  ],
  min: [
    {
      inputs: [input([6], "distinct")],
      f: (x) => lax.min(lax.slice(x, [0], [3]), lax.slice(x, [3], [6])),
    },
  ],
  mul: both("real", "real", lax.mul),
  mulhi: flat(both("int32", "int32", lax.mulhi), discrete),
  name: real((x) => checkpointName(x, "x")),
  ne: flat(both("real", "real", lax.ne), steps),
  neg: real(lax.neg),
  nextafter: flat(both("real", "real", lax.nextafter), "it has no derivative"),
  not: flat(on("int32", lax.bitwiseNot), discrete),
  optimizationBarrier: real((x) => lax.optimizationBarrier([x, x.mul(2)])[1] as NDArray),
  or: flat(both("int32", "int32", lax.bitwiseOr), discrete),
  pad: [
    { inputs: [input([3]), input([])], f: (x, v) => lax.pad(x, v, [[1, 2, 1]]) },
    {
      inputs: [input([3, 4]), input([])],
      f: (x, v) =>
        lax.pad(x, v, [
          [-1, 0, 0],
          [1, -2, 2],
        ]),
    },
  ],
  pmax: flat(
    overAxis((x) => lax.pmax(x, "i")),
    "it has no derivative",
  ),
  pmin: flat(
    overAxis((x) => lax.pmin(x, "i")),
    "it has no derivative",
  ),
  polygamma: [{ inputs: [input([3], "positive")], f: (x) => lax.polygamma(np.fullLike(x, 1), x) }],
  populationCount: flat(on("int32", lax.populationCount), discrete),
  pow: both("positive", "real", lax.pow),
  ppermute: overAxis((x) =>
    lax.ppermute(x, "i", [
      [0, 1],
      [2, 0],
    ]),
  ),
  psum: overAxis((x) => lax.psum(x.mul(x), "i")),
  psumScatter: [
    {
      inputs: [input([3, 3, 2])],
      f: (x) => vmap((v: NDArray) => lax.psumScatter(v, "i"), { axisName: "i" })(x),
    },
  ],
  pureCallback: hostFunctions,
  qr: [
    spread((x) => lax.linalg.qr(x), 3, 3),
    spread((x) => lax.linalg.qr(x), 4, 3),
    spread((x) => lax.linalg.qr(x, { fullMatrices: false }), 4, 3),
    spread((x) => lax.linalg.qr(x), 2, 3),
    spread((x) => lax.linalg.qr(x), 2, 2, 2),
    spread((x) => lax.linalg.qr(x, { pivoting: true }).slice(0, 2), 4, 3),
    spread((x) => lax.linalg.qr(x, { pivoting: true }).slice(0, 2), 2, 3),
    ...flat([spread((x) => lax.linalg.qr(x, { pivoting: true })[2], 3, 3)], whole),
  ],
  randomGamma: [
    {
      inputs: [input([3], "positive")],
      f: (x) => {
        const words = np.array(Uint32Array.of(1, 2, 3));
        return randomGamma(words, words, x, false);
      },
      notSmooth: "a draw jumps where a rejection sets in",
    },
  ],
  randomGammaGrad: flat(both("positive", "positive", lax.randomGammaGrad), "it has no derivative"),
  randomBinomial: [
    {
      inputs: [input([], "uint32"), input([3], "positive")],
      f: (k, x) => randomBinomial(k, k, lax.mul(x, 40), lax.fullLike(x, 0.375)),
      notSmooth: discrete,
    },
  ],
  randomPoisson: [
    {
      inputs: [input([3], "uint32")],
      f: (k) => randomPoisson(k, k, k, lax.fullLike(k, 4.5, { dtype: "float32" })),
      notSmooth: discrete,
    },
  ],
  randomUnwrap: flat(on("key", keyData), discrete),
  randomWrap: [
    { inputs: [input([3, 2], "uint32")], f: (x) => wrapKeyData(x), notSmooth: discrete },
  ],
  reduceAnd: flat(
    axes((x, a) => lax.reduceAnd(x, a), "bool"),
    discrete,
  ),
  reduceMax: axes((x, a) => lax.reduceMax(x, a), "distinct"),
  reduceMin: axes((x, a) => lax.reduceMin(x, a), "distinct"),
  reduceOr: flat(
    axes((x, a) => lax.reduceOr(x, a), "bool"),
    discrete,
  ),
  reducePrecision: flat(
    real((x) => lax.reducePrecision(x, 8, 7)),
    "its derivative is that of the identity by definition",
  ),
  reduceProd: axes((x, a) => lax.reduceProd(x, a), "real"),
  reduceSum: axes((x, a) => lax.reduceSum(x, a), "real"),
  reduceWindowAnd: flat(
    windows((x) => lax.reduceWindow(x, true, "and", [2, 2]), "bool"),
    discrete,
  ),
  reduceWindowMax: windows(
    (x) => lax.reduceWindow(x, -Infinity, "max", [2, 3], [1, 2]),
    "distinct",
  ),
  reduceWindowMin: windows(
    (x) => lax.reduceWindow(x, Infinity, "min", [2, 2], null, "SAME"),
    "distinct",
  ),
  reduceWindowMul: windows(
    (x) =>
      bind1(reduceWindowMulP, x, {
        windowDimensions: [2, 2],
        windowStrides: [1, 1],
        padding: [
          [0, 0],
          [0, 0],
        ],
        baseDilation: [1, 1],
        windowDilation: [1, 1],
      }),
    "real",
  ),
  reduceWindowOr: flat(
    windows((x) => lax.reduceWindow(x, false, "or", [2, 2]), "bool"),
    discrete,
  ),
  reduceWindowSum: windows((x) => lax.reduceWindow(x, 0, "add", [2, 3], [2, 1], "SAME"), "real"),
  reduceWindowXor: flat(
    windows((x) => lax.reduceWindow(x, false, "xor", [2, 2]), "bool"),
    discrete,
  ),
  reduceXor: flat(
    axes((x, a) => lax.reduceXor(x, a), "int32"),
    discrete,
  ),
  rem: both("real", "positive", (x, y) => lax.rem(x, y.add(3))),
  reshape: [
    { inputs: [input([2, 3])], f: (x) => lax.reshape(x, [3, 2]) },
    { inputs: [input([2, 1, 3])], f: (x) => lax.reshape(x, [6]) },
  ],
  rev: [
    { inputs: [input([2, 3])], f: (x) => lax.rev(x, [1]) },
    { inputs: [input([2, 3, 2])], f: (x) => lax.rev(x, [0, 2]) },
  ],
  round: flat(
    real((x) => lax.round(x)),
    steps,
  ),
  rsqrt: on("positive", lax.rsqrt),
  scan: loops,
  scatter: scattered(lax.scatter),
  scatterAdd: scattered(lax.scatterAdd),
  scatterMax: scattered((x, i, u, how) => lax.scatterMax(x, i, u.add(0.0371), how), "distinct"),
  scatterMin: scattered((x, i, u, how) => lax.scatterMin(x, i, u.add(0.0371), how), "distinct"),
  scatterMul: scattered((x, i, u, how) => lax.scatterMul(x, i, u, { ...how, uniqueIndices: true })),
  scatterSub: scattered(lax.scatterSub),
  selectAndGatherAdd: [
    {
      inputs: [input([4, 4]), input([4, 4], "distinct")],
      f: (t, x) => selectAndGatherAdd(t, x, "ge", [2, 2], [2, 2]),
    },
  ],
  selectAndScatterAdd: [
    {
      inputs: [input([2, 2]), input([4, 4], "distinct")],
      f: (s, x) => selectAndScatterAdd(s, x, "ge", [2, 2], [2, 2]),
    },
  ],
  selectN: [
    { inputs: [input([3], "bool"), input([3]), input([3])], f: (w, x, y) => lax.selectN(w, x, y) },
    {
      inputs: [input([2, 2], "bool"), input([2, 2]), input([2, 2])],
      f: (w, x, y) => lax.select(w, x, y),
    },
  ],
  shardMap: shardedMaps,
  shardingConstraint: [
    { inputs: [input([2, 3])], f: (x) => withShardingConstraint(x.mul(x), P("data", null)) },
    { inputs: [input([2])], f: (x) => withShardingConstraint(x, P(["data", "model"])) },
  ],
  shiftLeft: flat(both("int32", "int32", lax.shiftLeft), discrete),
  shiftRightArithmetic: flat(both("int32", "int32", lax.shiftRightArithmetic), discrete),
  shiftRightLogical: flat(both("int32", "int32", lax.shiftRightLogical), discrete),
  sign: flat(real(lax.sign), steps),
  sin: real(lax.sin),
  sinh: real(lax.sinh),
  slice: [
    { inputs: [input([5])], f: (x) => lax.slice(x, [1], [5], [2]) },
    { inputs: [input([3, 4])], f: (x) => lax.slice(x, [0, 1], [2, 3]) },
  ],
  sort: [
    { inputs: [input([5], "distinct")], f: (x) => lax.sort(x) },
    {
      inputs: [input([3, 2], "distinct"), input([3, 2])],
      f: (x, y) => lax.sort([x, y], { dimension: 0, numKeys: 1 }),
    },
  ],
  split: [{ inputs: [input([2, 5])], f: (x) => lax.split(x, [2, 0, 3], 1) }],
  sqrt: on("positive", lax.sqrt),
  square: real(lax.square),
  squeeze: [{ inputs: [input([2, 1, 3, 1])], f: (x) => lax.squeeze(x, [1, 3]) }],
  stopGradient: flat(
    real((x) => lax.stopGradient(x)),
    "its derivative is zero by definition",
  ),
  sub: both("real", "real", lax.sub),
  svd: [
    ...[
      [3, 3],
      [2, 2, 2],
    ].map((shape) =>
      spread(
        (x) => {
          const [u, s, vt] = lax.linalg.svd(x);
          return [s, ...unsigned(u, vt)];
        },
        ...shape,
      ),
    ),
    ...[
      [4, 3],
      [2, 3],
    ].map((shape) =>
      spread(
        (x) => {
          const [u, s, vt] = lax.linalg.svd(x, { fullMatrices: false });
          // What the sign of a pair does not change, and what the order of values decides.
          return [u.mul(s).matmul(vt), np.sin(s), ...unsigned(u, vt)];
        },
        ...shape,
      ),
    ),
    spread((x) => lax.linalg.svd(x, { computeUv: false }), 2, 4, 3),
  ],
  tan: on("unit", lax.tan),
  tanh: real(lax.tanh),
  threefry2x32: flat(
    both("uint32", "uint32", (x, y) => bindWords(x, y)),
    discrete,
  ),
  topK: [
    { inputs: [input([5], "distinct")], f: (x) => lax.topK(x, 2)[0] as NDArray },
    { inputs: [input([3, 4], "distinct")], f: (x) => lax.topK(x, 2, { axis: 0 })[0] as NDArray },
  ],
  transpose: [
    { inputs: [input([2, 3])], f: (x) => lax.transpose(x, [1, 0]) },
    { inputs: [input([2, 3, 2])], f: (x) => lax.transpose(x, [2, 0, 1]) },
  ],
  triangularSolve: [
    {
      inputs: [input([3, 3], "triangular"), input([3, 2])],
      f: (a, b) => lax.linalg.triangularSolve(a, b, { leftSide: true, lower: true }),
    },
    {
      inputs: [input([2, 2, 2], "triangular"), input([2, 1, 2])],
      f: (a, b) =>
        lax.linalg.triangularSolve(a, b, { leftSide: false, lower: false, transposeA: true }),
    },
  ],
  tridiagonalSolve: [
    {
      inputs: [input([3], "unit"), input([3], "aboveOne"), input([3], "unit"), input([3, 2])],
      f: (dl, d, du, b) => lax.linalg.tridiagonalSolve(dl, d.add(2), du, b),
    },
    {
      inputs: [input([2, 1], "unit"), input([2, 1], "aboveOne"), input([2, 1]), input([2, 1, 2])],
      f: lax.linalg.tridiagonalSolve,
    },
  ],
  while: untilDone,
  xor: flat(both("bool", "bool", lax.bitwiseXor), discrete),
  zeta: flat(
    [
      {
        inputs: [input([3], "aboveOne"), input([3], "positive")],
        f: (x, q) => lax.zeta(x.add(1), q),
      },
    ],
    "JAX gives it no derivative either",
  ),
} satisfies Readonly<Record<PrimitiveName, readonly Use[]>>;

function bindWords(x: NDArray, y: NDArray): NDArray {
  const [a] = threefry2x32(x, y, x, y);
  return a;
}

/** Every use with a name for the test. */
export const allUses: readonly (readonly [name: string, use: Use])[] = Object.entries(uses).flatMap(
  ([name, list]) =>
    list.map((use: Use, i) => [list.length > 1 ? `${name} ${i}` : name, use] as const),
);
