import { Shader } from "../shader.ts";
import { storageOf } from "../storage.ts";
import { writeElements } from "./elements.ts";
import { fromOrderKey, orderKey, orderKeyFunctions, smallestLast } from "./order-keys.ts";
import { addressText, coordinateLines, viewOf } from "./places.ts";
import { destinationLines, type Scattering } from "./scattering.ts";
import { narrowText } from "./wide-result.ts";

/** How atomic operations on u32 do what a scatter asks for, in any order. */
interface AtomicForm {
  /** Text of the u32 that stands for a value, and of the value that a u32 stands for. */
  encode(value: string): string;
  decode(word: string): string;
  /** Whether what is decoded is always a value of the dtype. */
  readonly fits: boolean;
  /** Line that combines `update` into the word at `place`. */
  combine(place: string, update: string): string;
}

/** A scatter of integers or of extrema: wrapped sums and products and extrema do not depend on their order. */
export function scatterAtomically(scattering: Scattering): void {
  const { sequence, x, updates, out } = scattering;
  const { dtype, shape, size } = x.aval;
  const { context } = sequence;
  const form = formOf(scattering);
  const words = sequence.memory(size);
  const start = new Shader(context);
  const started = start.scratch(words, "u32", "read_write");
  start.global(orderKeyFunctions);
  const copy: string[] = [];
  const own = addressText(viewOf(x), coordinateLines("e", shape, "c", copy));
  copy.push(`let value = ${start.load(x.value, dtype, own)};`);
  copy.push(`${started}[e] = ${form.encode("value")};`);
  sequence.each("scatter: copy", start, size, copy);
  const shader = new Shader(context);
  const memory = shader.scratch(words, "atomic<u32>", "read_write");
  shader.global(orderKeyFunctions);
  const lines: string[] = [];
  const { place, inside, from } = destinationLines(shader, scattering, lines);
  lines.push(
    `if (${inside}) {`,
    `let value = ${shader.load(updates.value, dtype, from)};`,
    `let update = ${form.encode("value")};`,
    `let place = ${place};`,
    form.combine(`${memory}[place]`, "update"),
    "}",
  );
  sequence.each("scatter", shader, updates.aval.size, lines);
  const finish = new Shader(context);
  finish.value(out, "read_write");
  finish.global(orderKeyFunctions);
  const combined = finish.scratch(words, "u32", "read");
  writeElements(sequence, "scatter: finish", finish, out, (to) => {
    to.push(`let word = ${combined}[e];`, `let value = ${form.decode("word")};`);
    return form.fits ? "value" : narrowText("value", dtype, finish);
  });
}

function formOf({ x, params }: Scattering): AtomicForm {
  const { dtype } = x.aval;
  const { value } = storageOf(dtype);
  const bits = {
    fits: false,
    encode: (text: string) => (value === "u32" ? text : `bitcast<u32>(${text})`),
    decode: (word: string) => (value === "u32" ? word : `bitcast<i32>(${word})`),
  };
  switch (params.op) {
    case "add":
      return { ...bits, combine: (place, update) => `atomicAdd(&${place}, ${update});` };
    case "sub":
      return { ...bits, combine: (place, update) => `atomicSub(&${place}, ${update});` };
    case "mul":
      return { ...bits, combine: multiply };
    default: {
      // As keys in the order of the values. NaN has the largest, and wins where small ones do too.
      const turn = (key: string): string => (params.op === "max" ? key : smallestLast(key, dtype));
      return {
        fits: true,
        encode: (text) => turn(orderKey(text, dtype, "signed")),
        decode: (word) => fromOrderKey(turn(word), dtype),
        combine: (place, update) => `atomicMax(&${place}, ${update});`,
      };
    }
  }
}

/** Lines that try until no other invocation has come in between. */
function multiply(place: string, update: string): string {
  return [
    `var old = atomicLoad(&${place});`,
    "loop {",
    `let tried = atomicCompareExchangeWeak(&${place}, old, old * ${update});`,
    "if (tried.exchanged) { break; }",
    "old = tried.old_value;",
    "}",
  ].join("\n");
}
