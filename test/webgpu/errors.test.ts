import { jit, type NDArray, numpy as np, setDefaultDevice } from "udiff";
import { gpuDevice, initWebGPU, memoryInUse } from "udiff/webgpu";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

beforeAll(() => setDefaultDevice("webgpu"));
afterAll(async () => {
  setDefaultDevice("cpu");
  await initWebGPU();
});

/** The message that a promise rejects with. */
const rejection = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "it did not reject",
    (error: Error) => `${error.name}: ${error.message}`,
  );

test("reads of a lost device reject, work is refused, and a new device works", async () => {
  const f = jit((x: NDArray) => x.mul(2).add(1));
  const x = np.array([1, 2, 3]);
  const y = f(x);
  const pending = rejection(y.data());
  gpuDevice().destroy();
  expect(await pending).toMatch(/^(DeviceError: webgpu: the device was lost|it did not reject)/);
  expect(await rejection(y.data())).toMatchInlineSnapshot(
    `"DeviceError: webgpu: the device was lost (destroyed: device was destroyed); call initWebGPU() again and make the arrays anew"`,
  );
  expect(() => f(x)).toThrow("the device was lost");
  expect(() => np.array([1, 2])).toThrow("the device was lost");
  await initWebGPU();
  expect(await rejection(x.data())).toMatchInlineSnapshot(
    `"DeviceError: webgpu: the device was lost (destroyed: device was destroyed); call initWebGPU() again and make the arrays anew"`,
  );
  expect(() => f(x)).toThrowErrorMatchingInlineSnapshot(
    `[DeviceError: array: float32[3] lies on a webgpu device that initWebGPU() has replaced; make the array anew]`,
  );
  expect(await f(np.array([1, 2, 3])).jsAsync()).toEqual([3, 5, 7]);
  expect(
    await np
      .array([1, 2])
      .add(np.array([1, 2]))
      .jsAsync(),
  ).toEqual([2, 4]);
});

test("work that waits for a device that is lost meanwhile rejects instead of hanging", async () => {
  await initWebGPU();
  let x = np.ones([256, 256]).add(np.arange(256).astype("float32"));
  for (let i = 0; i < 30; i++) x = np.sin(x);
  const pending = [rejection(x.data()), rejection(np.sin(x).data())];
  gpuDevice().destroy();
  for (const message of await Promise.all(pending)) {
    expect(message).toMatch(/^(DeviceError: webgpu: the device was lost|it did not reject)/);
  }
  await initWebGPU();
});

test("a shader that does not compile is named by kernel and function when it is read", async () => {
  const device = gpuDevice();
  const compile = device.createShaderModule.bind(device);
  const before = np.array([1, 2, 3]);
  const spy = vi
    .spyOn(device, "createShaderModule")
    .mockImplementation(({ code, ...rest }) =>
      compile({ ...rest, code: code.replace("fn main", "fn main(broken") }),
    );
  const broken = jit(function broken(x: NDArray) {
    return np.sin(x).mul(0.625);
  });
  const y = broken(before);
  spy.mockRestore();
  const spoilt = y.add(1);
  expect(
    (await rejection(y.data())).replace(/failed: .*; results/, "failed: ...; results"),
  ).toMatchInlineSnapshot(
    `"DeviceError: webgpu: kernel map of broken failed: ...; results of it cannot be read"`,
  );
  expect(await rejection(spoilt.data())).toContain("of broken failed");
  expect(() => broken(before)).toThrow("of broken failed");
  expect(() => y.add(2)).toThrow("of broken failed");
  expect(await before.add(1).jsAsync()).toEqual([2, 3, 4]);
});

test("a command that the GPU refuses rejects the reads it may have spoilt", async () => {
  await np.array([1, 2]).data();
  const device = gpuDevice();
  const x = np.array([1, 2, 3]);
  device.queue.writeBuffer(
    device.createBuffer({ size: 4, usage: GPUBufferUsage.STORAGE }),
    0,
    new Uint32Array(2),
  );
  const message = await rejection(x.data());
  expect(message).toMatch(/^DeviceError: webgpu: a command failed/);
  expect(await np.array([1, 2, 3]).jsAsync()).toEqual([1, 2, 3]);
});

test("an array beyond the limits says what to ask for", () => {
  const n = gpuDevice().limits.maxStorageBufferBindingSize / 4 + 1;
  const f = jit((x: NDArray) => np.broadcastTo(x, [n]).add(np.arange(n)));
  expect(() => f(np.array(1))).toThrowErrorMatchingInlineSnapshot(
    `[DeviceError: webgpu: float32[268435457] of anonymous takes 1073741828 bytes, more than maxBufferSize, 1073741824 on this device; split the array, or, where the adapter has more, request it with initWebGPU({ requiredLimits: { maxBufferSize: 1073741828 } })]`,
  );
});

