import type { ShapedArray } from "../core/aval.ts";
import type { NDArray } from "../core/value.ts";
import { type Block, type Op, unsupported } from "./parser.ts";

/** Values by name, where an operation is read. */
export type Env = ReadonlyMap<string, NDArray>;

/** What operations with regions and calls need. */
export interface ImportContext {
  /** Values that operations inside regions may read. */
  readonly env: Env;
  /** The results of a block on these inputs. */
  run(block: Block, inputs: readonly NDArray[]): readonly NDArray[];
  /** The results of a function of the module. */
  call(name: string, inputs: readonly NDArray[], line: number): readonly NDArray[];
}

/** Computes an operation with the library's own functions. */
export type Reader = (op: Op, xs: readonly NDArray[], context: ImportContext) => readonly NDArray[];

/** The operand at a position. @throws ArgumentError where there is none. */
export function arg(op: Op, xs: readonly NDArray[], i: number): NDArray {
  const x = xs[i];
  if (x === undefined) throw unsupported(op.line, `${op.name} of ${xs.length} operands`);
  return x;
}

/** The type of the only result, or of the last one written. */
export function outOf(op: Op): ShapedArray {
  const out = op.outs.at(-1);
  if (out === undefined) throw unsupported(op.line, `${op.name} without a type`);
  return out;
}

/** A named attribute. @throws ArgumentError where there is none. */
export function attribute(op: Op, name: string): string {
  const text = op.attributes.get(name);
  if (text === undefined) throw unsupported(op.line, `${op.name} without ${name}`);
  return text;
}

/** All integers in a text, in order; the element types of arrays are none. */
export function integers(text: string): number[] {
  return (text.replace(/array<i64:?|: ?tensor<\S+>|: ?i64/g, " ").match(/-?\d+/g) ?? []).map(
    Number,
  );
}

/** A list named inside an attribute, as in `#stablehlo.gather<offset_dims = [1]>`; empty where it is not. */
export function listIn(text: string, name: string): number[] {
  const match = new RegExp(`\\b${name} = \\[([^\\]]*)\\]`).exec(text);
  return match === null ? [] : integers(match[1] ?? "");
}

/** Integers in pairs. */
export function pairs(numbers: readonly number[]): (readonly [number, number])[] {
  const out: (readonly [number, number])[] = [];
  for (let i = 0; i + 1 < numbers.length; i += 2) {
    out.push([numbers[i] as number, numbers[i + 1] as number]); // both are in range
  }
  return out;
}
