import "../runtime/install.ts";

export type {
  AlphaOptions,
  GeluOptions,
  GluOptions,
  LeakyReluOptions,
  SquareplusOptions,
} from "./activations.ts";
export {
  celu,
  elu,
  gelu,
  glu,
  hardSigmoid,
  hardSilu,
  hardSilu as hardSwish,
  hardTanh,
  identity,
  leakyRelu,
  log1mexp,
  logSigmoid,
  mish,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  silu as swish,
  softplus,
  softSign,
  sparsePlus,
  sparseSigmoid,
  squareplus,
  tanh,
} from "./activations.ts";
export type { AttentionOptions } from "./attention.ts";
export { dotProductAttention } from "./attention.ts";
export type { OneHotOptions } from "./encoding.ts";
export { oneHot } from "./encoding.ts";
export * as initializers from "./initializer-names.ts";
export type { ClassLossOptions, CosineOptions, HuberOptions } from "./losses.ts";
export {
  absoluteError,
  cosineDistance,
  cosineSimilarity,
  hingeLoss,
  huberLoss,
  klDivergence,
  klDivergenceWithLogTargets,
  l2Loss,
  logCosh,
  sigmoidBinaryCrossEntropy,
  softmaxCrossEntropy,
  softmaxCrossEntropyWithIntegerLabels,
  squaredError,
} from "./losses.ts";
export type { LogsumexpOptions, SoftmaxOptions, StandardizeOptions } from "./normalization.ts";
export { logmeanexp, logSoftmax, logsumexp, softmax, standardize } from "./normalization.ts";
