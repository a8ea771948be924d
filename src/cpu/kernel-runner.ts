import type { Expr } from "../core/scalar.ts";
import type { View } from "../core/view.ts";
import type { CompiledLoops, KernelCompiler } from "../kernel/compiler.ts";
import { weightOf } from "../kernel/fusion-cost.ts";
import { type Kernel, type Load, slotsOf } from "../kernel/kernel.ts";
import {
  indexSource,
  type Nest,
  type Nests,
  nestOf,
  readsAcross,
  type Sink,
  type Source,
  shiftSources,
} from "../kernel/nest.ts";
import { type Accumulator, accumulator } from "./accumulate.ts";
import { prepare, store } from "./block-moves.ts";
import { blockSize } from "./block-ops.ts";
import { type Code, generate, type Leaf, register, runInstructions } from "./instructions.ts";
import { fill, spill } from "./loop.ts";

/** Work, in elements times the weight of their arithmetic, that pays for compiling a kernel. */
const dearEnough = 50_000;

/** Below so much work a call of compiled code costs more than it gains. */
const littleWork = 1000;

/** What compiles kernels; from how much work in all, and on how much at a time they are compiled. */
const compilation: { compiler: KernelCompiler | null; all: number; once: number } = {
  compiler: null,
  all: dearEnough,
  once: littleWork,
};

/** Compile kernels with `compiler` from now on; tests set when. */
export function installKernelCompiler(
  compiler: KernelCompiler | null,
  all = dearEnough,
  once = littleWork,
): void {
  Object.assign(compilation, { compiler, all, once });
}

