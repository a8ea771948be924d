import { grad, jit, lax, type NDArray, nn, numpy as np, random, valueAndGrad, vmap } from "udiff";
import { P, shardMap, withShardingConstraint } from "udiff/export";

/** Parameters of a perceptron of two layers. */
export interface Perceptron {
  readonly w1: NDArray;
  readonly b1: NDArray;
  readonly w2: NDArray;
  readonly b2: NDArray;
}

const key = (seed: number): NDArray => random.key(seed);
const normal = (seed: number, ...shape: number[]): NDArray =>
  random.normal(key(seed), shape).mul(0.5);

/** Initial parameters. */
export const perceptron: Perceptron = {
  w1: normal(1, 6, 16),
  b1: np.zeros([16]),
  w2: normal(2, 16, 4),
  b2: np.zeros([4]),
};

/** Inputs and labels, as one-hot rows. */
export const batch: { readonly x: NDArray; readonly y: NDArray } = {
  x: normal(3, 16, 6),
  y: nn.oneHot(random.randint(key(4), [16], 0, 4), 4),
};

function logits(p: Perceptron, x: NDArray): NDArray {
  const hidden = np.tanh(np.matmul(x, p.w1).add(p.b1));
  return np.matmul(hidden, p.w2).add(p.b2);
}

/** Mean cross entropy. */
export function loss(p: Perceptron, x: NDArray, y: NDArray): NDArray {
  return np.mean(np.sum(nn.logSoftmax(logits(p, x)).mul(y), { axis: -1 })).neg();
}

/** One step of gradient descent. */
export function step(p: Perceptron, x: NDArray, y: NDArray): readonly [NDArray, Perceptron] {
  const [value, g] = valueAndGrad(loss)(p, x, y);
  const move = (a: NDArray, b: NDArray): NDArray => a.sub(b.mul(0.1));
  return [
    value,
    {
      w1: move(p.w1, g.w1),
      b1: move(p.b1, g.b1),
      w2: move(p.w2, g.w2),
      b2: move(p.b2, g.b2),
    },
  ];
}

/** The same with the hidden layer kept divided. */
export function constrainedStep(
  p: Perceptron,
  x: NDArray,
  y: NDArray,
): readonly [NDArray, Perceptron] {
  const inner = (q: Perceptron): NDArray => {
    const hidden = withShardingConstraint(
      np.tanh(np.matmul(x, q.w1).add(q.b1)),
      P("data", "model"),
    );
    const out = np.matmul(hidden, q.w2).add(q.b2);
    return np.mean(np.sum(nn.logSoftmax(out).mul(y), { axis: -1 })).neg();
  };
  const [value, g] = valueAndGrad(inner)(p);
  const move = (a: NDArray, b: NDArray): NDArray => a.sub(b.mul(0.1));
  return [
    value,
    {
      w1: move(p.w1, g.w1),
      b1: move(p.b1, g.b1),
      w2: move(p.w2, g.w2),
      b2: move(p.b2, g.b2),
    },
  ];
}

/** The same step written for each device: gradients of its own examples, then their mean. */
export const parallelStep = shardMap(
  (p: Perceptron, x: NDArray, y: NDArray): readonly [NDArray, Perceptron] => {
    const [value, g] = valueAndGrad(loss)(p, x, y);
    const move = (a: NDArray, b: NDArray): NDArray => a.sub(lax.pmean(b, "data").mul(0.1));
    return [
      lax.pmean(value, "data"),
      {
        w1: move(p.w1, g.w1),
        b1: move(p.b1, g.b1),
        w2: move(p.w2, g.w2),
        b2: move(p.b2, g.b2),
      },
    ];
  },
  { mesh: { data: 8 }, inSpecs: [null, P("data"), P("data")], outSpecs: null },
);

/** Loss of a recurrent network over a sequence, by scan. */
export function recurrentLoss(w: readonly NDArray[], xs: NDArray): NDArray {
  const [wx, wh, wo] = w as readonly [NDArray, NDArray, NDArray];
  const cell = (h: NDArray, x: NDArray): [NDArray, NDArray] => {
    const next = np.tanh(np.matmul(x, wx).add(np.matmul(h, wh)));
    return [next, np.matmul(next, wo)];
  };
  const [, ys] = lax.scan(cell, np.zeros([3, 5]), xs);
  return np.mean(np.square(ys));
}

