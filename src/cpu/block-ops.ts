import type { DType } from "../core/dtype.ts";
import type { ScalarOp } from "../core/scalar.ts";
import { scalarFunction } from "./spell.ts";

/** Elements computed at a time: small enough for the first cache, large enough to amortise calls. */
export const blockSize = 512;

/** Apply one scalar operation to the first `n` elements of registers. Unused operands are ignored. */
export type BlockOp = (
  out: Float64Array,
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  n: number,
) => void;

type Loops = { readonly [Op in ScalarOp]?: BlockOp };

// Registers hold every dtype as doubles, so each loop below sees one type of array and stays
// fast. What is not listed runs through the scalar function, one call for each element.

const exact: Loops = {
  neg(out, a, _b, _c, n) {
    for (let i = 0; i < n; i++) out[i] = -(a[i] as number);
  },
  abs(out, a, _b, _c, n) {
    for (let i = 0; i < n; i++) out[i] = Math.abs(a[i] as number);
  },
};

const comparisons: Loops = {
  eq(out, a, b, _c, n) {
    for (let i = 0; i < n; i++) out[i] = a[i] === b[i] ? 1 : 0;
  },
  ne(out, a, b, _c, n) {
    for (let i = 0; i < n; i++) out[i] = a[i] !== b[i] ? 1 : 0;
  },
  lt(out, a, b, _c, n) {
    for (let i = 0; i < n; i++) out[i] = (a[i] as number) < (b[i] as number) ? 1 : 0;
  },
  le(out, a, b, _c, n) {
    for (let i = 0; i < n; i++) out[i] = (a[i] as number) <= (b[i] as number) ? 1 : 0;
  },
  gt(out, a, b, _c, n) {
    for (let i = 0; i < n; i++) out[i] = (a[i] as number) > (b[i] as number) ? 1 : 0;
  },
  ge(out, a, b, _c, n) {
    for (let i = 0; i < n; i++) out[i] = (a[i] as number) >= (b[i] as number) ? 1 : 0;
  },
};

const select: Loops = {
  select(out, a, b, c, n) {
    for (let i = 0; i < n; i++) out[i] = (a[i] === 0 ? c[i] : b[i]) as number;
  },
};

const float64: Loops = {
  ...exact,
  add(out, a, b, _c, n) {
    for (let i = 0; i < n; i++) out[i] = (a[i] as number) + (b[i] as number);
  },
  sub(out, a, b, _c, n) {
    for (let i = 0; i < n; i++) out[i] = (a[i] as number) - (b[i] as number);
  },
  mul(out, a, b, _c, n) {
    for (let i = 0; i < n; i++) out[i] = (a[i] as number) * (b[i] as number);
  },
  div(out, a, b, _c, n) {
    for (let i = 0; i < n; i++) out[i] = (a[i] as number) / (b[i] as number);
  },
  sqrt(out, a, _b, _c, n) {
    for (let i = 0; i < n; i++) out[i] = Math.sqrt(a[i] as number);
  },
};

const float32: Loops = {
  ...exact,
  add(out, a, b, _c, n) {
    for (let i = 0; i < n; i++) out[i] = Math.fround((a[i] as number) + (b[i] as number));
  },
  sub(out, a, b, _c, n) {
    for (let i = 0; i < n; i++) out[i] = Math.fround((a[i] as number) - (b[i] as number));
  },
  mul(out, a, b, _c, n) {
    for (let i = 0; i < n; i++) out[i] = Math.fround((a[i] as number) * (b[i] as number));
  },
  div(out, a, b, _c, n) {
    for (let i = 0; i < n; i++) out[i] = Math.fround((a[i] as number) / (b[i] as number));
  },
  sqrt(out, a, _b, _c, n) {
    for (let i = 0; i < n; i++) out[i] = Math.fround(Math.sqrt(a[i] as number));
  },
};

const uint32: Loops = {
  add(out, a, b, _c, n) {
    for (let i = 0; i < n; i++) out[i] = ((a[i] as number) + (b[i] as number)) >>> 0;
  },
  xor(out, a, b, _c, n) {
    for (let i = 0; i < n; i++) out[i] = ((a[i] as number) ^ (b[i] as number)) >>> 0;
  },
  or(out, a, b, _c, n) {
    for (let i = 0; i < n; i++) out[i] = ((a[i] as number) | (b[i] as number)) >>> 0;
  },
};

const loops: { readonly [Type in DType]?: Loops } = { float64, float32, uint32 };

/** The loop for an operation that gives `dtype` from operands of `operandDtype`. */
export function blockOp(op: ScalarOp, arity: number, dtype: DType, operandDtype: DType): BlockOp {
  const written = comparisons[op] ?? select[op] ?? loops[dtype]?.[op];
  if (written !== undefined) return written;
  const f = scalarFunction(op, dtype, operandDtype);
  if (arity === 1) return unary(f);
  return arity === 2 ? binary(f) : ternary(f);
}

type ScalarFunction = ReturnType<typeof scalarFunction>;

function unary(f: ScalarFunction): BlockOp {
  return (out, a, _b, _c, n) => {
    for (let i = 0; i < n; i++) out[i] = f(a[i] as number, 0, 0);
  };
}

function binary(f: ScalarFunction): BlockOp {
  return (out, a, b, _c, n) => {
    for (let i = 0; i < n; i++) out[i] = f(a[i] as number, b[i] as number, 0);
  };
}

function ternary(f: ScalarFunction): BlockOp {
  return (out, a, b, c, n) => {
    for (let i = 0; i < n; i++) out[i] = f(a[i] as number, b[i] as number, c[i] as number);
  };
}
