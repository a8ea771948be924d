import {
  grad,
  jit,
  jvp,
  lax,
  linearTranspose,
  makeJaxpr,
  type NDArray,
  numpy as np,
  random,
  vjp,
  vmap,
} from "udiff";
import { expect, test } from "vitest";
import { checkJaxpr } from "../../../src/core/check-jaxpr.ts";
import { evalJaxpr } from "../../../src/core/eval-jaxpr.ts";
import { partialEval } from "../../../src/transforms/partial-eval.ts";

const xs = np.array([1, 2, 3]);
const running = (c: NDArray, x: NDArray) => [c.add(x), c.mul(x)] as const;

/** The text of the error that `f` throws. */
function messageOf(f: () => unknown): string {
  try {
    f();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  throw new Error("nothing was thrown");
}

test("a number as first carry takes the type that the body gives", () => {
  const [c, ys] = lax.scan(running, 0, xs);
  expect(c.js()).toBe(6);
  expect(c.weakType).toBe(false);
  expect(ys.js()).toEqual([0, 2, 9]);
  expect(lax.scan(running, 0, xs.astype("float64"))[0].dtype).toBe("float64");
});

test("no turns, one turn, no carry and no results are loops like others", () => {
  const none = np.zeros([0]);
  expect(lax.scan(running, 1, none).map((x) => x.js())).toEqual([1, []]);
  expect(lax.scan(running, 1, np.array([5])).map((x) => x.js())).toEqual([6, [5]]);
  const [empty, squares] = lax.scan((_: null, x: NDArray) => [null, x.mul(x)] as const, null, xs);
  expect(empty).toBe(null);
  expect(squares.js()).toEqual([1, 4, 9]);
  const [last, nothing] = lax.scan((c: NDArray) => [c.mul(2), null] as const, np.float32(1), null, {
    length: 10,
  });
  expect([last.js(), nothing]).toEqual([1024, null]);
  expect(grad((c: NDArray) => np.sum(lax.scan(running, c, none)[0]))(2).js()).toBe(1);
});

test("carries may change places, and stay as they are", () => {
  const swap = ([a, b, k]: NDArray[]): [NDArray[], NDArray] => [
    [b as NDArray, (a as NDArray).add(b as NDArray), k as NDArray],
    a as NDArray,
  ];
  for (const n of [0, 1, 2, 7]) {
    for (const shape of [[], [2]]) {
      const init = [0, 1, 9].map((v) => np.full(shape, v));
      const [last, ys] = lax.scan(swap, init, null, { length: n });
      const fibonacci = [0, 1];
      for (let i = 0; i < 10; i++) fibonacci.push((fibonacci[i] ?? 0) + (fibonacci[i + 1] ?? 0));
      expect(last.map((x) => np.ravel(x).slice(-1).item())).toEqual([
        fibonacci[n],
        fibonacci[n + 1],
        9,
      ]);
      expect(np.ravel(ys).js()).toEqual(
        fibonacci.slice(0, n).flatMap((v) => (shape.length === 0 ? [v] : [v, v])),
      );
    }
  }
});

test("scalars run as numbers, and give the bits that arrays and un-looped code give", () => {
  const turn = (c: NDArray, x: NDArray) => [np.sin(c.mul(1.1)).add(x.div(3)), c.sub(x)] as const;
  const values = random.normal(random.key(1), [50]);
  const [c, ys] = lax.scan(turn, np.float32(0.3), values);
  const [wide, rows] = lax.scan(turn, np.full([2], 0.3), np.stack([values, values], { axis: 1 }));
  let plain: NDArray = np.float32(0.3);
  for (let i = 0; i < 50; i++) plain = turn(plain, values.slice(i))[0];
  expect(c.js()).toBe(plain.js());
  expect(wide.js()).toEqual([c.js(), c.js()]);
  expect(rows.slice(":", 1).js()).toEqual(ys.js());
});

test("loops in loops run as numbers too, rows and stacked results included", () => {
  const f = (m: NDArray) =>
    lax.scan(
      (c: NDArray, row: NDArray) =>
        lax.scan((d: NDArray, x: NDArray) => [d.mul(0.5).add(x), d] as const, c, row),
      np.float32(1),
      m,
    );
  const m = np.arange(6).reshape([2, 3]).astype("float32");
  const [c, ys] = jit(f)(m);
  let expected = 1;
  const before = [0, 1, 2, 3, 4, 5].map((x) => {
    const old = expected;
    expected = old * 0.5 + x;
    return old;
  });
  expect(c.js()).toBe(expected);
  expect(np.ravel(ys).js()).toEqual(before);
  const byIndex = jit((v: NDArray) =>
    lax.foriLoop(
      0,
      5,
      (i, s: NDArray) => s.add(lax.dynamicIndexInDim(v, i, { keepdims: false })),
      0,
    ),
  );
  expect(byIndex(np.array([1, 2, 4, 8, 16])).js()).toBe(31);
});

test("unrolled loops are the loop, whatever is left over", () => {
  for (const reverse of [false, true]) {
    for (const n of [0, 1, 5, 6]) {
      const values = np.arange(n).astype("float32").add(1);
      const plain = lax.scan(running, 0, values, { reverse });
      for (const unroll of [2, 3, 9, true]) {
        const [c, ys] = lax.scan(running, 0, values, { reverse, unroll });
        expect([c.js(), ys.js()]).toEqual(plain.map((x) => x.js()));
      }
    }
  }
});

test("keys may be carried and scanned over", () => {
  const [key, draws] = lax.scan(
    (k: NDArray) => {
      const keys = random.split(k, 2);
      return [keys.slice(0), random.uniform(keys.slice(1))] as const;
    },
    random.key(3),
    null,
    { length: 4 },
  );
  let k = random.key(3);
  const expected: unknown[] = [];
  for (let i = 0; i < 4; i++) {
    const keys = random.split(k, 2);
    k = keys.slice(0);
    expected.push(random.uniform(keys.slice(1)).js());
  }
  expect(draws.js()).toEqual(expected);
  expect(random.keyData(key).js()).toEqual(random.keyData(k).js());
  const keys = random.split(random.key(0), 3);
  const [, back] = lax.scan((_: null, q: NDArray) => [null, q] as const, null, keys, {
    reverse: true,
  });
  expect(random.keyData(back).js()).toEqual(random.keyData(keys).js());
});

test("the way back keeps what it reads: inputs as they are, invariants once", () => {
  const w = np.array([0.5, -0.25]);
  const loss = (v: NDArray, ys: NDArray): NDArray => {
    const turn = (c: NDArray, x: NDArray) => [np.tanh(c).mul(np.exp(v)).mul(x), null] as const;
    return np.sum(lax.scan(turn, w, ys)[0]);
  };
  const text = String(makeJaxpr(grad(loss))(w, np.ones([3, 2])));
  // Stacked are the hyperbolic tangent and its slope; exp(v) comes once, x is there already.
  expect(text.match(/\n {4}.* = scan/g)).toMatchInlineSnapshot(`
    [
      "
        d:f32[2] e:f32[3,2] f:f32[3,2] = scan",
      "
        _:f32[2] j:f32[2] = scan",
    ]
  `);
});

test("a program is split, dropped and transposed in parts", () => {
  const f = (a: NDArray, b: NDArray): NDArray[] => {
    const [[p, q], ys] = lax.scan(
      ([s, t]: [NDArray, NDArray], x: NDArray): [[NDArray, NDArray], NDArray] => [
        [np.sin(s).add(x), t.mul(s)],
        s.mul(2),
      ],
      [a, b],
      xs,
    );
    return [p, q, ys];
  };
  const args = [np.float32(0.5), np.float32(2)] as const;
  const program = makeJaxpr(f)(...args);
  const { known, unknown, knownOuts, residuals } = partialEval(program, [true, false]);
  expect(knownOuts).toEqual([true, false, true]);
  checkJaxpr(known);
  checkJaxpr(unknown);
  const first = evalJaxpr(known, args.slice(0, 1));
  const second = evalJaxpr(unknown, [...first.slice(first.length - residuals), args[1]]);
  const whole = f(...args);
  expect([first[0]?.js(), second[0]?.js(), first[1]?.js()]).toEqual(whole.map((x) => x.js()));
  const onlyFirst = jit((a: NDArray, b: NDArray) => f(a, b)[0]).lower(...args);
  expect(onlyFirst.kernels).not.toContain("mul");
});

test("a linear loop with a counter is transposed", () => {
  const f = (x: NDArray): NDArray =>
    lax.foriLoop(0, 3, (i, c: NDArray) => c.mul(i.add(1)).add(x.mul(i)), x);
  const pull = linearTranspose(f, np.float32(0));
  expect(pull(1)[0].js()).toBe(f(np.float32(1)).js());
  expect(vjp(f, 2)[1](3)[0].js()).toBe(3 * Number(f(np.float32(1)).js()));
});

test("loops inside vmap inside grad inside jit", () => {
  const step = (c: NDArray, x: NDArray): NDArray =>
    lax.scan(
      (s: NDArray, y: NDArray) =>
        [
          lax.cond(
            y.greater(0),
            () => np.sin(s.mul(y)),
            () => s.add(y),
          ),
          null,
        ] as const,
      c,
      x,
    )[0];
  const loss = (c: NDArray, m: NDArray): NDArray => np.sum(vmap(step, { inAxes: [null, 0] })(c, m));
  const m = np.array([
    [1, -1, 0.5],
    [0.25, 2, -3],
  ]);
  const slope = jit(grad(loss))(0.75, m).js() as number;
  const eps = 2 ** -10;
  const c = np.array(Float64Array.of(0.75)).reshape([]);
  const wide = m.astype("float64");
  const difference = Number(loss(c.add(eps), wide).sub(loss(c.sub(eps), wide))) / (2 * eps);
  expect(slope).toBeCloseTo(difference, 4);
});

test("forward mode keeps derivatives of integers out of the carry", () => {
  const f = (x: NDArray): NDArray => lax.foriLoop(0, 3, (_, c: NDArray) => c.mul(x), x);
  expect(jvp(f, [2], [1]).map((v) => v.js())).toEqual([16, 32]);
  expect(String(makeJaxpr((x: NDArray) => jvp(f, [x], [x]))(2))).toContain("carry=3");
});

test("what does not fit is refused with its place", () => {
  const cases: [string, () => unknown][] = [
    [
      "shape",
      () =>
        lax.scan(
          (c: { h: NDArray }, x: NDArray) => [{ h: np.stack([c.h, x]) }, x] as const,
          { h: np.float32(0) },
          xs,
        ),
    ],
    [
      "dtype",
      () =>
        lax.scan((c: NDArray, x: NDArray) => [c.astype("int32"), x] as const, np.float32(0), xs),
    ],
    [
      "structure",
      () => lax.scan((c: NDArray, x: NDArray) => [[c, c], x] as never, np.float32(0), xs),
    ],
    ["pair", () => lax.scan((c: NDArray) => c as never, np.float32(0), xs)],
    ["length", () => lax.scan(running, 0, xs, { length: 4 })],
    [
      "extents",
      () => lax.scan((c: NDArray, _: unknown) => [c, null] as const, 0, { a: xs, b: np.ones([2]) }),
    ],
    ["scalar", () => lax.scan(running, 0, np.float32(1))],
    ["nothing", () => lax.scan((c: NDArray) => [c, null] as const, 0, null)],
    ["unroll", () => lax.scan(running, 0, xs, { unroll: 0.5 })],
    ["option", () => lax.scan(running, 0, xs, { revers: true } as never)],
    [
      "value",
      () =>
        lax.scan(
          (c: NDArray, x: NDArray) => [Number(c) > 0 ? c : x, x] as const,
          np.float32(0),
          xs,
        ),
    ],
    ["promise", () => lax.scan((async (c: NDArray) => [c, null]) as never, 0, xs)],
    ["map", () => lax.map((x: NDArray) => x, xs, { batchSize: 0 })],
    ["fori", () => lax.foriLoop(0, 2.5, (_, c: NDArray) => c, 0)],
    ["foriTraced", () => jit((n: NDArray) => lax.foriLoop(0, n, (_, c: NDArray) => c, 0))(3)],
  ];
  expect(cases.map(([name, f]) => `${name}: ${messageOf(f)}`)).toMatchInlineSnapshot(`
    [
      "shape: ShapeError: lax.scan: the carry.h must keep its shape, expected float32[], got float32[2]; give back a carry like the first one",
      "dtype: DTypeError: lax.scan: the carry must keep its dtype, expected float32[], got int32[]; convert it with astype, or start from that dtype",
      "structure: TreeError: lax.scan: the carry that the body gives must have the structure *, got [*, *]; pass a single leaf there",
      "pair: ArgumentError: lax.scan: the body must return [carry, y], got float32[]; return null for y where there is nothing to stack",
      "length: ShapeError: lax.scan: all of xs must have one leading extent, got length 4 and xs is float32[3]; slice them alike",
      "extents: ShapeError: lax.scan: all of xs must have one leading extent, got xs.a is float32[3], xs.b is float32[2]; slice them alike",
      "scalar: ShapeError: lax.scan: xs must have an axis to loop over, got float32[]; close over what all turns share",
      "nothing: ArgumentError: lax.scan: xs or length is required, got neither; pass { length } to loop over nothing",
      "unroll: ArgumentError: lax.scan: unroll must be an integer from 1 or a boolean, got number 0.5; 1 unrolls nothing",
      "option: ArgumentError: lax.scan: unknown option "revers"; the names allowed are length, reverse, unroll",
      "value: ConcretizationError: conversion to a number: a traced float32[] has no value yet, but JavaScript asked for one; write np.add(x, y) for x + y and np.where for a branch on x, or declare the argument static",
      "promise: ArgumentError: lax.scan: a synchronous function is required, got one that returns a promise; await data before the call and pass it as an argument",
      "map: ArgumentError: lax.map: batchSize must be an integer from 1, got number 0; leave it out for one at a time",
      "fori: DTypeError: lax.foriLoop: upper must be an integer, got number 2.5; pass np.int32(n), or a number known when the loop is staged",
      "foriTraced: DTypeError: lax.foriLoop: upper must be an integer, got float32[]; pass np.int32(n), or a number known when the loop is staged",
    ]
  `);
});

test("an error in a body leaves nothing behind", () => {
  const broken = new Error("mine");
  expect(() =>
    lax.scan(
      () => {
        throw broken;
      },
      0,
      xs,
    ),
  ).toThrow(broken);
  expect(lax.scan(running, 0, xs)[0].js()).toBe(6);
});
