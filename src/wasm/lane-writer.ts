import type { DType } from "../core/dtype.ts";
import type { ScalarOp } from "../core/scalar.ts";
import type { Lanes } from "../kernel/elementary/lanes.ts";
import type { Code } from "./code.ts";
import type { Plain } from "./instructions.ts";

/** How often a value is computed: once, once for each row, once for each step along a row. */
export type Level = 0 | 1 | 2;

/** Four elements of 32 bits, or two of 64, in a local. Truth values are all ones or all zeros. */
export interface Lane {
  readonly level: Level;
  readonly local: number;
}

/** Four elements of 64 bits. */
export type Wide = readonly [Lane, Lane];

/** Function of the interpreter that a module imports. */
export interface Import {
  readonly op: ScalarOp;
  readonly dtype: DType;
  readonly operand: DType;
}

/** The high half of a vector in its low half. */
const highHalf = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];
/** The second word of a vector, repeated. */
const secondWord = [4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7];
/** The low halves of two vectors. */
const lowHalves = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
/** The low words of the four halves of two vectors. */
const lowWords = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27];

/**
 * Writes operations on four elements at a time, each where its operands allow it: what is the same
 * for all elements before the loops, what is the same along a row before the inner one.
 */
export class LaneWriter implements Lanes<Lane, Lane, Lane, Wide> {
  readonly code: Code;
  /** Instructions of the first two levels. */
  readonly parts: readonly [number[], number[]] = [[], []];
  private readonly constants = new Map<string, Lane>();
  /** Functions of the interpreter that the module calls, by number. */
  private readonly imports: Import[];
  private step: number[] = [];

  constructor(code: Code, imports: Import[]) {
    this.code = code;
    this.imports = imports;
  }

  /** A new value of `level`; `write` pushes it. */
  make(level: Level, write: (code: Code) => void): Lane {
    const { code } = this;
    const local = code.local("v128");
    code.within(this.placeFor(level), () => {
      write(code);
      code.set(local);
    });
    return { level, local };
  }

  /** Run `write` with what is computed at each step going to `bytes`. */
  steps(bytes: number[], write: () => void): void {
    const { step } = this;
    this.step = bytes;
    write();
    this.step = step;
  }

  private placeFor(level: Level): number[] {
    return level === 2 ? this.step : this.parts[level];
  }

  /** An instruction on vectors. */
  apply(name: Plain, ...operands: readonly Lane[]): Lane {
    return this.make(levelOf(operands), (code) => {
      for (const { local } of operands) code.get(local);
      code.op(name);
    });
  }

  /** A vector of constants. */
  constant(elements: Int32Array | Float32Array | Float64Array): Lane {
    const key = new Uint8Array(elements.buffer).join();
    let known = this.constants.get(key);
    if (known === undefined) {
      known = this.make(0, (code) => code.vector(elements));
      this.constants.set(key, known);
    }
    return known;
  }

  float = (value: number): Lane => this.constant(new Float32Array(4).fill(value));
  integer = (value: number): Lane => this.constant(new Int32Array(4).fill(value));
  double = (value: number): Wide => {
    const both = this.constant(new Float64Array(2).fill(value));
    return [both, both];
  };

  add = (x: Lane, y: Lane): Lane => this.apply("f32x4.add", x, y);
  sub = (x: Lane, y: Lane): Lane => this.apply("f32x4.sub", x, y);
  mul = (x: Lane, y: Lane): Lane => this.apply("f32x4.mul", x, y);
  div = (x: Lane, y: Lane): Lane => this.apply("f32x4.div", x, y);
  sqrt = (x: Lane): Lane => this.apply("f32x4.sqrt", x);
  abs = (x: Lane): Lane => this.apply("f32x4.abs", x);
  atMost = (x: Lane, y: Lane): Lane => this.apply("f32x4.pmin", x, y);
  atLeast = (x: Lane, y: Lane): Lane => this.apply("f32x4.pmax", x, y);
  withSign = (x: Lane, y: Lane): Lane =>
    this.apply("v128.bitselect", y, x, this.integer(-0x80000000));
  less = (x: Lane, y: Lane): Lane => this.apply("f32x4.lt", x, y);
  equal = (x: Lane, y: Lane): Lane => this.apply("f32x4.eq", x, y);
  choose = (which: Lane, x: Lane, y: Lane): Lane => this.apply("v128.bitselect", x, y, which);

