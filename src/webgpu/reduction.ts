import type { Expr } from "../core/scalar.ts";
import { weightOf } from "../kernel/fusion-cost.ts";
import { type Kernel, nodesOf, type Stage } from "../kernel/kernel.ts";
import { type Nest, nestOf } from "../kernel/nest.ts";
import { ExpressionWriter, type LeafText } from "./expressions.ts";
import { type Monoid, monoidOf } from "./monoid.ts";
import { placesIn, withOffset } from "./reader-places.ts";
import { Readers } from "./readers.ts";
import { batchesOf } from "./reduce-plan.ts";
import type { Shader } from "./shader.ts";
import type { StepContext } from "./step.ts";

/** Elements that an invocation adds up before it adds the sum to the others. */
const block = 64;

/** Points that a loop with little to compute takes at once: its own cost would show. */
const unrolled = 4;

function isLight(roots: readonly Expr[]): boolean {
  return weightOf(roots) <= 4;
}

/** A kernel with stages, and its loops apart: the parallel one and the reduced one. */
export class Reduction {
  readonly kernel: Kernel;
  readonly context: StepContext;
  readonly readers: Readers;
  readonly outer: Nest;
  readonly inner: Nest;
  readonly batches: readonly (readonly number[])[];

  constructor(kernel: Kernel, context: StepContext) {
    const { space, parallel } = kernel;
    this.kernel = kernel;
    this.context = context;
    this.readers = new Readers(kernel, context);
    this.outer = nestOf(space, this.readers.list, 0, parallel);
    this.inner = nestOf(space, this.readers.list, parallel, space.length);
    this.batches = batchesOf(kernel, (stage) => stagesIn(this.stage(stage).value));
  }

  stage(number: number): Stage {
    return this.kernel.stages[number] as Stage; // numbers come from the list
  }
}

/** The stages that an expression reads. */
export function stagesIn(root: Expr): number[] {
  return nodesOf([root]).flatMap((node) => (node.kind === "stage" ? [node.stage] : []));
}

/** Writes the loops of a reduction into one shader. */
export class ReductionWriter {
  readonly shader: Shader;
  private readonly reduction: Reduction;
  private readonly expressions: ExpressionWriter;
  private bases: readonly string[] = [];
  private readonly stages = new Map<number, string>();

  constructor(reduction: Reduction, shader: Shader) {
    this.reduction = reduction;
    this.shader = shader;
    this.expressions = new ExpressionWriter(shader);
  }

  monoid(stage: number): Monoid {
    const { op, dtype } = this.reduction.stage(stage);
    return monoidOf(op, dtype, this.shader);
  }

  /** Let a stage be known as `text`. */
  know(stage: number, text: string): void {
    this.stages.set(stage, text);
  }

  /** Append where the readers of a total are at the start of its points. */
  row(row: string, lines: string[]): void {
    const { readers, outer } = this.reduction;
    const { shader } = this;
    const all = readers.list.map((_, i) => i);
    const places = placesIn(outer, all, row, "o", shader, lines);
    this.bases = places.map((place, i) => {
      const text = withOffset(place, readers.list[i]?.offset ?? 0, shader);
      if (!/[ *]/.test(text)) return text;
      lines.push(`let base${i} = ${text};`);
      return `base${i}`;
    });
  }

  /**
   * Append the loop of some stages over points `start`, `start + step` and so on before `end`;
   * gives the names of the totals, those of the stages in turn.
   */
  accumulate(
    stages: readonly number[],
    start: string,
    end: string,
    step: number,
    points: number,
    lines: string[],
  ): string[] {
    const monoids = stages.map((stage) => this.monoid(stage));
    const totals = stages.map((stage) => `total${stage}`);
    const each = Math.ceil(points / step);
    const inBlocks = each > block && monoids.some(({ rounds }) => rounds);
    monoids.forEach(({ type, identity }, i) => {
      lines.push(`var ${totals[i]}: ${type} = ${identity};`);
    });
    if (!inBlocks) {
      this.loop(stages, monoids, totals, start, end, step, lines);
      return totals;
    }
    // Sums of sums: the error of each grows with the length of its loop alone.
    const length = this.shader.count(Math.max(block, Math.ceil(Math.sqrt(each))) * step);
    lines.push(`for (var start = ${start}; start < ${end}; start += ${length}) {`);
    lines.push(`let stop = min(start + ${length}, ${end});`);
    const parts = stages.map((stage) => `part${stage}`);
    monoids.forEach(({ type, identity }, i) => {
      lines.push(`var ${parts[i]}: ${type} = ${identity};`);
    });
    this.loop(stages, monoids, parts, "start", "stop", step, lines);
    monoids.forEach((monoid, i) => {
      const [total, part] = [totals[i] as string, parts[i] as string]; // one each
      lines.push(`${total} = ${monoid.combine(total, part)};`);
    });
    lines.push("}");
    return totals;
  }

