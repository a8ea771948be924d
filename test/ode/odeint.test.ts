import { experimental, grad, jit, type NDArray, numpy as np, tree } from "udiff";
import { allclose, checkVjp } from "udiff/testing";
import { expect, test } from "vitest";
import {
  constants,
  differences,
  f64,
  numbers,
  type Pair,
  start,
  swing,
  tight,
  times,
  ways,
} from "./swing.ts";

const { odeint } = experimental;

test("the solution is that of the equation", () => {
  const ts = np.array([0, 0.5, 1, 3], f64);
  const decay = odeint((y, _, rate) => y.mul(rate), np.float64(2), ts, [-0.75], tight);
  const expected = numbers(ts).map((t) => 2 * Math.exp(-0.75 * t));
  expect(allclose(decay, np.array(expected, f64), { rtol: 1e-8 })).toBe(true);
});

test("a state is any tree of floats, each leaf in its own dtype, and numbers take one beside them", () => {
  const path = odeint(
    ({ v }, t, { k }) => ({ x: v.slice(0).astype("float32"), v: v.mul(k.mul(t)) }),
    { x: np.float32(1), v: np.array([0.5, 2], f64) },
    np.arange(2),
    [{ k: 3 }],
    { rtol: 1e-6, atol: 1e-6 },
  );
  expect(
    tree.map(
      String,
      tree.map((x: NDArray) => x.aval, path),
    ),
  ).toEqual({
    x: "float32[2]",
    v: "float64[2,2]",
  });
  const growth = Math.exp(1.5);
  expect(allclose(path.v.slice(1), np.array([growth / 2, growth * 2], f64), { rtol: 1e-5 })).toBe(
    true,
  );
  expect(odeint((y, _, k) => y.mul(k), 1, np.array([0, 1]), [np.float64(0)]).dtype).toBe("float64");
  expect(
    odeint((y) => [y[0].mul(2)] as const, [np.ones([0])] as const, np.array([0, 1]))[0].shape,
  ).toEqual([2, 0]);
  expect(odeint(() => 1, 4, np.array([2])).js()).toEqual([4]);
  expect(odeint(() => ({}), {}, np.array([2, 3]))).toEqual({});
});

test.for(Object.entries(ways))("gradients agree with differences: %s", ([, options]) => {
  const f = (y0: Pair, ts: NDArray, c: Pair): Pair => odeint(swing, y0, ts, [c], options);
  checkVjp(f, [start, times, constants], differences);
  // What is closed over is differentiated as an argument is.
  const end = ([x, v]: Pair): NDArray => np.sum(x.mul(v));
  const closed = (c: Pair): NDArray =>
    end(odeint((y, t) => swing(y, t, c), start, times, [], options));
  const given = (c: Pair): NDArray => end(f(start, times, c));
  expect(numbers(grad(closed)(constants))).toEqual(numbers(grad(given)(constants)));
});

test.for(Object.entries(ways))(
  "compiled, values and gradients are the same to the bit: %s",
  ([, options]) => {
    const f = (y0: Pair, ts: NDArray, c: Pair): Pair => odeint(swing, y0, ts, [c], options);
    const slopes = grad((...xs: Parameters<typeof f>) => np.sum(np.sin(f(...xs)[0])), {
      argnums: [0, 1, 2],
    });
    expect(numbers(jit(f)(start, times, constants))).toEqual(numbers(f(start, times, constants)));
    const compiled = jit(slopes)(start, times, constants);
    expect(numbers(compiled)).toEqual(numbers(slopes(start, times, constants)));
  },
);

test("where the solution is not known it is NaN, and so are gradients", () => {
  const nan = Number.NaN;
  const ts = np.array([0, 0.5, 1, 2], f64);
  const decay = (y: NDArray): NDArray => y.neg();
  const values = (f: (y: NDArray) => NDArray, y0: number, at = ts, options = {}): number[] =>
    numbers(odeint(f, np.float64(y0), at, [], options));
  // Past a pole at 0.75, and after too many steps.
  const pole = values((y) => y.mul(y), 4 / 3);
  expect(pole.map(Number.isNaN)).toEqual([false, false, true, true]);
  expect(values(decay, 1, ts, { mxstep: 3 })).toEqual([1, nan, nan, nan]);
  // Of what is not finite.
  for (const bad of [nan, Infinity, -Infinity]) {
    expect(values(decay, bad).slice(1)).toEqual([nan, nan, nan]);
    expect(values((y) => y.mul(bad), 1).slice(1)).toEqual([nan, nan, nan]);
    expect(values(decay, 1, np.array([bad, 1, 2], f64)).slice(1)).toEqual([nan, nan]);
  }
  expect(values(decay, 1, np.array([0, nan, 0.5, Infinity], f64))).toEqual([1, nan, nan, nan]);
  // Times stand still, but do not go back.
  const twice = values(decay, 1, np.array([0, 0, 1, 1, 0.5], f64));
  expect(twice).toEqual([1, 1, twice[2], twice[2], nan]);
  for (const options of [{ mxstep: 3 }, { mxstep: 3, adjoint: "direct" }] as const) {
    const end = (y0: NDArray, c: NDArray): NDArray =>
      np.sum(odeint((y, _, k) => y.mul(k), y0, ts, [c], options));
    const slopes = grad(end, { argnums: [0, 1] })(np.float64(1), np.float64(-1));
    expect(numbers(slopes)).toEqual([nan, nan]);
  }
});

test("times that repeat have gradients", () => {
  const expected = 2 + 2 * Math.exp(-1);
  for (const options of Object.values(ways)) {
    const f = (y0: NDArray): NDArray =>
      np.sum(odeint((y) => y.neg(), y0, np.array([0, 0, 1, 1], f64), [], options));
    expect(grad(f)(np.float64(3)).item()).toBeCloseTo(expected, 7);
  }
});

test("a step that is too small to move time ends the search", () => {
  // The derivative jumps at 0; the step that could tell where is shorter than any in float32.
  const jump = (y: NDArray): NDArray => np.sign(y).mul(-1e6);
  const nan = Number.NaN;
  expect(numbers(odeint(jump, np.float32(0.5), np.array([1, 1.25, 2])))).toEqual([0.5, nan, nan]);
  // Steps that are too small at first grow, and the solution goes on.
  const late = odeint((y) => y.mul(0), np.float32(2), np.array([2 ** 20, 2 ** 20 + 1]));
  expect(numbers(late)).toEqual([2, 2]);
});
