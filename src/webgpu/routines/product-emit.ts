import type { RoutineStep } from "../routine.ts";
import { Shader } from "../shader.ts";
import type { Compiled, StepContext } from "../step.ts";
import type { Product } from "./product.ts";
import { directLines } from "./product-direct.ts";
import { columnsOf, type ProductPlan, planProduct, rowsOf } from "./product-plan.ts";
import { writeFinish } from "./product-result.ts";
import { stagedLines } from "./product-staged.ts";
import { thinLines } from "./product-thin.ts";
import { Sequence } from "./sequence.ts";
import { wideResult } from "./wide-result.ts";

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
  const sequence = new Sequence(context);
  const size = batches * m * n;
  if (size === 0) return sequence.compiled;
  const plan = planProduct(product, context);
  const shader = new Shader(context);
  const outs = step.results.map((value) => wideResult(sequence, value));
  const finish = (to: Shader): void => writeFinish(step, result, arithmetic, outs, to, context);
  const sum = (): void =>
    sequence.groups(
      label,
      shader,
      plan.splits * workgroupsOf(product, plan),
      plan.tile.width * plan.tile.height * plan.lanes,
      [...partLines(product, plan), ...forms[plan.form](product, plan, shader)],
    );
  if (plan.splits === 1) {
    finish(shader);
    sum();
  } else {
    const { type, zero } = arithmetic;
    const memory = sequence.memory(plan.splits * size);
    const parts = shader.scratch(memory, type, "read_write");
    shader.global(
      `fn finish(b: u32, m: u32, n: u32, sum: ${type}) { ${parts}[(b * ${m}u + m) * ${n}u + n] = sum; }`,
    );
    sum();
    const total = new Shader(context);
    const from = total.scratch(memory, type, "read");
    finish(total);
    sequence.each(`${label} total`, total, size, [
      `var sum = ${zero};`,
      `for (var i = 0u; i < ${plan.splits}u; i++) { sum += ${from}[i * ${size}u + e]; }`,
      `finish(e / ${m * n}u, e / ${n}u % ${m}u, e % ${n}u, sum);`,
    ]);
  }
  for (const out of outs) out.finish();
  return sequence.compiled;
}

const forms = { thin: thinLines, direct: directLines, staged: stagedLines } as const;

/** Workgroups that sum one part of the depth. */
function workgroupsOf({ batches, m, n }: Product, { form, tile }: ProductPlan): number {
  if (form === "thin") return Math.ceil((batches * m * n) / tile.width);
  return batches * Math.ceil(m / rowsOf(tile)) * Math.ceil(n / columnsOf(tile));
}

/** Lines that say where the part of the depth begins and ends that a workgroup sums. */
function partLines(product: Product, plan: ProductPlan): string[] {
  const { splits, part } = plan;
  const { depth } = product;
  const workgroups = workgroupsOf(product, plan);
  if (splits === 1) {
    return ["let first = 0u;", `let end = ${depth}u;`];
  }
  return [
    `let part = group / ${workgroups}u;`,
    `let first = part * ${part}u;`,
    `let end = min(first + ${part}u, ${depth}u);`,
  ];
}