  private loop(
    stages: readonly number[],
    monoids: readonly Monoid[],
    totals: readonly string[],
    start: string,
    end: string,
    step: number,
    lines: string[],
  ): void {
    const roots = stages.map((stage) => this.reduction.stage(stage).value);
    const counts = isLight(roots) ? [unrolled, 1] : [1];
    lines.push("{", `var r = ${start};`);
    for (const count of counts) {
      const ahead = (count - 1) * step;
      lines.push(`for (; r${ahead === 0 ? "" : ` + ${ahead}u`} < ${end}; r += ${count * step}u) {`);
      const sums = [...totals];
      for (let turn = 0; turn < count; turn++) {
        const at = turn === 0 ? "r" : `r${turn}`;
        if (turn > 0) lines.push(`let ${at} = r + ${turn * step}u;`);
        const values = this.at(at, roots, lines);
        monoids.forEach((monoid, i) => {
          const value = monoid.enter(values[i] as string); // one for each root
          const sum = monoid.combine(sums[i] as string, value);
          sums[i] = `sum${i}_${turn}`;
          lines.push(`let ${sums[i]} = ${sum};`);
        });
      }
      monoids.forEach((_, i) => {
        lines.push(`${totals[i]} = ${sums[i]};`);
      });
      lines.push("}");
    }
    lines.push("}");
  }

  /** Append the lines that compute expressions at point `r` of the reduced axes. */
  at(r: string, roots: readonly Expr[], lines: string[]): string[] {
    const { readers } = this.reduction;
    const wanted = readers.need(roots);
    const places = new Array<string | undefined>(readers.list.length);
    this.places(wanted, r, lines).forEach((place, i) => {
      places[wanted[i] as number] = place; // one for each that is wanted
    });
    return this.expressions.write(roots, this.leaf(places), lines);
  }

  /** Append the lines that compute expressions once for the total at hand. */
  once(roots: readonly Expr[], lines: string[]): string[] {
    return this.expressions.write(roots, this.leaf(this.bases), lines);
  }

  /** Where readers are at point `r`. */
  places(wanted: readonly number[], r: string, lines: string[]): string[] {
    return placesIn(this.reduction.inner, wanted, r, r, this.shader, lines).map((place, i) => {
      const base = this.bases[wanted[i] as number] as string; // all readers have one
      if (place === null) return base;
      return base === "0u" ? place : `${base} + ${place}`;
    });
  }

  private leaf(places: readonly (string | undefined)[]): LeafText {
    const { readers } = this.reduction;
    return (node) =>
      node.kind === "stage"
        ? (this.stages.get(node.stage) as string) // stages come before those who read them
        : readers.textAt(node, places, this.shader);
  }

  /**
   * Append the tree that adds up the totals of `lanes` invocations, `stride` apart in a workgroup
   * of `size`; afterwards every one of them knows the stages.
   */
  combine(
    stages: readonly number[],
    totals: readonly string[],
    { lanes, stride, size }: { lanes: number; stride: number; size: number },
    lines: string[],
  ): string[] {
    if (lanes === 1) return [...totals];
    const monoids = stages.map((stage) => this.monoid(stage));
    const { subgroups } = this.reduction.context.features;
    if (subgroups && lanes === size && monoids.every(({ across }) => across !== null)) {
      return this.combineSubgroups(stages, monoids, totals, size, lines);
    }
    const arrays = stages.map((stage) => `shared${stage}`);
    monoids.forEach(({ type }, i) => {
      this.shader.global(`var<workgroup> ${arrays[i]}: array<${type}, ${size}>;`);
      lines.push(`${arrays[i]}[lid] = ${totals[i]};`);
    });
    lines.push("workgroupBarrier();");
    lines.push(`for (var half = ${lanes / 2}u; half > 0u; half = half / 2u) {`);
    lines.push("if (lane < half) {");
    const other = stride === 1 ? "half" : `half * ${stride}u`;
    monoids.forEach((monoid, i) => {
      const sum = monoid.combine(`${arrays[i]}[lid]`, `${arrays[i]}[lid + ${other}]`);
      lines.push(`${arrays[i]}[lid] = ${sum};`);
    });
    lines.push("}", "workgroupBarrier();", "}");
    const first = stride === 1 ? "lid - lane" : `lid - lane * ${stride}u`;
    return stages.map((stage, i) => {
      lines.push(`let sum${stage} = ${arrays[i]}[${first}];`);
      return `sum${stage}`;
    });
  }

  /** The same for a whole workgroup, by its subgroups: each adds up its own, all add up those sums. */
  private combineSubgroups(
    stages: readonly number[],
    monoids: readonly Monoid[],
    totals: readonly string[],
    size: number,
    lines: string[],
  ): string[] {
    const arrays = stages.map((stage) => `shared${stage}`);
    monoids.forEach(({ type, across }, i) => {
      this.shader.global(`var<workgroup> ${arrays[i]}: array<${type}, ${size}>;`);
      lines.push(`let subtotal${stages[i]} = ${across}(${totals[i]});`);
      lines.push(`if (subgroupElect()) { ${arrays[i]}[sub] = subtotal${stages[i]}; }`);
    });
    lines.push("workgroupBarrier();");
    return monoids.map((monoid, i) => {
      const sum = `sum${stages[i]}`;
      lines.push(`var ${sum} = ${arrays[i]}[0];`);
      lines.push("for (var s = 1u; s < subs; s++) {", `let next = ${arrays[i]}[s];`);
      lines.push(`${sum} = ${monoid.combine(sum, "next")};`, "}");
      return sum;
    });
  }

  /** Append what makes totals values of their stages. */
  finish(stages: readonly number[], totals: readonly string[], lines: string[]): void {
    stages.forEach((stage, i) => {
      const value = this.monoid(stage).leave(totals[i] as string); // one for each stage
      lines.push(`let stage${stage} = ${value};`);
      this.know(stage, `stage${stage}`);
    });
  }
}
