import type { DType, TypedArray } from "../core/dtype.ts";
import type { Expr, ScalarOp } from "../core/scalar.ts";
import { identity } from "../kernel/identity.ts";
import { type Kernel, type Stage, slotsOf } from "../kernel/kernel.ts";
import { type Nest, type Nests, readsAcross, type Sink, type Source } from "../kernel/nest.ts";
import { blockElements } from "./areas.ts";
import { type Block, blocksOf, readBlock, writeBlock } from "./blocks.ts";
import { areaAt, type Heap } from "./heap.ts";
import { type LaneDType, widthOf } from "./lane-dtypes.ts";
import { leavesOf, type Pass, type PassLeaf, type Step } from "./pass.ts";
import { errorAt, totalForm } from "./totals.ts";

/** A compiled pass: rows, elements along them. */
export type PassFunction = (rows: number, count: number) => void;

/** Compiles passes together. */
export type PassCompiler = (passes: readonly Pass[]) => readonly PassFunction[];

/** The function of the interpreter for an operation on numbers. */
export type NumberFunctions = (
  op: ScalarOp,
  dtype: DType,
  operand: DType,
) => (x: number, y: number, z: number) => number;

/** One leaf in memory: its area, and where it lies for the pass at hand. */
interface Place {
  readonly leaf: PassLeaf["node"];
  /** Number of its source; -1 for what a stage gave. */
  readonly source: number;
  readonly area: number;
  address: number;
  step: number;
}

interface Part {
  readonly pass: Pass;
  readonly run: PassFunction;
  readonly places: readonly Place[];
}

/** The passes of a kernel for one way in which its leaves move. */
interface Variant {
  readonly stages: readonly Part[];
  readonly point: Part | null;
  readonly whole: Part | null;
}

/** Rows below so many elements are short. */
const shortRow = 32;

/** Columns that are reduced at a time where totals lie side by side: what reads well in rows. */
const acrossColumns = 2048;

/** How the loops of a kernel are walked. */
type Walk = "map" | "rows" | "across";

/** A kernel whose arithmetic is compiled; blocks of what it reads and writes are copied. */
export class CompiledKernel {
  private readonly kernel: Kernel;
  private readonly heap: Heap;
  private readonly compile: PassCompiler;
  private readonly functionOf: NumberFunctions;
  private readonly variants = new Map<string, Variant>();
  private readonly sourceAreas = new Map<number, number>();
  private areas = 0;
  private readonly stageAreas: readonly { readonly result: number; readonly totals: number }[];
  private readonly outputAreas: readonly number[];
  /** Outputs of the whole loop, in order, and the others. */
  private readonly wholes: readonly number[];
  private readonly points: readonly number[];
  /** The sources that stages read. */
  private readonly reduced: readonly number[];

  constructor(kernel: Kernel, heap: Heap, compile: PassCompiler, functionOf: NumberFunctions) {
    this.kernel = kernel;
    this.heap = heap;
    this.compile = compile;
    this.functionOf = functionOf;
    this.stageAreas = kernel.stages.map(() => ({ result: this.area(1), totals: this.area(2) }));
    this.outputAreas = kernel.outputs.map(() => this.area(1));
    const numbers = kernel.outputs.map((_, i) => i);
    this.wholes = numbers.filter((i) => kernel.outputs[i]?.view !== null);
    this.points = numbers.filter((i) => kernel.outputs[i]?.view === null);
    this.reduced = slotsOf(kernel.stages.map(({ value }) => value));
  }

  /** Run the loops; both have elements. */
  run({ sources, outer, inner }: Nests, sinks: readonly Sink[]): void {
    if (this.kernel.stages.length === 0) this.map(sources, sinks, outer);
    else this.reduce(sources, sinks, outer, inner);
  }

