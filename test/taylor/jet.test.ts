import { readFileSync } from "node:fs";
import {
  customJvp,
  customVjp,
  grad,
  jit,
  jvp,
  lax,
  makeJaxpr,
  type NDArray,
  nn,
  numpy as np,
  vmap,
} from "udiff";
import { jet } from "udiff/experimental";
import { definePrimitive, elementwise, nonlinear } from "udiff/extend";
import { assertAllclose } from "udiff/testing";
import { describe, expect, test } from "vitest";
import { bind1, noParams } from "../../src/core/trace.ts";

type Function = (...xs: NDArray[]) => NDArray;

interface Case {
  readonly shapes: readonly number[][];
  readonly low: number;
  readonly high: number;
  readonly out: readonly number[];
  readonly terms: readonly number[][];
}

const values = JSON.parse(
  readFileSync(new URL("jax-values.json", import.meta.url), "utf8"),
) as Readonly<Record<string, Case>>;

/** The numbers that `make-jax-values.py` takes. */
function numbers(shape: readonly number[], seed: number, low: number, high: number): NDArray {
  const size = shape.reduce((a, b) => a * b, 1);
  const list = Float64Array.from({ length: size }, (_, i) => {
    return low + (high - low) * (((seed * 31 + i * 17) % 64) / 64);
  });
  return np.array(list).reshape([...shape]);
}

const programs: Readonly<Record<string, Function>> = {
  exp: lax.exp,
  expm1: lax.expm1,
  log: lax.log,
  log1p: lax.log1p,
  sin: lax.sin,
  cos: lax.cos,
  sinh: lax.sinh,
  cosh: lax.cosh,
  tanh: lax.tanh,
  logistic: lax.logistic,
  sqrt: lax.sqrt,
  rsqrt: lax.rsqrt,
  square: lax.square,
  integerPow: (x) => lax.integerPow(x as NDArray, 5),
  "integerPow negative": (x) => lax.integerPow(x as NDArray, -2),
  asinh: lax.asinh,
  acosh: lax.acosh,
  atanh: lax.atanh,
  erf: lax.erf,
  erfc: lax.erfc,
  erfInv: lax.erfInv,
  abs: lax.abs,
  pow: lax.pow,
  div: lax.div,
  mul: lax.mul,
  atan2: lax.atan2,
  max: lax.max,
  "min at ties": (x, y) => lax.min(x, y.mul(0).add(x)),
  dot: (a, b) => np.dot(a, b),
  conv: (x, w) => lax.convGeneralDilated(x, w, { windowStrides: [1], padding: "SAME" }),
  reduceMax: (x) => np.max(x),
  cumprod: (x) => lax.cumprod(x),
  softmax: (x) => np.exp(x).div(np.sum(np.exp(x))),
  network: (x, w) => jit((v: NDArray) => np.tanh(np.matmul(w, np.sin(v))))(x),
  "not scaled": (x) => np.exp(np.sin(x)),
} as Readonly<Record<string, Function>>;

test.each(Object.entries(values))("%s has the series that JAX gives", (name, expected) => {
  const f = programs[name] as Function;
  const { shapes, low, high } = expected;
  const order = expected.terms.length;
  const primals = shapes.map((shape, i) => numbers(shape, 3 + i, low, high));
  const series = shapes.map((shape, i) =>
    Array.from({ length: order }, (_, k) => numbers(shape, 11 + 5 * i + k, -1, 1)),
  );
  const [out, terms] = jet(f, primals, series, { factorialScaled: name !== "not scaled" });
  const close = { rtol: 1e-9, atol: 1e-9 };
  assertAllclose(out.ravel(), np.array(Float64Array.from(expected.out)), close);
  expect(terms).toHaveLength(order);
  terms.forEach((t, k) => {
    const wanted = np.array(Float64Array.from(expected.terms[k] ?? []));
    const scale = Math.max(1, +np.max(np.abs(wanted)));
    assertAllclose(t.ravel(), wanted, { rtol: 1e-9, atol: 1e-11 * scale });
  });
});

