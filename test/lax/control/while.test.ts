import { grad, jacfwd, jit, jvp, lax, makeJaxpr, type NDArray, numpy as np, vmap } from "udiff";
import { expect, test } from "vitest";
import { checkJaxpr } from "../../../src/core/check-jaxpr.ts";
import { evalJaxpr } from "../../../src/core/eval-jaxpr.ts";
import { partialEval } from "../../../src/transforms/partial-eval.ts";

const double = (x: NDArray): NDArray =>
  lax.whileLoop(
    (c) => np.less(c, 100),
    (c: NDArray) => c.mul(2),
    x,
  );

test("turns go on for as long as the condition is true", () => {
  expect(double(np.float32(1)).js()).toBe(128);
  expect(double(np.float32(200)).js()).toBe(200);
  expect(jit(double)(3).js()).toBe(192);
  const rows = lax.whileLoop(
    (m) => np.less(np.sum(m), 50),
    (m: NDArray) => np.matmul(m, m),
    np.array([
      [1, 1],
      [1, 0],
    ]),
  );
  expect(rows.js()).toEqual([
    [34, 21],
    [21, 13],
  ]);
});

test("each slice of a map turns as often as its own condition says", () => {
  const x = np.array([1, 3, 200, 99]);
  expect(vmap(double)(x).js()).toEqual([128, 192, 200, 198]);
  expect(jit(vmap(double))(np.zeros([0])).shape).toEqual([0]);
  const power = (n: NDArray, y: NDArray): NDArray =>
    lax.foriLoop(0, n, (_, c: NDArray) => c.mul(y), 1);
  const counts = np.array(Int32Array.of(0, 1, 5));
  expect(vmap(power, { inAxes: [0, null] })(counts, 2).js()).toEqual([1, 2, 32]);
  expect(vmap(power, { inAxes: [null, 0] })(np.int32(2), x).js()).toEqual([1, 9, 40000, 9801]);
});

test("forward mode follows the turns that the primal takes", () => {
  expect(jvp(double, [3], [1]).map((v) => v.js())).toEqual([192, 64]);
  expect(jacfwd((x: NDArray) => double(x.mul(x)))(2).js()).toBe(32 * 4);
  expect(vmap(jacfwd(double))(np.array([1, 60])).js()).toEqual([128, 2]);
});

test("reverse mode points to the loops that have it", () => {
  expect(() => grad(double)(3)).toThrowErrorMatchingInlineSnapshot(
    `[MissingRuleError: transpose: while has no transpose rule: its number of turns is not known beforehand; use lax.scan, lax.foriLoop with static bounds, or forward mode (jvp, jacfwd)]`,
  );
  const turns = (x: NDArray): NDArray =>
    lax.foriLoop(0, np.int32(3), (_, c: NDArray) => c.mul(2), x);
  expect(() => grad(turns)(3)).toThrow(/foriLoop with static bounds/);
  expect(grad((x: NDArray) => lax.foriLoop(0, 3, (_, c: NDArray) => c.mul(x), x))(2).js()).toBe(32);
});

test("foriLoop runs from its lower bound up to its upper one", () => {
  const sum = (from: NDArray | number, to: NDArray | number): number =>
    lax.foriLoop(from, to, (i, c: NDArray) => c.add(i), 0).item() as number;
  for (const [from, to] of [
    [0, 5],
    [2, 5],
    [-2, 3],
    [3, 3],
    [5, 2],
  ] as const) {
    let expected = 0;
    for (let i = from; i < to; i++) expected += i;
    expect(sum(from, to)).toBe(expected);
    expect(sum(np.int32(from), np.int32(to))).toBe(expected);
  }
  expect(lax.foriLoop(0, 2, (i, c) => c.add(i), np.array(Int16Array.of(1))).dtype).toBe("int16");
});

test("a program is split at a loop whose condition is known", () => {
  const f = (n: NDArray, x: NDArray): NDArray[] => {
    const [i, c] = lax.whileLoop(
      ([k]) => np.less(k as NDArray, n),
      ([k, v]) => [(k as NDArray).add(1), (v as NDArray).mul(2)],
      [np.int32(0) as NDArray, x],
    );
    return [i as NDArray, c as NDArray];
  };
  const args = [np.int32(3), np.float32(1.5)] as const;
  const program = makeJaxpr(f)(...args);
  const { known, unknown, knownOuts, residuals } = partialEval(program, [true, false]);
  expect(knownOuts).toEqual([true, false]);
  checkJaxpr(known);
  checkJaxpr(unknown);
  const first = evalJaxpr(known, [args[0]]);
  const second = evalJaxpr(unknown, [...first.slice(first.length - residuals), args[1]]);
  expect([first[0]?.js(), second[0]?.js()]).toEqual([3, 12]);
  const counting = jit((n: NDArray, x: NDArray) => f(n, x)[0]).lower(...args);
  expect(counting.kernels).not.toContain("mul");
});

test("a condition that is not one boolean is refused", () => {
  const next = (c: NDArray): NDArray => c;
  const errors = [
    () => lax.whileLoop((c) => c, next, np.int32(0)),
    () => lax.whileLoop((c) => c.less(3), next, np.array([1, 2])),
    () => lax.whileLoop(() => "yes" as never, next, 0),
    () => lax.whileLoop((c) => c.less(3), ((c: NDArray) => ({ c })) as never, 0),
    () =>
      lax.whileLoop(
        (c) => c.less(3),
        (c: NDArray) => np.stack([c, c]),
        np.float32(0),
      ),
  ].map((f) => {
    try {
      return String(f());
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
  });
  expect(errors).toMatchInlineSnapshot(`
    [
      "DTypeError: lax.whileLoop: the condition must give one boolean, got int32[]; compare it with 0",
      "ShapeError: lax.whileLoop: the condition must give one boolean, got bool[2]; reduce it with np.all or np.any",
      "ArgumentError: lax.whileLoop: the condition must give one boolean, got the string "yes"; compare with np.less and its like",
      "TreeError: lax.whileLoop: the carry that the body gives must have the structure *, got {c: *}; pass a single leaf there",
      "ShapeError: lax.whileLoop: the carry must keep its shape, expected float32[], got float32[2]; give back a carry like the first one",
    ]
  `);
});