  private map(sources: readonly Source[], sinks: readonly Sink[], nest: Nest): void {
    const { rows, columns } = split(nest);
    const { point } = this.variant("map", rows, columns);
    if (point === null) return;
    for (const block of blocksOf(rows, 0, rows.size, columns, 0, columns.size)) {
      for (const place of point.places) this.gather(place, sources, block);
      const { rowCount, columnCount } = block;
      this.call(
        point,
        this.points.map((i) => this.outputPlace(i, columnCount)),
        block,
      );
      this.store(sinks, block.row * columns.size + block.column, rowCount * columnCount);
    }
  }

  private reduce(
    sources: readonly Source[],
    sinks: readonly Sink[],
    outer: Nest,
    inner: Nest,
  ): void {
    const across = outer.size >= 8 && readsAcross(this.reduced, outer, inner);
    const variant = across
      ? this.variant("across", inner, outer)
      : this.variant("rows", outer, inner);
    const width = across
      ? acrossColumns
      : Math.min(blockElements, Math.max(1, Math.floor(blockElements / inner.size)));
    for (let position = 0; position < outer.size; position += width) {
      const count = Math.min(width, outer.size - position);
      const blocks = across
        ? blocksOf(inner, 0, inner.size, outer, position, count)
        : blocksOf(outer, position, count, inner, 0, inner.size);
      const gathered = new Map<number, Place>();
      const gatherAll = (part: Part, block: Block): void => {
        for (const place of part.places) {
          const known = blocks.length === 1 ? gathered.get(place.source) : undefined;
          if (known === undefined) this.gather(place, sources, block);
          else if (place.source >= 0) [place.address, place.step] = [known.address, known.step];
          gathered.set(place.source, place);
        }
      };
      variant.stages.forEach((part, stage) => {
        const total = this.totals(stage, across ? count : 0);
        for (const block of blocks) {
          gatherAll(part, block);
          this.call(part, [total.place(block)], block);
          total.took();
        }
        total.finish(count);
      });
      if (variant.point !== null) {
        const block: Block = {
          ...{ rows: unit(outer), row: 0, rowCount: 1 },
          ...{ columns: outer, column: position, columnCount: count },
        };
        for (const place of variant.point.places) this.gather(place, sources, block);
        this.call(
          variant.point,
          this.points.map((i) => this.outputPlace(i, count)),
          block,
        );
        this.store(sinks, position, count);
      }
      if (variant.whole === null) continue;
      for (const block of blocks) {
        gatherAll(variant.whole, block);
        this.call(
          variant.whole,
          this.wholes.map((i) => this.outputPlace(i, block.columnCount)),
          block,
        );
        this.scatter(sources, sinks, block);
      }
    }
  }

  /** Totals of a stage, side by side or (0) one for each row. */
  private totals(stage: number, across: number) {
    const { heap, functionOf } = this;
    const { op, dtype } = this.kernel.stages[stage] as Stage; // numbers come from the list
    const form = totalForm(op, dtype as LaneDType); // of lanes, as all dtypes of this kernel
    const { result, totals } = this.stageAreas[stage] as { result: number; totals: number }; // as above
    const width = widthOf(form.dtype);
    const memory = heap.view(form.dtype);
    const from = areaAt(totals) / width;
    const errorsFrom = from + errorAt / width;
    const to = areaAt(result) / widthOf(dtype as LaneDType);
    const results = heap.view(dtype);
    if (across > 0) {
      memory.fill(
        dtype === "bool" ? -identity(op, dtype) : identity(op, dtype),
        from,
        from + across,
      );
      if (form.compensated) memory.fill(0, errorsFrom, errorsFrom + across);
    }
    // A row that takes several blocks is one total, whose pieces are joined here.
    let pieces = 0;
    let sum = 0;
    let lost = 0;
    const join = (value: number, error: number): void => {
      if (pieces++ === 0) {
        [sum, lost] = [value, error];
      } else if (form.dtype === "float64" && op === "add") {
        const next = sum + value;
        const taken = next - sum;
        if (form.compensated) lost += sum - (next - taken) + (value - taken) + error;
        sum = next;
      } else if (form.dtype === "float64" && op === "mul") {
        sum *= value;
      } else {
        sum = functionOf(op, dtype, dtype)(sum, value, 0);
      }
    };
    let rows = 0;
    return {
      place: ({ rowCount }: Block) => {
        rows = rowCount;
        return { address: areaAt(totals), step: across > 0 ? 0 : width };
      },
      took: (): void => {
        if (across > 0 || rows > 1) return;
        const error = form.compensated ? (memory[errorsFrom] as number) : 0; // inside, as all below
        const value = memory[from] as number;
        join(dtype === "bool" ? Number(value !== 0) : value, error);
      },
      finish: (count: number): void => {
        if (pieces > 1) {
          memory[from] = sum;
          if (form.compensated) memory[errorsFrom] = lost;
        }
        for (let i = 0; i < count; i++) {
          const value = memory[from + i] as number;
          if (dtype === "bool") results[to + i] = value !== 0 ? 1 : 0;
          else if (!form.compensated || !Number.isFinite(value)) results[to + i] = value;
          else results[to + i] = value + (memory[errorsFrom + i] as number);
        }
      },
    };
  }

