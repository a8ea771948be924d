import fc from "fast-check";
import { lax, type NDArray, nn, numpy as np } from "udiff";
import { show } from "./shown.ts";

/** One step of a program: a name for messages, and what it makes of the values so far. */
interface Step {
  readonly name: string;
  readonly run: (values: readonly NDArray[]) => NDArray | null;
}

/** A well-typed function of a few float arrays, made of up to 40 operations. */
export interface Program {
  readonly shapes: readonly (readonly number[])[];
  readonly f: (...xs: NDArray[]) => NDArray[];
  readonly text: string;
}

/** Keeps values near one, so that differences stay meaningful however long the program is. */
const calm = (x: NDArray): NDArray => np.tanh(x.mul(0.75));

const unary: Readonly<Record<string, (x: NDArray) => NDArray>> = {
  sin: np.sin,
  cos: np.cos,
  tanh: np.tanh,
  exp: (x) => np.exp(calm(x)),
  log: (x) => np.log(np.square(x).add(1.5)),
  sqrt: (x) => np.sqrt(np.square(x).add(0.5)),
  logistic: nn.sigmoid,
  erf: lax.erf,
  softplus: nn.softplus,
  neg: np.negative,
  cube: (x) => np.power(calm(x), 3),
  reciprocal: (x) => np.reciprocal(np.square(x).add(1)),
  halve: (x) => x.mul(0.5),
  same: (x) => np.tanh(x).astype(x.dtype),
  show,
};

const binary: Readonly<Record<string, (x: NDArray, y: NDArray) => NDArray>> = {
  add: (x, y) => calm(x.add(y)),
  sub: (x, y) => calm(x.sub(y)),
  mul: (x, y) => calm(x).mul(calm(y)),
  div: (x, y) => x.div(np.square(y).add(1)),
  atan2: (x, y) => np.arctan2(x, np.square(y).add(1)),
  pow: (x, y) => np.power(np.square(calm(x)).add(0.5), calm(y)),
  logaddexp: (x, y) => calm(np.logaddexp(x, y)),
};

/** Movement and reductions: the axis is drawn and taken modulo the rank. */
const shaping: Readonly<Record<string, (x: NDArray, axis: number) => NDArray>> = {
  sum: (x, axis) => calm(np.sum(x, { axis })),
  mean: (x, axis) => (x.shape[axis] === 0 ? x : np.mean(x, { axis })),
  keep: (x, axis) => calm(np.sum(x, { axis, keepdims: true })),
  cumsum: (x, axis) => calm(np.cumsum(x, { axis })),
  flip: (x, axis) => np.flip(x, { axis }),
  roll: (x, axis) => np.roll(x, 1, { axis }),
  softmax: (x, axis) => nn.softmax(x, { axis }),
  // Of nothing it is minus infinity, where derivatives are NaN, as in JAX.
  logsumexp: (x, axis) => (x.shape[axis] === 0 ? x : calm(nn.logsumexp(x, { axis }))),
  expand: (x, axis) => (x.ndim < 3 ? np.expandDims(x, axis) : x),
  moveaxis: (x, axis) => np.moveaxis(x, axis, 0),
  ravel: (x) => np.ravel(x),
  pad: (x, axis) =>
    np.pad(
      x,
      x.shape.map((_, i) => (i === axis ? [1, 0] : [0, 0])),
    ),
  cut: (x, axis) => (x.shape[axis] === 0 ? x : lax.sliceInDim(x, 0, 1, { axis })),
  twice: (x, axis) => (x.size > 60 ? x : np.concatenate([x, calm(x)], { axis })),
  gather: (x, axis) =>
    x.shape[axis] === 0 ? x : np.take(x, np.array(Int32Array.of(0, 0)), { axis }),
  matmul: (x) => (x.ndim === 2 ? calm(np.matmul(x, x.T)) : x),
  where: (x) => np.where(np.remainder(np.arange(x.size).reshape(x.shape), 2).equal(0), x, calm(x)),
};

const names = <T>(table: Readonly<Record<string, T>>) => fc.constantFrom(...Object.keys(table));
const pick = fc.nat(1000);

/** Whether the shapes of two arrays broadcast to one. */
function fits(x: NDArray, y: NDArray): boolean {
  const [a, b] = [x.shape.toReversed(), y.shape.toReversed()];
  return a.every((n, i) => b[i] === undefined || n === 1 || b[i] === 1 || b[i] === n);
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(names(unary), pick).map(([name, k]) => ({
      name: `${name} ${k}`,
      run: (values: readonly NDArray[]) =>
        unary[name]?.(values.at(-1 - (k % values.length)) as NDArray) ?? null,
    })),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(names(binary), pick, pick).map(([name, j, k]) => ({
      name: `${name} ${j} ${k}`,
      run: (values: readonly NDArray[]) => {
        const x = values.at(-1 - (j % values.length)) as NDArray;
        const y = values.at(-1 - (k % values.length)) as NDArray;
        return fits(x, y) ? (binary[name]?.(x, y) ?? null) : null;
      },
    })),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(names(shaping), pick, pick).map(([name, k, axis]) => ({
      name: `${name} ${k} axis ${axis}`,
      run: (values: readonly NDArray[]) => {
        const x = values.at(-1 - (k % values.length)) as NDArray;
        return x.ndim === 0 ? null : (shaping[name]?.(x, axis % x.ndim) ?? null);
      },
    })),
  },
);

const extent = fc.constantFrom(0, 1, 2, 3);
const shape = fc.array(extent, { maxLength: 3 });

/** A random program; it shrinks to fewer and simpler operations. */
export const program: fc.Arbitrary<Program> = fc
  .tuple(
    fc.array(shape, { minLength: 1, maxLength: 3 }),
    fc.array(step, { minLength: 1, maxLength: 40, size: "max" }),
  )
  .map(([shapes, steps]) => ({
    shapes,
    text: steps.map(({ name }) => name).join("; "),
    f: (...xs) => {
      const values = [...xs];
      for (const { run } of steps) {
        const made = run(values);
        if (made !== null && made.size <= 400) values.push(made);
      }
      // The last few values, so that several results and shared ones occur.
      return values.slice(-3).map((x) => x.mul(1));
    },
  }));