/** Weights and a sequence for it. */
export const recurrent = {
  weights: [normal(5, 4, 5), normal(6, 5, 5), normal(7, 5, 2)],
  xs: normal(8, 7, 3, 4),
};

/** Loss of a small convolutional network with pooling. */
export function convolutionalLoss(w: readonly NDArray[], x: NDArray, y: NDArray): NDArray {
  const [k1, k2, dense] = w as readonly [NDArray, NDArray, NDArray];
  const first = nn.relu(lax.convGeneralDilated(x, k1, { padding: "SAME" }));
  const pooled = lax.reduceWindow(first, -Infinity, "max", [1, 1, 2, 2], [1, 1, 2, 2]);
  const second = nn.relu(
    lax.convGeneralDilated(pooled, k2, { windowStrides: [2, 2], padding: "SAME" }),
  );
  const flat = second.reshape([second.shape[0] as number, -1]);
  return np.mean(np.sum(nn.logSoftmax(np.matmul(flat, dense)).mul(y), { axis: -1 })).neg();
}

/** Weights, images and labels for it. */
export const convolutional = {
  weights: [normal(9, 4, 1, 3, 3), normal(10, 8, 4, 3, 3), normal(11, 32, 3)],
  x: normal(12, 5, 1, 8, 8),
  y: nn.oneHot(random.randint(key(13), [5], 0, 3), 3),
};

/** An attention block with a residual and normalisation. */
export function attentionBlock(w: readonly NDArray[], x: NDArray): NDArray {
  const [wq, wk, wv, wo] = w as readonly [NDArray, NDArray, NDArray, NDArray];
  const heads = (m: NDArray): NDArray =>
    np.transpose(np.matmul(x, m).reshape([2, 5, 2, 4]), [0, 2, 1, 3]);
  const scores = np.matmul(heads(wq), np.transpose(heads(wk), [0, 1, 3, 2])).mul(0.5);
  const mask = np.tril(np.ones([5, 5])).greater(0);
  const weights = nn.softmax(np.where(mask, scores, -1e9), { axis: -1 });
  const mixed = np.transpose(np.matmul(weights, heads(wv)), [0, 2, 1, 3]).reshape([2, 5, 8]);
  const out = x.add(np.matmul(mixed, wo));
  const centred = out.sub(np.mean(out, { axis: -1, keepdims: true }));
  return centred.div(np.sqrt(np.mean(np.square(centred), { axis: -1, keepdims: true }).add(1e-5)));
}

/** Weights and a sequence for it. */
export const attention = {
  weights: [normal(14, 8, 8), normal(15, 8, 8), normal(16, 8, 8), normal(17, 8, 8)],
  x: normal(18, 2, 5, 8),
};

/** Ten steps of Adam inside a loop, with noise from a key that is split at each. */
export function optimise(
  p: Perceptron,
  x: NDArray,
  y: NDArray,
  start: NDArray,
): readonly unknown[] {
  const zeros = { w1: p.w1.mul(0), b1: p.b1.mul(0), w2: p.w2.mul(0), b2: p.b2.mul(0) };
  type State = readonly [Perceptron, Perceptron, Perceptron, NDArray];
  const names = ["w1", "b1", "w2", "b2"] as const;
  const each = (f: (name: keyof Perceptron) => NDArray): Perceptron =>
    Object.fromEntries(names.map((name) => [name, f(name)])) as unknown as Perceptron;
  return lax.foriLoop(
    0,
    10,
    (i: NDArray, [q, m, v, k]: State): State => {
      const [next, noise] = [...random.split(k, 2)] as [NDArray, NDArray];
      const jitter = random.normal(noise, [16, 6]).mul(0.01);
      const g = jit(grad(loss))(q, x.add(jitter), y);
      const t = i.astype("float32").add(1);
      const mean = each((name) => m[name].mul(0.9).add(g[name].mul(0.1)));
      const square = each((name) => v[name].mul(0.99).add(np.square(g[name]).mul(0.01)));
      const moved = each((name) => {
        const first = mean[name].div(np.float32(1).sub(np.power(np.float32(0.9), t)));
        const second = square[name].div(np.float32(1).sub(np.power(np.float32(0.99), t)));
        return q[name].sub(first.div(np.sqrt(second).add(1e-6)).mul(0.01));
      });
      return [moved, mean, square, next];
    },
    [p, zeros, zeros, start] as State,
  ) as unknown as readonly unknown[];
}

/** Gradients of each example apart. */
export const perExample = vmap(grad(loss), { inAxes: [null, 0, 0] });
