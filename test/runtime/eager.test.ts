import { type NDArray, numpy as np } from "udiff";
import { bind1, definePrimitive, elementwise, linear, nonlinear, noParams } from "udiff/extend";
import { expect, test } from "vitest";
import { DeviceArray } from "../../src/core/array.ts";
import { shapedArray } from "../../src/core/aval.ts";
import { getEvaluator } from "../../src/core/trace.ts";
import { addP } from "../../src/lax/ops/arith.ts";
import { deviceNamed, deviceNames } from "../../src/runtime/devices.ts";
import { eagerEvaluator } from "../../src/runtime/eager.ts";

const x = np.array([1, 2, 3]);

/** A primitive that counts how often its lowering is asked for. */
function counting() {
  let lowered = 0;
  const prim = definePrimitive<1, { readonly n: number }>("counted", {
    abstractEval: ([a]) => a,
    jvp: linear,
    transpose: nonlinear,
    batch: elementwise,
    lower: {
      kind: "expression",
      build: ([a]) => {
        lowered++;
        return [a];
      },
    },
  });
  return { run: (a: NDArray, n = 1) => bind1(prim, a, { n }), lowered: () => lowered };
}

test("an equation is compiled once for each type and each value of its parameters", () => {
  const { run, lowered } = counting();
  for (let i = 0; i < 3; i++) {
    run(x);
    run(x.mul(2));
    run(np.ones([2]));
    run(x.astype("float16"));
    run(x, 2);
  }
  expect(lowered()).toBe(4);
  getEvaluator().clear();
  expect(run(x).js()).toEqual([1, 2, 3]);
  expect(lowered()).toBe(5);
});

test("views share memory, and arrays of one number have none", () => {
  const buffer = (v: NDArray) => (v as DeviceArray).buffer;
  expect(buffer(x.reshape([3, 1]))).toBe(buffer(x));
  expect(buffer(np.flip(x))).toBe(buffer(x));
  expect(buffer(np.zeros([1000]))).toBe(null);
  expect(buffer(np.zeros([10]).reshape([2, 5]).T)).toBe(null);
  expect(np.flip(x).add(0).js()).toEqual([3, 2, 1]);
  // Where no view can do it, the elements are copied, and the array given stays as it is.
  const turned = np.arange(6).reshape([2, 3]).T;
  expect(turned.reshape([6]).js()).toEqual([0, 3, 1, 4, 2, 5]);
  expect(turned.js()).toEqual([
    [0, 3],
    [1, 4],
    [2, 5],
  ]);
});

test("an array that is gone is refused before any work, on every path", () => {
  const gone = np.array([1, 2, 3]);
  (gone as DeviceArray).dispose();
  for (const use of [
    () => gone.neg(),
    () => gone.add(x),
    () => x.add(gone),
    () => gone.reshape([3, 1]),
    () => np.where(true, gone, x),
    () => np.sort(gone),
  ]) {
    expect(use).toThrow(/float32\[3\] was disposed of and cannot be used again/);
  }
  expect(x.add(x).js()).toEqual([2, 4, 6]);
});

test("devices are known by name, and work stays where the arrays are", () => {
  expect(deviceNames()).toContain("cpu");
  expect(() => deviceNamed("gpu")).toThrowErrorMatchingInlineSnapshot(
    `[DeviceError: device: a device that is there is required, got gpu; use one of cpu]`,
  );
  expect(() => deviceNamed("webgpu")).toThrow(/await initWebGPU\(\) first/);
  expect(() => eagerEvaluator.move(x, "nowhere")).toThrow(/a device that is there is required/);
  expect(eagerEvaluator.move(x, "cpu")).toBe(x);
  // Memory that says it is elsewhere: the operands are looked at, never moved.
  const elsewhere = new DeviceArray(
    x.aval,
    { ...(x as DeviceArray).buffer, device: "elsewhere" } as never,
    null,
    0,
  );
  expect(() => x.add(elsewhere)).toThrowErrorMatchingInlineSnapshot(
    `[DeviceError: operands must lie on one device, got one on cpu and float32[3] on elsewhere; move one with devicePut]`,
  );
  expect(() => np.where(x.greater(0), elsewhere, x)).toThrow(/operands must lie on one device/);
});

test("arrays made from typed data belong to the evaluator, of the type they were given", () => {
  const made = eagerEvaluator.upload(Float32Array.of(1, 2), shapedArray([2, 1], "float32"));
  expect([made.js(), made.device]).toEqual([[[1], [2]], "cpu"]);
  expect(eagerEvaluator.evaluate(addP, [made, made], noParams)[0]?.js()).toEqual([[2], [4]]);
});