  private call(
    part: Part,
    results: readonly { address: number; step: number }[],
    block: Block,
  ): void {
    const { table } = this.heap;
    let at = 0;
    for (const { address, step } of part.places) {
      table[at++] = address;
      table[at++] = step;
    }
    for (const { address, step } of results) {
      table[at++] = address;
      table[at++] = step;
    }
    part.run(block.rowCount, block.columnCount);
  }

  /** Copy what a leaf has in a block into its area. */
  private gather(place: Place, sources: readonly Source[], block: Block): void {
    if (place.source < 0) return;
    const width = widthOf(place.leaf.dtype as LaneDType); // of lanes, as all dtypes of this kernel
    const [across, along] = [moves(block.rows, place.source), moves(block.columns, place.source)];
    place.address = areaAt(place.area);
    place.step = across ? (along ? block.columnCount : 1) * width : 0;
    readBlock(
      this.heap.view(place.leaf.dtype),
      place.address / width,
      sources[place.source] as Source, // one for each leaf
      place.source,
      {
        ...block,
        rowCount: across ? block.rowCount : 1,
        columnCount: along ? block.columnCount : 1,
      },
    );
  }

  private outputPlace(output: number, columns: number): { address: number; step: number } {
    const { dtype } = this.kernel.outputs[output] as { dtype: DType }; // numbers come from the list
    const address = areaAt(this.outputAreas[output] as number); // one for each
    return { address, step: columns * widthOf(dtype as LaneDType) };
  }

  /** Copy the results of a block that are row-major, from a position on. */
  private store(sinks: readonly Sink[], position: number, count: number): void {
    for (const i of this.points) {
      const { data, start } = sinks[i] as Sink; // one for each output
      const { memory, from } = this.outputMemory(i);
      if (count >= 16) data.set(memory.subarray(from, from + count), start + position);
      else for (let k = 0; k < count; k++) data[start + position + k] = memory[from + k] as number;
    }
  }

  private scatter(sources: readonly Source[], sinks: readonly Sink[], block: Block): void {
    const first = sources.length - this.wholes.length;
    this.wholes.forEach((i, place) => {
      const { data, start } = sinks[i] as Sink; // one for each output
      const { memory, from } = this.outputMemory(i);
      const { offset } = sources[first + place] as Source; // the last ones are the places
      writeBlock(memory, from, { data, start: start + offset }, first + place, block);
    });
  }

  private outputMemory(i: number): { memory: TypedArray; from: number } {
    const { dtype } = this.kernel.outputs[i] as { dtype: DType }; // numbers come from the list
    const from = areaAt(this.outputAreas[i] as number) / widthOf(dtype as LaneDType); // of lanes
    return { memory: this.heap.view(dtype), from };
  }

