import {
  blockUntilReady,
  debug,
  defaultDevice,
  devicePut,
  devices,
  jit,
  type NDArray,
  numpy as np,
  setDefaultDevice,
} from "udiff";
import { fromGPUBuffer, gpuDevice, initWebGPU, toGPUBuffer } from "udiff/webgpu";
import { afterEach, expect, test } from "vitest";

afterEach(() => setDefaultDevice("cpu"));

test("arrays lie where they are asked to, and new ones on the default device", async () => {
  expect(devices()).toEqual(["cpu", "webgpu"]);
  expect(np.array([1, 2], { device: "webgpu" }).device).toBe("webgpu");
  expect(np.zeros([2], { device: "webgpu" }).device).toBe("webgpu");
  expect(np.arange(3, { device: "webgpu" }).device).toBe("webgpu");
  setDefaultDevice("webgpu");
  expect(defaultDevice()).toBe("webgpu");
  expect(np.array([1, 2]).device).toBe("webgpu");
  expect(np.array([1, 2], { device: "cpu" }).device).toBe("cpu");
});

test("arrays move to the device, and come back by reading", async () => {
  const tree = devicePut({ w: np.array([1, 2]), b: np.array([true, false]) }, "webgpu");
  expect([tree.w.device, tree.b.device]).toEqual(["webgpu", "webgpu"]);
  expect(await blockUntilReady(tree)).toBe(tree);
  expect(await tree.b.jsAsync()).toEqual([true, false]);
  expect(() => devicePut(tree.w, "cpu")).toThrowErrorMatchingInlineSnapshot(
    `[DeviceError: device: float32[2] on webgpu cannot move to cpu at once, as it is read later; write np.array(await x.data(), { device: "cpu" }).reshape(x.shape)]`,
  );
  expect(() => tree.w.js()).toThrowErrorMatchingInlineSnapshot(
    `[DeviceError: webgpu: float32[2] on webgpu cannot be read at once; write await x.data() or await x.jsAsync()]`,
  );
  expect(() => tree.w.sort().item()).toThrow("one element");
  expect(String(tree.w)).toBe("float32[2] on webgpu");
});

test("operands on two devices are refused, numbers fit everywhere", async () => {
  const x = np.array([1, 2], { device: "webgpu" });
  const y = np.array([1, 2]);
  const f = jit((a: NDArray, b: NDArray) => a.add(b));
  expect(() => x.add(y)).toThrowErrorMatchingInlineSnapshot(
    `[DeviceError: operands must lie on one device, got one on webgpu and float32[2] on cpu; move one with devicePut]`,
  );
  expect(() => f(x, y)).toThrow("operands must lie on one device");
  expect(
    await x
      .add(np.zeros([2]))
      .add(2)
      .jsAsync(),
  ).toEqual([3, 4]);
});

test("work on numbers alone stays on the host", () => {
  setDefaultDevice("webgpu");
  expect(
    np
      .array(2)
      .mul(3)
      .add(np.sin(np.array(0)))
      .item(),
  ).toBe(6);
});

test("a jitted function runs where its operands are, or where it is told to", async () => {
  const f = jit((x: NDArray) => x.mul(2));
  const x = np.array([1, 2]);
  expect(f(x).device).toBe("cpu");
  expect(f(devicePut(x, "webgpu")).device).toBe("webgpu");
  expect(f(x).js()).toEqual([2, 4]);
  const g = jit((y: NDArray) => y.mul(np.array([1, 10])), { device: "webgpu" });
  expect(await g(x).jsAsync()).toEqual([1, 20]);
  const onCpu = jit((y: NDArray) => y.mul(2), { device: "cpu" });
  expect(() => onCpu(devicePut(x, "webgpu"))).toThrow("cannot move to cpu at once");
});

test("a jitted function called inside of another device's work runs there", async () => {
  const inner = jit((x: NDArray) => x.add(1));
  const outer = (x: NDArray): NDArray => inner(x).mul(2);
  expect(outer(np.array([1, 2])).js()).toEqual([4, 6]);
  expect(await outer(np.array([1, 2], { device: "webgpu" })).jsAsync()).toEqual([4, 6]);
  expect(await jit(outer)(np.array([1, 2], { device: "webgpu" })).jsAsync()).toEqual([4, 6]);
});

test("slices, transposes and broadcasts of one buffer read what they address", async () => {
  const x = np
    .array(
      Float32Array.from({ length: 24 }, (_, i) => i),
      { device: "webgpu" },
    )
    .reshape([4, 6]);
  const host = np.arange(24).astype("float32").reshape([4, 6]);
  const looks = [
    (a: NDArray) => a.slice("1:3"),
    (a: NDArray) => a.T.slice("::-2"),
    (a: NDArray) => a.slice(":", "1:2"),
    (a: NDArray) => np.broadcastTo(a.slice(2), [3, 6]),
    (a: NDArray) => a.slice(3, 5),
    (a: NDArray) => a.slice("4:"),
  ];
  for (const look of looks) {
    expect(await look(x).jsAsync()).toEqual(look(host).js());
    expect(await look(x).mul(2).jsAsync()).toEqual(look(host).mul(2).js());
  }
  for (let i = 0; i < 24; i++)
    expect(await x.reshape([24]).slice([i, 24]).mul(2).jsAsync()).toEqual(
      host.reshape([24]).slice([i, 24]).mul(2).js(),
    );
});

