import { checkDtype, type DType, dtypeInfo } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import type { NDArray } from "../core/value.ts";
import { bitcastConvertType } from "../lax/ops/convert.ts";
import { reshape } from "../lax/ops/layout.ts";

/**
 * The bits of `x` as elements of another dtype; the last axis grows or shrinks with their width.
 *
 * @throws ShapeError if the width changes and there is no last axis that whole elements fill;
 * DTypeError for dtypes whose bits cannot be taken apart.
 */
export function viewAs(x: NDArray, dtype: DType): NDArray {
  const where = "view";
  const [from, to] = [dtypeInfo[x.dtype].bits, dtypeInfo[checkDtype(dtype, where)].bits];
  if (from === to) return bitcastConvertType(x, dtype);
  const last = x.shape.at(-1);
  if (last === undefined || (last * from) % to !== 0) {
    throw new ShapeError(
      `${where}: a last axis that whole elements of ${dtype} fill is required, got ${x.aval}; reshape or pad it`,
    );
  }
  const extent = (last * from) / to;
  const front = x.shape.slice(0, -1);
  if (from > to) return reshape(bitcastConvertType(x, dtype), [...front, extent]);
  return bitcastConvertType(reshape(x, [...front, extent, to / from]), dtype);
}
