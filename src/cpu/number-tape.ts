import type { DType } from "../core/dtype.ts";
import type { Expr, ScalarOp } from "../core/scalar.ts";
import { operandDtype } from "./numbers.ts";
import { scalarFunction } from "./spell.ts";
import type { ScalarFunction } from "./spelling.ts";

/** Something to do on numbers in registers. */
export interface NumberStep {
  run(values: Float64Array): void;
}

/** The registers of a program on numbers, and what they hold before it first runs. */
export class Registers {
  private readonly initial: number[] = [];

  /** A new register. */
  take(value = 0): number {
    return this.initial.push(value) - 1;
  }

  /** All registers. */
  make(): Float64Array {
    return Float64Array.from(this.initial);
  }
}

/** Ints of an instruction: code, result, up to three operands, number of the function it calls. */
const width = 6;

// Codes of what is written out below; everything else calls its scalar function. A switch is used
// because loops of a million turns run here, and pages may forbid code that is made from text.
const call = 0;
const codes: { readonly [Key in `${ScalarOp} ${DType}`]?: number } = {
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
const select = 17;

/** Scalar operations in a row, on numbers in registers. */
export class NumberTape implements NumberStep {
  private readonly list: number[] = [];
  private readonly functions: ScalarFunction[] = [];
  private code = new Int32Array(0);

  /** Append an operation. */
  push(
    node: Extract<Expr, { kind: "op" }>,
    out: number,
    operands: readonly (number | undefined)[],
  ): void {
    const { op, dtype } = node;
    const [a = 0, b = 0, c = 0] = operands;
    const code = op === "select" ? select : (codes[`${op} ${dtype}`] ?? call);
    let f = 0;
    if (code === call) f = this.functions.push(scalarFunction(op, dtype, operandDtype(node))) - 1;
    this.list.push(code, out, a, b, c, f);
    this.code = Int32Array.from(this.list);
  }

  /** Whether there is nothing to do. */
  get isEmpty(): boolean {
    return this.list.length === 0;
  }

  run(values: Float64Array): void {
    const { code, functions } = this;
    // Codes, registers and numbers of functions were made above: all reads are in range.
    for (let at = 0; at < code.length; at += width) {
      const out = code[at + 1] as number;
      const x = values[code[at + 2] as number] as number;
      const y = values[code[at + 3] as number] as number;
      switch (code[at]) {
        case 1:
          values[out] = Math.fround(x + y);
          break;
        case 2:
          values[out] = Math.fround(x - y);
          break;
        case 3:
          values[out] = Math.fround(x * y);
          break;
        case 4:
          values[out] = Math.fround(x / y);
          break;
        case 5:
          values[out] = x + y;
          break;
        case 6:
          values[out] = x - y;
          break;
        case 7:
          values[out] = x * y;
          break;
        case 8:
          values[out] = x / y;
          break;
        case 9:
          values[out] = (x + y) | 0;
          break;
        case 10:
          values[out] = (x - y) | 0;
          break;
        case 11:
          values[out] = x < y ? 1 : 0;
          break;
        case 12:
          values[out] = x <= y ? 1 : 0;
          break;
        case 13:
          values[out] = x > y ? 1 : 0;
          break;
        case 14:
          values[out] = x >= y ? 1 : 0;
          break;
        case 15:
          values[out] = x === y ? 1 : 0;
          break;
        case 16:
          values[out] = x !== y ? 1 : 0;
          break;
        case select:
          values[out] = x !== 0 ? y : (values[code[at + 4] as number] as number);
          break;
        case 18:
          values[out] = -x;
          break;
        default: {
          const f = functions[code[at + 5] as number] as ScalarFunction;
          values[out] = f(x, y, values[code[at + 4] as number] as number);
        }
      }
    }
  }
}

/** Registers copied to others, as if all at once. */
export class Moves implements NumberStep {
  private readonly from: Int32Array;
  private readonly to: Int32Array;
  private readonly held: Float64Array;

  constructor(from: readonly number[], to: readonly number[]) {
    const moved = from.flatMap((register, i) => (register === to[i] ? [] : [i]));
    // As many targets as sources.
    this.from = Int32Array.from(moved, (i) => from[i] as number);
    this.to = Int32Array.from(moved, (i) => to[i] as number);
    this.held = new Float64Array(moved.length);
  }

  run(values: Float64Array): void {
    const { from, to, held } = this;
    const count = from.length;
    for (let i = 0; i < count; i++) held[i] = values[from[i] as number] as number; // as made above
    for (let i = 0; i < count; i++) values[to[i] as number] = held[i] as number;
  }
}
