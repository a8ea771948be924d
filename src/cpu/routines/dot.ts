import { type DType, dtypeInfo, isFloat, type TypedArray } from "../../core/dtype.ts";
import { toBfloat16, toFloat16 } from "../../core/number.ts";
import type { RoutineParams } from "../../core/routines.ts";
import { permuteView, reshapeView, rowMajorStrides } from "../../core/view.ts";
import { copyView } from "../copy.ts";
import {
  type Arithmetic,
  multiplyOuter,
  multiplyPacked,
  multiplyPair,
  multiplyVector,
  newPanels,
  pack,
  readVector,
  type Vectors,
} from "../matrix-product.ts";
import type { CpuRoutine, HostOperand } from "../routine.ts";

/** Up to this many rows or columns, a product goes vector by vector and packs nothing. */
const fewVectors = 2;

/**
 * Products summed over pairs of axes; see `lax.dotGeneral`.
 *
 * Every sum runs over the contracted axes in the order of their row-major positions, in doubles
 * or modulo 2^32, whatever the strides of the operands; compiled products of float32 alone add in
 * single precision, in pieces of 256.
 */
export const dot: CpuRoutine<RoutineParams["dot"]> = ([x, y], [out], { contract, batch }) => {
  if (x === undefined || y === undefined || out === undefined) return; // as defined
  const left = alongDepth(x, batch[0], contract[0]);
  const right = alongDepth(y, batch[1], contract[1]);
  const { batches, count: m, depth } = left;
  const n = right.count;
  const arithmetic = arithmeticOf(x.aval.dtype, out.aval.dtype);
  const sums = sumsFor(out.aval.dtype, out.data);
  if (arithmetic === "integer" || (m > fewVectors && n > fewVectors && depth > 1)) {
    const rows = newPanels(arithmetic, m, depth);
    const columns = newPanels(arithmetic, n, depth);
    for (let b = 0; b < batches; b++) {
      pack(rows, inBatch(left, b));
      pack(columns, inBatch(right, b));
      multiplyPacked(rows, columns, sums, b * m * n, n);
    }
  } else if (depth === 1) {
    for (let b = 0; b < batches; b++) {
      multiplyOuter(inBatch(left, b), m, inBatch(right, b), n, sums, b * m * n);
    }
  } else {
    multiplyFew(left, right, sums);
  }
  storeSums(sums, out.aval.dtype, out.data);
};

/** Products where one side has few vectors, without packing the other. */
function multiplyFew(left: BatchedVectors, right: BatchedVectors, sums: TypedArray): void {
  const { batches, count: m, depth } = left;
  const n = right.count;
  const fewRows = m <= fewVectors;
  const [few, many] = fewRows ? [left, right] : [right, left];
  const vector = new Float64Array(depth);
  for (let b = 0; b < batches; b++) {
    const [lone, matrix] = [inBatch(few, b), inBatch(many, b)];
    for (let i = 0; i < few.count; i++) {
      const outAt = b * m * n + (fewRows ? i * n : i);
      const outStep = fewRows ? 1 : n;
      if (many.count <= fewVectors) {
        for (let j = 0; j < many.count; j++) {
          sums[outAt + j * outStep] = multiplyPair(lone, i, matrix, j, depth);
        }
        continue;
      }
      readVector(lone, i, vector);
      multiplyVector(matrix, many.count, vector, sums, outAt, outStep);
    }
  }
}

/** Vectors of an operand along its contracted axes, for each place of its batch axes. */
interface BatchedVectors extends Vectors {
  readonly batches: number;
  readonly batchStep: number;
  readonly count: number;
  readonly depth: number;
}

/** The operand as batches of vectors, in place where the strides allow it, else copied. */
function alongDepth(
  operand: HostOperand,
  batch: readonly number[],
  contract: readonly number[],
): BatchedVectors {
  const { aval, view, data } = operand;
  const free = aval.shape
    .map((_, i) => i)
    .filter((i) => !batch.includes(i) && !contract.includes(i));
  const permuted = permuteView(view, [...batch, ...free, ...contract]);
  const extent = (axes: readonly number[]) =>
    axes.reduce((product, axis) => product * (aval.shape[axis] as number), 1); // its axes
  const shape = [extent(batch), extent(free), extent(contract)] as const;
  const flat = reshapeView(permuted, shape);
  const strides = flat === null ? rowMajorStrides(shape) : flat.strides;
  const [batchStep, step, depthStep] = strides as [number, number, number]; // one each
  return {
    data: flat === null ? copyView(data, permuted, aval.dtype) : data,
    offset: flat === null ? 0 : flat.offset,
    batches: shape[0],
    count: shape[1],
    depth: shape[2],
    batchStep,
    step,
    depthStep,
  };
}

function inBatch({ data, offset, step, depthStep, batchStep }: BatchedVectors, b: number): Vectors {
  return { data, offset: offset + b * batchStep, step, depthStep };
}

/** How products of operands of dtype `from` are summed for a result of dtype `to`. */
export function arithmeticOf(from: DType, to: DType): Arithmetic {
  if (!isFloat(to)) return "integer";
  // Integers up to 32 bits are exact in doubles, not in singles.
  return from === "float64" || !isFloat(from) ? "double" : "single";
}

/** Where sums go before they are rounded: the result itself if storing rounds as it should. */
export function sumsFor(dtype: DType, data: TypedArray): TypedArray {
  if (dtype === "float16" || dtype === "bfloat16") return new Float64Array(data.length);
  return dtypeInfo[dtype].kind === "bool" ? new Int32Array(data.length) : data;
}

/** Round sums that are not yet in `data`. */
export function storeSums(sums: TypedArray, dtype: DType, data: TypedArray): void {
  if (sums === data) return;
  const round = dtype === "float16" ? toFloat16 : dtype === "bfloat16" ? toBfloat16 : truth;
  for (let i = 0; i < data.length; i++) data[i] = round(sums[i] as number); // of one length
}

function truth(x: number): number {
  return x === 0 ? 0 : 1;
}
