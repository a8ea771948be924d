import { ShapeError } from "../../core/errors.ts";
import type { ReduceOp } from "../../core/primitive.ts";
import { unflatten } from "../../core/pytree.ts";
import { sameShape } from "../../core/shape.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { checkFunction, flattenArrays } from "../../transforms/flatten.ts";
import type { Given } from "../../transforms/signatures.ts";
import { vmap } from "../../transforms/vmap.ts";
import { add, mul } from "../ops/arith.ts";
import { broadcastInDim, checkAxes, reduceSum } from "../ops/broadcast.ts";
import { bitwiseAnd, bitwiseOr, bitwiseXor } from "../ops/compare.ts";
import { max, min } from "../ops/extrema.ts";
import { reshape, transpose } from "../ops/layout.ts";
import { isNeutral } from "../ops/monoid.ts";
import { reduceAnd, reduceMax, reduceMin, reduceOr, reduceProd, reduceXor } from "../ops/reduce.ts";
import { concatenate, slice } from "../ops/slice.ts";

type Binary = (x: ArrayLike, y: ArrayLike) => NDArray;
type Reduction = (x: ArrayLike, axes: readonly number[]) => NDArray;

/** Functions that have a reduction of their own. */
const known: ReadonlyMap<unknown, readonly [ReduceOp, Binary, Reduction]> = new Map<
  unknown,
  readonly [ReduceOp, Binary, Reduction]
>([
  [add, ["add", add, reduceSum]],
  [mul, ["mul", mul, reduceProd]],
  [max, ["max", max, reduceMax]],
  [min, ["min", min, reduceMin]],
  [bitwiseAnd, ["and", bitwiseAnd, reduceAnd]],
  [bitwiseOr, ["or", bitwiseOr, reduceOr]],
  [bitwiseXor, ["xor", bitwiseXor, reduceXor]],
]);

/**
 * Reduction of arrays over `dimensions` (distinct, ascending) by an associative function, of which
 * each scalar of `inits` is the element that changes nothing.
 *
 * `operands` is an array or a tree of arrays of one shape, `inits` a tree of scalars like it.
 * `computation(a, b)` takes two such trees of scalars and gives another. Neighbours are combined
 * in a tree of depth log2(n), mapped over all pairs at once, so every transform applies.
 *
 * @throws ShapeError if shapes or trees do not fit, or an axis is out of range.
 */
export function reduce<T>(
  operands: T,
  inits: T | Given<T>,
  computation: (a: Given<T>, b: Given<T>) => T | Given<T>,
  dimensions: readonly number[],
): Given<T> {
  const where = "lax.reduce";
  checkFunction(computation, where);
  const { arrays, treeDef } = flattenArrays(operands, where, "operands");
  const starts = flattenArrays(inits, where, "inits").arrays;
  checkOperands(arrays, starts);
  const [first] = arrays;
  if (first === undefined) return unflatten(treeDef, []) as Given<T>; // an empty tree like operands
  checkAxes("reduce", dimensions, first.ndim);
  const monoid = known.get(computation);
  const [start] = starts;
  // Trees below are rebuilt from the structure of `operands`.
  if (monoid !== undefined && arrays.length === 1 && start !== undefined) {
    const [op, apply, reduction] = monoid;
    const reduced = reduction(first, dimensions);
    const whole = isNeutral(op, start) ? reduced : apply(spread(start, reduced.shape), reduced);
    return unflatten(treeDef, [whole]) as Given<T>;
  }
  const combine = vmap((a: readonly NDArray[], b: readonly NDArray[]): readonly NDArray[] => {
    const result = computation(
      unflatten(treeDef, a) as Given<T>,
      unflatten(treeDef, b) as Given<T>,
    );
    return flattenArrays(result, where, "the result").arrays;
  });
  return unflatten(treeDef, reduceTree(arrays, starts, combine, dimensions)) as Given<T>;
}

function checkOperands(arrays: readonly NDArray[], starts: readonly NDArray[]): void {
  const shape = arrays[0]?.shape ?? [];
  const fits =
    arrays.length === starts.length &&
    arrays.every((x, i) => sameShape(x.shape, shape) && starts[i]?.dtype === x.dtype) &&
    starts.every((x) => x.ndim === 0);
  if (fits) return;
  throw new ShapeError(
    `lax.reduce: operands of one shape and a scalar of the same dtype for each are required, got ${arrays.map((x) => x.aval).join(" and ")} with ${starts.map((x) => x.aval).join(" and ")}; broadcast or convert them`,
  );
}

type CombineMany = (a: readonly NDArray[], b: readonly NDArray[]) => readonly NDArray[];

/** Combine neighbouring rows until one is left, then the starts with that. */
function reduceTree(
  arrays: readonly NDArray[],
  starts: readonly NDArray[],
  combine: CombineMany,
  dimensions: readonly number[],
): readonly NDArray[] {
  const { shape } = arrays[0] as NDArray; // there is one at least
  const kept = shape.map((_, axis) => axis).filter((axis) => !dimensions.includes(axis));
  const extent = (axes: readonly number[]): number =>
    axes.reduce((product, axis) => product * (shape[axis] as number), 1); // axes of the shape
  const width = extent(kept);
  const result = kept.map((axis) => shape[axis] as number);
  let count = extent(dimensions);
  if (count === 0 || width === 0) return starts.map((x) => spread(x, result));
  let rows = arrays.map((x) => reshape(transpose(x, [...dimensions, ...kept]), [count, width]));
  while (count > 1) {
    const half = count >> 1;
    const flat = (x: NDArray, from: number): NDArray =>
      reshape(slice(x, [from, 0], [2 * half, width], [2, 1]), [half * width]);
    const pairs = combine(
      rows.map((x) => flat(x, 0)),
      rows.map((x) => flat(x, 1)),
    ).map((x) => reshape(x, [half, width]));
    const last = (x: NDArray): NDArray => slice(x, [count - 1, 0], [count, width]);
    const odd = count > 2 * half;
    rows = pairs.map((x, i) => (odd ? concatenate([x, last(rows[i] as NDArray)], 0) : x)); // as many
    count -= half;
  }
  const begun = combine(
    starts.map((x) => spread(x, [width])),
    rows.map((x) => reshape(x, [width])),
  );
  return begun.map((x) => reshape(x, result));
}

function spread(x: NDArray, shape: readonly number[]): NDArray {
  return broadcastInDim(x, shape, []);
}
