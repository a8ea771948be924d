import type { NDArray } from "../../core/value.ts";
import { fullLike } from "../../lax/ops/broadcast.ts";
import { bitwiseOr, gt, lt, ne, select } from "../../lax/ops/compare.ts";

/** `value` where `q` is a probability, NaN where it is below 0, above 1 or NaN. */
export function orNaNOutside(q: NDArray, value: NDArray): NDArray {
  const isOutside = bitwiseOr(ne(q, q), bitwiseOr(lt(q, 0), gt(q, 1)));
  return select(isOutside, fullLike(value, Number.NaN), value);
}
