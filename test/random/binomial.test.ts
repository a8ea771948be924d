import { DTypeError, jit, type NDArray, ShapeError, vmap } from "udiff";
import * as np from "udiff/numpy";
import * as random from "udiff/random";
import { expect, test } from "vitest";

const key = random.key(42);
const list = (x: NDArray): number[] => Array.from(x.dataSync(), Number);

// Numbers of JAX 0.10.2.

test("few successes are drawn from the bits of JAX", () => {
  expect(list(random.binomial(key, 10, 0.3, [8]))).toEqual([2, 5, 2, 2, 4, 3, 2, 3]);
});

test("many successes are drawn from the bits of JAX, all of one key together", () => {
  expect(list(random.binomial(key, 1000, 0.3, [16]))).toEqual([
    310, 313, 285, 289, 279, 286, 292, 279, 297, 299, 293, 293, 323, 304, 307, 295,
  ]);
  const trials = np.array([100, 5, 1e6, 50.5]);
  const chances = np.array([0.7, 0.9, 0.25, 0.5]);
  expect(list(random.binomial(key, trials, chances))).toEqual([67, 5, 249556, 28]);
});

test("keys that are mapped over draw what each draws alone, compiled or not", () => {
  const f = (k: NDArray) => random.binomial(k, 200, 0.4, [3]);
  const wanted = [78, 69, 80, 84, 80, 85, 83, 76, 77];
  expect(list(vmap(f)(random.split(key, 3)))).toEqual(wanted);
  expect(list(jit(vmap(f))(random.split(key, 3)))).toEqual(wanted);
});

test("parameters without sense give NaN, certain ones their count", () => {
  const trials = np.array([-1, 10, 10, NaN, Infinity, 10, 10]);
  const chances = np.array([0.5, -0.1, 1.5, 0.5, 0.5, 0, 1]);
  expect(list(random.binomial(key, trials, chances))).toEqual([
    NaN,
    NaN,
    NaN,
    NaN,
    Infinity,
    0,
    10,
  ]);
});

test("a multinomial draw shares out the trials as in JAX", () => {
  const p = np.array([0.2, 0.5, 0.3]);
  expect(list(random.multinomial(key, 20, p, { shape: [4, 3] }))).toEqual([
    4, 12, 4, 3, 10, 7, 4, 13, 3, 5, 11, 4,
  ]);
  const rows = np.array([
    [0.2, 0.5, 0.3],
    [0, 0, 1],
  ]);
  expect(list(random.multinomial(key, np.array([100, 3]), rows))).toEqual([19, 48, 33, 0, 0, 3]);
});

test("the mean and variance are those of the distribution, in float64 too", () => {
  const [n, p] = [np.array(60, { dtype: "float64" }), np.array(0.35, { dtype: "float64" })];
  const draws = random.binomial(key, n, p, [4000], { dtype: "float64" });
  expect(draws.dtype).toBe("float64");
  expect(Math.abs(Number(np.mean(draws)) - 21)).toBeLessThan(0.2);
  expect(Math.abs(Number(np.var(draws)) - 13.65)).toBeLessThan(0.9);
});

test("what does not fit is refused", () => {
  expect(() => random.binomial(key, 3, 0.5, [2], { dtype: "int32" })).toThrow(DTypeError);
  expect(() => random.binomial(key, np.ones([3]), 0.5, [2])).toThrow(ShapeError);
  expect(() => random.multinomial(key, 3, 0.5)).toThrow(ShapeError);
});
