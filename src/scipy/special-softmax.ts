import type { ArrayLike, NDArray } from "../core/value.ts";
import {
  logSoftmax as logSoftmaxAlong,
  type SoftmaxOptions,
  softmax as softmaxAlong,
} from "../nn/normalization.ts";

/** As `nn.softmax`, over all axes by default. */
export function softmax(x: ArrayLike, options: SoftmaxOptions = {}): NDArray {
  return softmaxAlong(x, { axis: null, ...options });
}

/** As `nn.logSoftmax`, over all axes by default. */
export function logSoftmax(x: ArrayLike, options: SoftmaxOptions = {}): NDArray {
  return logSoftmaxAlong(x, { axis: null, ...options });
}
