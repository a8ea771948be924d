import "../runtime/install.ts";
import "./methods.ts";

export * as linalg from "../linalg/index.ts";
export { applyAlongAxis, applyOverAxes, piecewise } from "./applying.ts";
export type { ArgOptions } from "./arg-reductions.ts";
export { argmax, argmin, nanargmax, nanargmin } from "./arg-reductions.ts";
export { IndexUpdate } from "./at.ts";
export type { PackOptions, UnpackOptions } from "./bit-packing.ts";
export { packbits, unpackbits } from "./bit-packing.ts";
export type { BufferOptions } from "./buffers.ts";
export { frombuffer } from "./buffers.ts";
export type { DiffOptions, FlatDiffOptions, TrapezoidOptions, UnwrapOptions } from "./calculus.ts";
export { diff, ediff1d, gradient, trapezoid, unwrap } from "./calculus.ts";
export { e, eulerGamma, inf, nan, newaxis, pi } from "./constants.ts";
export type { ConvolutionMode, ConvolutionOptions } from "./convolution.ts";
export { convolve, correlate } from "./convolution.ts";
export type { CreationOptions, LikeOptions } from "./creation.ts";
export {
  array,
  asarray,
  astype,
  copy,
  empty,
  emptyLike,
  full,
  fullLike,
  ones,
  onesLike,
  zeros,
  zerosLike,
} from "./creation.ts";
export type { CumulativeOptions } from "./cumulative.ts";
export {
  cumprod,
  cumprod as cumulativeProd,
  cumsum,
  cumsum as cumulativeSum,
  nancumprod,
  nancumsum,
} from "./cumulative.ts";
export { gcd, lcm } from "./divisors.ts";
export type { DTypeKind, FloatInfo, IntegerInfo } from "./dtype-info.ts";
export {
  canCast,
  finfo,
  iinfo,
  isdtype,
  issubdtype,
  promoteTypes,
  resultType,
} from "./dtype-info.ts";
export type { EinsumOptions } from "./einsum.ts";
export { einsum, einsumPath } from "./einsum.ts";
export {
  add,
  angle,
  conjugate,
  conjugate as conj,
  deg2rad,
  deg2rad as radians,
  divide,
  divide as trueDivide,
  divmod,
  floorDivide,
  fmax,
  fmin,
  fmod,
  imag,
  maximum,
  minimum,
  modf,
  multiply,
  negative,
  positive,
  rad2deg,
  rad2deg as degrees,
  real,
  real as realIfClose,
  reciprocal,
  remainder,
  remainder as mod,
  subtract,
} from "./elementwise-arithmetic.ts";
export {
  bitwiseAnd,
  bitwiseCount,
  bitwiseNot,
  bitwiseNot as bitwiseInvert,
  bitwiseNot as invert,
  bitwiseOr,
  bitwiseXor,
  leftShift,
  leftShift as bitwiseLeftShift,
  rightShift,
  rightShift as bitwiseRightShift,
} from "./elementwise-bits.ts";
export type { ToleranceOptions } from "./elementwise-comparison.ts";
export {
  allclose,
  arrayEqual,
  arrayEquiv,
  equal,
  greater,
  greaterEqual,
  isclose,
  iscomplex,
  iscomplexobj,
  isfinite,
  isinf,
  isnan,
  isneginf,
  isposinf,
  isreal,
  isrealobj,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  notEqual,
  signbit,
} from "./elementwise-comparison.ts";
export type { NanToNumOptions } from "./elementwise-float.ts";
export {
  copysign,
  frexp,
  heaviside,
  hypot,
  i0,
  ldexp,
  nanToNum,
  nextafter,
  sinc,
  spacing,
} from "./elementwise-float.ts";
export {
  abs,
  abs as absolute,
  arccos,
  arccos as acos,
  arccosh,
  arccosh as acosh,
  arcsin,
  arcsin as asin,
  arcsinh,
  arcsinh as asinh,
  arctan,
  arctan as atan,
  arctan2,
  arctan2 as atan2,
  arctanh,
  arctanh as atanh,
  cbrt,
  cos,
  cosh,
  exp,
  exp2,
  expm1,
  fabs,
  log,
  log1p,
  log2,
  log10,
  sign,
  sin,
  sinh,
  sqrt,
  square,
  tan,
  tanh,
} from "./elementwise-math.ts";
export { floatPower, power, power as pow } from "./elementwise-power.ts";
export { ceil, floor, rint, round, round as around, trunc } from "./elementwise-rounding.ts";
export type { RavelOptions } from "./flat-index.ts";
export { ravelMultiIndex, unravelIndex } from "./flat-index.ts";
export type { GridRange, MeshgridOptions } from "./grids.ts";
export { fromfunction, indices, ix, meshgrid, mgrid, ogrid } from "./grids.ts";
export type { CountOptions, HistogramddOptions, HistogramOptions } from "./histograms.ts";
export { bincount, histogram, histogram2d, histogramBinEdges, histogramdd } from "./histograms.ts";
export type { IndexPart, IndexRange } from "./index-parts.ts";
export type { IndexOptions } from "./index-read.ts";
export type { InterpOptions } from "./interpolation.ts";
export { interp } from "./interpolation.ts";
export { logaddexp, logaddexp2 } from "./log-sums.ts";
export type {
  DiagonalAxesOptions,
  DiagonalOptions,
  EyeOptions,
  VanderOptions,
} from "./matrices.ts";
export {
  diag,
  diagflat,
  diagonal,
  eye,
  identity,
  trace,
  tri,
  tril,
  triu,
  vander,
} from "./matrices.ts";
export type { NanVarianceOptions } from "./nan-reductions.ts";
export { nanmax, nanmean, nanmin, nanprod, nanstd, nansum, nanvar } from "./nan-reductions.ts";
export type { Axes, AxisOptions } from "./options.ts";
export type { PadFunction, PadMode, PadOptions, PadValues } from "./padding.ts";
export { pad } from "./padding.ts";
export type { FullFit, PolyfitOptions } from "./polynomial-fit.ts";
export { polyfit } from "./polynomial-fit.ts";
export type { IntegralOptions, TrimOptions } from "./polynomials.ts";
export {
  poly,
  polyadd,
  polyder,
  polydiv,
  polyint,
  polymul,
  polysub,
  polyval,
} from "./polynomials.ts";
export type { CrossOptions, ProductOptions, TensordotOptions } from "./products.ts";
export {
  cross,
  dot,
  inner,
  kron,
  matmul,
  matvec,
  outer,
  tensordot,
  vdot,
  vecdot,
  vecmat,
} from "./products.ts";
export type { MedianOptions, QuantileMethod, QuantileOptions } from "./quantiles.ts";
export {
  median,
  nanmedian,
  nanpercentile,
  nanquantile,
  percentile,
  quantile,
} from "./quantiles.ts";
export type { SpaceOptions } from "./ranges.ts";
export { arange, geomspace, linspace, logspace } from "./ranges.ts";
export type { RepeatOptions, RollOptions, RotateOptions } from "./rearranging.ts";
export { repeat, resize, roll, rot90, tile } from "./rearranging.ts";
export type { LogicalOptions, MeanOptions, ReductionOptions, SumOptions } from "./reductions.ts";
export {
  all,
  any,
  countNonzero,
  max,
  max as amax,
  mean,
  min,
  min as amin,
  prod,
  ptp,
  sum,
} from "./reductions.ts";
export type {
  CompressOptions,
  FillDiagonalOptions,
  FlatAxisOptions,
  Positions,
  TrimZerosOptions,
} from "./removing.ts";
export {
  compress,
  deleteOf as delete,
  extract,
  fillDiagonal,
  insert,
  place,
  trimZeros,
} from "./removing.ts";
export type { DTypeConstructor } from "./scalar-types.ts";
export {
  bfloat16,
  bool,
  float16,
  float32,
  float64,
  int8,
  int16,
  int32,
  uint8,
  uint16,
  uint32,
} from "./scalar-types.ts";
export type { DigitizeOptions, SearchOptions, SizeOptions } from "./searching.ts";
export { argwhere, digitize, flatnonzero, nonzero, searchsorted, where } from "./searching.ts";
export type { ChooseOptions, ClipOptions, SelectOptions } from "./selection.ts";
export { choose, clip, select } from "./selection.ts";
export type { SetOptions } from "./set-operations.ts";
export { intersect1d, isin, setdiff1d, setxor1d, union1d } from "./set-operations.ts";
export type { UniqueExtras, UniqueOptions } from "./sets.ts";
export { unique, uniqueAll, uniqueCounts, uniqueInverse, uniqueValues } from "./sets.ts";
export {
  atleast1d,
  atleast2d,
  atleast3d,
  broadcastArrays,
  broadcastShapes,
  broadcastTo,
  expandDims,
  flip,
  fliplr,
  flipud,
  isscalar,
  matrixTranspose,
  moveaxis,
  ndim,
  ravel,
  reshape,
  rollaxis,
  shape,
  size,
  squeeze,
  swapaxes,
  transpose,
  transpose as permuteDims,
} from "./shape.ts";
export type { PartitionOptions, SortOptions } from "./sorting.ts";
export { argpartition, argsort, lexsort, partition, sort, topK } from "./sorting.ts";
export type { Sections } from "./splitting.ts";
export { arraySplit, dsplit, hsplit, split, vsplit } from "./splitting.ts";
export type { Blocks, JoinOptions } from "./stacking.ts";
export {
  append,
  block,
  columnStack,
  concatenate,
  concatenate as concat,
  dstack,
  hstack,
  stack,
  unstack,
  vstack,
} from "./stacking.ts";
export type { AverageOptions, CovarianceOptions, VarianceOptions } from "./statistics.ts";
export { average, corrcoef, cov, std, variance as var } from "./statistics.ts";
export type { AlongAxisOptions, PutOptions, TakeMode, TakeOptions } from "./take.ts";
export { put, putAlongAxis, take, takeAlongAxis } from "./take.ts";
export { arrayRepr, arrayStr } from "./text.ts";
export type { TriangleOptions } from "./triangle-indices.ts";
export {
  diagIndices,
  diagIndicesFrom,
  maskIndices,
  trilIndices,
  trilIndicesFrom,
  triuIndices,
  triuIndicesFrom,
} from "./triangle-indices.ts";
export type { ArrayFunction, VectorizeOptions } from "./vectorize.ts";
export { vectorize } from "./vectorize.ts";
export { bartlett, blackman, hamming, hanning, kaiser } from "./windows.ts";
