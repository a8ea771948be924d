import {
  customJvp,
  customVjp,
  grad,
  jit,
  jvp,
  lax,
  linearize,
  linearTranspose,
  type NDArray,
  numpy as np,
  pureCallback,
  ShapeDtypeStruct,
  vmap,
} from "udiff";
import { checkGrads } from "udiff/testing";
import { expect, test } from "vitest";

const scalar = new ShapeDtypeStruct([], "float32");

test("trees come back as they are described, scalars as numbers if one likes", () => {
  const f = jit((x: NDArray) =>
    pureCallback(
      (v, k) => ({ sum: Number(np.sum(v)), rows: [v.mul(k), np.int32(3)], flag: true }),
      {
        sum: scalar,
        rows: [new ShapeDtypeStruct([3], "float32"), new ShapeDtypeStruct([], "int32")],
        flag: new ShapeDtypeStruct([], "bool"),
      },
      [x, 2],
    ),
  );
  const { sum, rows, flag } = f(np.array([1, 2, 3]));
  expect([sum.js(), rows[0]?.js(), rows[1]?.js(), flag.js()]).toEqual([6, [2, 4, 6], 3, true]);
  expect([sum.dtype, rows[1]?.dtype, flag.dtype]).toEqual(["float32", "int32", "bool"]);
});

test("it runs in loops and branches, and not at all where nobody reads its results", () => {
  let calls = 0;
  const half = (x: NDArray): NDArray =>
    pureCallback(
      (v) => {
        calls++;
        return Number(v) / 2;
      },
      scalar,
      [x],
    );
  const loop = jit((x: NDArray) =>
    lax.scan((c: NDArray, _: null) => [half(c), c] as const, x, null, { length: 3 }),
  );
  const [last, all] = loop(8);
  expect([last.js(), all.js(), calls]).toEqual([1, [8, 4, 2], 3]);
  const until = jit((x: NDArray) => lax.whileLoop((c: NDArray) => c.greater(1), half, x));
  expect(until(10).js()).toBe(0.625);
  calls = 0;
  jit((x: NDArray) => {
    half(x);
    return x;
  })(1);
  expect(calls).toBe(0);
});

const refusals: readonly (readonly [string, () => unknown])[] = [
  ["another structure", () => pureCallback(() => [1], scalar, [])],
  ["another shape", () => pureCallback(() => np.zeros([3]), scalar, [])],
  ["another dtype", () => pureCallback(() => np.int32(1), scalar, [])],
  ["a fraction", () => pureCallback(() => 1.5, np.int32(0), [])],
  ["a typed array", () => pureCallback(() => new Float32Array(2), np.zeros([2]), [])],
  ["nothing", () => pureCallback(() => {}, scalar, [])],
  ["no list", () => pureCallback((x) => x, scalar, np.ones([]) as never)],
  ["no function", () => pureCallback(1 as never, scalar, [])],
  ["no such way to map", () => pureCallback(() => 1, scalar, [], { vmapMethod: "all" as never })],
];

test("what the function gives is checked, jitted or not", () => {
  const messages = refusals.map(([name, f]) => {
    const found = [f, jit(f as () => NDArray)].map((g) => {
      try {
        g();
      } catch (error) {
        return String(error);
      }
      return "nothing";
    });
    expect(found[1], name).toBe(found[0]);
    return found[0];
  });
  expect(messages).toMatchInlineSnapshot(`
    [
      "TreeError: pureCallback: what the function gives must have the structure *, got [*]; pass a single leaf there",
      "ShapeError: pureCallback: what the function gives must be float32[], got float32[3]; convert it, or describe what the function gives",
      "DTypeError: pureCallback: what the function gives must be float32[], got int32[]; convert it, or describe what the function gives",
      "DTypeError: pureCallback: what the function gives must be int32[], got number 1.5; convert it, or describe what the function gives",
      "DTypeError: pureCallback: what the function gives must be float32[2], got an instance of Float32Array; wrap it with np.array",
      "TreeError: pureCallback: what the function gives must have the structure *, got undefined; pass a single leaf there",
      "ArgumentError: pureCallback: the arguments must be a list, got float32[]; pass pureCallback(f, results, [x, y])",
      "ArgumentError: pureCallback: a function is required, got number 1; pass the function itself, not its result",
      "ArgumentError: pureCallback: vmapMethod must be one of sequential, sequentialUnrolled, expandDims, broadcastAll, legacyVectorized, got the string "all"; "sequential" suits every function",
    ]
  `);
});

test("derivatives and maps are refused with what to do instead", () => {
  const f = (x: NDArray): NDArray => pureCallback((v) => v, x, [x]);
  const x = np.float32(1);
  expect(() => grad(f)(x)).toThrowErrorMatchingInlineSnapshot(
    `[MissingRuleError: jvp: pure_callback has no jvp rule: nothing is known of the function but its values; give it a derivative with customJvp or customVjp]`,
  );
  for (const refused of [
    () => jvp(f, [x], [x]),
    () => jit(grad(f))(x),
    () => grad(jit(f))(x),
    () => linearize(f, x),
  ]) {
    expect(refused).toThrow(/customJvp or customVjp/);
  }
  expect(() => linearTranspose(f, x)(x)).toThrowErrorMatchingInlineSnapshot(
    `[MissingRuleError: transpose: pure_callback has no transpose rule: nothing is known of the function but its values; give it a derivative with customJvp or customVjp]`,
  );
  expect(() => vmap(f)(np.ones([2]))).toThrowErrorMatchingInlineSnapshot(
    `[MissingRuleError: vmap: pureCallback has no batching rule unless it is told how to call the function; pass vmapMethod, "sequential" to call it once for each lane]`,
  );
});

test("rules of its own make it differentiable, under every transformation", () => {
  const onHost = (g: (v: number) => number) => (x: NDArray) =>
    pureCallback((v) => g(Number(v)), new ShapeDtypeStruct([], "float64"), [x], {
      vmapMethod: "sequential",
    });
  const [sin, cos] = [onHost(Math.sin), onHost(Math.cos)];
  const pushed = customJvp((x: NDArray) => sin(x)).defJvp(
    ([x]: readonly [NDArray], [t]: readonly [NDArray]): [NDArray, NDArray] => [
      sin(x),
      cos(x).mul(t),
    ],
  );
  const pulled = customVjp((x: NDArray) => sin(x)).defVjp(
    (x: NDArray): [NDArray, NDArray] => [sin(x), cos(x)],
    (c: NDArray, ct: NDArray): [NDArray] => [c.mul(ct)],
  );
  const x = np.array(0.7, { dtype: "float64" });
  checkGrads(pushed, [x]);
  checkGrads(jit(pulled), [x], { modes: ["rev"] });
  const xs = np.array([0.1, 0.9], { dtype: "float64" });
  for (const f of [pushed, pulled]) {
    expect(np.allclose(vmap(grad(f))(xs), np.cos(xs)).js()).toBe(true);
    expect(np.allclose(jit(vmap(grad(jit(f))))(xs), np.cos(xs)).js()).toBe(true);
  }
});
