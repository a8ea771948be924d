import { checkDtype } from "../core/dtype.ts";
import { checkOptions } from "../core/options.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { mul, sub } from "../lax/ops/arith.ts";
import { lt } from "../lax/ops/compare.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { inexact } from "../numpy/promote.ts";
import { between, type DrawOptions } from "./bits.ts";
import { drawShape, spreadTo } from "./draw-shape.ts";

/** Bools that are true with probability `p` (0.5), which broadcasts with the shape. */
export function bernoulli(
  k: NDArray,
  p: ArrayLike = 0.5,
  shape?: readonly number[] | null,
): NDArray {
  const where = "random.bernoulli";
  const chance = inexact(where, p);
  const form = drawShape(where, shape, [chance]);
  const u = between(k, form, chance.dtype, 0, 1, where);
  return lt(u, spreadTo(chance, form, where));
}

/** 1 or -1 with equal probability; int32 unless another dtype is given. */
export function rademacher(
  k: NDArray,
  shape: readonly number[] = [],
  options: DrawOptions = {},
): NDArray {
  checkOptions("random.rademacher", options, ["dtype"]);
  const dtype = checkDtype(options.dtype ?? "int32", "random.rademacher");
  const heads = convertElementType(bernoulli(k, 0.5, shape), dtype);
  return sub(mul(heads, 2), 1);
}
