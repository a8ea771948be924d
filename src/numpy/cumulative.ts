import { checkDtype, type DType } from "../core/dtype.ts";
import { checkOptions } from "../core/options.ts";
import { normalizeAxis } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { full } from "../lax/ops/broadcast.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { cumprod as laxCumprod, cumsum as laxCumsum } from "../lax/ops/cumulative.ts";
import { reshape } from "../lax/ops/layout.ts";
import { concatenate } from "../lax/ops/slice.ts";
import { truth } from "./elementwise-comparison.ts";
import { withoutNan } from "./nan-reductions.ts";
import { toArray } from "./promote.ts";

/** Options of cumulative functions. */
export interface CumulativeOptions {
  /** Axis to run along; by default the flattened array. */
  axis?: number | null | undefined;
  /** Dtype of the result, and of the computation. */
  dtype?: DType | undefined;
  /** Whether the value before the first element comes first; false. */
  includeInitial?: boolean | undefined;
}

const cumulativeNames = ["axis", "dtype", "includeInitial"];

function running(
  name: "numpy.cumsum" | "numpy.cumprod" | "numpy.nancumsum" | "numpy.nancumprod",
  x: ArrayLike,
  options: CumulativeOptions | undefined,
): NDArray {
  checkOptions(name, options, cumulativeNames);
  const isSum = name.endsWith("sum");
  const a = toArray(name, x);
  const axis = options?.axis ?? null;
  const flat = axis === null || a.ndim === 0 ? reshape(a, [a.size]) : a;
  const dim = axis === null ? 0 : normalizeAxis(axis, flat.ndim, name);
  const numbers = name.startsWith("numpy.nan") ? withoutNan(flat, isSum ? 0 : 1) : flat;
  const dtype =
    options?.dtype === undefined
      ? a.dtype === "bool"
        ? "int32"
        : a.dtype
      : checkDtype(options.dtype, name);
  const operand =
    dtype === "bool"
      ? convertElementType(truth(numbers), "int32")
      : convertElementType(numbers, dtype);
  const values = convertElementType(
    isSum ? laxCumsum(operand, { axis: dim }) : laxCumprod(operand, { axis: dim }),
    dtype,
  );
  if (options?.includeInitial !== true) return values;
  const before = values.shape.map((n, i) => (i === dim ? 1 : n));
  return concatenate([full(before, isSum ? 0 : 1, dtype), values], dim);
}

/** Sum of the elements up to each one, in their dtype; integers wrap, bools count in int32. */
export function cumsum(x: ArrayLike, options?: CumulativeOptions): NDArray {
  return running("numpy.cumsum", x, options);
}

/** Product of the elements up to each one, in their dtype; integers wrap, bools give int32. */
export function cumprod(x: ArrayLike, options?: CumulativeOptions): NDArray {
  return running("numpy.cumprod", x, options);
}

/** As `cumsum`, a NaN counting as 0. */
export function nancumsum(x: ArrayLike, options?: CumulativeOptions): NDArray {
  return running("numpy.nancumsum", x, options);
}

/** As `cumprod`, a NaN counting as 1. */
export function nancumprod(x: ArrayLike, options?: CumulativeOptions): NDArray {
  return running("numpy.nancumprod", x, options);
}
