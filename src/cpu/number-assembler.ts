import type { DType } from "../core/dtype.ts";
import type { Expr } from "../core/scalar.ts";
import { operandDtype } from "../kernel/kernel.ts";
import { arithmetic, codes, conversionCode, kindOf, readsOf, width } from "./number-code.ts";
import { NumberMachine } from "./number-machine.ts";
import type { Place } from "./place.ts";
import { scalarFunction } from "./spell.ts";
import type { ScalarFunction } from "./spelling.ts";

/** Elements `offset + index * size` of a place, where `index` is in a register. */
export interface Address {
  readonly place: Place;
  readonly offset: number;
  readonly index: number;
  readonly size: number;
  readonly dtype: DType;
}

/** Writes a program for the machine. */
export class NumberAssembler {
  private readonly code: number[] = [];
  private readonly registers: number[] = [];
  private readonly functions: ScalarFunction[] = [];
  private readonly places: Place[] = [];
  /** For each register that one instruction computes, where that is. */
  private readonly computed = new Map<number, number>();
  /** A register that is always 0. */
  readonly zero: number;

  constructor() {
    this.zero = this.register(0);
  }

  /** A new register, and what it holds before the program first runs. */
  register(value = 0): number {
    return this.registers.push(value) - 1;
  }

  /** A scalar operation; gives the register of its result. */
  operation(
    node: Extract<Expr, { kind: "op" }>,
    operands: readonly (number | undefined)[],
  ): number {
    const [a = 0, b = 0, c = 0] = operands;
    const code = codeOf(node);
    if (code !== null) return this.compute(code, a, b, c);
    const { op, dtype } = node;
    const f = this.functions.push(scalarFunction(op, dtype, operandDtype(node))) - 1;
    return this.compute(codes.call, a, b, c, f);
  }

  /** Copy registers to others as if all at once. */
  moves(from: readonly number[], to: readonly number[]): void {
    const moved = from.flatMap((register, i) => (register === to[i] ? [] : [i]));
    const targets = new Set(moved.map((i) => to[i]));
    // What is still to be read is put aside before it is overwritten.
    const held = moved.map((i) => {
      const source = from[i] as number; // as long as `to`
      if (!targets.has(source)) return source;
      const aside = this.register();
      this.emit(codes.move, aside, source);
      return aside;
    });
    moved.forEach((i, k) => {
      this.emit(codes.move, to[i] as number, held[k] as number); // as many
    });
  }

  /** A sum or product in doubles. */
  double(op: "add" | "mul", a: number, b: number): number {
    return this.compute(arithmetic[`${op} float64`] as number, a, b); // both are in the table
  }

  /** A number rounded to single precision. */
  round(a: number): number {
    return this.compute(codes.round, a);
  }

  /** What a function gives for two numbers. */
  call(f: ScalarFunction, a: number, b: number): number {
    return this.compute(codes.call, a, b, this.zero, this.functions.push(f) - 1);
  }

  /** Where the next instruction will be. */
  here(): number {
    return this.code.length;
  }

  /**
   * Let what was computed be in other registers, at the end of a part that began at `start` and
   * whose own registers nobody reads any more. It is computed there at once where that can be.
   */
  results(start: number, from: readonly number[], to: readonly number[]): void {
    const sources = [...from];
    to.forEach((target, i) => {
      const register = sources[i] as number; // as long as `to`
      if (sources.includes(target) || !this.recompute(start, register, target)) return;
      sources.forEach((source, k) => {
        if (source === register) sources[k] = target;
      });
    });
    this.moves(sources, to);
  }

