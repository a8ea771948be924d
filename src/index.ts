import "./runtime/install.ts";
import "./numpy/methods.ts";

export type { DType, TypedArray } from "./core/dtype.ts";
export * from "./core/errors.ts";
export type { ArrayLike, Nested } from "./core/value.ts";
export { NDArray } from "./core/value.ts";
export * as debug from "./debug/index.ts";
export { debugInfs, debugNans } from "./debug/nans.ts";
export * as experimental from "./experimental/index.ts";
export { linearCall } from "./lax/control/linear-call.ts";
export type { PureCallbackOptions, VmapMethod } from "./lax/control/pure-callback.ts";
export { pureCallback } from "./lax/control/pure-callback.ts";
export { sequentialVmap } from "./lax/control/sequential-vmap.ts";
export * as lax from "./lax/index.ts";
export * as linalg from "./linalg/index.ts";
export * as nn from "./nn/index.ts";
export * as numpy from "./numpy/index.ts";
export * as ops from "./ops/index.ts";
export * as random from "./random/index.ts";
export * as scipy from "./scipy/index.ts";
export * as sparse from "./sparse/index.ts";
export {
  blockUntilReady,
  defaultDevice,
  deviceGet,
  devicePut,
  devices,
  effectsBarrier,
  setDefaultDevice,
} from "./transforms/devices.ts";
export * from "./transforms/index.ts";
export * as flattenUtil from "./transforms/ravel-pytree.ts";
export { stopGradient } from "./transforms/stop-gradient.ts";
export * as tree from "./tree/index.ts";
