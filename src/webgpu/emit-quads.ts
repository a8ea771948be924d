import { InternalError } from "../core/errors.ts";
import type { Expr } from "../core/scalar.ts";
import { weightOf } from "../kernel/fusion-cost.ts";
import type { Kernel, Load } from "../kernel/kernel.ts";
import { type Nest, nestOf } from "../kernel/nest.ts";
import { ExpressionWriter } from "./expressions.ts";
import { placesIn, withOffset } from "./reader-places.ts";
import { Readers } from "./readers.ts";
import { gridOf, Shader } from "./shader.ts";
import type { Compiled, StepContext } from "./step.ts";
import { quadLaneText, quadText, storageOf } from "./storage.ts";

/** Invocations of a workgroup. */
const workgroup = 64;
/** Weight of arithmetic that is compiled once rather than four times. */
const heavy = 200;

/**
 * An elementwise kernel as a shader in which each invocation computes four elements, neighbours in
 * every result, and moves them at once where they are neighbours in memory. Null where elements do
 * not come in fours, and where it does not pay: little work, or long arithmetic.
 */
export function emitQuads(
  kernel: Kernel,
  results: readonly number[],
  context: StepContext,
): Compiled | null {
  const { space, outputs } = kernel;
  const size = space.reduce((a, b) => a * b, 1);
  const values = outputs.map(({ value }) => value);
  if (size < context.features.quadsFrom || weightOf(values) > heavy) return null;
  if (outputs.some(({ dtype }) => storageOf(dtype).quad === null)) return null;
  const readers = new Readers(kernel, context);
  const nest = nestOf(space, readers.list, 0, space.length);
  if ((nest.extents.at(-1) ?? 1) % 4 !== 0) return null;
  const shader = new Shader(context);
  const { workgroups, number } = gridOf(Math.ceil(size / 4 / workgroup), context);
  const body = [
    `let quad = ${number} * ${workgroup}u + lid;`,
    `if (quad >= ${shader.count(size / 4)}) { return; }`,
    "let e = quad * 4u;",
  ];
  const names = results.map((result) => shader.quads(result, "read_write"));
  const leaves = new QuadLeaves(kernel, readers, nest, shader, body);
  const writer = new ExpressionWriter(shader);
  const lanes = [0, 1, 2, 3].map((lane) =>
    writer.write(values, (leaf) => leaves.text(leaf, lane), body),
  );
  outputs.forEach(({ dtype }, i) => {
    const four = lanes.map((texts) => texts[i] as string); // one text for each output
    body.push(`${names[i]}[quad] = ${quadText(dtype, four)};`);
  });
  return {
    dispatches: [shader.dispatch("map", [workgroup, 1, 1], workgroups, body)],
    scratch: [],
  };
}

/** Texts of the leaves of a kernel at four neighbouring elements, the first of them `e`. */
class QuadLeaves {
  private readonly kernel: Kernel;
  private readonly readers: Readers;
  private readonly nest: Nest;
  private readonly shader: Shader;
  private readonly lines: string[];
  /** Where each reader is at the first of the four. */
  private readonly places: readonly string[];
  /** Values that are read as quads by all who read them, so that each has one binding. */
  private readonly whole: ReadonlySet<number>;
  /** Names of what is read already. */
  private readonly names = new Map<string, string>();

  constructor(kernel: Kernel, readers: Readers, nest: Nest, shader: Shader, lines: string[]) {
    this.kernel = kernel;
    this.readers = readers;
    this.nest = nest;
    this.shader = shader;
    this.lines = lines;
    const { list } = readers;
    const all = list.map((_, i) => i);
    this.places = placesIn(nest, all, "e", "l", shader, lines).map((place, i) =>
      withOffset(place, list[i]?.offset ?? 0, shader),
    );
    this.whole = this.readWhole();
  }

  /** Text of a leaf at one of the four elements. */
  text(leaf: Exclude<Expr, { kind: "op" | "const" }>, lane: number): string {
    if (leaf.kind === "stage")
      throw new InternalError("webgpu: an elementwise kernel has no stages");
    const { readers, shader } = this;
    const reader = readers.of(leaf);
    if (reader === null) return readers.textAt(leaf, [], shader);
    const place = this.places[reader] as string; // one for each reader
    const quad = leaf.kind === "slot" ? this.quadOf(leaf.slot, place) : null;
    if (quad !== null) return quadLaneText(leaf.dtype, quad, lane);
    const step = this.stepOf(reader);
    if (step === 0) return this.once(`${reader} ${leaf.dtype}`, readers.text(leaf, place, shader));
    const moved = lane === 0 ? place : `${place} + ${shader.count(lane * step)}`;
    return readers.text(leaf, moved, shader);
  }

  /** Name of what is read for all four elements. */
  private once(key: string, text: string): string {
    let name = this.names.get(key);
    if (name === undefined) {
      name = `all${this.names.size}`;
      this.names.set(key, name);
      this.lines.push(`let ${name} = ${text};`);
    }
    return name;
  }

  /** Name of the quad that a load reads; null where it is read element by element. */
  private quadOf(slot: number, place: string): string | null {
    const { source } = this.kernel.loads[slot] as Load; // slots number the loads
    if (!this.whole.has(source)) return null;
    return this.once(`slot ${slot}`, `${this.shader.quads(source, "read")}[(${place}) / 4u]`);
  }

  private readWhole(): Set<number> {
    const { kernel, readers } = this;
    const whole = new Set<number>();
    const parts = new Set<number>();
    for (const leaf of readers.leaves()) {
      if (leaf.kind !== "slot") continue;
      const { source, dtype } = kernel.loads[leaf.slot] as Load; // slots number the loads
      const reader = readers.of(leaf);
      if (reader === null) continue;
      const isQuad = storageOf(dtype).quad !== null && this.isAligned(reader);
      (isQuad ? whole : parts).add(source);
    }
    for (const source of parts) whole.delete(source);
    return whole;
  }

  /** Whether the four elements of a reader are always one quad of memory. */
  private isAligned(reader: number): boolean {
    const strides = this.nest.strides[reader] ?? [];
    const offset = this.readers.list[reader]?.offset ?? 0;
    return (
      this.stepOf(reader) === 1 &&
      offset % 4 === 0 &&
      strides.slice(0, -1).every((stride) => stride % 4 === 0)
    );
  }

  /** How far a reader goes from one element to the next. */
  private stepOf(reader: number): number {
    return this.nest.strides[reader]?.at(-1) ?? 0;
  }
}
