import { type DType, isFloat, type TypedArray } from "../../core/dtype.ts";
import { toBfloat16, toFloat16 } from "../../core/number.ts";
import type { CumulativeParams, RoutineParams } from "../../core/routines.ts";
import { type CpuRoutine, rowMajor } from "../routine.ts";
import { type AxisSplit, splitAt } from "./axis-split.ts";

/**
 * Running reduction along an axis, each step from the one before it; see `lax.cumsum`.
 *
 * Floats run in doubles and round on storing; sums of float64 are compensated.
 */
export const cumulative: CpuRoutine<RoutineParams["cumulative"]> = ([x], [out], params) => {
  if (x === undefined || out === undefined) return; // as defined
  const { dtype, shape } = x.aval;
  const data = rowMajor(x);
  const split = splitAt(shape, params.axis);
  if (params.op === "add" && dtype === "float64") {
    compensatedSums(data, out.data, split, params.reverse);
    return;
  }
  scan(data, out.data, split, params.reverse, stepOf(params.op, dtype));
  const round = dtype === "float16" ? toFloat16 : dtype === "bfloat16" ? toBfloat16 : null;
  if (round === null) return;
  for (let i = 0; i < out.data.length; i++) out.data[i] = round(out.data[i] as number); // in range
};

type Step = (running: number, x: number) => number;

function stepOf(op: CumulativeParams["op"], dtype: DType): Step {
  switch (op) {
    case "add":
      return isFloat(dtype) ? (s, x) => s + x : (s, x) => (s + x) | 0;
    case "mul":
      return isFloat(dtype) ? (s, x) => s * x : Math.imul;
    case "max":
      return Math.max;
    case "min":
      return Math.min;
    case "logaddexp":
      return logAddExp;
    default:
      return op satisfies never;
  }
}

/** log(exp(x) + exp(y)) without overflow; the sum where the difference is not a number. */
function logAddExp(x: number, y: number): number {
  const difference = x - y;
  if (difference !== difference) return x + y; // NaN, or infinities of one sign
  return Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(difference)));
}

/** Addresses below: `row` is one of `extent` rows of `inner` elements within a block. */
function scan(
  data: TypedArray,
  out: TypedArray,
  { outer, extent, inner }: AxisSplit,
  reverse: boolean,
  step: Step,
): void {
  const running = new Float64Array(inner);
  for (let block = 0; block < outer; block++) {
    for (let k = 0; k < extent; k++) {
      const row = (block * extent + (reverse ? extent - 1 - k : k)) * inner;
      for (let i = 0; i < inner; i++) {
        const x = data[row + i] as number;
        const value = k === 0 ? x : step(running[i] as number, x);
        running[i] = value;
        out[row + i] = value;
      }
    }
  }
}

/**
 * Running sums that carry what rounding loses beside them.
 * Source: A. Neumaier, Rundungsfehleranalyse einiger Verfahren zur Summation, 1974.
 */
function compensatedSums(
  data: TypedArray,
  out: TypedArray,
  { outer, extent, inner }: AxisSplit,
  reverse: boolean,
): void {
  const sums = new Float64Array(inner);
  const lost = new Float64Array(inner);
  for (let block = 0; block < outer; block++) {
    sums.fill(0);
    lost.fill(0);
    for (let k = 0; k < extent; k++) {
      const row = (block * extent + (reverse ? extent - 1 - k : k)) * inner;
      for (let i = 0; i < inner; i++) {
        const x = data[row + i] as number;
        const sum = sums[i] as number;
        const total = k === 0 ? x : sum + x; // the first as it is: -0 stays
        sums[i] = total;
        if (Number.isFinite(total)) {
          const error = Math.abs(sum) >= Math.abs(x) ? sum - total + x : x - total + sum;
          lost[i] = (lost[i] as number) + error;
        }
        const rest = lost[i] as number;
        out[row + i] = rest === 0 || !Number.isFinite(total) ? total : total + rest;
      }
    }
  }
}
