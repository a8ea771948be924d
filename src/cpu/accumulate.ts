import { type DType, dtypeInfo } from "../core/dtype.ts";
import { literalValue } from "../core/number.ts";
import type { ReduceOp } from "../core/primitive.ts";
import { identity } from "../kernel/identity.ts";
import { scalarFunction } from "./spell.ts";

/**
 * Running totals of many reductions at once. Elements come in the order of the loop, whichever
 * way the loop is cut up, so the totals do not depend on layouts or blocks.
 *
 * Float sums and products narrower than float64 are held in doubles and rounded once at the end;
 * float64 sums carry the error of each addition along (Neumaier).
 */
export interface Accumulator {
  /** Start totals 0 to `count - 1` anew. */
  reset(count: number): void;
  /** Add element `i` of `values` to total `i`, for the first `count`. */
  addEach(values: Float64Array, count: number): void;
  /** Add elements `from` to `to` of `values` to total `total`. */
  addRun(values: Float64Array, from: number, to: number, total: number): void;
  /** Write the first `count` totals to `out`. */
  finish(out: Float64Array, count: number): void;
}

/** An accumulator for up to `capacity` totals. */
export function accumulator(op: ReduceOp, dtype: DType, capacity: number): Accumulator {
  const { kind } = dtypeInfo[dtype];
  const round = dtype === "float32" ? Math.fround : (x: number) => literalValue(x, dtype);
  if (op === "add" && dtype === "float64") return new CompensatedSums(capacity);
  if (op === "add" && kind === "float") return new Sums(capacity, round);
  if (op === "mul" && kind === "float") {
    return new Folds(capacity, (x, y) => x * y, 1, round);
  }
  return new Folds(capacity, scalarFunction(op, dtype, dtype), identity(op, dtype), (x) => x);
}

type Round = (x: number) => number;

class Sums implements Accumulator {
  private readonly totals: Float64Array;
  private readonly round: Round;

  constructor(capacity: number, round: Round) {
    this.totals = new Float64Array(capacity);
    this.round = round;
  }

  reset(count: number): void {
    this.totals.fill(0, 0, count);
  }

  // Indices below stay within the first `count` entries of arrays at least that long.
  addEach(values: Float64Array, count: number): void {
    const { totals } = this;
    for (let i = 0; i < count; i++) totals[i] = (totals[i] as number) + (values[i] as number);
  }

  addRun(values: Float64Array, from: number, to: number, total: number): void {
    let sum = this.totals[total] as number;
    for (let i = from; i < to; i++) sum += values[i] as number;
    this.totals[total] = sum;
  }

  finish(out: Float64Array, count: number): void {
    for (let i = 0; i < count; i++) out[i] = this.round(this.totals[i] as number);
  }
}

/** What rounding loses when `x` is added to a sum. */
export function lostInSum(sum: number, x: number): number {
  const next = sum + x;
  return Math.abs(sum) >= Math.abs(x) ? sum - next + x : x - next + sum;
}

/** A sum with what it lost. */
export function correctedSum(sum: number, error: number): number {
  // Infinite sums have a NaN for an error; their sign is in the plain sum.
  return Number.isFinite(sum) ? sum + error : sum;
}

class CompensatedSums implements Accumulator {
  private readonly totals: Float64Array;
  private readonly errors: Float64Array;

  constructor(capacity: number) {
    this.totals = new Float64Array(capacity);
    this.errors = new Float64Array(capacity);
  }

  reset(count: number): void {
    this.totals.fill(0, 0, count);
    this.errors.fill(0, 0, count);
  }

  addEach(values: Float64Array, count: number): void {
    for (let i = 0; i < count; i++) this.add(values[i] as number, i);
  }

  addRun(values: Float64Array, from: number, to: number, total: number): void {
    for (let i = from; i < to; i++) this.add(values[i] as number, total);
  }

  finish(out: Float64Array, count: number): void {
    for (let i = 0; i < count; i++) {
      out[i] = correctedSum(this.totals[i] as number, this.errors[i] as number);
    }
  }

  private add(x: number, i: number): void {
    const sum = this.totals[i] as number;
    this.totals[i] = sum + x;
    this.errors[i] = (this.errors[i] as number) + lostInSum(sum, x);
  }
}

class Folds implements Accumulator {
  private readonly totals: Float64Array;
  private readonly combine: (x: number, y: number, z: number) => number;
  private readonly start: number;
  private readonly round: Round;

  constructor(
    capacity: number,
    combine: (x: number, y: number, z: number) => number,
    start: number,
    round: Round,
  ) {
    this.totals = new Float64Array(capacity);
    this.combine = combine;
    this.start = start;
    this.round = round;
  }

  reset(count: number): void {
    this.totals.fill(this.start, 0, count);
  }

  addEach(values: Float64Array, count: number): void {
    const { totals, combine } = this;
    for (let i = 0; i < count; i++)
      totals[i] = combine(totals[i] as number, values[i] as number, 0);
  }

  addRun(values: Float64Array, from: number, to: number, total: number): void {
    const { combine } = this;
    let value = this.totals[total] as number;
    for (let i = from; i < to; i++) value = combine(value, values[i] as number, 0);
    this.totals[total] = value;
  }

  finish(out: Float64Array, count: number): void {
    for (let i = 0; i < count; i++) out[i] = this.round(this.totals[i] as number);
  }
}
