import type { ShapedArray } from "../core/aval.ts";
import { type DType, isFloat } from "../core/dtype.ts";
import type { NDArray } from "../core/value.ts";
import { full } from "../lax/ops/broadcast.ts";
import { moveAxis } from "../lax/ops/layout.ts";
import { sortP, topKP } from "../lax/ops/sort.ts";
import { type Emitter, names, type Ref } from "./emitter.ts";
import { comparisonKind } from "./scalar-ops.ts";
import { tensorType } from "./tensor-types.ts";
import { operand, writer } from "./writer.ts";

/** Zeros of one sign and NaN of one kind, so that a total order takes them for equal. */
function canonical(e: Emitter, x: Ref): Ref {
  const { dtype } = x.aval;
  if (!isFloat(dtype)) return x;
  const zero = e.splat(0, dtype);
  const plain = e.select(e.compare("EQ", x, zero, "FLOAT"), zero, x);
  return e.select(e.compare("NE", x, x, "FLOAT"), e.splat(NaN, dtype), plain);
}

const orderKind = (dtype: DType): string => (isFloat(dtype) ? "TOTALORDER" : comparisonKind(dtype));

/** Whether the left of each pair comes first, by the first key in which they differ. */
function precedes(e: Emitter, pairs: readonly (readonly [Ref, Ref])[]): Ref {
  const keys = pairs.map(([a, b]) => [canonical(e, a), canonical(e, b)] as const);
  return keys.reduceRight<Ref | null>((rest, [a, b]) => {
    const kind = orderKind(a.aval.dtype);
    const before = e.compare("LT", a, b, kind);
    if (rest === null) return before;
    const tied = e.alike("stablehlo.and", [e.compare("EQ", a, b, kind), rest], before.aval);
    return e.alike("stablehlo.or", [before, tied], before.aval);
  }, null) as Ref; // there is one key at least
}

const sort = writer(sortP, (e, { params: { dimension, numKeys }, operands, outs }) => {
  const inputs = operands.flatMap(({ aval }) => {
    const scalar = aval.withShape([]);
    return [scalar, scalar];
  });
  const region = {
    inputs,
    body: (block: readonly Ref[]) => {
      const keys = Array.from(
        { length: numKeys },
        (_, i) => [operand(block, 2 * i), operand(block, 2 * i + 1)] as const,
      );
      return [precedes(e, keys)];
    },
  };
  const attributes = `dimension = ${dimension} : i64, is_stable = true`;
  return e.withRegions("stablehlo.sort", operands, attributes, [region], outs);
});

const topK = writer(topKP, (e, { params: { k, axis }, operands, outs }) => {
  const x = operand(operands, 0);
  if (k === 0) return e.compose([], () => outs.map(({ shape, dtype }) => full(shape, 0, dtype)));
  const last = x.aval.ndim - 1;
  const front = operand(
    e.compose([x], ([a]) => [moveAxis(a as NDArray, axis, last)]), // one operand
    0,
  );
  const shape = front.aval.shape.with(last, k);
  const results: readonly ShapedArray[] = [
    front.aval.withShape(shape),
    front.aval.withShape(shape).withDtype("int32"),
  ];
  const [values, places] = [e.newName(), e.newName()];
  const types = results.map(tensorType).join(", ");
  e.line(
    `${values}, ${places} = chlo.top_k(${names([front])}, k = ${k}) : ${tensorType(front.aval)} -> (${types})`,
  );
  const found = results.map((aval, i) => ({ name: i === 0 ? values : places, aval }));
  if (axis === last) return found;
  return e.compose(found, (xs) => xs.map((a) => moveAxis(a, last, axis)));
});

/** Orders along an axis. */
export const sorting = { sort, topK };
