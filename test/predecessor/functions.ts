/** The functions that the Python udiff can differentiate, by its names, with arguments to try. */
import { type NDArray, numpy as np } from "udiff";
import type { ArrayFunction, Domain } from "./points.ts";

/** One argument: its shape, and where its elements are drawn. */
export type Argument = readonly [shape: readonly number[], domain: Domain];

/** One way to call a function. */
export interface Call {
  readonly f: ArrayFunction;
  readonly args: readonly Argument[];
}

const line: Domain = [-3, 3];
const positive: Domain = [0.25, 4];
const inside: Domain = [-0.9, 0.9];

const shapes = [[], [3], [2, 3], [2, 0], [2, 1, 3]] as const;
const pairs = [
  [[], []],
  [[3], [3]],
  [[2, 3], [3]],
  [
    [2, 1],
    [1, 3],
  ],
  [[], [2, 2]],
  [
    [2, 0],
    [1, 0],
  ],
] as const;

/** An elementwise function, on every rank. */
const unary = (f: (x: NDArray) => NDArray, domain: Domain = line): Call[] =>
  shapes.map((shape) => ({ f, args: [[shape, domain]] }));

/** An elementwise function of two arguments, broadcast in every way. */
const binary = (
  f: (x: NDArray, y: NDArray) => NDArray,
  first: Domain = line,
  second: Domain = first,
): Call[] =>
  pairs.map(([a, b]) => ({
    f,
    args: [
      [a, first],
      [b, second],
    ],
  }));

/** Functions of one array, each with a shape of its own. */
const on = (domain: Domain, ...calls: readonly [readonly number[], ArrayFunction][]): Call[] =>
  calls.map(([shape, f]) => ({ f, args: [[shape, domain]] }));

/** A reduction: whole, along axes of either sign, along two, with axes kept, of nothing. */
const reduction = (
  f: (
    x: NDArray,
    options?: { axis?: number | number[] | undefined; keepdims?: boolean },
  ) => NDArray,
  domain: Domain = line,
): Call[] =>
  on(
    domain,
    [[], (x) => f(x)],
    [[4], (x) => f(x)],
    [[2, 3], (x) => f(x, { axis: -1 })],
    [[2, 3, 2], (x) => f(x, { axis: [0, 2] })],
    [[2, 3, 2], (x) => f(x, { axis: 1, keepdims: true })],
    [[0, 3], (x) => f(x, { axis: 1 })],
  );

const splits = (f: (x: NDArray) => NDArray[], shape: readonly number[]): Call[] =>
  on(line, [shape, (x) => f(x)]);

