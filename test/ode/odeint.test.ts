import { experimental, grad, jit, type NDArray, numpy as np, tree, vmap } from "udiff";
import { allclose, checkJvp, checkVjp } from "udiff/testing";
import { expect, test } from "vitest";

const { odeint } = experimental;

const f64 = { dtype: "float64" } as const;
const tight = { rtol: 1e-9, atol: 1e-9 };
const ways = {
  backward: tight,
  direct: { ...tight, mxstep: 40, adjoint: "direct" },
} as const;
/** Error of differences with this step, and of the solver. */
const differences = { eps: 2 ** -9, rtol: 1e-5, atol: 1e-5 };

type Pair = readonly [NDArray, NDArray];

/** A swing with friction under a force that depends on time. */
const swing = ([angle, speed]: Pair, t: NDArray, [g, friction]: Pair): Pair => {
  const force = np.sin(t.mul(2)).sub(g.mul(np.sin(angle)));
  return [speed, force.sub(friction.mul(speed))];
};
const pair = (a: number, b: number): Pair => [np.float64(a), np.float64(b)];
const start = pair(0.5, -0.25);
const constants = pair(2, 0.25);
const times = np.array([0.25, 0.5, 1.25], f64);

const numbers = (x: unknown): number[] =>
  tree.leaves(x).flatMap((leaf) => Array.from((leaf as NDArray).dataSync(), Number));

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

test("through the steps there are forward mode and second derivatives, like those of the adjoint", () => {
  const f = (y0: Pair, ts: NDArray, c: Pair): Pair => odeint(swing, y0, ts, [c], ways.direct);
  checkJvp(f, [start, times, constants], differences);
  const [forward, back] = Object.values(ways).map((options) => {
    const end = (k: NDArray): NDArray =>
      np.sum(odeint((y, t, k) => np.sin(y.mul(k)).add(t), 0.5, times, [k], options).slice(-1));
    return grad(grad(end))(np.float64(1.5)).item();
  });
  expect(forward).toBeCloseTo(Number(back), 6);
});

const sliced = (xs: unknown, i: number): unknown =>
  tree.map((x: NDArray) => x.slice(i), xs as Pair);

test.for(Object.entries(ways))(
  "vmap is a loop, each slice with steps of its own: %s",
  ([, options]) => {
    const f = (y0: Pair, c: Pair): Pair => odeint(swing, y0, times, [c], options);
    const slopes = grad((y0: Pair, c: Pair) => np.sum(np.sin(f(y0, c)[0])), { argnums: [0, 1] });
    const starts: Pair = [np.array([0.5, -0.25, 3], f64), np.array([0, 8, 1], f64)];
    const many: Pair = [np.array([2, 20, 1], f64), np.array([0.25, 0.5, 0], f64)];
    const [values, gradients] = [vmap(f)(starts, many), vmap(slopes)(starts, many)];
    for (let i = 0; i < 3; i++) {
      const args = [sliced(starts, i), sliced(many, i)] as [Pair, Pair];
      const slices = numbers([sliced(values, i), sliced(gradients, i)]);
      const alone = numbers([f(...args), slopes(...args)]);
      expect(
        allclose(np.array(slices, f64), np.array(alone, f64), { rtol: 1e-8, atol: 1e-8 }),
      ).toBe(true);
    }
  },
);

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