/** A kernel made ready to run over typed arrays. */
export class KernelRunner {
  private readonly kernel: Kernel;
  private readonly places: readonly Place[];
  private code: Interpreted | null = null;
  /** The sources that stages read, once they are asked for. */
  private slots: readonly number[] | null = null;
  /** Undefined until it pays; null: it has no compiled form. */
  private compiled: CompiledLoops | null | undefined;
  /** Weight of the arithmetic for one element, and that of all elements so far. */
  private weight = 0;
  private work = 0;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    const numbered = kernel.outputs.map(({ value, view }, sink) => ({ value, view, sink }));
    this.places = numbered.flatMap(({ view, sink }) => (view === null ? [] : [{ view, sink }]));
  }

  /** Run over `loads`, one source for each load of the kernel, strides over the loop's axes. */
  run(loads: readonly Source[], sinks: readonly Sink[]): void {
    this.runNests(this.nests(loads), sinks);
  }

  /** The loops over `loads`, which may be run often while data and offsets of the loads change. */
  nests(loads: readonly Source[]): Nests {
    const { space, parallel } = this.kernel;
    const indices = space.map((_, axis) => indexSource(axis, space.length));
    const stored = this.places.map(({ view }) => ({ ...view, data: null }));
    const sources = [...loads, ...indices, ...stored];
    return {
      sources,
      outer: nestOf(space, sources, 0, parallel),
      inner: nestOf(space, sources, parallel, space.length),
    };
  }

  /** Run loops that were laid out before. */
  runNests(nests: Nests, sinks: readonly Sink[]): void {
    const { sources, outer, inner } = nests;
    if (outer.size === 0) return;
    const compiled = this.compiledFor(outer.size * inner.size);
    if (compiled !== null) {
      compiled.run(nests, sinks);
      return;
    }
    const perPoint =
      this.places.length === 0
        ? sinks
        : sinks.filter((_, sink) => this.places.every((place) => place.sink !== sink));
    if (this.stages.length === 0) this.map(sources, perPoint, outer);
    else this.reduce(sources, perPoint, sinks, outer, inner);
  }

  private get stages(): Interpreted["stages"] {
    return this.interpreted.stages;
  }

  private get outputs(): Code {
    return this.interpreted.outputs;
  }

  private get whole(): Code {
    return this.interpreted.whole;
  }

  private get interpreted(): Interpreted {
    this.code ??= interpreted(this.kernel);
    return this.code;
  }

  private get reduced(): readonly number[] {
    this.slots ??= slotsOf(this.kernel.stages.map(({ value }) => value));
    return this.slots;
  }

  /** The compiled kernel where it pays for so many elements; null: interpret. */
  private compiledFor(elements: number): CompiledLoops | null {
    const { compiler, all, once } = compilation;
    if (compiler === null || elements === 0 || this.compiled === null) return null;
    if (this.weight === 0) {
      const { stages, outputs } = this.kernel;
      this.weight = 1 + weightOf([...stages, ...outputs].map(({ value }) => value));
    }
    const work = elements * this.weight;
    if (work < once) return null;
    if (this.compiled === undefined) {
      this.work += work;
      if (this.work < all) return null;
      this.compiled = compiler(this.kernel);
    }
    return this.compiled;
  }

  private map(sources: readonly Source[], sinks: readonly Sink[], nest: Nest): void {
    const { outputs } = this;
    prepare(outputs, sources, Math.min(blockSize, nest.size));
    for (let position = 0; position < nest.size; position += blockSize) {
      const count = Math.min(blockSize, nest.size - position);
      for (const leaf of outputs.leaves) this.load(leaf, 0, sources, nest, position, count);
      runInstructions(outputs, count);
      store(outputs, sinks, position, count);
    }
  }

  private reduce(
    sources: readonly Source[],
    perPoint: readonly Sink[],
    sinks: readonly Sink[],
    outer: Nest,
    inner: Nest,
  ): void {
    // Many totals side by side where neighbours in memory belong to different totals, else one
    // total after the other. Both add in the order of the inner loop, so they agree to the bit.
    const across = outer.size >= 8 && readsAcross(this.reduced, outer, inner);
    const width = across ? blockSize : rowsPerBlock(inner.size);
    for (let position = 0; position < outer.size; position += width) {
      const count = Math.min(width, outer.size - position);
      this.stages.forEach((_, stage) => {
        if (across) this.reduceAcross(stage, sources, outer, inner, position, count);
        else this.reduceRows(stage, sources, outer, inner, position, count);
      });
      this.finish(sources, perPoint, outer, position, count);
      if (this.places.length === 0) continue;
      if (across) this.storeAcross(sources, sinks, outer, inner, position, count);
      else this.storeRows(sources, sinks, outer, inner, position, count);
    }
  }

  /** The outputs of the whole loop, for some neighbours at each point of the reduced axes. */
  private storeAcross(
    sources: readonly Source[],
    sinks: readonly Sink[],
    outer: Nest,
    inner: Nest,
    position: number,
    count: number,
  ): void {
    prepare(this.whole, sources, count);
    for (let r = 0; r < inner.size; r++) {
      const shifted = shiftSources(sources, inner, r);
      for (const leaf of this.whole.leaves) this.load(leaf, 0, shifted, outer, position, count);
      runInstructions(this.whole, count);
      this.drain(shifted, sinks, outer, 0, position, count);
    }
  }

  /** The outputs of the whole loop, one row of the reduced axes after the other. */
  private storeRows(
    sources: readonly Source[],
    sinks: readonly Sink[],
    outer: Nest,
    inner: Nest,
    position: number,
    count: number,
  ): void {
    const together = count > 1 && count * inner.size <= blockSize;
    const rows = together ? count : 1;
    prepare(this.whole, sources, Math.min(blockSize, rows * inner.size));
    for (let row = 0; row < count; row += rows) {
      const shifted = Array.from({ length: rows }, (_, k) =>
        shiftSources(sources, outer, position + row + k),
      );
      for (let at = 0; at < inner.size; at += blockSize) {
        const run = Math.min(blockSize, inner.size - at);
        shifted.forEach((own, k) => {
          for (const leaf of this.whole.leaves) {
            if (leaf.kind === "stage") this.repeat(leaf, row + k, k * run, run);
            else this.load(leaf, k * run, own, inner, at, run);
          }
        });
        runInstructions(this.whole, rows * run);
        shifted.forEach((own, k) => {
          this.drain(own, sinks, inner, k * run, at, run);
        });
      }
    }
  }

  /** Store the outputs of the whole loop at elements `position` to `position + count` of a nest. */
  private drain(
    sources: readonly Source[],
    sinks: readonly Sink[],
    nest: Nest,
    start: number,
    position: number,
    count: number,
  ): void {
    const first = sources.length - this.places.length;
    this.places.forEach(({ sink }, i) => {
      const { data, start: base } = sinks[sink] as Sink; // one for each output
      const { offset } = sources[first + i] as Source; // one for each place
      const values = register(this.whole.roots[i] as number); // as above
      spill(values, start, data, base + offset, nest, first + i, position, count);
    });
  }

  private reduceAcross(
    stage: number,
    sources: readonly Source[],
    outer: Nest,
    inner: Nest,
    position: number,
    count: number,
  ): void {
    const { code, totals } = this.stageAt(stage);
    prepare(code, sources, count);
    totals.reset(count);
    for (let r = 0; r < inner.size; r++) {
      const shifted = shiftSources(sources, inner, r);
      for (const leaf of code.leaves) this.load(leaf, 0, shifted, outer, position, count);
      runInstructions(code, count);
      totals.addEach(register(code.roots[0] as number), count); // one root
    }
    this.keep(stage, count);
  }

  private reduceRows(
    stage: number,
    sources: readonly Source[],
    outer: Nest,
    inner: Nest,
    position: number,
    count: number,
  ): void {
    const { code, totals } = this.stageAt(stage);
    prepare(code, sources, Math.min(blockSize, count * inner.size));
    totals.reset(count);
    if (count > 1) {
      // Short rows: several of them fill a block.
      for (let row = 0; row < count; row++) {
        const shifted = shiftSources(sources, outer, position + row);
        for (const leaf of code.leaves) {
          if (leaf.kind === "stage") this.repeat(leaf, row, row * inner.size, inner.size);
          else this.load(leaf, row * inner.size, shifted, inner, 0, inner.size);
        }
      }
      runInstructions(code, count * inner.size);
      const values = register(code.roots[0] as number); // one root
      for (let row = 0; row < count; row++) {
        totals.addRun(values, row * inner.size, (row + 1) * inner.size, row);
      }
    } else {
      const shifted = shiftSources(sources, outer, position);
      for (let at = 0; at < inner.size; at += blockSize) {
        const run = Math.min(blockSize, inner.size - at);
        for (const leaf of code.leaves) {
          if (leaf.kind === "stage") this.repeat(leaf, 0, 0, run);
          else this.load(leaf, 0, shifted, inner, at, run);
        }
        runInstructions(code, run);
        totals.addRun(register(code.roots[0] as number), 0, run, 0);
      }
    }
    this.keep(stage, count);
  }

  private finish(
    sources: readonly Source[],
    sinks: readonly Sink[],
    outer: Nest,
    position: number,
    count: number,
  ): void {
    prepare(this.outputs, sources, count);
    for (const leaf of this.outputs.leaves) this.load(leaf, 0, sources, outer, position, count);
    runInstructions(this.outputs, count);
    store(this.outputs, sinks, position, count);
  }

  /** Totals of the stages, for the rows at hand. */
  private readonly results: Float64Array[] = [];

  private keep(stage: number, count: number): void {
    this.results[stage] ??= new Float64Array(blockSize);
    this.stageAt(stage).totals.finish(this.resultOf(stage), count);
  }

  private resultOf(stage: number): Float64Array {
    return this.results[stage] as Float64Array; // kept before anyone reads it
  }

  private stageAt(stage: number): { readonly code: Code; readonly totals: Accumulator } {
    return this.stages[stage] as { code: Code; totals: Accumulator }; // numbers come from the list
  }

  private repeat(leaf: Leaf & { kind: "stage" }, row: number, start: number, count: number): void {
    const value = this.resultOf(leaf.stage)[row] as number;
    register(leaf.register).fill(value, start, start + count);
  }

  private load(
    leaf: Leaf,
    start: number,
    sources: readonly Source[],
    nest: Nest,
    position: number,
    count: number,
  ): void {
    switch (leaf.kind) {
      case "const":
        return; // not among the leaves that differ
      case "stage":
        register(leaf.register).set(this.resultOf(leaf.stage).subarray(0, count), start);
        return;
      case "slot":
      case "index": {
        const source = leaf.kind === "slot" ? leaf.slot : this.kernel.loads.length + leaf.axis;
        fill(leaf.register, start, sources[source] as Source, nest, source, position, count);
        return;
      }
      default:
        leaf satisfies never;
    }
  }
}

