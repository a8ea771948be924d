import { grad, jit, type NDArray, numpy as np, setDefaultDevice } from "udiff";
import { initWebGPU } from "udiff/webgpu";

/** Computes a gradient on a device of its own, and posts its numbers or what went wrong. */
async function run(): Promise<unknown> {
  await initWebGPU();
  setDefaultDevice("webgpu");
  const slope = jit(grad((x: NDArray) => np.sum(np.sin(x).mul(x))));
  const g = slope(np.array([0, 0.5, 1]));
  return [g.device, await g.jsAsync()];
}

run().then(
  (result) => postMessage(result),
  (error: unknown) => postMessage(String(error)),
);
