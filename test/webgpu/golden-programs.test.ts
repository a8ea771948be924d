import { grad, jit, type NDArray, nn, numpy as np, random, setDefaultDevice } from "udiff";
import { initWebGPU } from "udiff/webgpu";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deviceNamed } from "../../src/runtime/devices.ts";

/** What every device has, whatever the adapter is, so that texts are the same everywhere. */
function actAs(kind: "processor" | "graphics"): void {
  Object.assign(deviceNamed("webgpu"), {
    limits: {
      maxStorageBuffersPerShaderStage: 8,
      maxStorageBufferBindingSize: 2 ** 27,
      maxComputeWorkgroupStorageSize: 2 ** 14,
      maxComputeInvocationsPerWorkgroup: 256,
      maxComputeWorkgroupsPerDimension: 65535,
    },
    fusion: { buffers: 8 },
    features: { processor: kind === "processor", subgroups: false, quadsFrom: 2 ** 14 },
  });
}

beforeAll(async () => {
  await initWebGPU();
  actAs("processor");
  setDefaultDevice("webgpu");
});
afterAll(async () => {
  setDefaultDevice("cpu");
  await initWebGPU();
});

const zeros = (
  shape: readonly number[],
  dtype: "float32" | "int8" | "float16" | "bool" = "float32",
) =>
  np
    .arange(
      shape.reduce((a, b) => a * b, 1),
      { dtype: "float32" },
    )
    .reshape(shape)
    .astype(dtype);

function normalized(x: NDArray): NDArray {
  const centred = x.sub(x.mean({ axis: 1, keepdims: true }));
  const variance = centred.mul(centred).mean({ axis: 1, keepdims: true });
  return centred.div(np.sqrt(variance.add(1e-5)));
}

const crossEntropy = (x: NDArray): NDArray =>
  nn
    .logSoftmax(x, { axis: -1 })
    .mul(nn.oneHot(np.arange(32), 10))
    .sum()
    .neg();

/** Programs whose reductions a processor does otherwise than a graphics card. */
const byAdapter: readonly string[] = ["softmax", "layer-norm", "sum-columns", "sum-rows"];

test.each([
  [
    "chain",
    (x: NDArray) => np.tanh(x.mul(2).add(1)).mul(np.exp(x.mul(x).neg())),
    () => zeros([100]),
  ],
  ["turned-slice", (x: NDArray) => x.transpose().slice([1, 4]).add(1), () => zeros([6, 8])],
  ["softmax", (x: NDArray) => nn.softmax(x, { axis: -1 }), () => zeros([256, 64])],
  ["layer-norm", normalized, () => zeros([256, 64])],
  ["cross-entropy-gradient", grad(crossEntropy), () => zeros([32, 10])],
  ["sum-columns", (x: NDArray) => x.sum({ axis: 0 }), () => zeros([64, 300])],
  ["sum-rows", (x: NDArray) => x.sum({ axis: 1 }), () => zeros([300, 64])],
  ["sum-long", (x: NDArray) => x.sum(), () => zeros([50_000])],
  ["mask", (x: NDArray) => x.greater(2), () => zeros([10])],
  ["int8", (x: NDArray) => x.add(x), () => zeros([10], "int8")],
  ["float16", (x: NDArray) => x.mul(x), () => zeros([10], "float16")],
] as const)("the shaders of %s are as they were", async (name, f, operand) => {
  for (const kind of ["processor", "graphics"] as const) {
    actAs(kind);
    const { shaders } = jit((x: NDArray) => f(x)).lower(operand()); // each kind compiles anew
    expect(shaders).toMatch(/^fn main/m);
    const file = byAdapter.includes(name) ? `${name}-${kind}` : name;
    await expect(shaders).toMatchFileSnapshot(`golden/program-${file}.wgsl`);
  }
  actAs("processor");
});

test("the shaders of random bits are as they were", async () => {
  const draw = jit((key: NDArray) => random.bits(key, [6]));
  await expect(draw.lower(random.key(0)).shaders).toMatchFileSnapshot(
    "golden/program-threefry.wgsl",
  );
});

test("a training step of three layers takes at most twenty dispatches", () => {
  const sizes = [784, 256, 128, 10];
  const layers = sizes.slice(1).map((to, i) => ({ w: zeros([sizes[i]!, to]), b: zeros([to]) }));
  const loss = (parameters: typeof layers, x: NDArray, y: NDArray): NDArray => {
    let h = x;
    parameters.forEach(({ w, b }, i) => {
      h = h.matmul(w).add(b);
      if (i < 2) h = nn.relu(h);
    });
    return nn.logSoftmax(h, { axis: -1 }).mul(y).sum().neg();
  };
  const step = jit((parameters: typeof layers, x: NDArray, y: NDArray) => {
    const slopes = grad(loss)(parameters, x, y);
    return parameters.map(({ w, b }, i) => ({
      w: w.sub(slopes[i]!.w.mul(0.1)),
      b: b.sub(slopes[i]!.b.mul(0.1)),
    }));
  });
  const { shaders } = step.lower(layers, zeros([32, 784]), zeros([32, 10]));
  expect(shaders.match(/^fn main/gm)!.length).toBeLessThanOrEqual(20);
});