const ones = (order: number): number[] => [1, ...new Array<number>(order - 1).fill(0)];
const numbersOf = (terms: readonly NDArray[]): unknown[] => terms.map((t) => t.js());

test("the terms of a line are the derivatives, to the tenth", () => {
  const x = np.array(0.5, { dtype: "float64" });
  const [out, terms] = jet((t: NDArray) => np.sin(t), [x], [ones(10)]);
  const cycle = [Math.cos, (t: number) => -Math.sin(t), (t: number) => -Math.cos(t), Math.sin];
  expect(out.item()).toBe(Math.sin(0.5));
  terms.forEach((t, k) => {
    expect(t.item()).toBeCloseTo(cycle[k % 4]?.(0.5) ?? Number.NaN, 13);
  });
});

test("trees go in and out, a list at each leaf", () => {
  const f = ({ a, b }: { a: NDArray; b: NDArray[] }) => ({ y: a.mul(b[0] as NDArray), z: [a] });
  const [out, series] = jet(f, [{ a: 2, b: [3] }], [{ a: [1, 0], b: [[1, 0]] }]);
  expect(out.y.item()).toBe(6);
  expect(numbersOf(series.y)).toEqual([5, 2]);
  expect(series.z.map(numbersOf)).toEqual([[1, 0]]);
});

test("one jet goes on from another", () => {
  const x = np.array(0.25, { dtype: "float64" });
  const [y, ys] = jet((t: NDArray) => np.exp(t), [x], [ones(4)]);
  const [z, zs] = jet((t: NDArray) => np.sin(t), [y], [ys]);
  const [direct, terms] = jet((t: NDArray) => np.sin(np.exp(t)), [x], [ones(4)]);
  assertAllclose([z, ...zs], [direct, ...terms], { rtol: 1e-13, atol: 1e-13 });
});

test("what a jet does not reach has zero terms, integers float0 ones", () => {
  const f = (x: NDArray, n: NDArray): NDArray[] => [np.array([1, 2]), n.add(1), np.floor(x)];
  const [, series] = jet(f, [0.5, np.int32(2)], [[1, 1], []]);
  expect(series.map((terms) => terms.map((t) => String(t.aval)))).toEqual([
    ["float32[2]", "float32[2]"],
    ["float0[]", "float0[]"],
    ["float32[]", "float32[]"],
  ]);
  expect(numbersOf(series[2] ?? [])).toEqual([0, 0]);
});

test("of order 0 there is only the value", () => {
  const [out, series] = jet((x: NDArray) => x.mul(x), [3], [[]]);
  expect([out.item(), series]).toEqual([9, []]);
});

test("powers are good at zero and below", () => {
  const at = (x: number, f: (t: NDArray) => NDArray, order = 4): unknown =>
    numbersOf(jet(f, [x], [ones(order)])[1]);
  // The slope y x^(y - 1) is NaN where x and y are both 0, as it is to jvp.
  expect(at(0, (t) => lax.pow(t, 3), 3)).toEqual([0, 0, 6]);
  expect(at(-2, (t) => lax.pow(t, 3))).toEqual([12, -12, 6, 0]);
  expect(at(0, (t) => lax.integerPow(t, 3))).toEqual([0, 0, 6, 0]);
  expect(at(0, (t) => t.mul(t))).toEqual([0, 2, 0, 0]);
});

test("the sides of a kink are those of jvp", () => {
  const relu = jet((x: NDArray) => np.maximum(x, 0), [0], [[1, 1]]);
  expect(numbersOf(relu[1])).toEqual([0.5, 0.5]);
  expect(numbersOf(jet((x: NDArray) => nn.relu(x), [0], [[1, 1]])[1])).toEqual([0, 0]);
  expect(numbersOf(jet((x: NDArray) => np.abs(x), [0], [[1, 1]])[1])).toEqual([1, 1]);
});

