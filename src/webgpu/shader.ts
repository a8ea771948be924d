import type { DType } from "../core/dtype.ts";
import { calledIn, libraryText } from "./library.ts";
import type { Access, Binding, Dispatch, StepContext } from "./step.ts";
import { loadText, storageOf } from "./storage.ts";

/**
 * A shader being written: bindings get their numbers in the order they are asked for, library
 * functions are added once, and `dispatch` puts the text together.
 */
export class Shader {
  private readonly context: StepContext;
  private readonly bindings: Binding[] = [];
  private readonly declarations: string[] = [];
  private readonly names = new Map<string, string>();
  private readonly needs = new Set<string>();
  private readonly globals: string[] = [];
  /** Numbers that are data where programs meet many of them. */
  private readonly counts: number[] = [];
  private countsName: string | null = null;

  constructor(context: StepContext) {
    this.context = context;
  }

  /** Name of the array that holds a value of the program; a value read and written is one binding. */
  value(value: number, access: Access): string {
    const { word } = storageOf(this.context.aval(value).dtype);
    return this.bind(`v${value}`, { kind: "value", value, access }, `array<${word}>`, access);
  }

  /** Name of the array that holds a value of the program, four elements at a time. */
  quads(value: number, access: Access): string {
    const { quad } = storageOf(this.context.aval(value).dtype);
    return this.bind(`q${value}`, { kind: "value", value, access }, `array<${quad}>`, access);
  }

  /** Name of scratch memory, as an array of `element`. */
  scratch(scratch: number, element: string, access: Access): string {
    return this.bind(
      `s${scratch}`,
      { kind: "scratch", scratch, access },
      `array<${element}>`,
      access,
    );
  }

  /** Name of the block of scalars. */
  scalars(): string {
    return this.bind("scalars", { kind: "scalars" }, "array<u32>", "read");
  }

  /** Name of an array of constant words; each call makes one. */
  data(words: Uint32Array<ArrayBuffer>): string {
    return this.bind(`d${this.bindings.length}`, { kind: "data", words }, "array<u32>", "read");
  }

  /**
   * Text of element `index`, itself text of a u32, of a value of the program; a value that is one
   * number everywhere is read from the scalars.
   */
  load(value: number, dtype: DType, index: string): string {
    const position = this.context.scalar(value);
    if (position === null) return loadText(dtype, this.value(value, "read"), index);
    const word = `${this.scalars()}[${position}u]`;
    const type = storageOf(dtype).value;
    if (type === "u32") return word;
    return type === "bool" ? `(${word} != 0u)` : `bitcast<${type}>(${word})`;
  }

  /**
   * Text of an extent, a stride or an offset, as a u32 that wraps: itself, or read from memory
   * where the same shader is to serve other numbers. 0 and 1 are always themselves.
   */
  count(value: number): string {
    if (!this.context.varies || value === 0 || value === 1) return `${value >>> 0}u`;
    this.countsName ??= this.bind("counts", countsBinding, "array<u32>", "read");
    this.counts.push(value >>> 0);
    return `${this.countsName}[${this.counts.length - 1}u]`;
  }

  /** Ask for functions of the library; gives nothing back, their names are fixed. */
  need(...names: readonly string[]): void {
    for (const name of names) this.needs.add(name);
  }

  /** Ask for the functions of the library that `text` calls. */
  use(text: string): void {
    this.need(...calledIn(text));
  }

  /** Add text at module scope: workgroup variables, functions. */
  global(text: string): void {
    this.globals.push(text);
  }

  /** The finished dispatch; `body` is the inside of `main`, whose parameters are `id`, `wg`, `lid`, `sub`, `subs`. */
  dispatch(
    label: string,
    size: readonly [number, number, number],
    workgroups: readonly [number, number, number],
    body: readonly string[],
  ): Dispatch {
    const text = body.join("\n");
    const builtins = [
      ["id", "global_invocation_id", "vec3u"],
      ["wg", "workgroup_id", "vec3u"],
      ["lid", "local_invocation_index", "u32"],
      ["sub", "subgroup_id", "u32"],
      ["subs", "num_subgroups", "u32"],
    ]
      .filter(([name]) => new RegExp(`\\b${name}\\b`).test(text))
      .map(([name, builtin, type]) => `@builtin(${builtin}) ${name}: ${type}`);
    // What was asked for, and what the texts of constants, loads and stores call.
    const globals = this.globals.join("\n");
    const called = calledIn(`${globals}\n${text}`).filter(
      (name) => !new RegExp(`fn ${name}\\b`).test(globals),
    );
    const code = [
      ...(/\bsub\b/.test(text) ? ["enable subgroups;", "requires subgroup_id;"] : []),
      ...this.declarations,
      libraryText([...this.needs, ...called]),
      ...this.globals,
      `@compute @workgroup_size(${trimmed(size)})`,
      `fn main(${builtins.join(", ")}) {`,
      ...body.map((line) => `  ${line}`),
      "}",
      "",
    ]
      .filter((line, i, lines) => line !== "" || i === lines.length - 1)
      .join("\n");
    const words = Uint32Array.from(this.counts);
    const bindings = this.bindings.map((binding) =>
      binding === countsBinding ? { kind: "data" as const, words } : binding,
    );
    return { label, code, bindings, workgroups };
  }

  private bind(key: string, binding: Binding, type: string, access: Access): string {
    const known = this.names.get(key);
    if (known !== undefined) return known;
    const number = this.bindings.length;
    const name = `b${number}`;
    this.bindings.push(binding);
    this.names.set(key, name);
    this.declarations.push(
      `@group(0) @binding(${number}) var<storage, ${access}> ${name}: ${type};`,
    );
    return name;
  }
}

/** Stands for the numbers of a shader until all are known. */
const countsBinding: Binding = { kind: "data", words: new Uint32Array(0) };

function trimmed(size: readonly [number, number, number]): string {
  const [x, y, z] = size;
  return z > 1 ? `${x}, ${y}, ${z}` : y > 1 ? `${x}, ${y}` : `${x}`;
}

/**
 * Grid for `count` workgroups in a row, folded where one row would be too long, and the text that
 * gives a workgroup its number.
 */
export function gridOf(
  count: number,
  { limits }: StepContext,
): { readonly workgroups: readonly [number, number, number]; readonly number: string } {
  const width = Math.min(count, limits.maxComputeWorkgroupsPerDimension);
  const rows = Math.max(1, Math.ceil(count / Math.max(1, width)));
  return {
    workgroups: [Math.max(1, width), rows, 1],
    number: rows > 1 ? `(wg.y * ${width}u + wg.x)` : "wg.x",
  };
}
