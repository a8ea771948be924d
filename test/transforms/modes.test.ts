import {
  clearCaches,
  disableJit,
  ensureCompileTimeEval,
  grad,
  jit,
  type NDArray,
  numpy as np,
  numpyDtypePromotion,
  vmap,
} from "udiff";
import { expect, test } from "vitest";

const x = np.array([1, 2, 3]);
const i32 = np.array(Int32Array.of(1, 2, 3));

test("without jit, values can be looked at and branched on", () => {
  const f = jit((v: NDArray, n: number) => (Number(np.sum(v)) > 2 ? v.mul(n) : v.neg()), {
    staticArgnums: 1,
  });
  expect(() => f(x, 2)).toThrow(/a traced float32\[\] has no value yet/);
  expect(disableJit(() => f(x, 2)).js()).toEqual([2, 4, 6]);
  expect(disableJit(() => grad((v: NDArray) => np.sum(f(v, 3)))(x)).js()).toEqual([3, 3, 3]);
  expect(() => f(x, 2)).toThrow(/a traced float32\[\] has no value yet/);
});

test("without jit, arguments are what they are under jit", () => {
  const f = jit((v: NDArray) => v.add(i32));
  expect(String(disableJit(() => f(2)).aval)).toBe(String(f(2).aval));
  expect(() => disableJit(() => (f as (v: unknown) => unknown)("a"))).toThrow(/argument \[?0/);
});

test("jit is on again after an exception, and inside it may be off for a part", () => {
  let traced = 0;
  const f = jit((v: NDArray) => {
    traced++;
    return v.mul(2);
  });
  expect(() =>
    disableJit(() => {
      throw new Error("mine");
    }),
  ).toThrow("mine");
  for (let i = 0; i < 3; i++) f(x);
  expect(traced).toBe(1);
  disableJit(() => disableJit(() => f(x)));
  disableJit(() => f(x));
  expect(traced).toBe(3);
  expect(() => disableJit(async () => x)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: disableJit: a synchronous function is required, got one that returns a promise; await data before the call and pass it as an argument]`,
  );
  f(x);
  expect(traced).toBe(3);
});

test("cleared caches make everything anew, once", () => {
  let traced = 0;
  let factor = 2;
  const f = jit((v: NDArray) => {
    traced++;
    return v.mul(factor);
  });
  const g = (v: NDArray): NDArray => np.sum(f(v));
  expect([f(x).js(), grad(g)(x).js()]).toEqual([
    [2, 4, 6],
    [2, 2, 2],
  ]);
  factor = 3;
  expect(f(x).js()).toEqual([2, 4, 6]);
  clearCaches();
  expect([f(x).js(), grad(g)(x).js(), x.add(1).js()]).toEqual([
    [3, 6, 9],
    [3, 3, 3],
    [2, 3, 4],
  ]);
  expect(traced).toBe(2);
});

test("work on known arrays can be done while a function is traced", () => {
  const table = np.array([4, 5, 6]);
  const f = jit((v: NDArray) => {
    const total = ensureCompileTimeEval(() => np.sum(table).item() as number);
    return v.mul(total);
  });
  expect(f(x).js()).toEqual([15, 30, 45]);
  expect(vmap(f)(x).js()).toEqual([15, 30, 45]);
  expect(() =>
    jit((v: NDArray) => ensureCompileTimeEval(() => v.mul(2)))(x),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ConcretizationError: eval: a value that is known now is required, got a traced float32[3]; work on it outside ensureCompileTimeEval]`,
  );
  expect(f(x).js()).toEqual([15, 30, 45]);
});

test("strict promotion takes no array to another dtype, as in JAX", () => {
  const strict = <T>(f: () => T): T => numpyDtypePromotion("strict", f);
  const refused: (() => unknown)[] = [
    () => x.add(i32),
    () => x.mul(x.astype("float16")),
    () => i32.add(np.array(Uint8Array.of(1, 2, 3))),
    () => i32.add(1.5),
    () => np.array([true, false, true]).add(1),
    () => np.where(true, x, i32),
    () => np.concatenate([x, i32]),
    () => np.power(x, i32),
    () => np.promoteTypes("int32", "float32"),
  ];
  for (const f of refused) {
    expect(f, String(f)).not.toThrow();
    expect(() => strict(f), String(f)).toThrow(/dtypes must have one in common/);
  }
  // Numbers beside arrays, functions of one array, and division stay.
  expect(strict(() => [x.add(1), i32.add(2), np.sin(i32), i32.div(i32), np.mean(i32)]).length).toBe(
    5,
  );
  expect(strict(() => String(x.astype("float16").add(1).aval))).toBe("float16[3]");
  expect(strict(() => grad((v: NDArray) => np.sum(np.tanh(v.mul(v))))(x)).shape).toEqual([3]);
  expect(() => strict(() => x.add(i32))).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: numpy.add: dtypes must have one in common, got float32 and int32; promotion is strict here: convert one of them with astype]`,
  );
  expect(x.add(i32).js()).toEqual([2, 4, 6]);
});

test("the way of promotion belongs to what jit caches, and comes back after an exception", () => {
  const f = jit((v: NDArray, w: NDArray) => v.add(w));
  expect(f(x, i32).js()).toEqual([2, 4, 6]);
  expect(() => numpyDtypePromotion("strict", () => f(x, i32))).toThrow(/promotion is strict here/);
  expect(f(x, i32).js()).toEqual([2, 4, 6]);
  const inner = numpyDtypePromotion("strict", () =>
    numpyDtypePromotion("standard", () => x.add(i32)),
  );
  expect(inner.js()).toEqual([2, 4, 6]);
  expect(() => numpyDtypePromotion("lax" as "strict", () => x)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: numpyDtypePromotion: the mode must be "standard" or "strict", got the string "lax"; name one of them]`,
  );
});