test("an array is made over a GPUBuffer and read from its own, without a copy", async () => {
  const device = gpuDevice();
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const buffer = device.createBuffer({ size: 24, usage });
  device.queue.writeBuffer(buffer, 0, Float32Array.of(1, 2, 3, 4, 5, 6));
  const x = fromGPUBuffer(buffer, { shape: [2, 3] });
  expect(toGPUBuffer(x)).toBe(buffer);
  expect(await x.T.add(1).jsAsync()).toEqual([
    [2, 5],
    [3, 6],
    [4, 7],
  ]);
  const step = jit((y: NDArray) => y.add(1), { donateArgnums: 0 });
  await step(x).data();
  const staging = device.createBuffer({
    size: 24,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  const encoder = device.createCommandEncoder();
  const transposed = np.array(
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    { device: "webgpu" },
  ).T;
  encoder.copyBufferToBuffer(toGPUBuffer(transposed), 0, staging, 0, 24);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  expect([...new Float32Array(staging.getMappedRange())]).toEqual([1, 3, 5, 2, 4, 6]);
  device.queue.writeBuffer(buffer, 0, Float32Array.of(9));
  expect(await fromGPUBuffer(buffer, { shape: [] }).add(1).data()).toEqual(Float32Array.of(10));
});

test("a GPUBuffer that does not fit is refused", () => {
  const device = gpuDevice();
  const buffer = device.createBuffer({ size: 8, usage: GPUBufferUsage.STORAGE });
  const readable = device.createBuffer({
    size: 8,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC,
  });
  expect(() => fromGPUBuffer(buffer, { shape: [2] })).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: fromGPUBuffer: a buffer with the usages STORAGE and COPY_SRC is required, got usage 128; create it with both]`,
  );
  expect(() => fromGPUBuffer(readable, { shape: [3] })).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: fromGPUBuffer: float32[3] takes 12 bytes, a multiple of 4, got a buffer of 8; give the shape that the buffer holds]`,
  );
  expect(() => fromGPUBuffer(readable, { shape: [1], dtype: "float64" })).toThrow("got float64");
  expect(() => toGPUBuffer(np.array([1, 2]))).toThrowErrorMatchingInlineSnapshot(
    `[DeviceError: toGPUBuffer: an array on webgpu is required, got float32[2] on cpu; move it with devicePut]`,
  );
  const leaking = jit((x: NDArray) => {
    toGPUBuffer(x);
    return x;
  });
  expect(() => leaking(np.array([1]))).toThrow("a concrete array is required");
});

test("a page's own device is shared, and its errors are its own", async () => {
  const own = gpuDevice();
  await initWebGPU({ device: own });
  expect(gpuDevice()).toBe(own);
  const x = np.array([1, 2], { device: "webgpu" });
  const seen: string[] = [];
  own.addEventListener("uncapturederror", (event) => {
    seen.push(event.error.message);
    event.preventDefault();
  });
  own.queue.writeBuffer(
    own.createBuffer({ size: 4, usage: GPUBufferUsage.STORAGE }),
    0,
    new Uint32Array(2),
  );
  expect(await x.add(1).jsAsync()).toEqual([2, 3]);
  expect(seen).not.toEqual([]);
  await initWebGPU();
});

test("a lowered function shows its program, its kernels, its shaders and its cost", () => {
  const x = np.array([1, 2, 3, 4], { device: "webgpu" });
  const lowered = jit((y: NDArray) => np.sin(y).mul(2)).lower(x);
  expect(lowered.jaxpr).toContain("sin a");
  expect(lowered.kernels).toContain("mul v0 2");
  expect(lowered.shaders).toMatch(
    /^\/\/ map by \[1,1,1\]\n@group\(0\) @binding\(0\) var<storage, read_write> b0: array<f32>;/,
  );
  expect(lowered.cost).toEqual({ kernels: 1, bytesRead: 16, bytesWritten: 16, flops: 8 });
  expect(String(lowered)).toContain("@compute @workgroup_size");
  expect(jit((y: NDArray) => y.mul(2)).lower(np.array([1, 2])).shaders).toBe("");
});

test("kernels are timed when asked, as a trace that a browser opens", async () => {
  const f = jit(function step(y: NDArray) {
    return np.cumsum(np.sin(y));
  });
  const x = np.array(new Float32Array(1000), { device: "webgpu" }).add(1);
  const profile = await debug.profile(() => f(x));
  expect(profile.result.shape).toEqual([1000]);
  const { kernels } = profile;
  expect(kernels.length).toBe(f.lower(x).cost.kernels);
  for (const { device, program, start, duration } of kernels) {
    expect([device, program]).toEqual(["webgpu", "step"]);
    expect(start).toBeGreaterThanOrEqual(0);
    expect(duration).toBeGreaterThan(0);
  }
  const { traceEvents } = JSON.parse(profile.trace) as {
    traceEvents: { ph: string; name: string; dur: number }[];
  };
  expect(traceEvents.filter(({ ph }) => ph === "X").map(({ name, dur }) => [name, dur])).toEqual(
    kernels.map(({ kernel, duration }) => [kernel, duration]),
  );
  expect(String(profile)).toContain("of step");
  const again = await debug.profile(() => {});
  expect(again.kernels).toEqual([]);
});