/** Every function by the name it has in Python. */
export const functions: Readonly<Record<string, readonly Call[]>> = {
  add: binary(np.add),
  subtract: binary(np.subtract),
  multiply: binary(np.multiply),
  divide: binary(np.divide, line, positive),
  true_divide: binary(np.trueDivide, line, positive),
  maximum: binary(np.maximum),
  minimum: binary(np.minimum),
  fmax: binary(np.fmax),
  fmin: binary(np.fmin),
  logaddexp: binary(np.logaddexp),
  logaddexp2: binary(np.logaddexp2),
  mod: binary(np.mod, line, [3.25, 5]),
  remainder: binary(np.remainder, [0.25, 3], [3.25, 5]),
  power: binary(np.power, positive, line),
  arctan2: binary(np.arctan2, positive, line),
  hypot: binary(np.hypot, positive, line),

  positive: unary(np.positive),
  negative: unary(np.negative),
  absolute: unary(np.absolute),
  fabs: unary(np.fabs),
  reciprocal: unary(np.reciprocal, positive),
  sign: unary(np.sign),
  exp: unary(np.exp),
  exp2: unary(np.exp2),
  expm1: unary(np.expm1),
  log: unary(np.log, positive),
  log2: unary(np.log2, positive),
  log10: unary(np.log10, positive),
  log1p: unary(np.log1p, inside),
  sin: unary(np.sin),
  cos: unary(np.cos),
  tan: unary(np.tan, inside),
  arcsin: unary(np.arcsin, inside),
  arccos: unary(np.arccos, inside),
  arctan: unary(np.arctan),
  sinh: unary(np.sinh),
  cosh: unary(np.cosh),
  tanh: unary(np.tanh),
  arcsinh: unary(np.arcsinh),
  arccosh: unary(np.arccosh, [1.25, 5]),
  arctanh: unary(np.arctanh, inside),
  rad2deg: unary(np.rad2deg),
  degrees: unary(np.degrees),
  deg2rad: unary(np.deg2rad),
  radians: unary(np.radians),
  square: unary(np.square),
  sqrt: unary(np.sqrt, positive),
  sinc: unary(np.sinc, positive),
  nan_to_num: unary((x) => np.nanToNum(x)),

  real: unary(np.real),
  imag: unary(np.imag),
  conj: unary(np.conj),
  conjugate: unary(np.conjugate),
  angle: unary((x) => np.angle(x)),
  real_if_close: unary(np.realIfClose),

  reshape: on(
    line,
    [[2, 3], (x) => np.reshape(x, [3, -1])],
    [[], (x) => np.reshape(x, [1, 1])],
    [[0, 2], (x) => np.reshape(x, [2, 0, 1])],
  ),
  ravel: on(line, [[2, 3], (x) => np.ravel(x)], [[], (x) => np.ravel(x)]),
  roll: on(
    line,
    [[5], (x) => np.roll(x, 2)],
    [[2, 3], (x) => np.roll(x, -1)],
    [[2, 3], (x) => np.roll(x, [1, 2], { axis: [0, 1] })],
  ),
  expand_dims: on(
    line,
    [[3], (x) => np.expandDims(x, -1)],
    [[2, 2], (x) => np.expandDims(x, [0, 2])],
  ),
  squeeze: on(
    line,
    [[1, 3, 1], (x) => np.squeeze(x)],
    [[1, 3, 1], (x) => np.squeeze(x, { axis: -1 })],
  ),
  transpose: on(
    line,
    [[2, 3], (x) => np.transpose(x)],
    [[2, 3, 2], (x) => np.transpose(x, [1, 2, 0])],
  ),
  swapaxes: on(line, [[2, 3, 2], (x) => np.swapaxes(x, 0, -2)]),
  moveaxis: on(
    line,
    [[2, 3, 2], (x) => np.moveaxis(x, 0, -1)],
    [[2, 3, 1], (x) => np.moveaxis(x, [0, 1], [2, 0])],
  ),
  rollaxis: on(
    line,
    [[2, 3, 2], (x) => np.rollaxis(x, 2)],
    [[2, 3], (x) => np.rollaxis(x, 0, { start: 2 })],
  ),
  broadcast_to: on(
    line,
    [[3], (x) => np.broadcastTo(x, [2, 3])],
    [[2, 1], (x) => np.broadcastTo(x, [3, 2, 2])],
    [[], (x) => np.broadcastTo(x, [0, 2])],
  ),
  repeat: on(
    line,
    [[3], (x) => np.repeat(x, 2)],
    [[2, 3], (x) => np.repeat(x, [1, 0, 2], { axis: 1 })],
    [[2, 2], (x) => np.repeat(x, 3, { axis: -2 })],
  ),
  tile: on(
    line,
    [[3], (x) => np.tile(x, 2)],
    [[2, 3], (x) => np.tile(x, [2, 1, 2])],
    [[], (x) => np.tile(x, 3)],
  ),
  pad: on(
    line,
    [[3], (x) => np.pad(x, [[1, 2]])],
    [
      [2, 3],
      (x) =>
        np.pad(
          x,
          [
            [1, 0],
            [0, 2],
          ],
          { mode: "constant", constantValues: 5 },
        ),
    ],
  ),
  stack: [
    {
      f: (a, b) => np.stack([a as NDArray, b as NDArray], { axis: -1 }),
      args: [
        [[2, 3], line],
        [[2, 3], line],
      ],
    },
  ],
  split: [
    ...splits((x) => np.split(x, 3), [6]),
    ...splits((x) => np.split(x, [1, 1, 2], { axis: 1 }), [2, 3]),
  ],
  array_split: [
    ...splits((x) => np.arraySplit(x, 3), [7]),
    ...splits((x) => np.arraySplit(x, 2, { axis: -1 }), [2, 3]),
  ],
  vsplit: splits((x) => np.vsplit(x, 2), [4, 2]),
  hsplit: [...splits((x) => np.hsplit(x, 2), [2, 4]), ...splits((x) => np.hsplit(x, 2), [4])],
  dsplit: splits((x) => np.dsplit(x, [1]), [2, 1, 3]),
  atleast_1d: on(line, [[], (x) => np.atleast1d(x)], [[2], (x) => np.atleast1d(x)]),
  atleast_2d: on(line, [[], (x) => np.atleast2d(x)], [[3], (x) => np.atleast2d(x)]),
  atleast_3d: on(line, [[3], (x) => np.atleast3d(x)], [[2, 3], (x) => np.atleast3d(x)]),

  diag: on(
    line,
    [[3], (x) => np.diag(x)],
    [[2], (x) => np.diag(x, { k: -1 })],
    [[3, 2], (x) => np.diag(x, { k: 1 })],
  ),
  diagonal: on(
    line,
    [[3, 2], (x) => np.diagonal(x)],
    [[2, 3, 2], (x) => np.diagonal(x, { offset: 1, axis1: 0, axis2: 1 })],
  ),
  triu: on(line, [[3, 3], (x) => np.triu(x)], [[2, 2, 3], (x) => np.triu(x, { k: 1 })]),
  tril: on(line, [[3, 3], (x) => np.tril(x)], [[2, 2, 3], (x) => np.tril(x, { k: -1 })]),
  flipud: on(line, [[3], (x) => np.flipud(x)], [[3, 2], (x) => np.flipud(x)]),
  fliplr: on(line, [[2, 3], (x) => np.fliplr(x)]),
  rot90: on(
    line,
    [[2, 3], (x) => np.rot90(x)],
    [[2, 3, 2], (x) => np.rot90(x, { k: 3, axes: [1, 2] })],
  ),
  cross: [
    {
      f: (a, b) => np.cross(a as NDArray, b as NDArray),
      args: [
        [[3], line],
        [[3], line],
      ],
    },
    {
      f: (a, b) => np.cross(a as NDArray, b as NDArray),
      args: [
        [[2, 3], line],
        [[3], line],
      ],
    },
  ],
  matmul: (
    [
      [[3], [3]],
      [[2, 3], [3]],
      [
        [2, 3],
        [3, 2],
      ],
      [
        [2, 1, 3],
        [3, 2],
      ],
      [
        [2, 0],
        [0, 3],
      ],
    ] as const
  ).map(([a, b]) => ({
    f: (x, y) => np.matmul(x as NDArray, y as NDArray),
    args: [
      [a, line],
      [b, line],
    ],
  })),

  sum: reduction(np.sum),
  prod: reduction(np.prod),
  var: reduction(np.var),
  std: reduction(np.std).filter(({ args }) => args[0]?.[0].length !== 0), // not smooth at one element
  max: reduction(np.max),
  min: reduction(np.min),
  cumsum: on(
    line,
    [[4], (x) => np.cumsum(x)],
    [[2, 3], (x) => np.cumsum(x)],
    [[2, 3], (x) => np.cumsum(x, { axis: 0 })],
    [[2, 0], (x) => np.cumsum(x, { axis: -1 })],
  ),

  where: binary((x, y) => np.where(np.greater(x.add(y), 0.1), x, y)),
  clip: [
    ...unary((x) => np.clip(x, -1, 1)),
    {
      f: (x, lo, hi) => np.clip(x as NDArray, lo as NDArray, hi as NDArray),
      args: [
        [[2, 3], line],
        [[3], [-2, -1]],
        [[], [1, 2]],
      ],
    },
  ],
  full: on(line, [[], (x) => np.full([2, 3], x)], [[3], (x) => np.full([2, 3], x)]),
  linspace: [
    {
      f: (a, b) => np.linspace(a as NDArray, b as NDArray, 5),
      args: [
        [[], line],
        [[2], line],
      ],
    },
  ],
  gradient: on(
    line,
    [[5], (x) => np.gradient(x)],
    [[3, 4], (x) => np.gradient(x)],
    [[3, 4], (x) => np.gradient(x, 0.5, { axis: 1 })],
  ),
  diff: on(
    line,
    [[4], (x) => np.diff(x)],
    [[3, 4], (x) => np.diff(x, { axis: 0 })],
    [[4], (x) => np.diff(x, { n: 2 })],
  ),
  sort: on(
    line,
    [[5], (x) => np.sort(x)],
    [[2, 3, 2], (x) => np.sort(x, { axis: 1 })],
    [[0], (x) => np.sort(x)],
  ),
  // What NumPy calls msort: along the first axis.
  msort: on(line, [[3, 2], (x) => np.sort(x, { axis: 0 })]),
  partition: on(
    line,
    [[5], (x) => np.partition(x, 2)],
    [[2, 3, 2], (x) => np.partition(x, -1, { axis: 1 })],
  ),
};