describe("custom rules", () => {
  test("a customJvp rule counts, at every order", () => {
    const f = customJvp((x: NDArray) => np.where(np.equal(x, 0), 1, np.sin(x).div(x))).defJvp(
      ([x]: [NDArray], [t]: [NDArray]) => [np.sinc(x.div(Math.PI)), t.mul(x).mul(-1 / 3)],
    );
    expect(numbersOf(jet((x: NDArray) => f(x), [0], [[1, 0]])[1])).toEqual(
      [-0, -1 / 3].map(Math.fround),
    );
  });

  test("sinc has its derivatives at 0", () => {
    const x = np.array(0, { dtype: "float64" });
    const [, terms] = jet((t: NDArray) => np.sinc(t), [x], [ones(4)]);
    const expected = [0, -(Math.PI ** 2) / 3, 0, Math.PI ** 4 / 5];
    terms.forEach((t, k) => {
      expect(t.item()).toBeCloseTo(expected[k] ?? Number.NaN, 9);
    });
  });

  test("a customVjp function goes by what it does", () => {
    const f = customVjp((x: NDArray) => x.mul(x)).defVjp(
      (x: NDArray) => [x.mul(x), x],
      (_: NDArray, ct: NDArray) => [ct.mul(100)],
    );
    const run = (x: NDArray): NDArray => f(np.sin(x));
    const plain = jet((x: NDArray) => np.square(np.sin(x)), [0.5], [[1, 2, 3]]);
    assertAllclose(jet(run, [0.5], [[1, 2, 3]]), plain);
    assertAllclose(jit((x: NDArray) => jet(run, [x], [[1, 2, 3]]))(0.5), plain);
  });
});

test("a gradient has jets, and jets have gradients", () => {
  const f = (x: NDArray): NDArray => np.sum(np.exp(np.sin(x)));
  const x = np.array(Float64Array.of(0.25, -0.5));
  const [, terms] = jet(
    grad(f),
    [x],
    [
      [
        [1, 0],
        [0, 1],
      ].map((t) => np.array(Float64Array.from(t))),
    ],
  );
  const line = (t: NDArray): NDArray => grad(f)(x.add(np.stack([t, t.mul(t).div(2)])));
  const zero = np.array(0, { dtype: "float64" });
  const once = (t: NDArray): NDArray => jvp(line, [t], [np.onesLike(t)])[1];
  assertAllclose(terms[0], once(zero), { rtol: 1e-12, atol: 1e-12 });
  assertAllclose(terms[1], jvp(once, [zero], [np.onesLike(zero)])[1], { rtol: 1e-12, atol: 1e-12 });
  const third = (y: NDArray): NDArray =>
    jet((t: NDArray) => np.sin(t), [y], [ones(3)])[1][2] as NDArray;
  expect(grad(third)(np.array(0.5, { dtype: "float64" })).item()).toBeCloseTo(Math.sin(0.5), 12);
});

test("jets of jets are derivatives of derivatives, and do not mix", () => {
  const second = (x: NDArray): NDArray =>
    jet((t: NDArray) => np.sin(t).mul(x), [x], [ones(2)])[1][1] as NDArray;
  const x = np.array(0.5, { dtype: "float64" });
  // The second derivative of sin t by t is -sin t; beside it x is a constant.
  const [value, terms] = jet(second, [x], [ones(2)]);
  expect(value.item()).toBeCloseTo(-0.5 * Math.sin(0.5), 14);
  const expected = [-Math.sin(0.5) - 0.5 * Math.cos(0.5), -2 * Math.cos(0.5) + 0.5 * Math.sin(0.5)];
  terms.forEach((t, k) => {
    expect(t.item()).toBeCloseTo(expected[k] ?? Number.NaN, 13);
  });
  const [, staged] = jit((y: NDArray) => jet(jit(second), [y], [ones(2)]))(x);
  assertAllclose(staged, terms, { rtol: 1e-13, atol: 1e-13 });
});