  /** The passes for the way in which the sources move over rows and columns. */
  private variant(walk: Walk, rows: Nest, columns: Nest): Variant {
    const { kernel } = this;
    const steps = columns.strides.map((_, k): Step => stepOf(rows, columns, k));
    const isShort = columns.size < shortRow;
    const key = `${walk} ${isShort} ${steps.join()}`;
    const known = this.variants.get(key);
    if (known !== undefined) return known;
    const reduces = walk === "across" ? "across" : "along";
    const stagePasses = kernel.stages.map(({ value, op }) =>
      this.pass([{ kind: reduces, value, op }], walk, steps, isShort),
    );
    const outer = walk === "across" ? columns : rows;
    const pointSteps =
      walk === "map" ? steps : steps.map((_, k): Step => stepOf(unit(outer), outer, k));
    const store = (i: number) => ({
      kind: "store" as const,
      value: kernel.outputs[i]?.value as Expr, // numbers come from the list
    });
    const point = this.pass(this.points.map(store), "map", pointSteps, walk === "map" && isShort);
    const whole = this.pass(this.wholes.map(store), walk, steps, isShort);
    const all = [...stagePasses, point, whole];
    const functions = this.compile(all);
    const parts = all.map((pass, i): Part => {
      const places = pass.leaves.map(({ node }) =>
        this.placeOf(node, pass === point, walk === "across"),
      );
      return { pass, run: functions[i] as PassFunction, places }; // one for each
    });
    const made: Variant = {
      stages: parts.slice(0, kernel.stages.length),
      point: this.points.length === 0 ? null : (parts.at(-2) as Part), // the last two
      whole: this.wholes.length === 0 ? null : (parts.at(-1) as Part),
    };
    this.variants.set(key, made);
    return made;
  }

  private pass(
    results: Pass["results"],
    walk: Walk,
    steps: readonly Step[],
    isShort: boolean,
  ): Pass {
    const nodes = leavesOf(results.map(({ value }) => value));
    const leaves = nodes.map((node): PassLeaf => {
      const source = this.sourceOf(node);
      if (source >= 0) return { node, step: steps[source] as Step }; // one for each source
      return { node, step: walk === "rows" ? "row" : "each" };
    });
    return { leaves, results, isShort };
  }

  private placeOf(leaf: PassLeaf["node"], atPoint: boolean, across: boolean): Place {
    const source = this.sourceOf(leaf);
    if (leaf.kind === "stage") {
      const { result } = this.stageAreas[leaf.stage] as { result: number }; // stages are numbered
      const step = across ? 0 : widthOf(leaf.dtype as LaneDType); // of lanes
      return { leaf, source, area: result, address: areaAt(result), step };
    }
    // What the outputs read for each point lies beside what the stages read.
    const key = atPoint ? source : -1 - source;
    const area = this.sourceAreas.get(key) ?? this.area(1);
    this.sourceAreas.set(key, area);
    return { leaf, source, area, address: 0, step: 0 };
  }

  private sourceOf(leaf: PassLeaf["node"]): number {
    if (leaf.kind === "slot") return leaf.slot;
    return leaf.kind === "index" ? this.kernel.loads.length + leaf.axis : -1;
  }

  private area(count: number): number {
    this.areas += count;
    return this.areas - count;
  }
}

/** Loops without axes, over as many sources. */
function unit({ strides }: Nest): Nest {
  return { extents: [], size: 1, strides: strides.map(() => []) };
}

/** The last axis of a nest as columns, the others as rows. */
function split({ extents, size, strides }: Nest): { readonly rows: Nest; readonly columns: Nest } {
  const count = extents.at(-1) ?? 1;
  return {
    rows: {
      extents: extents.slice(0, -1),
      size: size / count,
      strides: strides.map((own) => own.slice(0, -1)),
    },
    columns: {
      extents: extents.slice(-1),
      size: count,
      strides: strides.map((own) => own.slice(-1)),
    },
  };
}

/** Whether a source moves along the axes of a nest. */
function moves(nest: Nest, k: number): boolean {
  return nest.strides[k]?.some((stride) => stride !== 0) === true;
}

function stepOf(rows: Nest, columns: Nest, k: number): Step {
  return moves(columns, k) ? "each" : moves(rows, k) ? "row" : "same";
}
