import type { DType } from "../../core/dtype.ts";
import { dtypeInfo } from "../../core/dtype.ts";
import { Shader } from "../shader.ts";
import { spell } from "../spell.ts";
import { storageOf } from "../storage.ts";
import { writeElements } from "./elements.ts";
import type { Sequence } from "./sequence.ts";

/** Where a routine puts elements of a result one by one, and reads them again. */
export interface WideResult {
  /** Type of the elements in memory. */
  readonly type: "f32" | "i32" | "u32" | "vec2u";
  /** Name of the array of all elements, for writing and reading. */
  array(shader: Shader): string;
  /** Add what brings the elements into the result, rounded and wrapped to its dtype. */
  finish(): void;
}

/**
 * The result itself where each element has words of its own; else scratch with a word for each
 * element, which `finish` rounds, unless the elements are numbers of the dtype already, and packs.
 */
export function wideResult(sequence: Sequence, out: number, fits = false): WideResult {
  const { dtype, size } = sequence.context.aval(out);
  const { word, lanes, value } = storageOf(dtype);
  if (lanes === 1) {
    return {
      type: word,
      array: (shader) => shader.value(out, "read_write"),
      finish: () => undefined,
    };
  }
  const type = value === "bool" ? "u32" : value;
  const memory = sequence.memory(size);
  return {
    type,
    array: (shader) => shader.scratch(memory, type, "read_write"),
    finish() {
      const shader = new Shader(sequence.context);
      shader.value(out, "read_write");
      const from = shader.scratch(memory, type, "read");
      writeElements(sequence, "pack", shader, out, (lines) => {
        lines.push(`let wide = ${from}[e];`);
        if (value === "bool") return "(wide != 0u)";
        return fits ? "wide" : narrowText("wide", dtype, shader);
      });
    },
  };
}

/** Text of a value of `dtype` from the name of one that may hold more than it. */
export function narrowText(name: string, dtype: DType, shader: Shader): string {
  const { kind, bits } = dtypeInfo[dtype];
  switch (kind) {
    case "float":
      return dtype === "float32" ? name : spell("convert", [name], "float32", dtype, shader);
    case "uint":
      return bits === 32 ? name : `(${name} & ${2 ** bits - 1}u)`;
    case "int":
      return bits === 32 ? name : `extractBits(${name}, 0u, ${bits}u)`;
    default:
      return name;
  }
}
