import { type DType, grad, jvp, type NDArray, numpy as np } from "udiff";
import { expect, test } from "vitest";
import { type Domain, distance, numbers, Points, tolerance } from "./points.ts";

type Unary = (x: NDArray) => NDArray;
type Slope = (x: number) => number;
type Row = readonly [name: string, f: Unary, slope: Slope, domain: Domain];

const { E, LN2, LN10, PI, atanh, cos, cosh, exp, floor, log, pow, sin, sinh, sqrt } = Math;
const all: Domain = [null, null];
const above0: Domain = [0, null];
const unit: Domain = [-1, 1];

const unary: readonly Row[] = [
  ["positive", np.positive, () => 1, all],
  ["negative", np.negative, () => -1, all],
  ["exp", np.exp, (x) => pow(E, x), all],
  ["exp2", np.exp2, (x) => pow(2, x) * LN2, all],
  ["log", np.log, (x) => 1 / x, above0],
  ["log2", np.log2, (x) => 1 / (x * LN2), above0],
  ["log10", np.log10, (x) => 1 / (x * LN10), above0],
  ["log1p", np.log1p, (x) => 1 / (x + 1), [-1, null]],
  ["sqrt", np.sqrt, (x) => 0.5 / sqrt(x), above0],
  ["square", np.square, (x) => 2 * x, all],
  ["reciprocal below 0", np.reciprocal, (x) => -1 / (x * x), [null, 0]],
  ["sin", np.sin, cos, all],
  ["cos", np.cos, (x) => -sin(x), all],
  ["tan", np.tan, (x) => 1 / cos(x) ** 2, [-5, 5]],
  ["arcsin", np.arcsin, (x) => 1 / sqrt(1 - x * x), unit],
  ["arccos", np.arccos, (x) => -1 / sqrt(1 - x * x), unit],
  ["arctan", np.arctan, (x) => 1 / (1 + x * x), all],
  ["sinh", np.sinh, cosh, all],
  ["cosh", np.cosh, sinh, [1, null]],
  ["tanh", np.tanh, (x) => 1 / cosh(x) ** 2, unit],
  ["arcsinh", np.arcsinh, (x) => 1 / sqrt(1 + x * x), all],
  ["arccosh", np.arccosh, (x) => 1 / sqrt(x * x - 1), [1, null]],
  ["arctanh", np.arctanh, (x) => 1 / (1 - x * x), unit],
  ["absolute", np.absolute, Math.sign, all],
  ["fabs", np.fabs, Math.sign, all],
  ["reciprocal", np.reciprocal, (x) => -1 / (x * x), [1, 10]],
  ["expm1", np.expm1, exp, all],
  ["rad2deg", np.rad2deg, () => 180 / PI, all],
  ["deg2rad", np.deg2rad, () => PI / 180, all],
];

const compositions: readonly Row[] = [
  ["x x", (x) => x.mul(x), (x) => 2 * x, all],
  ["(2x + 1)^3", (x) => x.mul(2).add(1).pow(3), (x) => 6 * (2 * x + 1) ** 2, [0.5, null]],
  [
    "sin(x^2) / sin(x)^2",
    (x) => np.sin(x.pow(2)).div(np.sin(x).pow(2)),
    (x) => (2 * x * cos(x * x) * sin(x) - 2 * sin(x * x) * cos(x)) / sin(x) ** 3,
    [0, PI],
  ],
  [
    "log(x^2)^(1/3)",
    (x) => np.log(x.pow(2)).pow(1 / 3),
    (x) => (2 * pow(log(x * x), -2 / 3)) / (3 * x),
    [1, null],
  ],
  [
    "log((1 + x) / (1 - x)) / 4 - arctan(x) / 2",
    (x) =>
      np
        .log(np.add(1, x).div(np.subtract(1, x)))
        .div(4)
        .sub(np.arctan(x).div(2)),
    (x) => (x * x) / (1 - x ** 4),
    unit,
  ],
  [
    "log(1 + x^2) / arctanh(x)",
    (x) => np.log(x.pow(2).add(1)).div(np.arctanh(x)),
    (x) => ((2 * x * atanh(x)) / (1 + x * x) - log(1 + x * x) / (1 - x * x)) / atanh(x) ** 2,
    [0, 1],
  ],
];

const secondOrder: readonly Row[] = [
  ["x x", (x) => x.mul(x), () => 2, all],
  ["(2x + 1)^3", (x) => x.mul(2).add(1).pow(3), (x) => 24 * (2 * x + 1), [0.5, null]],
  [
    "sin(x^2) + sin(x)^2",
    (x) => np.sin(x.pow(2)).add(np.sin(x).pow(2)),
    (x) => 2 * cos(x * x) - 4 * x * x * sin(x * x) + 2 * cos(x) ** 2 - 2 * sin(x) ** 2,
    [0, PI],
  ],
  ["log(x^2)", (x) => np.log(x.pow(2)), (x) => -2 / (x * x), [1, null]],
  [
    "cos(x)^2 log(x)",
    (x) => np.power(np.cos(x), 2).mul(np.log(x)),
    (x) => -2 * cos(2 * x) * log(x) - (2 * sin(2 * x)) / x - cos(x) ** 2 / (x * x),
    above0,
  ],
  [
    "x / sqrt(1 - x^2)",
    (x) => x.div(np.sqrt(np.subtract(1, x.pow(2)))),
    (x) => (3 * x) / pow(1 - x * x, 2.5),
    unit,
  ],
];

