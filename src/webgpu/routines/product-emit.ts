import type { RoutineStep } from "../routine.ts";
import { gridOf, Shader } from "../shader.ts";
import type { Compiled, Dispatch, StepContext } from "../step.ts";
import type { Product } from "./product.ts";
import { directLines } from "./product-direct.ts";
import { columnsOf, type ProductPlan, planProduct, rowsOf, workgroup } from "./product-plan.ts";
import { writeFinish } from "./product-result.ts";
import { stagedLines } from "./product-staged.ts";
import { thinLines } from "./product-thin.ts";

/**
 * The shaders of a product and its epilogue: one, or two where the depth is summed in parts.
 *
 * The plan depends on extents, layouts and the kind of device alone, so equal products round alike.
 */
export function emitProduct(
  product: Product,
  step: RoutineStep<object>,
  context: StepContext,
): Compiled {
  const { batches, m, n, label, arithmetic, result } = product;
  const size = batches * m * n;
  if (size === 0) return { dispatches: [], scratch: [] };
  const plan = planProduct(product, context);
  const shader = new Shader(context);
  const grid = gridOf(plan.splits * workgroupsOf(product, plan), context);
  const body = [
    ...partLines(product, plan, grid.number),
    ...forms[plan.form](product, plan, shader),
  ];
  const invocations = plan.tile.width * plan.tile.height * plan.lanes;
  const sums = (): Dispatch => shader.dispatch(label, [invocations, 1, 1], grid.workgroups, body);
  if (plan.splits === 1) {
    writeFinish(step, result, arithmetic, shader, context);
    return { dispatches: [sums()], scratch: [] };
  }
  const { type, zero } = arithmetic;
  const place = `(b * ${m}u + m) * ${n}u + n`;
  shader.global(
    `fn finish(b: u32, m: u32, n: u32, sum: ${type}) { ${shader.scratch(0, type, "read_write")}[${place}] = sum; }`,
  );
  const total = new Shader(context);
  const { workgroups, number } = gridOf(Math.ceil(size / workgroup), context);
  const parts = total.scratch(0, type, "read");
  writeFinish(step, result, arithmetic, total, context);
  const second = total.dispatch(`${label} total`, [workgroup, 1, 1], workgroups, [
    `let e = ${number} * ${workgroup}u + lid;`,
    `if (e >= ${size}u) { return; }`,
    `var sum = ${zero};`,
    `for (var i = 0u; i < ${plan.splits}u; i++) { sum += ${parts}[i * ${size}u + e]; }`,
    `finish(e / ${m * n}u, e / ${n}u % ${m}u, e % ${n}u, sum);`,
  ]);
  return { dispatches: [sums(), second], scratch: [4 * plan.splits * size] };
}

const forms = { thin: thinLines, direct: directLines, staged: stagedLines } as const;

/** Workgroups that sum one part of the depth. */
function workgroupsOf({ batches, m, n }: Product, { form, tile }: ProductPlan): number {
  if (form === "thin") return Math.ceil((batches * m * n) / tile.width);
  return batches * Math.ceil(m / rowsOf(tile)) * Math.ceil(n / columnsOf(tile));
}

/** Lines that name the workgroup's number within its part, and where the part begins and ends. */
function partLines(product: Product, plan: ProductPlan, number: string): string[] {
  const { splits, part } = plan;
  const { depth } = product;
  const workgroups = workgroupsOf(product, plan);
  if (splits === 1) {
    return [`let group = ${number};`, "let first = 0u;", `let end = ${depth}u;`];
  }
  return [
    `let group = ${number} % ${workgroups}u;`,
    `let part = ${number} / ${workgroups}u;`,
    `let first = part * ${part}u;`,
    `let end = min(first + ${part}u, ${depth}u);`,
  ];
}
