import { checkDtype, type DType, dtypeInfo } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import type { NDArray } from "../core/value.ts";
import { ne } from "../lax/ops/compare.ts";
import { bitcastConvertType, convertElementType } from "../lax/ops/convert.ts";
import { reshape } from "../lax/ops/layout.ts";

/**
 * The bits of `x` read as another dtype, which has no derivative.
 *
 * Where the widths differ the last axis becomes longer or shorter; parts are ordered from the
 * lowest. A bool counts as a byte of 0 or 1; a byte that is not 0 is true.
 *
 * @throws ShapeError if the last axis does not hold whole elements, or a scalar would have to be
 * split; DTypeError for keys and float0.
 */
export function viewAs(x: NDArray, dtype: DType): NDArray {
  const target = checkDtype(dtype, "view");
  if (x.dtype === target) return x;
  if (x.dtype === "bool") return viewAs(convertElementType(x, "uint8"), target);
  if (target === "bool") {
    const bytes = viewAs(x, "uint8");
    return ne(bytes, 0);
  }
  const from = dtypeInfo[x.dtype].bits;
  const to = dtypeInfo[target].bits;
  if (from === to) return bitcastConvertType(x, target);
  const extent = x.shape.at(-1);
  if (extent === undefined || (extent * from) % to !== 0) {
    const got = extent === undefined ? `the scalar ${x.aval}` : String(x.aval);
    throw new ShapeError(
      `view: the last axis must hold a whole number of ${target}, got ${got}; reshape it first`,
    );
  }
  const rest = x.shape.slice(0, -1);
  if (from > to) {
    return reshape(bitcastConvertType(x, target), [...rest, (extent * from) / to]);
  }
  return bitcastConvertType(reshape(x, [...rest, (extent * from) / to, to / from]), target);
}