  bits = (x: Lane): Lane => x;
  fromBits = (x: Lane): Lane => x;
  toFloat = (x: Lane): Lane => this.apply("f32x4.convert_i32x4_s", x);
  addInteger = (x: Lane, y: Lane): Lane => this.apply("i32x4.add", x, y);
  subInteger = (x: Lane, y: Lane): Lane => this.apply("i32x4.sub", x, y);
  and = (x: Lane, y: Lane): Lane => this.apply("v128.and", x, y);
  xor = (x: Lane, y: Lane): Lane => this.apply("v128.xor", x, y);
  shiftLeft = (x: Lane, count: number): Lane => this.shift("i32x4.shl", x, count);
  shiftRight = (x: Lane, count: number): Lane => this.shift("i32x4.shr_s", x, count);
  equalInteger = (x: Lane, y: Lane): Lane => this.apply("i32x4.eq", x, y);

  widen = (x: Lane): Wide => [
    this.apply("f64x2.promote_low_f32x4", x),
    this.apply("f64x2.promote_low_f32x4", this.high(x)),
  ];
  narrow = ([low, high]: Wide): Lane =>
    this.lows(
      this.apply("f32x4.demote_f64x2_zero", low),
      this.apply("f32x4.demote_f64x2_zero", high),
    );
  addDouble = (x: Wide, y: Wide): Wide => this.wide("f64x2.add", x, y);
  subDouble = (x: Wide, y: Wide): Wide => this.wide("f64x2.sub", x, y);
  mulDouble = (x: Wide, y: Wide): Wide => this.wide("f64x2.mul", x, y);
  divDouble = (x: Wide, y: Wide): Wide => this.wide("f64x2.div", x, y);
  lowBits = ([low, high]: Wide): Lane => this.narrowMask(low, high);

  orMath = (fine: Lane, x: Lane, name: "sin" | "cos" | "tan", operand: Lane): Lane => {
    const f = this.imported({ op: name, dtype: "float32", operand: "float32" });
    return this.make(levelOf([fine, x, operand]), (code) => {
      const made = code.local("v128");
      code.get(x.local).set(made);
      code.get(fine.local).op("i32x4.all_true").op("i32.eqz");
      code.when(() => {
        for (let i = 0; i < 4; i++) {
          code.get(fine.local).lane("i32x4.extract_lane", i).op("i32.eqz");
          code.when(() => {
            code.get(made);
            code.get(operand.local).lane("f32x4.extract_lane", i).op("f64.promote_f32");
            code.f64(0).f64(0).call(f).op("f32.demote_f64");
            code.lane("f32x4.replace_lane", i).set(made);
          });
        }
      });
      code.get(made);
    });
  };

  /** An instruction on both halves. */
  wide(name: Plain, ...operands: readonly Wide[]): Wide {
    return [
      this.apply(name, ...operands.map(([low]) => low)),
      this.apply(name, ...operands.map(([, high]) => high)),
    ];
  }

  /** The high half of a vector in its low half. */
  high(x: Lane): Lane {
    return this.make(x.level, (code) => code.get(x.local).get(x.local).shuffle(highHalf));
  }

  /** The second word of a vector in its first. */
  second(x: Lane): Lane {
    return this.make(x.level, (code) => code.get(x.local).get(x.local).shuffle(secondWord));
  }

  /** The low halves of two vectors. */
  lows(x: Lane, y: Lane): Lane {
    return this.make(levelOf([x, y]), (code) => code.get(x.local).get(y.local).shuffle(lowHalves));
  }

  /** The low words of two vectors of two: truth values of 64 bits as those of 32. */
  narrowMask(x: Lane, y: Lane): Lane {
    return this.make(levelOf([x, y]), (code) => code.get(x.local).get(y.local).shuffle(lowWords));
  }

  /** Truth values of 32 bits as those of 64. */
  wideMask(x: Lane): Wide {
    return [this.apply("i64x2.extend_low_i32x4_s", x), this.apply("i64x2.extend_high_i32x4_s", x)];
  }

  shift(name: "i32x4.shl" | "i32x4.shr_s" | "i32x4.shr_u", x: Lane, count: number): Lane {
    return this.make(x.level, (code) => code.get(x.local).i32(count).op(name));
  }

  /** Number of an imported function. */
  imported(wanted: Import): number {
    const known = this.imports.findIndex(
      ({ op, dtype, operand }) =>
        op === wanted.op && dtype === wanted.dtype && operand === wanted.operand,
    );
    return known >= 0 ? known : this.imports.push(wanted) - 1;
  }
}

/** The level of what is computed from operands. */
export function levelOf(operands: readonly Lane[]): Level {
  return operands.reduce<Level>((most, { level }) => (level > most ? level : most), 0);
}
