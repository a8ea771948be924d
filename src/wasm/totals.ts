import type { ReduceOp } from "../core/primitive.ts";
import { identity } from "../kernel/identity.ts";
import { areaBytes } from "./areas.ts";
import { type Code, pushAddress } from "./code.ts";
import type { Plain } from "./instructions.ts";
import type { LaneDType, Value } from "./lane-dtypes.ts";
import type { Lane, LaneWriter } from "./lane-writer.ts";
import { instructionOf } from "./operations.ts";

/**
 * How totals of a reduction are held until they are finished: sums and products of float32 as
 * float64; sums of float64 together with the error of their additions, which lies `errorAt` bytes
 * behind; truth values as int32, all ones or zero.
 */
export function totalForm(
  op: ReduceOp,
  dtype: LaneDType,
): { readonly dtype: Exclude<LaneDType, "bool">; readonly compensated: boolean } {
  if (dtype === "float32" && (op === "add" || op === "mul")) {
    return { dtype: "float64", compensated: false };
  }
  if (dtype === "bool") return { dtype: "int32", compensated: false };
  return { dtype, compensated: dtype === "float64" && op === "add" };
}

/** Two sums, and what their additions have lost. */
type Pair = readonly [Lane, (Lane | undefined)?];

/** Bytes from a total to its error. */
export const errorAt = areaBytes;

/** Why a reduction cannot be compiled, or null if it can. */
export function unsupportedTotal(op: ReduceOp, dtype: LaneDType): string | null {
  return instructionOf(op, dtype) === null
    ? `reduction ${op} of ${dtype} has no instruction`
    : null;
}

/**
 * Running totals of one result of a pass.
 *
 * Along a row, element `k` goes to lane `k` modulo 4 times the number of parts, in ascending order;
 * at its end parts are joined, then lanes. Across rows, each place has a total of its own, in the
 * order of the rows.
 */
export class Totals {
  private readonly on: LaneWriter;
  private readonly code: Code;
  private readonly name: Plain;
  private readonly widens: boolean;
  private readonly compensated: boolean;
  private readonly isDouble: boolean;
  /** What changes no total: of the values, and of the totals. */
  private readonly neutral: Value;
  private readonly start: Value;
  /** For each part its total, and after that its error if there is one. */
  private readonly totals: Value[] = [];

  constructor(on: LaneWriter, op: ReduceOp, dtype: LaneDType, parts: number) {
    this.on = on;
    this.code = on.code;
    const form = totalForm(op, dtype);
    this.widens = form.dtype === "float64" && dtype === "float32";
    this.compensated = form.compensated;
    this.isDouble = form.dtype === "float64";
    this.name = instructionOf(op, this.widens ? "float64" : dtype) as Plain; // see `unsupportedTotal`
    const value = identity(op, dtype);
    const single = (): Value =>
      dtype === "float32" ? [on.float(value)] : [on.integer(dtype === "bool" ? -value : value)];
    this.neutral = dtype === "float64" ? on.double(value) : single();
    const first = this.isDouble ? on.double(value) : this.neutral;
    this.start = this.compensated ? [...first, ...on.double(0)] : first;
    for (let part = 0; part < parts; part++) this.totals.push(this.start.map(() => this.fresh()));
  }

  /** Set the totals to what a reduction of nothing gives. */
  startRow(): void {
    for (const lanes of this.totals) this.move(this.start, lanes);
  }

  /** Add four elements. */
  add(value: Value, part: number): void {
    const total = this.totals[part] as Value; // one for each part
    this.move(this.joined(total, this.widened(value)), total);
  }

  /** Add four elements, from `index + offset` on, but for those beyond a row of `count`. */
  addInside(value: Value, index: number, count: number, offset: number, part: number): void {
    const { on, code } = this;
    const kept = value.map(() => this.fresh());
    this.move(value, kept);
    code
      .get(index)
      .i32(offset + 4)
      .op("i32.add")
      .get(count)
      .op("i32.gt_s");
    const order = on.constant(Int32Array.of(0, 1, 2, 3));
    code.when(() => {
      const inside = on.make(2, () => {
        code.get(order.local).get(count).get(index).op("i32.sub").i32(offset).op("i32.sub");
        code.op("i32x4.splat").op("i32x4.lt_s");
      });
      const masks = kept.length === 2 ? on.wideMask(inside) : [inside];
      kept.forEach((lane, half) => {
        code.get(lane.local).get((this.neutral[half] as Lane).local); // as many as of the value
        code
          .get((masks[half] as Lane).local)
          .op("v128.bitselect")
          .set(lane.local);
      });
    });
    this.add(kept, part);
  }

