import type { DType } from "../../core/dtype.ts";
import { gridOf, type Shader } from "../shader.ts";
import { loadText, packText, storageOf } from "../storage.ts";
import { type Sequence, width } from "./sequence.ts";

/** How elements of a result are written. */
export interface WriteOptions {
  /** Dtype of the values, as wide as that of the result, which it is by default. */
  readonly dtype?: DType;
  /** Elements to write; those outside keep what they hold. All by default. */
  readonly range?: Range | null;
}

/** Elements of a result from `first` up to, not including, `limit`. */
export interface Range {
  readonly first: number;
  readonly limit: number;
}

/**
 * Add a dispatch in which each invocation writes whole words of a result of the step.
 *
 * `write` appends the lines for element `e`, a u32, and gives the text of its value; the lines must
 * not return or leave a loop they do not contain.
 */
export function writeElements(
  sequence: Sequence,
  label: string,
  shader: Shader,
  result: number,
  write: (lines: string[]) => string,
  options: WriteOptions = {},
): void {
  const { dtype: own, size } = sequence.context.aval(result);
  const { dtype = own, range = null } = options;
  if (size === 0) return;
  const { lanes } = storageOf(dtype);
  const { first, limit } = range ?? { first: 0, limit: size };
  const firstWord = Math.floor(first / lanes);
  const words = Math.ceil(limit / lanes) - firstWord;
  if (words <= 0) return;
  const out = shader.value(result, "read_write");
  const { workgroups, number } = gridOf(Math.ceil(words / width), sequence.context);
  const start = firstWord === 0 ? "" : ` + ${firstWord}u`;
  const body = [`let invocation = ${number} * ${width}u + lid;`];
  body.push(`if (invocation >= ${words}u) { return; }`);
  const lines: string[] = [];
  const value = write(lines);
  if (lanes === 1) {
    body.push(`let e = invocation${start};`, ...lines, `${out}[e] = ${value};`);
  } else {
    const bits = 32 / lanes;
    // Elements outside the range share words with those inside.
    const keeps = first % lanes !== 0 || (limit % lanes !== 0 && limit !== size);
    body.push(`let word = invocation${start};`, "var packed = 0u;");
    body.push(`for (var lane = 0u; lane < ${lanes}u; lane++) {`);
    body.push(`let e = word * ${lanes}u + lane;`, `if (e >= ${size}u) { break; }`);
    if (keeps) {
      body.push(`if (e < ${first}u || e >= ${limit}u) {`);
      const kept = loadText(dtype, out, "e");
      body.push(`packed |= ${packText(dtype, kept)} << (lane * ${bits}u);`, "continue;", "}");
    }
    body.push(...lines, `packed |= ${packText(dtype, value)} << (lane * ${bits}u);`, "}");
    body.push(`${out}[word] = packed;`);
  }
  sequence.add(shader.dispatch(label, [width, 1, 1], workgroups, body));
}
