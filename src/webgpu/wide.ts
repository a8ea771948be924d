import { gridOf, Shader } from "./shader.ts";
import type { Compiled, Dispatch, StepContext } from "./step.ts";
import { packText, storageOf } from "./storage.ts";

/** Invocations of a workgroup that packs. */
const workgroup = 64;

/** The memory a step hands from dispatch to dispatch, as it is asked for. */
export class Scratch {
  readonly bytes: number[] = [];

  /** Number of a new piece of so many words. */
  words(count: number): number {
    this.bytes.push(4 * Math.max(1, count));
    return this.bytes.length - 1;
  }
}

/**
 * A result that is written element by element, in any order. Elements that share words with others
 * go to scratch memory with a word for each, and one more dispatch packs them.
 */
export class WideResult {
  private readonly result: number;
  private readonly context: StepContext;
  /** Scratch memory of elements that share words, null for those that do not. */
  private readonly memory: number | null;

  constructor(result: number, context: StepContext, scratch: Scratch) {
    const { dtype, size } = context.aval(result);
    this.result = result;
    this.context = context;
    this.memory = storageOf(dtype).lanes === 1 ? null : scratch.words(size);
  }

  /** The line that stores `value`, a number of the result's dtype, as element `index`. */
  store(index: string, value: string, shader: Shader): string {
    if (this.memory === null) {
      return `${shader.value(this.result, "read_write")}[${index}] = ${value};`;
    }
    const { dtype } = this.context.aval(this.result);
    const { value: type } = storageOf(dtype);
    const wide = shader.scratch(this.memory, type === "bool" ? "u32" : type, "read_write");
    return `${wide}[${index}] = ${type === "bool" ? `u32(${value})` : value};`;
  }

  /** What packs the elements when all are stored; nothing where they lie in the result already. */
  pack(): Dispatch[] {
    const { memory, result, context } = this;
    const { dtype, size } = context.aval(result);
    if (memory === null || size === 0) return [];
    const { lanes, value: type } = storageOf(dtype);
    const shader = new Shader(context);
    const out = shader.value(result, "read_write");
    const wide = shader.scratch(memory, type === "bool" ? "u32" : type, "read");
    const words = Math.ceil(size / lanes);
    const { workgroups, number } = gridOf(Math.ceil(words / workgroup), context);
    const element = type === "bool" ? `(${wide}[e] != 0u)` : `${wide}[e]`;
    return [
      shader.dispatch("pack", [workgroup, 1, 1], workgroups, [
        `let word = ${number} * ${workgroup}u + lid;`,
        `if (word >= ${shader.count(words)}) { return; }`,
        "var packed = 0u;",
        `for (var lane = 0u; lane < ${lanes}u; lane++) {`,
        `  let e = word * ${lanes}u + lane;`,
        `  if (e >= ${shader.count(size)}) { break; }`,
        `  packed |= ${packText(dtype, element)} << (lane * ${32 / lanes}u);`,
        "}",
        `${out}[word] = packed;`,
      ]),
    ];
  }
}

/** Dispatches that write results element by element, and those that pack them. */
export function packed(
  dispatches: readonly Dispatch[],
  results: readonly WideResult[],
  scratch: Scratch,
): Compiled {
  return {
    dispatches: [...dispatches, ...results.flatMap((result) => result.pack())],
    scratch: scratch.bytes,
  };
}