/** What the interpreter runs: made when it first does, since most large kernels are compiled. */
interface Interpreted {
  readonly stages: readonly { readonly code: Code; readonly totals: Accumulator }[];
  /** The outputs with an element for each point of the parallel axes. */
  readonly outputs: Code;
  /** The outputs of the whole loop. */
  readonly whole: Code;
}

function interpreted(kernel: Kernel): Interpreted {
  const isUniform = (slot: number): boolean => readsOneElement(kernel.loads[slot]);
  const valuesWhere = (isWhole: boolean): readonly Expr[] =>
    kernel.outputs.flatMap(({ value, view }) => ((view !== null) === isWhole ? [value] : []));
  return {
    stages: kernel.stages.map(({ value, op, dtype }) => ({
      code: generate([value], isUniform),
      totals: accumulator(op, dtype, blockSize),
    })),
    outputs: generate(valuesWhere(false), isUniform),
    whole: generate(valuesWhere(true), isUniform),
  };
}

/** Where an output of the whole loop goes. */
interface Place {
  readonly view: View;
  readonly sink: number;
}

/** How many rows of a reduction are computed together. */
function rowsPerBlock(size: number): number {
  return size === 0 ? blockSize : Math.max(1, Math.floor(blockSize / size));
}

/** Whether a load reads the same element at every point of the loop. */
function readsOneElement(load: Load | undefined): boolean {
  return load?.map.kind === "view" && load.map.view.strides.every((stride) => stride === 0);
}