test("a device without memory left says who holds how much", async () => {
  await initWebGPU({ memoryLimit: 1 << 20 });
  const held: NDArray[] = [];
  const fill = (): void => {
    for (let i = 0; i < 100; i++) held.push(np.array(new Float32Array(4096)));
  };
  expect(fill).toThrowErrorMatchingInlineSnapshot(
    `[DeviceError: webgpu: the device has no memory left for float32[4096], 16384 bytes, while it holds 1048576 bytes in 64 arrays; in a loop await now and then, so that dead arrays can be freed, or free them with scope, using or x.dispose(), or donate arguments to jit]`,
  );
  held.splice(0).forEach((x) => {
    x.dispose();
  });
  expect(await np.array(new Float32Array(4096)).data()).toHaveLength(4096);
  expect(memoryInUse().bytes).toBeLessThan(1 << 20);
  await initWebGPU();
});

test("memory that the GPU turns out not to have spoils the arrays that were to have it", async () => {
  await initWebGPU();
  const device = gpuDevice();
  const before = np.array([1, 2]);
  const pop = device.popErrorScope.bind(device);
  const spy = vi.spyOn(device, "popErrorScope").mockImplementationOnce(async () => {
    await pop();
    return { message: "no memory" };
  });
  const x = np.array(new Float32Array(5000));
  spy.mockRestore();
  const y = x.add(1);
  expect(await rejection(x.data())).toMatchInlineSnapshot(
    `"DeviceError: webgpu: the device has no memory left for float32[5000], 20480 bytes, while it holds 41728 bytes in 4 arrays; in a loop await now and then, so that dead arrays can be freed, or free them with scope, using or x.dispose(), or donate arguments to jit"`,
  );
  expect(await rejection(y.data())).toContain("has no memory left");
  expect(await before.jsAsync()).toEqual([1, 2]);
  const { bytes } = memoryInUse();
  x.dispose();
  expect(memoryInUse().bytes).toBeLessThan(bytes);
  expect(memoryInUse().idleBytes).toBe(0);
});

test("a buffer that the GPU refuses spoils the array that is made over it", async () => {
  await initWebGPU();
  const device = gpuDevice();
  const make = device.createBuffer.bind(device);
  const spy = vi
    .spyOn(device, "createBuffer")
    .mockImplementation((descriptor) => make({ ...descriptor, size: 2 ** 46 }));
  const x = np.array(new Float32Array(5000));
  spy.mockRestore();
  expect(await rejection(x.data())).toMatch(/^DeviceError: webgpu: /);
  expect(await np.array([1, 2, 3]).jsAsync()).toEqual([1, 2, 3]);
});

test("a kernel that binds too many arrays is refused by name", async () => {
  await initWebGPU({ requiredLimits: { maxStorageBuffersPerShaderStage: 8 } });
  expect(gpuDevice().limits.maxStorageBuffersPerShaderStage).toBe(8);
  const { Pipelines } = await import("../../src/webgpu/pipelines.ts");
  const { Faults } = await import("../../src/webgpu/faults.ts");
  const pipelines = new Pipelines(gpuDevice(), new Faults(gpuDevice(), true));
  const bindings = Array.from(
    { length: 9 },
    (_, value) => ({ kind: "value", value, access: "read" }) as const,
  );
  expect(() =>
    pipelines.of({ label: "map", code: "", bindings, workgroups: [1, 1, 1] }, "step"),
  ).toThrowErrorMatchingInlineSnapshot(
    `[DeviceError: webgpu: kernel map of step binds 9 buffers, more than maxStorageBuffersPerShaderStage, 8 on this device; split the function, or, where the adapter has more, request it with initWebGPU({ requiredLimits: { maxStorageBuffersPerShaderStage: 9 } })]`,
  );
  await initWebGPU();
});

test("float64 is refused by name at upload, in a function and as an argument", () => {
  const wide = np.array([1, 2], { dtype: "float64", device: "cpu" });
  expect(() => np.array([1, 2], { dtype: "float64" })).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: webgpu: a dtype that WGSL has is required, got float64[2]; use float32, or compute on the cpu device]`,
  );
  expect(() => np.array([1, 2]).astype("float64")).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: convert_element_type: dtypes that the device webgpu has are required, got float64[2] for a result; use float32, or run on the cpu device]`,
  );
  const f = jit((p: { w: NDArray }) => p.w.mul(2), { device: "webgpu" });
  expect(() => f({ w: np.zeros([2], { dtype: "float64" }) })).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: anonymous: dtypes that the device webgpu has are required, got float64[2] for argument [0].w; use float32, or run on the cpu device]`,
  );
  expect(() => f({ w: wide })).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: anonymous: dtypes that the device webgpu has are required, got float64[2] for argument [0].w; use float32, or run on the cpu device]`,
  );
  const inside = jit((x: NDArray) => x.astype("float64").mul(2));
  expect(() => inside(np.array([1, 2]))).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: anonymous: dtypes that the device webgpu has are required, got float64[2] for a result; use float32, or run on the cpu device]`,
  );
});

test("limits that the adapter has not are refused with what it has", async () => {
  const message = await rejection(initWebGPU({ requiredLimits: { maxBufferSize: 2 ** 50 } }));
  expect(message).toContain(
    "initWebGPU: the adapter gave no device, asked for maxBufferSize 1125899906842624 where the adapter has",
  );
});

test("an unknown option is refused by name", async () => {
  const message = await rejection(initWebGPU({ power: "low" } as never));
  expect(message).toMatchInlineSnapshot(
    `"ArgumentError: initWebGPU: unknown option "power"; the names allowed are device, memoryLimit, powerPreference, requiredLimits"`,
  );
});