test("primitives of users go by their jvp rules", () => {
  const double = definePrimitive<1>("cube", {
    abstractEval: ([x]) => x,
    jvp: { kind: "partials", terms: [(t, [x]) => t.mul(x).mul(x).mul(3)] },
    transpose: nonlinear,
    batch: elementwise,
    lower: {
      kind: "compose",
      apply: ([x]) => [lax.mul(lax.mul(x as NDArray, x as NDArray), x as NDArray)],
    },
  });
  const [, terms] = jet((x: NDArray) => bind1(double, x, noParams), [2], [ones(4)]);
  expect(numbersOf(terms)).toEqual([12, 12, 6, 0]);
});

test("the work grows with the square of the order, not by doubling", () => {
  const f = (x: NDArray): NDArray => np.tanh(np.sin(np.exp(x)));
  const count = (order: number): number => {
    const g = (x: NDArray): NDArray[] => jet(f, [x], [ones(order)])[1];
    return makeJaxpr(g)(0.5).jaxpr.eqns.length;
  };
  const [five, ten] = [count(5), count(10)];
  expect(ten / five).toBeLessThan(4.5);
});

test("loops are traced once, whatever the order", () => {
  let calls = 0;
  const f = (x: NDArray): NDArray =>
    lax.foriLoop(
      0,
      5,
      (_, c: NDArray) => {
        calls++;
        return np.sin(c).add(x);
      },
      x,
    );
  const plain = (x: NDArray): NDArray => {
    let c = x;
    for (let i = 0; i < 5; i++) c = np.sin(c).add(x);
    return c;
  };
  const x = np.array(0.25, { dtype: "float64" });
  const found = jet(f, [x], [ones(6)]);
  expect(calls).toBe(1);
  const close = { rtol: 1e-11, atol: 1e-11 };
  assertAllclose(found, jet(plain, [x], [ones(6)]), close);
  const lanes = vmap((y: NDArray) => jet(f, [y], [ones(3)])[1])(np.stack([x, x.add(1)]));
  assertAllclose(
    lanes.map((t) => t.slice(1)),
    jet(plain, [x.add(1)], [ones(3)])[1],
    close,
  );
});

test("mistakes are named", () => {
  const f = (x: NDArray): NDArray => x;
  const messageOf = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      return (error as Error).message;
    }
    return "no error";
  };
  expect(
    [
      () => jet(f, 1 as never, [[1]]),
      () => jet(f, [1], 2 as never),
      () => jet(f, [1], [2 as never]),
      () => jet((x: NDArray, y: NDArray) => x.add(y), [1, 2], [[1, 0], [1]]),
      () => jet(f, [np.zeros([2])], [[np.zeros([3])]]),
      () => jet(f, [1], [["a" as never]]),
      () => jet(f, [1], [[1]], { factorial: true } as never),
      () => jet("f" as never, [1], [[1]]),
      () => jet((x: NDArray) => lax.zeta(x, 2), [3], [[1]]),
    ].map(messageOf),
  ).toMatchInlineSnapshot(`
    [
      "jet: primals must be a list with one entry for each argument, got number 1; write [x] for one argument",
      "jet: series must be a list with one entry for each argument, got number 2; write [x] for one argument",
      "jet: series[0] must be a list of terms in place of the leaf, got number 2; write [t] for one term",
      "jet: all series must have one length, got 2 and, at series[1], 1; fill them up with zeros",
      "jet: series[0][0] must have the shape of float32[2], got float32[3]; it stands for a change of that value",
      "jet: series[0][0] must be an array, a number or a boolean, got the string "a"; pass other things as static arguments or close over them",
      "jet: unknown option "factorial"; the names allowed are factorialScaled",
      "jet: a function is required, got the string "f"; pass the function itself, not its result",
      "jet: zeta has no jet rule: it has no jvp rule, as in JAX; differentiate lax.polygamma instead",
    ]
  `);
});
