import { type Monoid, ofWordText, typeOf, wordText } from "./monoid.ts";
import type { ReducePlan } from "./reduce-plan.ts";
import { pointLines, totalsLines } from "./reduce-results.ts";
import { type Reduction, ReductionWriter } from "./reduction.ts";
import { gridOf, Shader } from "./shader.ts";
import type { Dispatch } from "./step.ts";
import type { Scratch, WideResult } from "./wide.ts";

/** Invocations of a workgroup. */
const size = 64;

/**
 * A reduction of few totals with many points each. Every run of stages takes two shaders: one
 * adds up the parts of each total, one the sums of the parts. Results that have an element for
 * each point are written by a last one.
 */
export function emitParts(
  reduction: Reduction,
  results: readonly WideResult[],
  plan: ReducePlan,
  scratch: Scratch,
): Dispatch[] {
  const { kernel, outer, batches } = reduction;
  const sums = scratch.words(kernel.stages.length * outer.size);
  const most = Math.max(...batches.map((stages) => stages.length));
  const parts = scratch.words(most * outer.size * plan.parts);
  const writer = new PartsWriter(reduction, results, plan.parts, sums, parts);
  const dispatches = batches.flatMap((stages, i) => [
    writer.parts(stages),
    writer.sums(stages, i === batches.length - 1),
  ]);
  if (kernel.outputs.some(({ view }) => view !== null)) dispatches.push(writer.points());
  return dispatches;
}

class PartsWriter {
  private readonly reduction: Reduction;
  private readonly results: readonly WideResult[];
  private readonly count: number;
  private readonly sumsMemory: number;
  private readonly partsMemory: number;
  private readonly done: number[] = [];

  constructor(
    reduction: Reduction,
    results: readonly WideResult[],
    count: number,
    sums: number,
    parts: number,
  ) {
    this.reduction = reduction;
    this.results = results;
    this.count = count;
    this.sumsMemory = sums;
    this.partsMemory = parts;
  }

  /** One workgroup for each part of each total. */
  parts(stages: readonly number[]): Dispatch {
    const { context, outer, inner } = this.reduction;
    const { shader, writer } = this.writer();
    const points = shader.count(inner.size);
    const each = Math.ceil(inner.size / this.count);
    const count = shader.count(this.count);
    const { workgroups, number } = gridOf(outer.size * this.count, context);
    const body = [`let group = ${number};`];
    if (workgroups[1] > 1) {
      body.push(`if (group >= ${shader.count(outer.size * this.count)}) { return; }`);
    }
    body.push(`let row = group / ${count};`, `let part = group - row * ${count};`);
    this.knowSums(writer, body);
    writer.row("row", body);
    const length = shader.count(each);
    body.push("let lane = lid;", `let first = part * ${length};`);
    body.push(`let limit = min(first + ${length}, ${points});`);
    const totals = writer.accumulate(stages, "first + lane", "limit", size, each, body);
    const sums = writer.combine(stages, totals, { lanes: size, stride: 1, size }, body);
    const memory = shader.scratch(this.partsMemory, "u32", "read_write");
    body.push("if (lane == 0u) {");
    stages.forEach((stage, i) => {
      const word = wordText(sums[i] as string, writer.monoid(stage).type); // one for each stage
      const place = i === 0 ? "group" : `group + ${shader.count(i * outer.size * this.count)}`;
      body.push(`${memory}[${place}] = ${word};`);
    });
    body.push("}");
    return shader.dispatch("reduce parts", [size, 1, 1], workgroups, body);
  }

  /** One workgroup for each total. */
  sums(stages: readonly number[], isLast: boolean): Dispatch {
    const { context, outer } = this.reduction;
    const { shader, writer } = this.writer();
    const { workgroups, number } = gridOf(outer.size, context);
    const body = [`let row = ${number};`];
    if (workgroups[1] > 1) body.push(`if (row >= ${shader.count(outer.size)}) { return; }`);
    body.push("let lane = lid;");
    const count = shader.count(this.count);
    const memory = shader.scratch(this.partsMemory, "u32", "read");
    const totals = stages.map((stage, i) => {
      const monoid = writer.monoid(stage);
      const start = i === 0 ? "" : ` + ${shader.count(i * outer.size * this.count)}`;
      body.push(`var total${stage}: ${monoid.type} = ${monoid.identity};`);
      body.push(`for (var p = lane; p < ${count}; p += ${size}u) {`);
      body.push(`let word = ${memory}[row * ${count} + p${start}];`);
      body.push(`let part = ${ofWordText("word", monoid.type)};`);
      body.push(`total${stage} = ${monoid.combine(`total${stage}`, "part")};`, "}");
      return `total${stage}`;
    });
    const sums = writer.combine(stages, totals, { lanes: size, stride: 1, size }, body);
    writer.finish(stages, sums, body);
    body.push("if (lane == 0u) {");
    const memoryOfSums = shader.scratch(this.sumsMemory, "u32", "read_write");
    stages.forEach((stage) => {
      const word = wordText(`stage${stage}`, this.valueType(stage));
      body.push(`${memoryOfSums}[${this.sumPlace(stage, shader)}] = ${word};`);
    });
    if (isLast) {
      this.knowSums(writer, body);
      writer.row("row", body);
      body.push(...totalsLines(this.reduction, writer, this.results));
    }
    this.done.push(...stages);
    body.push("}");
    return shader.dispatch("reduce sums", [size, 1, 1], workgroups, body);
  }

  /** The results that have an element for each point, one invocation for each. */
  points(): Dispatch {
    const { context, outer, inner } = this.reduction;
    const { shader, writer } = this.writer();
    const { workgroups, number } = gridOf(Math.ceil((outer.size * inner.size) / size), context);
    const points = shader.count(inner.size);
    const body = [
      `let e = ${number} * ${size}u + lid;`,
      `if (e >= ${shader.count(outer.size * inner.size)}) { return; }`,
      `let row = e / ${points};`,
      `let r = e - row * ${points};`,
    ];
    this.knowSums(writer, body);
    writer.row("row", body);
    body.push(...pointLines(this.reduction, writer, this.results, "r"));
    return shader.dispatch("reduce points", [size, 1, 1], workgroups, body);
  }

  private writer(): { shader: Shader; writer: ReductionWriter } {
    const shader = new Shader(this.reduction.context);
    return { shader, writer: new ReductionWriter(this.reduction, shader) };
  }

  /** Append what reads the stages that are done. */
  private knowSums(writer: ReductionWriter, lines: string[]): void {
    const { shader } = writer;
    for (const stage of this.done) {
      const memory = shader.scratch(this.sumsMemory, "u32", "read_write");
      const word = `${memory}[${this.sumPlace(stage, shader)}]`;
      lines.push(`let known${stage} = ${ofWordText(word, this.valueType(stage))};`);
      writer.know(stage, `known${stage}`);
    }
  }

  private sumPlace(stage: number, shader: Shader): string {
    return stage === 0 ? "row" : `row + ${shader.count(stage * this.reduction.outer.size)}`;
  }

  /** Type of a stage's value, which is that of its total but for ranks of floats. */
  private valueType(stage: number): Monoid["type"] {
    return typeOf(this.reduction.stage(stage).dtype);
  }
}
