import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { grad, jit, type NDArray, numpy as np, tree, valueAndGrad } from "udiff";
import { expect, test } from "vitest";

interface Layers {
  w: NDArray;
  b: NDArray;
}

const x = np.ones([32, 64]).add(np.arange(64).div(64));
const loss = ({ w, b }: Layers): NDArray => np.mean(np.square(np.tanh(np.matmul(x, w).add(b))));
const step = (p: Layers): [NDArray, Layers] => {
  const [value, g] = valueAndGrad(loss)(p);
  return [value, tree.map((a: NDArray, d: NDArray) => a.sub(d.mul(0.01)), p, g) as Layers];
};

/** Megabytes of the process after `steps` steps without an await. */
function residentAfter(run: typeof step, steps: number): number {
  let p: Layers = { w: np.ones([64, 10]).mul(0.1), b: np.zeros([10]) };
  for (let i = 0; i < steps; i++) [, p] = run(p);
  expect(Number.isFinite(p.w.dataSync()[0])).toBe(true);
  return process.memoryUsage().rss / 1e6;
}

test.each([
  ["un-jitted", step],
  ["jitted", jit(step)],
] as const)("10,000 %s training steps without an await run in flat memory", (_, run) => {
  residentAfter(run, 1000);
  const early = residentAfter(run, 1000);
  const late = residentAfter(run, 9000);
  // The collector may lag behind; growth with the number of steps would be hundreds of megabytes.
  expect(late - early).toBeLessThan(60);
});

test("a cached program lets go of values of a transform that is over", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  let y: NDArray | null = null;
  const inner = jit((v: NDArray) => (y === null ? v : v.mul(y)));
  const held: WeakRef<NDArray>[] = [];
  const outer = (v: NDArray): NDArray => {
    y = v;
    held.push(new WeakRef(v));
    return np.sum(inner(x));
  };
  for (let i = 0; i < 20; i++) grad(outer)(x);
  y = null;
  // A WeakRef keeps its value until the end of the job that made it.
  await new Promise((done) => setTimeout(done));
  collect();
  expect(held.filter((ref) => ref.deref() !== undefined).length).toBe(0);
  expect(inner(x).shape).toEqual(x.shape);
});

test("a sum of 20 million float32 ones is 20 million", () => {
  expect(np.sum(np.ones([20_000_000])).item()).toBe(20_000_000);
});

test("the gradient of a chain takes time in proportion to its length", () => {
  const time = (n: number): number => {
    const chain = (v: NDArray): NDArray => {
      for (let i = 0; i < n; i++) v = np.sin(v).mul(1.0001);
      return v;
    };
    const start = performance.now();
    grad(chain)(0.5).item();
    return performance.now() - start;
  };
  time(2000);
  const short = Math.min(time(5000), time(5000), time(5000));
  const long = Math.min(time(50_000), time(50_000));
  expect(long / short).toBeLessThan(25);
});
