import { type DType, dtypeInfo, type TypedArray } from "../../core/dtype.ts";
import { toBfloat16, toFloat16 } from "../../core/number.ts";
import type { ScatterDimensionNumbers, ScatterOp, ScatterParams } from "../../core/routines.ts";
import { rowMajorStrides } from "../../core/view.ts";
import type { CpuRoutine, HostOperand } from "../routine.ts";
import {
  addresses,
  type Block,
  blockOf,
  copyBlock,
  copyRow,
  forRows,
  type RowOp,
} from "./block.ts";
import { windowStarts } from "./window-starts.ts";

/**
 * The operand with windows combined into it, one window after the other in row-major order of
 * the index vectors. Unless they are clipped, windows that reach outside are dropped.
 */
export const scatter: CpuRoutine<ScatterParams> = ([x, indices, updates], [out], params) => {
  if (x === undefined || indices === undefined || updates === undefined) return;
  if (out === undefined || out.aval.size === 0) return;
  const { op, dimensionNumbers: dims, mode } = params;
  const { dtype, shape } = x.aval;
  const strides = rowMajorStrides(shape);
  copyBlock(blockOf(dtype, shape, x.view.strides, strides), x.data, x.view.offset, out.data, 0);
  const axes = windowAxes(dims, shape.length);
  const sizes = shape.map(() => 1);
  // The windows' axes of the operand and of the updates go together, and belong to them.
  dims.updateWindowDims.forEach((axis, i) => {
    sizes[axes[i] as number] = updates.aval.shape[axis] as number;
  });
  const starts = windowStarts(
    {
      indices,
      view: { shape, strides, offset: 0 },
      sizes,
      map: dims.scatterDimsToOperandDims,
      batching: [dims.operandBatchingDims, dims.scatterIndicesBatchingDims],
    },
    mode === "clip",
  );
  const block = blockOf(
    dtype,
    axes.map((axis) => sizes[axis] as number),
    dims.updateWindowDims.map((axis) => updates.view.strides[axis] as number),
    axes.map((axis) => strides[axis] as number),
  );
  if (block.isEmpty) return;
  const memory = accumulator(op, out.data, dtype, updates.aval.size);
  combine(block, op, updates, updatePlaces(dims, updates), memory, starts);
  store(op, memory, out.data, dtype);
};

/** Axes of the operand along which windows extend. */
function windowAxes(dims: ScatterDimensionNumbers, ndim: number): number[] {
  const { insertedWindowDims, operandBatchingDims } = dims;
  return Array.from({ length: ndim }, (_, axis) => axis).filter(
    (axis) => !insertedWindowDims.includes(axis) && !operandBatchingDims.includes(axis),
  );
}

/** Address of the first element of each window of the updates. */
function updatePlaces(dims: ScatterDimensionNumbers, { view }: HostOperand): Float64Array {
  const isBatch = (_: number, axis: number) => !dims.updateWindowDims.includes(axis);
  return addresses(view.shape.filter(isBatch), view.strides.filter(isBatch), view.offset);
}

/**
 * Where sums and products grow. With more updates than places some must meet, and float32 then
 * goes through doubles; float16 and bfloat16 stay unrounded until the end.
 */
function accumulator(op: ScatterOp, out: TypedArray, dtype: DType, updates: number): TypedArray {
  const rounds = op === "add" || op === "sub" || op === "mul";
  const isSingle = out instanceof Float32Array && dtypeInfo[dtype].kind === "float";
  return rounds && isSingle && updates > out.length ? Float64Array.from(out) : out;
}

/** Bring what has accumulated into the result, rounded to its dtype. */
function store(op: ScatterOp, memory: TypedArray, out: TypedArray, dtype: DType): void {
  if (memory !== out) out.set(memory);
  if (op === "set" || op === "min" || op === "max") return;
  if (dtype !== "float16" && dtype !== "bfloat16") return;
  const round = dtype === "float16" ? toFloat16 : toBfloat16;
  for (let i = 0; i < out.length; i++) out[i] = round(memory[i] as number); // as long as each other
}

function combine(
  block: Block,
  op: ScatterOp,
  updates: HostOperand,
  places: Float64Array,
  to: TypedArray,
  starts: Float64Array,
): void {
  const from = updates.data;
  const isElement = block.extents.length === 0;
  if (isElement && op === "add") {
    addElements(from, places, to, starts);
    return;
  }
  const { words } = block;
  const row = op === "mul" && dtypeInfo[updates.aval.dtype].kind !== "float" ? mulWords : rows[op];
  for (let n = 0; n < starts.length; n++) {
    const start = starts[n] as number; // n runs over the windows
    if (start < 0) continue;
    const place = places[n] as number;
    if (isElement) row(from, place, 1, to, start, 1, 1);
    else forRows(block, row, from, place * words, to, start * words);
  }
}

/** Windows of one element, added. */
function addElements(
  from: TypedArray,
  places: Float64Array,
  to: TypedArray,
  starts: Float64Array,
): void {
  for (let n = 0; n < starts.length; n++) {
    const start = starts[n] as number; // n runs over the windows, which are in both memories
    if (start < 0) continue;
    to[start] = (to[start] as number) + (from[places[n] as number] as number);
  }
}

// Every row is within both memories. Integers wrap when they are stored.
const rows: Readonly<Record<ScatterOp, RowOp>> = {
  set: copyRow,
  add(from, f, fromStep, to, t, toStep, n) {
    for (let i = 0; i < n; i++) {
      const at = t + i * toStep;
      to[at] = (to[at] as number) + (from[f + i * fromStep] as number);
    }
  },
  sub(from, f, fromStep, to, t, toStep, n) {
    for (let i = 0; i < n; i++) {
      const at = t + i * toStep;
      to[at] = (to[at] as number) - (from[f + i * fromStep] as number);
    }
  },
  mul(from, f, fromStep, to, t, toStep, n) {
    for (let i = 0; i < n; i++) {
      const at = t + i * toStep;
      to[at] = (to[at] as number) * (from[f + i * fromStep] as number);
    }
  },
  // Of NaN and a number both functions give NaN, of zeros the one with the right sign.
  min(from, f, fromStep, to, t, toStep, n) {
    for (let i = 0; i < n; i++) {
      const at = t + i * toStep;
      to[at] = Math.min(to[at] as number, from[f + i * fromStep] as number);
    }
  },
  max(from, f, fromStep, to, t, toStep, n) {
    for (let i = 0; i < n; i++) {
      const at = t + i * toStep;
      to[at] = Math.max(to[at] as number, from[f + i * fromStep] as number);
    }
  },
};

/** Product of integers: the low 32 bits, which a double cannot hold before it wraps. */
const mulWords: RowOp = (from, f, fromStep, to, t, toStep, n) => {
  for (let i = 0; i < n; i++) {
    const at = t + i * toStep;
    to[at] = Math.imul(to[at] as number, from[f + i * fromStep] as number); // within both
  }
};
