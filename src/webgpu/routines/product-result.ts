import type { DType } from "../../core/dtype.ts";
import { InternalError } from "../../core/errors.ts";
import type { Expr } from "../../core/scalar.ts";
import { sameShape } from "../../core/shape.ts";
import { contiguousView, type View } from "../../core/view.ts";
import type { Load } from "../../kernel/kernel.ts";
import { type Run, runTerms, sumText } from "../address.ts";
import { ExpressionWriter } from "../expressions.ts";
import type { RoutineStep } from "../routine.ts";
import type { Shader } from "../shader.ts";
import { spell } from "../spell.ts";
import type { StepContext } from "../step.ts";
import type { Arithmetic } from "./product-arithmetic.ts";
import type { WideResult } from "./wide-result.ts";

/**
 * An axis of one of the three loops of a product: `extent` places, which are places
 * `coefficient * i` of axis `axis` of the result. Loops may share an axis of the result.
 */
export interface ResultAxis {
  readonly extent: number;
  readonly axis: number;
  readonly coefficient: number;
}

/** The result of a product, and the axes of its loops over batches, rows and columns. */
export interface ProductResult {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly batches: readonly ResultAxis[];
  readonly rows: readonly ResultAxis[];
  readonly columns: readonly ResultAxis[];
}

/** Type of the result of a product before its epilogue. */
export function productDtype(
  { results, epilogue }: RoutineStep<object>,
  context: StepContext,
): DType {
  if (epilogue !== null) return (epilogue.kernel.loads[epilogue.slot] as Load).dtype; // it is one of them
  return context.aval(results[0] as number).dtype; // a product has one result
}

/**
 * Add to `shader` the function `finish(b, m, n, sum)`, which makes a sum an element of the result,
 * takes it through the epilogue and stores what comes out in `outs`.
 */
export function writeFinish(
  step: RoutineStep<object>,
  result: ProductResult,
  { type, rounded }: Arithmetic,
  outs: readonly WideResult[],
  shader: Shader,
  context: StepContext,
): void {
  const { epilogue, results } = step;
  const lines = [`let product = ${rounded("sum", shader)};`];
  const at = (view: View): string => resultAddress(result, view);
  lines.push(`let e = ${at(contiguousView(result.shape))};`);
  let values = ["product"];
  if (epilogue !== null) {
    const { space, loads, outputs } = epilogue.kernel;
    // The epilogue may count the same elements along other axes.
    const address = (view: View): string =>
      sameShape(space, result.shape)
        ? at({ ...view, shape: space })
        : sumText(view.offset, runTerms("e", runsOf(space, view.strides)));
    const leaf = (node: Exclude<Expr, { kind: "op" | "const" }>): string => {
      switch (node.kind) {
        case "slot": {
          if (node.slot === epilogue.slot) return "product";
          const { source, dtype, map } = loads[node.slot] as Load; // slots number the loads
          if (map.kind === "own") throw new InternalError("webgpu: a load must say what it reads");
          return shader.load(source, dtype, address(map.view));
        }
        case "index": {
          const strides = space.map((_, axis) => (axis === node.axis ? 1 : 0));
          const place = address({ shape: space, strides, offset: 0 });
          return node.dtype === "uint32"
            ? place
            : spell("convert", [`(${place})`], "uint32", node.dtype, shader);
        }
        default:
          throw new InternalError("webgpu: an epilogue has no stages");
      }
    };
    const writer = new ExpressionWriter(shader);
    values = writer.write(
      outputs.map(({ value }) => value),
      leaf,
      lines,
    );
  }
  outs.forEach(({ type, array }, i) => {
    const text = values[i] as string; // one for each result
    const { dtype } = context.aval(results[i] as number); // as above
    lines.push(`${array(shader)}[e] = ${dtype === "bool" ? `${type}(${text})` : text};`);
  });
  shader.global(
    [
      `fn finish(b: u32, m: u32, n: u32, sum: ${type}) {`,
      ...lines.map((line) => `  ${line}`),
      "}",
    ].join("\n"),
  );
}

/** Address, in a view of the result's shape, of the element at `b`, `m` and `n`. */
function resultAddress({ batches, rows, columns }: ProductResult, view: View): string {
  const runs = (axes: readonly ResultAxis[]): Run[] =>
    axes.map(({ extent, axis, coefficient }) => ({
      extent,
      stride: coefficient * (view.strides[axis] as number), // an axis of the result
    }));
  return sumText(view.offset, [
    ...runTerms("b", runs(batches)),
    ...runTerms("m", runs(rows)),
    ...runTerms("n", runs(columns)),
  ]);
}

function runsOf(shape: readonly number[], strides: readonly number[]): Run[] {
  return shape.map((extent, axis) => ({ extent, stride: strides[axis] as number })); // one for each
}
