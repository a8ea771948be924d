import type { RoutineStep } from "../routine.ts";
import { gridOf, Shader } from "../shader.ts";
import type { Compiled, StepContext } from "../step.ts";
import type { Product } from "./product.ts";
import { writeFinish } from "./product-result.ts";

/** Invocations of a workgroup. */
const workgroup = 64;

/** A product with one invocation for each element of the result: few rows, few columns or little depth. */
export function emitThin(
  { label, batches, m, n, depth, left, right, arithmetic, result }: Product,
  step: RoutineStep<object>,
  context: StepContext,
): Compiled {
  const shader = new Shader(context);
  const { workgroups, number } = gridOf(Math.ceil((batches * m * n) / workgroup), context);
  const body = [
    `let e = ${number} * ${workgroup}u + lid;`,
    `if (e >= ${batches * m * n}u) { return; }`,
    `let b = e / ${m * n}u;`,
    `let m = e / ${n}u % ${m}u;`,
    `let n = e % ${n}u;`,
    ...left.within("leftBase", "b"),
    ...right.within("rightBase", "b"),
    ...left.across("leftAt", "m"),
    ...right.across("rightAt", "n"),
    `var sum = ${arithmetic.zero};`,
    `for (var k = 0u; k < ${depth}u; k++) {`,
    ...left.along("leftDeep", "k").map((line) => `  ${line}`),
    ...right.along("rightDeep", "k").map((line) => `  ${line}`),
    `  sum += ${left.factor("leftBase", "leftAt", "leftDeep", shader)} * ${right.factor("rightBase", "rightAt", "rightDeep", shader)};`,
    "}",
    "finish(b, m, n, sum);",
  ];
  writeFinish(step, result, arithmetic, shader, context);
  return {
    dispatches: [shader.dispatch(label, [workgroup, 1, 1], workgroups, body)],
    scratch: [],
  };
}