  /** Compute `register` in `target`, unless it was before `start` or `target` is read afterwards. */
  private recompute(start: number, register: number, target: number): boolean {
    const { code } = this;
    const at = this.computed.get(register);
    if (at === undefined || at < start) return false;
    const reads = (register: number): number[] => {
      const found: number[] = [];
      for (let i = at + width; i < code.length; i += width) {
        for (const field of readsOf(code[i] as number)) {
          if (code[i + field] === register) found.push(i + field);
        }
      }
      return found;
    };
    if (reads(target).length > 0) return false;
    for (const place of reads(register)) code[place] = target;
    code[at + 1] = target;
    return true;
  }

  /** The element at an address; gives its register. */
  load(address: Address): number {
    const { place, offset, index, size, dtype } = address;
    return this.compute(codes.load + kindOf(dtype), index, this.placeOf(place), offset, size);
  }

  /** Write a register to an address. */
  store(register: number, { place, offset, index, size, dtype }: Address): void {
    const code = codes.store + kindOf(dtype);
    this.emit(code, register, index, this.placeOf(place), offset, size);
  }

  /** Let a place be where an address is. */
  moveRow(row: Place, { place, offset, index, size }: Address): void {
    this.emit(codes.moveRow, this.placeOf(row), index, this.placeOf(place), offset, size);
  }

  /** Copy a row of elements, which starts at a place, to an address. */
  copyRow(row: Place, { place, offset, index, size }: Address): void {
    this.emit(codes.copyRow, this.placeOf(row), index, this.placeOf(place), offset, size);
  }

  /** `min(max(register, 0), extent - 1)`. */
  clamp(register: number, extent: number): number {
    return this.compute(codes.clamp, register, extent - 1);
  }

  /** `scale * a + b`. */
  scaleAdd(a: number, scale: number, b: number): number {
    return this.compute(codes.scaleAdd, a, b, scale);
  }

  /** Turns of `body` while the register that `test` gives is not 0. */
  whileLoop(test: () => number, body: () => void): void {
    const start = this.code.length;
    const register = test();
    const leave = this.emit(codes.jumpIfZero, 0, register);
    body();
    this.emit(codes.jump, start);
    this.code[leave + 1] = this.code.length;
  }

  /** `length` turns of `body`, which gets the register of the position. */
  countedLoop(length: number, reverse: boolean, body: (index: number) => void): void {
    if (length === 0) return;
    const index = this.register();
    const first = this.register(reverse ? length - 1 : 0);
    const end = this.register(length);
    this.emit(codes.move, index, first);
    const start = this.code.length;
    body(index);
    this.emit(reverse ? codes.nextDown : codes.nextUp, start, index, end);
  }

  /** The branch whose number, clamped, is in a register. */
  branches(index: number, count: number, body: (branch: number) => void): void {
    this.emit(codes.branch, 0, index, count - 1);
    const table = Array.from({ length: count }, () => this.emit(codes.jump, 0));
    const exits = table.map((entry, branch) => {
      this.code[entry + 1] = this.code.length;
      body(branch);
      return this.emit(codes.jump, 0);
    });
    for (const exit of exits) this.code[exit + 1] = this.code.length;
  }

  /** The program written so far. */
  finish(): NumberMachine {
    return new NumberMachine(this.code, this.registers, this.functions, this.places);
  }

  /** An instruction that computes a register of its own. */
  private compute(code: number, ...fields: readonly number[]): number {
    const out = this.register();
    this.computed.set(out, this.emit(code, out, ...fields));
    return out;
  }

  private emit(code: number, ...fields: readonly number[]): number {
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = fields;
    this.code.push(code, a, b, c, d, e);
    return this.code.length - width;
  }

  private placeOf(place: Place): number {
    const known = this.places.indexOf(place);
    return known >= 0 ? known : this.places.push(place) - 1;
  }
}

/** The code of an operation that has one; null if it calls its function. */
function codeOf(node: Extract<Expr, { kind: "op" }>): number | null {
  const { op, dtype } = node;
  if (op === "select") return codes.select;
  if (op === "convert") return conversionCode(operandDtype(node), dtype);
  return arithmetic[`${op} ${dtype}`] ?? null;
}