  /** Load the totals of the places from `index` on, as many as the parts have. */
  loadAcross(address: number, index: number): void {
    this.eachAcross((local, offset) => {
      pushAddress(this.code, address, index, this.isDouble ? 8 : 4);
      this.code.at("v128.load", offset).set(local);
    });
  }

  /** Store them again. */
  storeAcross(address: number, index: number): void {
    this.eachAcross((local, offset) => {
      pushAddress(this.code, address, index, this.isDouble ? 8 : 4);
      this.code.get(local).at("v128.store", offset);
    });
  }

  /** Join the parts and lanes of a row's totals and store the total at an address. */
  storeAlong(address: number): void {
    const { code, on } = this;
    const [first, ...others] = this.totals as [Value, ...Value[]]; // one part at least
    let total = others.reduce((sum, lanes) => this.joined(sum, lanes), first);
    if (this.isDouble) {
      const [a, b, c, d] = total as readonly [Lane, Lane, Lane?, Lane?]; // doubles are two vectors
      const pair = this.combine([a, c], [b, d]);
      const [sum, error] = pair;
      total = this.combine(pair, [on.high(sum), error && on.high(error)]).filter(
        (lane) => lane !== undefined,
      );
    } else {
      const [lanes] = total as [Lane]; // one vector
      const two = on.apply(this.name, lanes, on.high(lanes));
      total = [on.apply(this.name, two, on.second(two))];
    }
    total.forEach(({ local }, i) => {
      code.get(address).get(local);
      code.laneAt(this.isDouble ? "v128.store64_lane" : "v128.store32_lane", 0, i * errorAt);
    });
  }

  /** Join totals of four lanes with values or totals of four. */
  private joined(total: Value, value: Value): Value {
    if (!this.isDouble) return [this.on.apply(this.name, total[0] as Lane, value[0] as Lane)];
    const low = this.combine([total[0] as Lane, total[2]], [value[0] as Lane, value[2]]);
    const high = this.combine([total[1] as Lane, total[3]], [value[1] as Lane, value[3]]);
    return low.length === 2
      ? [low[0], high[0], low[1] as Lane, high[1] as Lane]
      : [low[0], high[0]]; // with errors there are four vectors
  }

  /** Join two doubles at a time, each with its error if the totals have one. */
  private combine([sum, error]: Pair, [value, more]: Pair): Pair {
    const { on } = this;
    const next = on.apply(this.name, sum, value);
    if (!this.compensated || error === undefined) return [next];
    // What an addition loses, whichever operand is larger (Knuth).
    const taken = on.apply("f64x2.sub", next, sum);
    const lost = on.apply(
      "f64x2.add",
      on.apply("f64x2.sub", sum, on.apply("f64x2.sub", next, taken)),
      on.apply("f64x2.sub", value, taken),
    );
    const errors = more === undefined ? lost : on.apply("f64x2.add", lost, more);
    return [next, on.apply("f64x2.add", error, errors)];
  }

  private widened(value: Value): Value {
    return this.widens ? this.on.widen(value[0] as Lane) : value; // float32 is one vector
  }

  /** Visit the vectors of all totals, each with its bytes from the total of the first place. */
  private eachAcross(visit: (local: number, offset: number) => void): void {
    const bytes = this.isDouble ? 32 : 16; // of four totals
    this.totals.forEach((lanes, part) => {
      lanes.forEach(({ local }, i) => {
        visit(local, bytes * part + 16 * (i % 2) + (i >= 2 ? errorAt : 0));
      });
    });
  }

  private fresh(): Lane {
    return { level: 2, local: this.code.local("v128") };
  }

  private move(from: Value, to: Value): void {
    from.forEach(({ local }, i) => {
      this.code.get(local).set((to[i] as Lane).local); // as many
    });
  }
}
