import type { Moves, NumberStep } from "./number-tape.ts";
import { copyRun, type Place } from "./place.ts";

/** An element of memory put into a register. */
export class Load implements NumberStep {
  private readonly place: Place;
  private readonly offset: number;
  private readonly register: number;

  constructor(place: Place, offset: number, register: number) {
    this.place = place;
    this.offset = offset;
    this.register = register;
  }

  run(values: Float64Array): void {
    const { data, offset } = this.place;
    values[this.register] = data[offset + this.offset] as number; // within the value
  }
}

/** The element of an array at indices in registers, which are clamped; put into a register. */
export class Pick implements NumberStep {
  private readonly place: Place;
  private readonly offset: number;
  private readonly indices: readonly number[];
  private readonly shape: readonly number[];
  private readonly register: number;

  constructor(
    place: Place,
    offset: number,
    indices: readonly number[],
    shape: readonly number[],
    register: number,
  ) {
    this.place = place;
    this.offset = offset;
    this.indices = indices;
    this.shape = shape;
    this.register = register;
  }

  run(values: Float64Array): void {
    const { indices, shape, place } = this;
    let at = 0;
    for (let axis = 0; axis < shape.length; axis++) {
      const extent = shape[axis] as number; // an index for each axis
      const index = values[indices[axis] as number] as number;
      at = at * extent + Math.max(0, Math.min(index, extent - 1));
    }
    values[this.register] = place.data[place.offset + this.offset + at] as number; // clamped
  }
}

/** One of several branches, chosen by a register. */
export class NumberCond implements NumberStep {
  private readonly index: number;
  private readonly branches: readonly (readonly NumberStep[])[];

  constructor(index: number, branches: readonly (readonly NumberStep[])[]) {
    this.index = index;
    this.branches = branches;
  }

  run(values: Float64Array): void {
    const { branches } = this;
    const index = values[this.index] as number; // a register
    const steps = branches[Math.max(0, Math.min(index, branches.length - 1))] as NumberStep[]; // clamped
    for (let i = 0; i < steps.length; i++) steps[i]?.run(values);
  }
}

/** Turns on registers while a register is not 0. */
export class NumberWhile implements NumberStep {
  private readonly start: Moves;
  private readonly cond: readonly NumberStep[];
  private readonly test: number;
  private readonly turn: readonly NumberStep[];

  constructor(
    start: Moves,
    cond: readonly NumberStep[],
    test: number,
    turn: readonly NumberStep[],
  ) {
    this.start = start;
    this.cond = cond;
    this.test = test;
    this.turn = turn;
  }

  run(values: Float64Array): void {
    const { cond, turn, test } = this;
    this.start.run(values);
    for (;;) {
      for (let i = 0; i < cond.length; i++) cond[i]?.run(values);
      if (values[test] === 0) return;
      for (let i = 0; i < turn.length; i++) turn[i]?.run(values);
    }
  }
}

/** Slices of a stacked value, each `size` elements: one in a register, or a row in memory. */
export type Stacked = {
  readonly place: Place;
  readonly offset: number;
  readonly size: number;
} & (
  | { readonly kind: "register"; readonly register: number }
  /** For inputs the row is moved along; results are copied from it, `from` elements on. */
  | { readonly kind: "row"; readonly row: Place; readonly from?: number }
);

/** A loop of known length on registers. */
export class NumberScan implements NumberStep {
  private readonly start: Moves;
  private readonly xs: readonly Stacked[];
  private readonly turn: readonly NumberStep[];
  private readonly ys: readonly Stacked[];
  private readonly moves: Moves;
  private readonly length: number;
  private readonly reverse: boolean;

  constructor(
    start: Moves,
    xs: readonly Stacked[],
    turn: readonly NumberStep[],
    ys: readonly Stacked[],
    moves: Moves,
    length: number,
    reverse: boolean,
  ) {
    this.start = start;
    this.xs = xs;
    this.turn = turn;
    this.ys = ys;
    this.moves = moves;
    this.length = length;
    this.reverse = reverse;
  }

  run(values: Float64Array): void {
    const { xs, turn, ys, moves, length, reverse } = this;
    this.start.run(values);
    for (let t = 0; t < length; t++) {
      const i = reverse ? length - 1 - t : t;
      // Loop variables run over their lists, and slices are within their values.
      for (let k = 0; k < xs.length; k++) read(xs[k] as Stacked, i, values);
      for (let k = 0; k < turn.length; k++) (turn[k] as NumberStep).run(values);
      for (let k = 0; k < ys.length; k++) write(ys[k] as Stacked, i, values);
      moves.run(values);
    }
  }
}

function read(x: Stacked, i: number, values: Float64Array): void {
  const { place } = x;
  const at = place.offset + x.offset + i * x.size;
  if (x.kind === "register")
    values[x.register] = place.data[at] as number; // within the value
  else {
    x.row.data = place.data;
    x.row.offset = at;
  }
}

function write(y: Stacked, i: number, values: Float64Array): void {
  const { place, size } = y;
  const at = place.offset + y.offset + i * size;
  if (y.kind === "register")
    place.data[at] = values[y.register] as number; // a register
  else copyRun(y.row.data, y.row.offset + (y.from ?? 0), place.data, at, size);
}
