import { type DType, dtypeInfo, integerRange, isFloat } from "../core/dtype.ts";
import type { ReduceOp } from "../core/primitive.ts";
import type { Shader } from "./shader.ts";
import { constantText, fitText, spell } from "./spell.ts";
import { storageOf } from "./storage.ts";

/** How a reduction adds up, in WGSL; operands are names. */
export interface Monoid {
  /** Type of a total. */
  readonly type: "f32" | "i32" | "u32" | "bool";
  readonly identity: string;
  /** An element as a total. */
  enter(value: string): string;
  combine(a: string, b: string): string;
  /** The combination of a total in each invocation of a subgroup; null where there is none. */
  readonly across: string | null;
  /** A total as a value of the dtype. */
  leave(total: string): string;
  /** Whether totals round, so that the order of many of them matters. */
  readonly rounds: boolean;
}

/**
 * The arithmetic of a reduction. Floats narrower than float32 are added up in it and rounded once,
 * integers wrapped once; the largest float is that of integers in the same order, in which NaN
 * comes last.
 */
export function monoidOf(op: ReduceOp, dtype: DType, shader: Shader): Monoid {
  const type = typeOf(dtype);
  const same = (x: string): string => x;
  if (isFloat(dtype) && (op === "max" || op === "min")) {
    const rank = op === "max" ? "rankOf" : "lowRankOf";
    // The infinities, as integers of that order.
    const identity = op === "max" ? "bitcast<i32>(0x807fffffu)" : "0x7f800000i";
    return {
      type: "i32",
      identity,
      enter: (x) => `${rank}(${x})`,
      combine: (a, b) => `${op}(${a}, ${b})`,
      across: acrossOf(op),
      leave: (x) => `ofRank(${x})`,
      rounds: false,
    };
  }
  const wide: DType =
    type === "f32" ? "float32" : type === "i32" ? "int32" : type === "u32" ? "uint32" : "bool";
  const exact = op === "max" || op === "min" || op === "and" || op === "or" || op === "xor";
  return {
    type,
    identity: constantText(identityOf(op, exact ? dtype : wide), wide),
    enter: same,
    combine: (a, b) => spell(op, [a, b], wide, wide, shader),
    across: type === "bool" ? null : acrossOf(op),
    leave: exact ? same : (x) => fitText(x, dtype),
    rounds: op === "add" && type === "f32",
  };
}

/** Name of the function that combines the totals of a subgroup. */
function acrossOf(op: ReduceOp): string {
  return `subgroup${op[0]?.toUpperCase()}${op.slice(1)}`;
}

/** Type of a value that can be reduced. */
export function typeOf(dtype: DType): Monoid["type"] {
  const { value } = storageOf(dtype);
  return value === "vec2u" ? "u32" : value;
}

/** What a reduction of nothing gives; floats have theirs above. */
function identityOf(op: ReduceOp, dtype: DType): number {
  switch (op) {
    case "add":
    case "or":
    case "xor":
      return 0;
    case "mul":
      return 1;
    case "and": {
      const { kind } = dtypeInfo[dtype];
      return kind === "int" ? -1 : integerRange(dtype)[1];
    }
    case "max":
      return integerRange(dtype)[0];
    case "min":
      return integerRange(dtype)[1];
    default:
      op satisfies never;
      return 0;
  }
}

/** A total as a word, and the total that a word holds. */
export function wordText(total: string, type: Monoid["type"]): string {
  return type === "u32" ? total : type === "bool" ? `u32(${total})` : `bitcast<u32>(${total})`;
}

/** The inverse of `wordText`. */
export function ofWordText(word: string, type: Monoid["type"]): string {
  return type === "u32" ? word : type === "bool" ? `(${word} != 0u)` : `bitcast<${type}>(${word})`;
}
