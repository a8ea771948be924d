import type { DType } from "../core/dtype.ts";
import type { Expr, ScalarOp } from "../core/scalar.ts";
import { operandDtype } from "../kernel/kernel.ts";
import { copyRun, type Place } from "./place.ts";
import { scalarFunction } from "./spell.ts";
import type { ScalarFunction } from "./spelling.ts";

/** Ints of an instruction: code, and five fields whose meaning depends on it. */
const width = 6;

/** Codes that are not arithmetic; `load` and `store` have one for each class of typed array. */
const codes = {
  call: 0,
  select: 17,
  move: 19,
  jump: 20,
  jumpIfZero: 21,
  nextUp: 22,
  nextDown: 23,
  branch: 24,
  load: 25,
  store: 29,
  moveRow: 33,
  copyRow: 34,
  clamp: 35,
  scaleAdd: 36,
} as const;

/** Arithmetic that is written out below; everything else calls its scalar function. */
const arithmetic: { readonly [Key in `${ScalarOp} ${DType}`]?: number } = {
  "add float32": 1,
  "sub float32": 2,
  "mul float32": 3,
  "div float32": 4,
  "add float64": 5,
  "sub float64": 6,
  "mul float64": 7,
  "div float64": 8,
  "add int32": 9,
  "sub int32": 10,
  "lt bool": 11,
  "le bool": 12,
  "gt bool": 13,
  "ge bool": 14,
  "eq bool": 15,
  "ne bool": 16,
  "neg float32": 18,
  "neg float64": 18,
};

