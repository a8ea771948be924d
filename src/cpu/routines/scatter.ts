import { type DType, dtypeInfo, type TypedArray } from "../../core/dtype.ts";
import { toBfloat16, toFloat16 } from "../../core/number.ts";
import type { ScatterDimensionNumbers, ScatterOp, ScatterParams } from "../../core/routines.ts";
import { rowMajorStrides } from "../../core/view.ts";
import type { CpuRoutine, HostOperand } from "../routine.ts";
import {
  type Addresses,
  addresses,
  type Block,
  blockOf,
  copyBlock,
  copyRow,
  forBlocks,
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
  if (!isZero(x)) {
    copyBlock(blockOf(dtype, shape, x.view.strides, strides), x.data, x.view.offset, out.data, 0);
  }
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
      length: x.aval.size,
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

/** Whether an operand is one zero, repeated, as results are at first. */
function isZero({ aval, data, view }: HostOperand): boolean {
  const isRepeated = view.strides.every((stride, i) => stride === 0 || view.shape[i] === 1);
  return isRepeated && dtypeInfo[aval.dtype].words === 1 && Object.is(data[view.offset], 0);
}

/** Axes of the operand along which windows extend. */
function windowAxes(dims: ScatterDimensionNumbers, ndim: number): number[] {
  const { insertedWindowDims, operandBatchingDims } = dims;
  return Array.from({ length: ndim }, (_, axis) => axis).filter(
    (axis) => !insertedWindowDims.includes(axis) && !operandBatchingDims.includes(axis),
  );
}

/** Address of the first element of each window of the updates. */
function updatePlaces(dims: ScatterDimensionNumbers, { view, data }: HostOperand): Addresses {
  const isBatch = (_: number, axis: number) => !dims.updateWindowDims.includes(axis);
  const strides = view.strides.filter(isBatch);
  return addresses(view.shape.filter(isBatch), strides, view.offset, data.length);
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
  places: Addresses,
  to: TypedArray,
  starts: Addresses,
): void {
  const from = updates.data;
  if (block.extents.length === 0 && op === "add") {
    addElements(from, places, to, starts);
    return;
  }
  const row = op === "mul" && dtypeInfo[updates.aval.dtype].kind !== "float" ? mulWords : rows[op];
  forBlocks(block, row, from, places, to, starts);
}

/** Windows of one element, added. */
function addElements(from: TypedArray, places: Addresses, to: TypedArray, starts: Addresses): void {
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
    if (fromStep === 1 && toStep === 1) return addNeighbours(from, f, to, t, n);
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

/** Add neighbours, four at a time: a loop's own work is then small beside the sums. */
function addNeighbours(from: TypedArray, f: number, to: TypedArray, t: number, n: number): void {
  // Both memories have n elements from there on.
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    to[t + i] = (to[t + i] as number) + (from[f + i] as number);
    to[t + i + 1] = (to[t + i + 1] as number) + (from[f + i + 1] as number);
    to[t + i + 2] = (to[t + i + 2] as number) + (from[f + i + 2] as number);
    to[t + i + 3] = (to[t + i + 3] as number) + (from[f + i + 3] as number);
  }
  for (; i < n; i++) to[t + i] = (to[t + i] as number) + (from[f + i] as number);
}
