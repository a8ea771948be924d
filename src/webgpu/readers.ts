import { InternalError } from "../core/errors.ts";
import type { Expr } from "../core/scalar.ts";
import { rowMajorStrides } from "../core/view.ts";
import { type Kernel, nodesOf } from "../kernel/kernel.ts";
import type { Reader } from "../kernel/nest.ts";
import type { Shader } from "./shader.ts";
import type { StepContext } from "./step.ts";
import { storageOf } from "./storage.ts";

/** A leaf that is read at a place of the loop. */
export type PlacedLeaf = Extract<Expr, { kind: "slot" | "index" }>;

/**
 * What a kernel reads over its loop: the loads that are in memory, the indices its expressions
 * ask for, and the results that are written over the whole loop.
 */
export class Readers {
  readonly list: Reader[] = [];
  private readonly kernel: Kernel;
  private readonly context: StepContext;
  private readonly numbers = new Map<string, number>();

  constructor(kernel: Kernel, context: StepContext) {
    this.kernel = kernel;
    this.context = context;
    for (const { value } of [...kernel.stages, ...kernel.outputs]) this.need([value]);
    kernel.outputs.forEach(({ view }, output) => {
      if (view !== null) this.add(`out${output}`, view);
    });
  }

  /** The readers of the leaves of some expressions, each once. */
  need(roots: readonly Expr[]): number[] {
    const found = new Set<number>();
    for (const node of nodesOf(roots)) {
      if (node.kind !== "slot" && node.kind !== "index") continue;
      const number = this.of(node);
      if (number !== null) found.add(number);
    }
    return [...found];
  }

  /** The leaves of the results that are read at places, as often as they occur. */
  leaves(): PlacedLeaf[] {
    return nodesOf(this.kernel.outputs.map(({ value }) => value)).filter(
      (node) => node.kind === "slot" || node.kind === "index",
    );
  }

  /** The reader of a leaf; null for one number everywhere, which needs no place. */
  of(leaf: PlacedLeaf): number | null {
    const { space, loads } = this.kernel;
    if (leaf.kind === "index") {
      const strides = space.map((_, axis) => (axis === leaf.axis ? 1 : 0));
      return this.add(`index${leaf.axis}`, { strides, offset: 0 });
    }
    const load = loads[leaf.slot];
    if (load?.map.kind !== "view") throw new InternalError("webgpu: a load must say what it reads");
    if (this.context.scalar(load.source) !== null) return null;
    return this.add(`slot${leaf.slot}`, load.map.view);
  }

  /** The reader of a result that is written over the whole loop. */
  ofOutput(output: number): number {
    return this.numbers.get(`out${output}`) as number; // made at the start
  }

  /** Text of a leaf whose reader is at `place`. */
  text(leaf: PlacedLeaf, place: string, shader: Shader): string {
    if (leaf.kind === "index") {
      const { value } = storageOf(leaf.dtype);
      return value === "u32" ? place : `${value}(${place})`;
    }
    const load = this.kernel.loads[leaf.slot] as Kernel["loads"][number]; // its reader was made
    return shader.load(load.source, load.dtype, place);
  }

  /** Text of a leaf, where the readers are at these places. */
  textAt(leaf: PlacedLeaf, places: readonly (string | undefined)[], shader: Shader): string {
    const reader = this.of(leaf);
    return this.text(leaf, (reader === null ? null : places[reader]) ?? "0u", shader);
  }

  private add(key: string, reader: Reader): number {
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.list.length);
    this.list.push(reader);
    return this.list.length - 1;
  }
}

/** Strides of a row-major result over the first axes of a loop. */
export function resultStrides(space: readonly number[], parallel: number): number[] {
  return [...rowMajorStrides(space.slice(0, parallel)), ...space.slice(parallel).map(() => 0)];
}
