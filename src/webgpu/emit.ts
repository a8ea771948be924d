import { InternalError } from "../core/errors.ts";
import type { Kernel, Output } from "../kernel/kernel.ts";
import { nestOf } from "../kernel/nest.ts";
import { emitQuads } from "./emit-quads.ts";
import { ExpressionWriter, type LeafText } from "./expressions.ts";
import { placesIn, withOffset } from "./reader-places.ts";
import { Readers } from "./readers.ts";
import { gridOf, Shader } from "./shader.ts";
import type { Compiled, StepContext } from "./step.ts";
import { packText, storageOf } from "./storage.ts";

/** Invocations of a workgroup of an elementwise kernel. */
const workgroup = 64;

/** An elementwise kernel as a shader in which each invocation writes whole words of every result. */
export function emitMap(
  kernel: Kernel,
  results: readonly number[],
  context: StepContext,
): Compiled {
  const { space, outputs } = kernel;
  const size = space.reduce((a, b) => a * b, 1);
  if (size === 0) return { dispatches: [], scratch: [] };
  const quads = emitQuads(kernel, results, context);
  if (quads !== null) return quads;
  const shader = new Shader(context);
  const lanes = Math.max(...outputs.map(({ dtype }) => storageOf(dtype).lanes));
  const words = Math.ceil(size / lanes);
  const { workgroups, number } = gridOf(Math.ceil(words / workgroup), context);
  const body = [
    `let word = ${number} * ${workgroup}u + lid;`,
    `if (word >= ${shader.count(words)}) { return; }`,
  ];
  const names = results.map((result) => shader.value(result, "read_write"));
  if (lanes === 1) {
    const values = elementLines(kernel, context, shader, "word", body);
    values.forEach((value, i) => {
      body.push(`${names[i]}[word] = ${value};`);
    });
  } else {
    outputs.forEach((_, i) => {
      body.push(`var packed${i} = 0u;`);
    });
    const end = shader.count(size);
    body.push(`for (var lane = 0u; lane < ${lanes}u; lane++) {`);
    body.push(`let e = word * ${lanes}u + lane;`, `if (e >= ${end}) { break; }`);
    const values = elementLines(kernel, context, shader, "e", body);
    values.forEach((value, i) => {
      const { dtype } = outputs[i] as Output; // one value each
      body.push(...packLines(dtype, value, i, names[i] as string, end)); // one name each
    });
    body.push("}");
  }
  return {
    dispatches: [shader.dispatch("map", [workgroup, 1, 1], workgroups, body)],
    scratch: [],
  };
}

/** Lines that put a value into its word, and the word into memory when it is full. */
function packLines(
  dtype: Output["dtype"],
  value: string,
  i: number,
  out: string,
  end: string,
): string[] {
  const { lanes } = storageOf(dtype);
  if (lanes === 1) return [`${out}[e] = ${value};`];
  const shift = `((e % ${lanes}u) * ${32 / lanes}u)`;
  return [
    `packed${i} |= ${packText(dtype, value)} << ${shift};`,
    `if (e % ${lanes}u == ${lanes - 1}u || e + 1u == ${end}) {`,
    `  ${out}[e / ${lanes}u] = packed${i};`,
    `  packed${i} = 0u;`,
    "}",
  ];
}

/** Append the lines that compute the outputs at element `e` of the loop; gives their texts. */
function elementLines(
  kernel: Kernel,
  context: StepContext,
  shader: Shader,
  e: string,
  lines: string[],
): string[] {
  const { space, outputs } = kernel;
  const readers = new Readers(kernel, context);
  const nest = nestOf(space, readers.list, 0, space.length);
  const all = readers.list.map((_, i) => i);
  const places = placesIn(nest, all, e, "l", shader, lines).map((place, i) =>
    withOffset(place, readers.list[i]?.offset ?? 0, shader),
  );
  const leaf: LeafText = (node) => {
    if (node.kind === "stage")
      throw new InternalError("webgpu: an elementwise kernel has no stages");
    return readers.textAt(node, places, shader);
  };
  return new ExpressionWriter(shader).write(
    outputs.map(({ value }) => value),
    leaf,
    lines,
  );
}
