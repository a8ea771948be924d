import fc from "fast-check";
import { type DType, lax, type NDArray, nn, numpy as np } from "udiff";
import type { Program } from "./programs.ts";

/** A function of arrays of several dtypes, made of up to 30 operations. */
export interface MixedProgram extends Program {
  readonly dtypes: readonly DType[];
}

/** The dtypes that programs start from and convert to. */
const dtypes = [
  "float32",
  "float16",
  "bfloat16",
  "float64",
  "int32",
  "uint32",
  "int16",
  "uint16",
  "int8",
  "uint8",
  "bool",
] as const satisfies readonly DType[];

const isFloat = (x: NDArray): boolean => x.dtype.includes("float");

/** Bools as integers, for operations that are not there for bools. */
const numbers = (x: NDArray): NDArray => (x.dtype === "bool" ? x.astype("int32") : x);

/** Keeps floats near one, where every dtype can follow; integers may wrap. */
const calm = (x: NDArray): NDArray => (isFloat(x) ? np.tanh(x.mul(0.75)) : x);

/** Floats as integers that fit into a byte, for operations that are there for integers alone. */
const whole = (x: NDArray): NDArray => (isFloat(x) ? calm(x).mul(50).astype("int8") : x);

const unary: Readonly<Record<string, (x: NDArray) => NDArray>> = {
  sin: (x) => np.sin(calm(x)),
  tanh: (x) => np.tanh(x),
  exp: (x) => np.exp(np.tanh(x)),
  sqrt: (x) => np.sqrt(np.abs(numbers(x))),
  logistic: (x) => nn.sigmoid(calm(x)),
  neg: (x) => np.negative(numbers(x)),
  abs: (x) => np.abs(numbers(x)),
  sign: (x) => np.sign(numbers(x)),
  floor: (x) => np.floor(numbers(x).mul(2)),
  square: (x) => np.square(calm(numbers(x))),
  halve: (x) => numbers(x).mul(0.5),
  twice: (x) => calm(numbers(x).mul(2)),
  not: (x) => np.logicalNot(x),
  invert: (x) => np.bitwiseNot(whole(x)),
  finite: (x) => np.isfinite(x),
  bits: (x) => (x.dtype === "float32" ? lax.bitcastConvertType(x, "int32") : x),
};

const binary: Readonly<Record<string, (x: NDArray, y: NDArray) => NDArray>> = {
  add: (x, y) => calm(x.add(y)),
  sub: (x, y) => calm(numbers(x).sub(numbers(y))),
  mul: (x, y) => calm(x).mul(calm(y)),
  div: (x, y) => x.div(np.abs(numbers(y)).add(1)),
  maximum: np.maximum,
  minimum: np.minimum,
  less: np.less,
  equal: np.equal,
  remainder: (x, y) => np.remainder(numbers(x), np.bitwiseOr(numbers(whole(y)), 1)),
  floorDivide: (x, y) => np.floorDivide(whole(x), np.bitwiseOr(numbers(whole(y)), 1)),
  and: (x, y) => np.bitwiseAnd(whole(x), whole(y)),
  xor: (x, y) => np.bitwiseXor(whole(x), whole(y)),
  shift: (x, y) => np.rightShift(numbers(whole(x)), np.bitwiseAnd(numbers(whole(y)), 7)),
  choose: (x, y) => np.where(np.greater(x, 0), x, y),
};