/** Added to the codes of `load` and `store`: each then meets one class of typed array only. */
function kindOf(dtype: DType): number {
  if (dtype === "float32") return 0;
  if (dtype === "float64") return 1;
  return dtype === "int32" ? 2 : 3;
}

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
    const { op, dtype } = node;
    const [a = 0, b = 0, c = 0] = operands;
    const out = this.register();
    const code = op === "select" ? codes.select : (arithmetic[`${op} ${dtype}`] ?? codes.call);
    const f =
      code === codes.call
        ? this.functions.push(scalarFunction(op, dtype, operandDtype(node))) - 1
        : 0;
    this.emit(code, out, a, b, c, f);
    return out;
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

  /** The element at an address; gives its register. */
  load(address: Address): number {
    const out = this.register();
    const { place, offset, index, size, dtype } = address;
    this.emit(codes.load + kindOf(dtype), out, index, this.placeOf(place), offset, size);
    return out;
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
    const out = this.register();
    this.emit(codes.clamp, out, register, extent - 1);
    return out;
  }

  /** `scale * a + b`. */
  scaleAdd(a: number, scale: number, b: number): number {
    const out = this.register();
    this.emit(codes.scaleAdd, out, a, b, scale);
    return out;
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

/**
 * Runs scalar operations, loops and choices over numbers in registers.
 *
 * One function with one switch: loops of a million turns run here, and pages may forbid code that
 * is made from text. Its labels are literals, which engines make a table of.
 */
export class NumberMachine {
  /** The registers. */
  readonly values: Float64Array;
  private readonly code: Int32Array;
  private readonly functions: readonly ScalarFunction[];
  private readonly places: readonly Place[];

  constructor(
    code: readonly number[],
    registers: readonly number[],
    functions: readonly ScalarFunction[],
    places: readonly Place[],
  ) {
    this.code = Int32Array.from(code);
    this.values = Float64Array.from(registers);
    this.functions = functions;
    this.places = places;
  }

  run(): void {
    const { code, values, functions, places } = this;
    // The assembler has numbered registers, functions and places: all reads are in range.
    let at = 0;
    while (at < code.length) {
      const out = code[at + 1] as number;
      const a = code[at + 2] as number;
      const b = code[at + 3] as number;
      const next = at + width;
      switch (code[at] as number) {
        // call
        case 0: {
          const f = functions[code[at + 5] as number] as ScalarFunction;
          const z = values[code[at + 4] as number] as number;
          values[out] = f(values[a] as number, values[b] as number, z);
          break;
        }
        case 1:
          values[out] = Math.fround((values[a] as number) + (values[b] as number));
          break;
        case 2:
          values[out] = Math.fround((values[a] as number) - (values[b] as number));
          break;
        case 3:
          values[out] = Math.fround((values[a] as number) * (values[b] as number));
          break;
        case 4:
          values[out] = Math.fround((values[a] as number) / (values[b] as number));
          break;
        case 5:
          values[out] = (values[a] as number) + (values[b] as number);
          break;
        case 6:
          values[out] = (values[a] as number) - (values[b] as number);
          break;
        case 7:
          values[out] = (values[a] as number) * (values[b] as number);
          break;
        case 8:
          values[out] = (values[a] as number) / (values[b] as number);
          break;
        case 9:
          values[out] = ((values[a] as number) + (values[b] as number)) | 0;
          break;
        case 10:
          values[out] = ((values[a] as number) - (values[b] as number)) | 0;
          break;
        case 11:
          values[out] = (values[a] as number) < (values[b] as number) ? 1 : 0;
          break;
        case 12:
          values[out] = (values[a] as number) <= (values[b] as number) ? 1 : 0;
          break;
        case 13:
          values[out] = (values[a] as number) > (values[b] as number) ? 1 : 0;
          break;
        case 14:
          values[out] = (values[a] as number) >= (values[b] as number) ? 1 : 0;
          break;
        case 15:
          values[out] = values[a] === values[b] ? 1 : 0;
          break;
        case 16:
          values[out] = values[a] !== values[b] ? 1 : 0;
          break;
        // select
        case 17:
          values[out] = values[values[a] !== 0 ? b : (code[at + 4] as number)] as number;
          break;
        case 18:
          values[out] = -(values[a] as number);
          break;
        // move
        case 19:
          values[out] = values[a] as number;
          break;
        // jump
        case 20:
          at = out;
          continue;
        // jumpIfZero
        case 21:
          at = values[a] === 0 ? out : next;
          continue;
        // nextUp
        case 22: {
          const index = (values[a] as number) + 1;
          values[a] = index;
          at = index < (values[b] as number) ? out : next;
          continue;
        }
        // nextDown
        case 23: {
          const index = (values[a] as number) - 1;
          values[a] = index;
          at = index >= 0 ? out : next;
          continue;
        }
        // branch
        case 24:
          at = next + width * Math.max(0, Math.min(values[a] as number, b));
          continue;
        // load
        case 25: {
          const { data, offset } = places[b] as Place;
          values[out] = (data as Float32Array)[offset + address(code, at, values, a)] as number;
          break;
        }
        // load
        case 26: {
          const { data, offset } = places[b] as Place;
          values[out] = (data as Float64Array)[offset + address(code, at, values, a)] as number;
          break;
        }
        // load
        case 27: {
          const { data, offset } = places[b] as Place;
          values[out] = (data as Int32Array)[offset + address(code, at, values, a)] as number;
          break;
        }
        // load
        case 28: {
          const { data, offset } = places[b] as Place;
          values[out] = data[offset + address(code, at, values, a)] as number;
          break;
        }
        // store
        case 29: {
          const { data, offset } = places[b] as Place;
          (data as Float32Array)[offset + address(code, at, values, a)] = values[out] as number;
          break;
        }
        // store
        case 30: {
          const { data, offset } = places[b] as Place;
          (data as Float64Array)[offset + address(code, at, values, a)] = values[out] as number;
          break;
        }
        // store
        case 31: {
          const { data, offset } = places[b] as Place;
          (data as Int32Array)[offset + address(code, at, values, a)] = values[out] as number;
          break;
        }
        // store
        case 32: {
          const { data, offset } = places[b] as Place;
          data[offset + address(code, at, values, a)] = values[out] as number;
          break;
        }
        // moveRow
        case 33: {
          const { data, offset } = places[b] as Place;
          const row = places[out] as Place;
          row.data = data;
          row.offset = offset + address(code, at, values, a);
          break;
        }
        // copyRow
        case 34: {
          const { data, offset } = places[b] as Place;
          const row = places[out] as Place;
          const to = offset + address(code, at, values, a);
          copyRun(row.data, row.offset, data, to, code[at + 5] as number);
          break;
        }
        // clamp
        case 35:
          values[out] = Math.max(0, Math.min(values[a] as number, b));
          break;
        default:
          values[out] = (values[a] as number) * (code[at + 4] as number) + (values[b] as number);
      }
      at = next;
    }
  }
}

/** Element that a load or store at `at` speaks of, relative to its place. */
function address(code: Int32Array, at: number, values: Float64Array, index: number): number {
  return (code[at + 4] as number) + (values[index] as number) * (code[at + 5] as number);
}
