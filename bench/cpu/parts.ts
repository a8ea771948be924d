/** Times of the parts of a call, for udiff alone. */
import { grad, jit, makeJaxpr, type NDArray, numpy as np, tree, vmap } from "udiff";

/** One part and its time in microseconds. */
export interface Part {
  readonly part: string;
  readonly us: number;
}

const length = 1000;
const chain = (x: NDArray): NDArray => {
  let y = x;
  for (let i = 0; i < length; i++) y = np.sin(y).mul(1.0001);
  return y;
};

/** The least time of one call in microseconds: what it takes when nothing disturbs it. */
function time(f: () => unknown, calls = 2000): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 25; round++) {
    const begin = performance.now();
    for (let i = 0; i < calls; i++) f();
    least = Math.min(least, (1000 * (performance.now() - begin)) / calls);
  }
  return least;
}

/** Time each part. */
export function timeParts(): Part[] {
  const x = np.array(0.7);
  const few = np.array([1, 2, 3, 4]);
  const many = np.array(new Float32Array(1024).fill(0.5));
  const params = { w: few, b: x, more: [few, few] };
  const sin = jit((x: NDArray) => np.sin(x));
  const pick = jit((p: typeof params) => p.w.add(p.b));
  const slope = grad((x: NDArray) => np.sin(x).mul(x));
  const slopes = jit(slope);
  const row = vmap((x: NDArray) => np.sin(x).mul(x));
  const { structure } = tree;
  return [
    { part: "flatten a tree of four arrays", us: time(() => structure(params)) },
    { part: "eager sum of two numbers", us: time(() => x.add(x)) },
    { part: "eager sum of 4 elements", us: time(() => few.add(few)) },
    { part: "eager sum of 1024 elements", us: time(() => many.add(many)) },
    { part: "jitted function of a number", us: time(() => sin(x)) },
    { part: "jitted function of a tree of four arrays", us: time(() => pick(params)) },
    { part: "gradient of two operations, not jitted", us: time(() => slope(x)) },
    { part: "the same, jitted", us: time(() => slopes(x)) },
    { part: "vmap of two operations, not jitted", us: time(() => row(few)) },
    { part: "stage 2,000 operations, each", us: time(() => makeJaxpr(chain)(x), 3) / (2 * length) },
    {
      part: "stage the gradient of 2,000 operations, each",
      us: time(() => makeJaxpr(grad(chain))(x), 3) / (2 * length),
    },
    {
      part: "stage, lower and compile the gradient, each",
      us: time(() => jit(grad(chain))(x), 3) / (2 * length),
    },
  ];
}