/** The axis is drawn and taken modulo the rank; `dtype` is drawn too. */
const shaping: Readonly<Record<string, (x: NDArray, axis: number, dtype: DType) => NDArray>> = {
  sum: (x, axis) => calm(np.sum(x, { axis })),
  sumAs: (x, axis, dtype) =>
    calm(np.sum(numbers(x), { axis, dtype: dtype === "bool" ? "int32" : dtype })),
  mean: (x, axis) => (x.shape[axis] === 0 ? x : calm(np.mean(x, { axis }))),
  max: (x, axis) => (x.shape[axis] === 0 ? x : np.max(x, { axis, keepdims: true })),
  any: (x, axis) => np.any(x, { axis }),
  argmax: (x, axis) => (x.shape[axis] === 0 ? x : np.argmax(x, { axis })),
  cumsum: (x, axis) => calm(np.cumsum(x, { axis })),
  sort: (x, axis) => np.sort(x, { axis }),
  flip: (x, axis) => np.flip(x, { axis }),
  expand: (x, axis) => (x.ndim < 3 ? np.expandDims(x, axis) : x),
  moveaxis: (x, axis) => np.moveaxis(x, axis, 0),
  ravel: (x) => np.ravel(x),
  pad: (x, axis) =>
    np.pad(
      x,
      x.shape.map((_, i) => (i === axis ? [1, 0] : [0, 0])),
    ),
  append: (x, axis, dtype) => (x.size > 60 ? x : np.concatenate([x, x.astype(dtype)], { axis })),
  take: (x, axis) =>
    x.shape[axis] === 0
      ? x
      : np.take(x, whole(np.ravel(x)).astype("int32"), { axis, mode: "wrap" }),
};

const names = <T>(table: Readonly<Record<string, T>>) => fc.constantFrom(...Object.keys(table));
const pick = fc.nat(1000);
const dtype = fc.constantFrom(...dtypes);

function fits(x: NDArray, y: NDArray): boolean {
  const [a, b] = [x.shape.toReversed(), y.shape.toReversed()];
  return a.every((n, i) => b[i] === undefined || n === 1 || b[i] === 1 || b[i] === n);
}

interface Step {
  readonly name: string;
  readonly run: (values: readonly NDArray[]) => NDArray | null;
}

const nth = (values: readonly NDArray[], k: number): NDArray =>
  values.at(-1 - (k % values.length)) as NDArray; // there is at least one

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(names(unary), pick).map(([name, k]) => ({
      name: `${name} ${k}`,
      run: (values: readonly NDArray[]) => unary[name]?.(nth(values, k)) ?? null,
    })),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(dtype, pick).map(([to, k]) => ({
      name: `to ${to} ${k}`,
      run: (values: readonly NDArray[]) => nth(values, k).astype(to),
    })),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(names(binary), pick, pick).map(([name, j, k]) => ({
      name: `${name} ${j} ${k}`,
      run: (values: readonly NDArray[]) => {
        const [x, y] = [nth(values, j), nth(values, k)];
        return fits(x, y) ? (binary[name]?.(x, y) ?? null) : null;
      },
    })),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(names(shaping), pick, pick, dtype).map(([name, k, axis, to]) => ({
      name: `${name} ${k} axis ${axis} ${to}`,
      run: (values: readonly NDArray[]) => {
        const x = nth(values, k);
        return x.ndim === 0 ? null : (shaping[name]?.(x, axis % x.ndim, to) ?? null);
      },
    })),
  },
);

const shape = fc.array(fc.constantFrom(0, 1, 2, 3), { maxLength: 3 });

/** A random program over arrays of random dtypes; it shrinks to fewer and simpler operations. */
export const mixedProgram: fc.Arbitrary<MixedProgram> = fc
  .tuple(
    fc.array(fc.tuple(shape, dtype), { minLength: 1, maxLength: 3 }),
    fc.array(step, { minLength: 1, maxLength: 30, size: "max" }),
  )
  .map(([inputs, steps]) => ({
    shapes: inputs.map(([extents]) => extents),
    dtypes: inputs.map(([, type]) => type),
    text: steps.map(({ name }) => name).join("; "),
    f: (...xs) => {
      const values = [...xs];
      for (const { run } of steps) {
        const made = run(values);
        if (made !== null && made.size <= 400) values.push(made);
      }
      return values.slice(-3);
    },
  }));
