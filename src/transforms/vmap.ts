import { ArgumentError, InternalError, ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { type TreeDef, unflatten } from "../core/pytree.ts";
import { flattenPrefix } from "../core/pytree-prefix.ts";
import { currentTrace, withTrace } from "../core/trace.ts";
import type { NDArray } from "../core/value.ts";
import { reduceSum } from "../lax/ops/broadcast.ts";
import { type Batched, BatchTrace, putAxis } from "./batch-trace.ts";
import {
  type AnyFunction,
  callFlat,
  checkFunction,
  describe,
  type FlatResult,
  flattenArrays,
  pathOf,
} from "./flatten.ts";
import type { Given, PassedArgs } from "./signatures.ts";

/** Positions of mapped axes: an integer, null for what is not mapped, or a prefix of the tree. */
export type Axes = number | null | readonly Axes[] | { readonly [key: string]: Axes };

/** Options of `vmap`. */
export interface VmapOptions {
  /** Axis of the arguments to map over: one for all, or a list with one entry for each. */
  readonly inAxes?: Axes | undefined;
  /** Where the mapped axis stands in the results. */
  readonly outAxes?: Axes | undefined;
  /** Size of the mapped axis; needed where no argument is mapped. */
  readonly axisSize?: number | undefined;
  /** Name under which collectives such as `lax.psum` find the axis. */
  readonly axisName?: string | undefined;
  /** Whether a result that depends on the slice, where the entry of `outAxes` is null, is summed. */
  readonly sumMatch?: boolean | undefined;
}

/**
 * Function that applies `f` to each slice of its arguments along an axis, all at once.
 *
 * `inAxes` (0 by default) says which axis of each argument is mapped: an integer, null for an
 * argument that all slices share, or a list with one entry for each argument, each a prefix of
 * the argument's tree. Results are stacked along `outAxes`; a result that does not depend on the
 * slice is repeated there, or given as it is where the entry is null.
 *
 * @throws ArgumentError or TreeError if the axes do not fit the arguments; ShapeError if the
 * mapped axes differ in size.
 */
export function vmap<Args extends readonly unknown[], Out>(
  f: (...args: Args) => Out,
  options: VmapOptions = {},
): (...args: PassedArgs<Args>) => Given<Out> {
  checkFunction(f, "vmap");
  checkOptions("vmap", options, ["inAxes", "outAxes", "axisSize", "axisName", "sumMatch"]);
  const { inAxes = 0, outAxes = 0, axisSize, axisName, sumMatch = false } = options;
  return (...args) => {
    const { arrays, treeDef } = flattenArrays(args, "vmap", "argument ");
    const dims = inputDims(inAxes, treeDef, arrays, args.length);
    const size = mappedSize(dims, arrays, treeDef, axisSize);
    const trace = new BatchTrace(currentTrace(), { size, name: axisName ?? null });
    try {
      const inputs = arrays.map((x, i) => trace.join([x, dims[i] ?? null]));
      const result = withTrace(trace, () =>
        callFlat(f as AnyFunction, treeDef, inputs, { where: "vmap" }),
      );
      const pairs = result.arrays.map((x) => trace.split(x));
      const outs = outputs(pairs, result, outAxes, size, sumMatch);
      return unflatten(result.treeDef, outs) as Given<Out>; // rebuilt from what `f` returned
    } finally {
      trace.alive = false;
    }
  };
}

/** Whether an entry of a tree of axes stands for one axis. */
function isAxis(x: unknown): boolean {
  return x === null || typeof x === "number";
}

/** The mapped axis of each leaf of the arguments, from 0. */
function inputDims(
  inAxes: Axes,
  treeDef: TreeDef,
  arrays: readonly NDArray[],
  count: number,
): (number | null)[] {
  if (Array.isArray(inAxes) && inAxes.length !== count) {
    throw new ArgumentError(
      `vmap: inAxes must have one entry for each argument, got ${inAxes.length} for ${count} arguments; use null for those that are not mapped`,
    );
  }
  const axes = flattenPrefix(inAxes, treeDef, isAxis, "vmap: inAxes");
  return axes.map((axis, i) => {
    if (axis === null) return null;
    const x = arrays[i];
    if (x === undefined) throw new InternalError("vmap: more axes than arguments");
    return resolveAxis(axis, x.ndim, () => `vmap: inAxes of argument ${pathOf(treeDef, i)}`, x);
  });
}

function resolveAxis(axis: unknown, ndim: number, place: () => string, x: NDArray): number {
  if (typeof axis !== "number" || !Number.isInteger(axis)) {
    throw new ArgumentError(
      `${place()} must be an integer or null, got ${describe(axis)}; name an axis by its number`,
    );
  }
  if (axis < -ndim || axis >= ndim) {
    throw new ShapeError(
      `${place()} requires an array of at least ${axis < 0 ? -axis : axis + 1} axes, got axis ${axis} of ${x.aval}; use null to share it`,
    );
  }
  return axis < 0 ? axis + ndim : axis;
}

function mappedSize(
  dims: readonly (number | null)[],
  arrays: readonly NDArray[],
  treeDef: TreeDef,
  axisSize: number | undefined,
): number {
  const mapped = dims.flatMap((dim, i) => {
    const x = arrays[i];
    return dim === null || x === undefined ? [] : [{ i, size: x.shape[dim] as number, x }]; // dim is in range
  });
  const size = axisSize ?? mapped[0]?.size;
  if (size === undefined) {
    throw new ArgumentError(
      "vmap: at least one argument must be mapped, got none; set inAxes, or give axisSize",
    );
  }
  if (!Number.isSafeInteger(size) || size < 0) {
    throw new ArgumentError(
      `vmap: axisSize must be an integer from 0, got ${describe(size)}; count the slices`,
    );
  }
  if (mapped.every((entry) => entry.size === size)) return size;
  const list = mapped.map(
    (entry) => `${pathOf(treeDef, entry.i)} has ${entry.size} (${entry.x.aval})`,
  );
  const wanted = axisSize === undefined ? "" : ` and axisSize ${axisSize}`;
  throw new ShapeError(
    `vmap: mapped axes must have one size, got argument ${list.join(", argument ")}${wanted}; choose other inAxes`,
  );
}

function outputs(
  pairs: readonly Batched[],
  { treeDef }: FlatResult,
  outAxes: Axes,
  size: number,
  sumMatch: boolean,
): NDArray[] {
  const axes = flattenPrefix(outAxes, treeDef, isAxis, "vmap: outAxes");
  return pairs.map(([x, dim], i) => {
    const axis = axes[i];
    const place = (): string => `vmap: outAxes of the result${pathOf(treeDef, i)}`;
    if (axis === null) {
      if (dim === null) return x;
      if (sumMatch) return reduceSum(x, [dim]);
      throw new ArgumentError(
        `${place()} must be an integer where the result depends on the slice, got null; name the axis to stack along`,
      );
    }
    const ndim = dim === null ? x.ndim + 1 : x.ndim;
    return putAxis(x, dim, resolveAxis(axis, ndim, place, x), size);
  });
}

/** Run `f` with a hidden axis in some of its operands; each result as it comes. */
export function batchFlat(
  f: (xs: readonly NDArray[]) => readonly NDArray[],
  operands: readonly Batched[],
  axis: { readonly size: number; readonly name: string | null },
): Batched[] {
  const trace = new BatchTrace(currentTrace(), axis);
  try {
    const inputs = operands.map((pair) => trace.join(pair));
    return withTrace(trace, () => f(inputs)).map((x) => trace.split(x));
  } finally {
    trace.alive = false;
  }
}