const dtypes = ["float64", "float32"] as const;
const points = (domain: Domain, dtype: DType, set = 0): NDArray =>
  new Points(3).array([12], domain, dtype, set);

/** The derivative of an elementwise function, in each mode. */
const modes: Readonly<Record<string, (f: Unary) => Unary>> = {
  vjp: (f) => grad((x: NDArray) => np.sum(f(x))),
  jvp: (f) => (x) => jvp(f, [x], [np.onesLike(x)])[1],
};

const cases = Object.keys(modes).flatMap((mode) => dtypes.map((dtype) => [mode, dtype] as const));

test.each(cases)("first derivatives by %s in %s are the closed forms", (mode, dtype) => {
  const derive = modes[mode] as (f: Unary) => Unary;
  const worst = [...unary, ...compositions].map(([name, f, slope, domain]) => {
    const x = points(domain, dtype);
    return [name, distance(numbers(derive(f)(x)), numbers(x).map(slope))] as const;
  });
  expect(unary.length + compositions.length).toBe(35);
  expect(worst.filter(([, off]) => !(off <= tolerance[dtype]))).toEqual([]);
});

test.each(cases)("derivatives of derivatives by %s in %s are the closed forms", (mode, dtype) => {
  const derive = modes[mode] as (f: Unary) => Unary;
  const worst = secondOrder.map(([name, f, slope, domain]) => {
    const x = points(domain, dtype);
    return [name, distance(numbers(derive(derive(f))(x)), numbers(x).map(slope))] as const;
  });
  expect(worst.filter(([, off]) => !(off <= tolerance[dtype]))).toEqual([]);
});

type Binary = (u: NDArray, v: NDArray) => NDArray;
type BinarySlope = (u: number, v: number) => number;

const sum = (u: number, v: number): number => u * u + v * v;
const binary: readonly (readonly [
  name: string,
  f: Binary,
  byFirst: BinarySlope,
  bySecond: BinarySlope,
  first: Domain,
  second: Domain,
])[] = [
  ["add", np.add, () => 1, () => 1, all, all],
  ["subtract", np.subtract, () => 1, () => -1, all, all],
  ["multiply", np.multiply, (_, v) => v, (u) => u, all, all],
  ["divide", np.divide, (_, v) => 1 / v, (u, v) => -u / (v * v), all, above0],
  ["maximum", np.maximum, (u, v) => +(u > v), (u, v) => +(v > u), all, all],
  ["minimum", np.minimum, (u, v) => +(u < v), (u, v) => +(v < u), all, all],
  [
    "logaddexp",
    np.logaddexp,
    (u, v) => exp(u) / (exp(u) + exp(v)),
    (u, v) => exp(v) / (exp(u) + exp(v)),
    unit,
    unit,
  ],
  [
    "logaddexp2",
    np.logaddexp2,
    (u, v) => 2 ** u / (2 ** u + 2 ** v),
    (u, v) => 2 ** v / (2 ** u + 2 ** v),
    unit,
    unit,
  ],
  ["true_divide", np.trueDivide, (_, v) => 1 / v, (u, v) => -u / (v * v), [1, 5], [1, 5]],
  ["mod", np.mod, () => 1, (u, v) => -floor(u / v), [1, 10], [1, 10]],
  ["power", np.power, (u, v) => (pow(u, v) * v) / u, (u, v) => pow(u, v) * log(u), [1, 5], [1, 5]],
  ["arctan2", np.arctan2, (u, v) => v / sum(u, v), (u, v) => -u / sum(u, v), [0, 1], [0, 1]],
  ["hypot", np.hypot, (u, v) => u / sqrt(sum(u, v)), (u, v) => v / sqrt(sum(u, v)), all, all],
];

test.each(dtypes)("derivatives by either argument in %s are the closed forms", (dtype) => {
  const wrong = binary.flatMap(([name, f, byFirst, bySecond, first, second]) => {
    const u = points(first, dtype);
    const v = new Points(4).array([12], second, dtype, 1);
    const [a, b] = [numbers(u), numbers(v)];
    const expected = [byFirst, bySecond].map((slope) => a.map((x, i) => slope(x, b[i] as number)));
    const total = (x: NDArray, y: NDArray): NDArray => np.sum(f(x, y));
    const reverse = grad(total, { argnums: [0, 1] })(u, v);
    const forward = [
      jvp(f, [u, v], [np.onesLike(u), np.zerosLike(v)])[1],
      jvp(f, [u, v], [np.zerosLike(u), np.onesLike(v)])[1],
    ];
    return [reverse, forward].flatMap((mode, m) =>
      mode.flatMap((d, i) => {
        const off = distance(numbers(d), expected[i] as number[]);
        return off <= tolerance[dtype] ? [] : [[name, m, i, off]];
      }),
    );
  });
  expect(wrong).toEqual([]);
  expect(binary.length).toBe(13);
});
