/** By what to differentiate: arguments, parts of them, values on the way; and doing it twice. */
import { grad, jit, jvp, linearize, type NDArray, numpy as np, stopGradient, vjp } from "udiff";
import { expect, test } from "vitest";

const f = (x: NDArray, y: NDArray, z: NDArray): NDArray => x.mul(y).add(np.sin(y).mul(z));
const at = [np.array(2), np.array(0.5), np.array(3)] as const;
const slopes = [0.5, 2 + 3 * Math.cos(0.5), Math.sin(0.5)];
const close = (actual: readonly NDArray[], expected: readonly number[]): void => {
  expect(actual.length).toBe(expected.length);
  actual.forEach((x, i) => {
    expect(x.item()).toBeCloseTo(expected[i] as number, 5);
  });
};

test("argnums is a number, a negative number, or a list in any order", () => {
  close([grad(f)(...at)], slopes.slice(0, 1));
  close([grad(f, { argnums: 1 })(...at)], slopes.slice(1, 2));
  close([grad(f, { argnums: -1 })(...at)], slopes.slice(2));
  close(grad(f, { argnums: [2, 0] })(...at), [slopes[2] as number, slopes[0] as number]);
  close(grad(f, { argnums: [-2] })(...at), slopes.slice(1, 2));
});

test("an argument may be a tree, and one pass gives the gradients of all leaves", () => {
  const loss = ({ w, rest }: { w: NDArray; rest: NDArray[] }, scale: NDArray): NDArray =>
    f(w, rest[0] as NDArray, rest[1] as NDArray).mul(scale);
  const p = { w: at[0], rest: [at[1], at[2]] };
  const [g, byScale] = grad(loss, { argnums: [0, 1] })(p, 2);
  close(
    [g.w, ...g.rest],
    slopes.map((s) => 2 * s),
  );
  close([byScale], [f(...at).item() as number]);
});

test("a stopped value is a constant", () => {
  const g = (x: NDArray): NDArray => x.mul(stopGradient(x.mul(x))).add(x);
  expect(grad(g)(3).item()).toBe(10);
  expect(jvp(g, [3], [1])[1].item()).toBe(10);
  expect(jit(grad(g))(3).item()).toBe(10);
});

test("a value on the way is a base when the rest of the way is a function of it", () => {
  const first = (x: NDArray): NDArray => np.sin(x);
  const second = (h: NDArray, x: NDArray): NDArray => np.exp(h).mul(x);
  const x = np.array(0.7);
  const h = first(x);
  const [, pull] = vjp(second, h, x);
  const [byH, directly] = pull(1);
  expect(byH.item()).toBeCloseTo(Math.exp(Math.sin(0.7)) * 0.7, 6);
  // The chain rule over the value on the way gives the whole derivative.
  const whole = grad((v: NDArray) => second(first(v), v))(x).item() as number;
  const chained = byH.mul(grad(first)(x)).add(directly).item() as number;
  expect(whole).toBeCloseTo(chained, 6);
});

test("what the result does not depend on has derivative zero", () => {
  expect(grad(f)(1, np.array(0), np.array(5)).item()).toBe(0);
  expect(grad((_x: NDArray, y: NDArray) => y.mul(2))(np.array([1, 2]), np.array(3)).js()).toEqual([
    0, 0,
  ]);
});

test("a pullback is called again, with other cotangents and in any order", () => {
  let runs = 0;
  const [, pull] = vjp((x: NDArray) => {
    runs++;
    return np.array([1, 2]).mul(x.mul(x));
  }, np.array(3));
  expect([pull(np.array([1, 0]))[0].item(), pull(np.array([0, 1]))[0].item()]).toEqual([6, 12]);
  expect(pull(np.array([1, 0]))[0].item()).toBe(6);
  expect(runs).toBe(1);
});

test("a linearisation is used again without running the function again", () => {
  let runs = 0;
  const [out, push] = linearize(
    (x: NDArray) => {
      runs++;
      return np.tanh(x).mul(x);
    },
    np.array([0.5, -1]),
  );
  const slope = (x: number): number => Math.tanh(x) + x * (1 - Math.tanh(x) ** 2);
  for (const t of [1, -2, 0.25]) {
    const pushed = push(np.array([t, t])).js() as number[];
    expect(pushed[0]).toBeCloseTo(t * slope(0.5), 5);
    expect(pushed[1]).toBeCloseTo(t * slope(-1), 5);
  }
  expect(out.shape).toEqual([2]);
  expect(runs).toBe(1);
});

test("a result with elements is pulled back from ones", () => {
  const [y, pull] = vjp((x: NDArray) => x.mul(x), np.array([1, 2, 3]));
  expect(pull(np.onesLike(y))[0].js()).toEqual([2, 4, 6]);
});

test("a value used twice at each of a hundred steps takes a hundred steps back, not 2^100", () => {
  const twice = (x: NDArray): NDArray => {
    let y = x;
    for (let i = 0; i < 100; i++) y = y.add(y).mul(0.5);
    return y;
  };
  expect(grad(twice)(1).item()).toBe(1);
  expect(jvp(twice, [1], [1])[1].item()).toBe(1);
});
