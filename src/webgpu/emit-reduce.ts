import type { Kernel } from "../kernel/kernel.ts";
import { readsAcross } from "../kernel/nest.ts";
import { emitParts } from "./emit-parts.ts";
import { planReduce, type ReducePlan, wholeRows } from "./reduce-plan.ts";
import { pointLines, totalsLines } from "./reduce-results.ts";
import { Reduction, ReductionWriter } from "./reduction.ts";
import { gridOf, Shader } from "./shader.ts";
import { type Compiled, type Dispatch, fitsBindings, type StepContext } from "./step.ts";
import { packed, Scratch, WideResult } from "./wide.ts";

/** A kernel with stages as shaders. */
export function emitReduce(
  kernel: Kernel,
  results: readonly number[],
  context: StepContext,
): Compiled {
  const reduction = new Reduction(kernel, context);
  const { outer, inner, readers } = reduction;
  if (outer.size === 0) return { dispatches: [], scratch: [] };
  const loads = readers.need([...kernel.stages, ...kernel.outputs].map(({ value }) => value));
  const across = readsAcross(loads, outer, inner);
  const compile = (plan: ReducePlan): Compiled => {
    const scratch = new Scratch();
    const wide = results.map((result) => new WideResult(result, context, scratch));
    const dispatches =
      plan.parts > 1
        ? emitParts(reduction, wide, plan, scratch)
        : [emitWhole(reduction, wide, plan)];
    return packed(dispatches, wide, scratch);
  };
  const compiled = compile(planReduce(outer.size, inner.size, across, context.features));
  // The sums of parts are bindings too; a kernel at the limit is one shader, however long its rows.
  if (context.varies || fitsBindings(compiled.dispatches, context.limits)) return compiled;
  return compile(wholeRows(outer.size, inner.size, across, context.features));
}

/** All of a reduction in one shader. */
function emitWhole(
  reduction: Reduction,
  results: readonly WideResult[],
  { rows, lanes, across }: ReducePlan,
): Dispatch {
  const { kernel, context, outer, inner, batches } = reduction;
  const shader = new Shader(context);
  const writer = new ReductionWriter(reduction, shader);
  const size = rows * lanes;
  const { workgroups, number } = gridOf(Math.ceil(outer.size / rows), context);
  const totals = shader.count(outer.size);
  const points = shader.count(inner.size);
  const body: string[] = [];
  const stride = across ? rows : 1;
  if (lanes === 1) {
    body.push(`let row = ${number} * ${size}u + lid;`, `if (row >= ${totals}) { return; }`);
  } else {
    const [lane, place] = across
      ? [`lid / ${rows}u`, `lid % ${rows}u`]
      : [`lid % ${lanes}u`, `lid / ${lanes}u`];
    body.push(`let lane = ${lane};`, `let own = ${number} * ${rows}u + ${place};`);
    // All invocations meet at barriers; those beyond the end do the last row once more.
    body.push(`let row = min(own, ${totals} - 1u);`);
  }
  writer.row("row", body);
  const start = lanes === 1 ? "0u" : "lane";
  for (const stages of batches) {
    const sums = writer.accumulate(stages, start, points, lanes, inner.size, body);
    writer.finish(stages, writer.combine(stages, sums, { lanes, stride, size }, body), body);
  }
  const guarded = (condition: string, lines: readonly string[]): void => {
    if (lines.length === 0) return;
    if (lanes === 1) body.push(...lines);
    else body.push(`if (${condition}) {`, ...lines, "}");
  };
  guarded("lane == 0u && own == row", totalsLines(reduction, writer, results));
  if (kernel.outputs.some(({ view }) => view !== null)) {
    const lines = [`for (var r = ${start}; r < ${points}; r += ${lanes}u) {`];
    lines.push(...pointLines(reduction, writer, results, "r"), "}");
    guarded("own == row", lines);
  }
  return shader.dispatch("reduce", [size, 1, 1], workgroups, body);
}
