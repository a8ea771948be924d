import type { Slice } from "./flow.ts";
import { gridOf, Shader } from "./shader.ts";
import type { Compiled, StepContext } from "./step.ts";
import { storageOf } from "./storage.ts";

/** Invocations of a workgroup. */
const workgroup = 64;

/** Copies the slice of the present turn out of what is stacked. */
export function emitTake(slice: Slice, context: StepContext): Compiled {
  const { lanes } = storageOf(context.aval(slice.slice).dtype);
  const { size } = context.aval(slice.slice);
  const shader = new Shader(context);
  const from = shader.value(slice.stacked, "read");
  const to = shader.value(slice.slice, "read_write");
  const words = Math.ceil(size / lanes);
  const { workgroups, number } = gridOf(Math.ceil(words / workgroup), context);
  const bits = 32 / lanes;
  const body = [
    `let word = ${number} * ${workgroup}u + lid;`,
    `if (word >= ${words}u) { return; }`,
    startLine(slice, size, shader),
    ...(lanes === 1
      ? [`${to}[word] = ${from}[start + word];`]
      : [
          "var packed = 0u;",
          `for (var lane = 0u; lane < ${lanes}u; lane++) {`,
          `  let e = word * ${lanes}u + lane;`,
          `  if (e >= ${size}u) { break; }`,
          "  let at = start + e;",
          `  let bits = extractBits(${from}[at / ${lanes}u], (at % ${lanes}u) * ${bits}u, ${bits}u);`,
          `  packed |= bits << (lane * ${bits}u);`,
          "}",
          `${to}[word] = packed;`,
        ]),
  ];
  return alone(shader.dispatch("take slice", [workgroup, 1, 1], workgroups, body));
}

/** Copies the slice of the present turn to its place in what is stacked. */
export function emitPut(slice: Slice, context: StepContext): Compiled {
  const { lanes } = storageOf(context.aval(slice.slice).dtype);
  const { size } = context.aval(slice.slice);
  const shader = new Shader(context);
  const from = shader.value(slice.slice, "read");
  const to = shader.value(slice.stacked, "read_write");
  // The words of a slice that begins within one.
  const words = Math.ceil((size + lanes - 1) / lanes);
  const { workgroups, number } = gridOf(Math.ceil(words / workgroup), context);
  const bits = 32 / lanes;
  const body = [
    `let i = ${number} * ${workgroup}u + lid;`,
    `if (i >= ${words}u) { return; }`,
    startLine(slice, size, shader),
    ...(lanes === 1
      ? [`${to}[start + i] = ${from}[i];`]
      : [
          `let word = start / ${lanes}u + i;`,
          `if (word * ${lanes}u >= start + ${size}u) { return; }`,
          `var packed = ${to}[word];`,
          `for (var lane = 0u; lane < ${lanes}u; lane++) {`,
          `  let at = word * ${lanes}u + lane;`,
          `  if (at < start || at >= start + ${size}u) { continue; }`,
          "  let e = at - start;",
          `  let bits = extractBits(${from}[e / ${lanes}u], (e % ${lanes}u) * ${bits}u, ${bits}u);`,
          `  packed = insertBits(packed, bits, lane * ${bits}u, ${bits}u);`,
          "}",
          `${to}[word] = packed;`,
        ]),
  ];
  return alone(shader.dispatch("put slice", [workgroup, 1, 1], workgroups, body));
}

/** Sets a counter of turns to zero, or adds one to it. */
export function emitCount(counter: number, reset: boolean, context: StepContext): Compiled {
  const shader = new Shader(context);
  const name = shader.value(counter, "read_write");
  const body = [reset ? `${name}[0] = 0u;` : `${name}[0] += 1u;`];
  return alone(shader.dispatch("count turns", [1, 1, 1], [1, 1, 1], body));
}

/** The line that says at which element the slice of this turn begins. */
function startLine({ counter, length, reverse }: Slice, size: number, shader: Shader): string {
  const turn = `${shader.value(counter, "read")}[0]`;
  return `let start = ${reverse ? `(${length - 1}u - ${turn})` : turn} * ${size}u;`;
}

function alone(dispatch: Compiled["dispatches"][number]): Compiled {
  return { dispatches: [dispatch], scratch: [] };
}
