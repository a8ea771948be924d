/** A network that classifies, its loss, and one step of its training. */
import { jit, type NDArray, nn, numpy as np, random, tree, valueAndGrad } from "udiff";

/** Weights and biases of one layer. */
export interface Layer {
  w: NDArray;
  b: NDArray;
}

/** Layers from each size to the next, the same numbers every time. */
export function initialLayers(sizes: readonly number[]): Layer[] {
  const keys = random.split(random.key(0), sizes.length);
  const draw = nn.initializers.heNormal();
  return sizes.slice(1).map((size, i) => ({
    w: draw(keys.slice(i), [sizes[i] as number, size]),
    b: np.zeros([size]),
  }));
}

/** Scores of the classes for each row of `x`. */
export function predict(layers: Layer[], x: NDArray): NDArray {
  const last = layers.length - 1;
  return layers.reduce((h, { w, b }, i) => {
    const y = np.matmul(h, w).add(b);
    return i < last ? nn.relu(y) : y;
  }, x);
}

function loss(layers: Layer[], x: NDArray, labels: NDArray): NDArray {
  return np.mean(nn.softmaxCrossEntropyWithIntegerLabels(predict(layers, x), labels));
}

/** One step of gradient descent with momentum 0.9: the loss before it, layers and velocity after. */
export const step = jit(
  (
    layers: Layer[],
    velocity: Layer[],
    x: NDArray,
    labels: NDArray,
    rate: NDArray,
  ): [NDArray, Layer[], Layer[]] => {
    const [value, gradient] = valueAndGrad(loss)(layers, x, labels);
    const next = tree.map(
      (v: NDArray, g: NDArray) => v.mul(0.9).sub(g.mul(rate)),
      velocity,
      gradient,
    ) as Layer[];
    return [value, tree.map((p: NDArray, v: NDArray) => p.add(v), layers, next) as Layer[], next];
  },
);
