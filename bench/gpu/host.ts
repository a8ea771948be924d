/** JavaScript time of one step of a compiled program, in Node on Dawn: what the host pays for it. */
import {
  blockUntilReady,
  jit,
  type NDArray,
  nn,
  numpy as np,
  setDefaultDevice,
  valueAndGrad,
} from "udiff";
import { initWebGPU } from "udiff/webgpu";
import { useSoftwareDriver } from "../../test/support/graphics.ts";

useSoftwareDriver();
await initWebGPU();
setDefaultDevice("webgpu");

// Small layers: dispatches, not arithmetic, are what counts here.
const sizes = [16, 16, 16, 10];
const loss = (params: NDArray[], x: NDArray, y: NDArray): NDArray => {
  let h = x;
  for (let l = 0; l < params.length; l += 2) {
    h = np.matmul(h, params[l]!).add(params[l + 1]!);
    if (l < params.length - 2) h = nn.relu(h);
  }
  return nn.logSoftmax(h, { axis: -1 }).mul(y).sum().neg();
};
const step = jit(
  (params: NDArray[], x: NDArray, y: NDArray): NDArray[] => {
    const [, slopes] = valueAndGrad(loss)(params, x, y);
    return params.map((p, i) => p.sub(slopes[i]!.mul(1e-3)));
  },
  { donateArgnums: [0] },
);
const ones = (...shape: number[]): NDArray =>
  np.array(new Float32Array(shape.reduce((a, b) => a * b)).fill(0.1)).reshape(shape);
let params = sizes.slice(1).flatMap((to, l) => [ones(sizes[l]!, to), ones(to)]);
const [x, y] = [ones(8, 16), ones(8, 10)];
const { kernels } = step.lower(params, x, y).cost;

const times: number[] = [];
for (let round = 0; round < 60; round++) {
  const begin = performance.now();
  for (let k = 0; k < 10; k++) params = step(params, x, y);
  times.push((performance.now() - begin) / 10);
  await blockUntilReady(params);
}
const settled = times.slice(20).sort((p, q) => p - q);
const median = 1000 * settled[Math.floor(settled.length / 2)]!;
const least = 1000 * settled[0]!;
console.log(
  `\nhost time of a step of ${kernels} dispatches: ${median.toFixed(0)} us median, ${least.toFixed(0)} us least (Node ${process.versions.node}, Dawn)`,
);
process.exit(0);
