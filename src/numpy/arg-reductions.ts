import { dtypeInfo } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { normalizeAxis } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { ne, select } from "../lax/ops/compare.ts";
import { expandDims, reshape } from "../lax/ops/layout.ts";
import { argmax as laxArgmax, argmin as laxArgmin, reduceAnd } from "../lax/ops/reduce.ts";
import { toArray } from "./promote.ts";

/** Options of `argmax` and its relatives. */
export interface ArgOptions {
  /** Axis to search; by default the flattened array. */
  axis?: number | null | undefined;
  /** Whether the axis stays, with extent 1; false. */
  keepdims?: boolean | undefined;
}

const argNames = ["axis", "keepdims"];

type Search = (x: NDArray, axis: number) => NDArray;

function searchAlong(
  where: string,
  search: Search,
  x: ArrayLike,
  options: ArgOptions | undefined,
): NDArray {
  checkOptions(where, options, argNames);
  const a = toArray(where, x);
  const { axis = null, keepdims = false } = options ?? {};
  const flat = axis === null ? reshape(a, [a.size]) : a;
  const dim = axis === null ? 0 : normalizeAxis(axis, a.ndim, where);
  if (flat.shape[dim] === 0) {
    throw new ShapeError(
      `${where}: at least one element is required, got ${a.aval}; check its size first`,
    );
  }
  const found = search(flat, dim);
  if (!keepdims) return found;
  return axis === null
    ? reshape(
        found,
        a.shape.map(() => 1),
      )
    : expandDims(found, [dim]);
}

/** Position of the first largest element, as int32; a NaN wins over everything. */
export function argmax(x: ArrayLike, options?: ArgOptions): NDArray {
  return searchAlong("numpy.argmax", laxArgmax, x, options);
}

/** Position of the first smallest element, as int32; a NaN wins over everything. */
export function argmin(x: ArrayLike, options?: ArgOptions): NDArray {
  return searchAlong("numpy.argmin", laxArgmin, x, options);
}

/** As `argmax`, NaN left out; -1 if there is nothing else. */
export function nanargmax(x: ArrayLike, options?: ArgOptions): NDArray {
  return searchAlong("numpy.nanargmax", ignoringNan(laxArgmax, -Infinity), x, options);
}

/** As `argmin`, NaN left out; -1 if there is nothing else. */
export function nanargmin(x: ArrayLike, options?: ArgOptions): NDArray {
  return searchAlong("numpy.nanargmin", ignoringNan(laxArgmin, Infinity), x, options);
}

function ignoringNan(search: Search, worst: number): Search {
  return (x, axis) => {
    if (dtypeInfo[x.dtype].kind !== "float") return search(x, axis);
    const missing = ne(x, x);
    const found = search(select(missing, worst, x), axis);
    return select(reduceAnd(missing, [axis]), -1, found);
  };
}
