import { DTypeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { normalizeAxis } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { mul } from "../lax/ops/arith.ts";
import { shiftRightLogical } from "../lax/ops/bits.ts";
import { reduceSum } from "../lax/ops/broadcast.ts";
import { bitwiseAnd } from "../lax/ops/compare.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { expandDims, moveAxis, reshape } from "../lax/ops/layout.ts";
import { scalarLike } from "../lax/ops/shared.ts";
import { pad } from "../lax/ops/slice.ts";
import { fromNumbers } from "./creation.ts";
import { truth } from "./elementwise-comparison.ts";
import { checkChoice } from "./options.ts";
import { stretch, toArray } from "./promote.ts";
import { ravel } from "./shape.ts";
import { sliceAlong } from "./stacking.ts";

/** Options of `packbits` and `unpackbits`. */
export interface PackOptions {
  /** By default the flattened array. */
  axis?: number | null | undefined;
  /** Which bit of a byte comes first: the highest ("big", default) or the lowest. */
  bitorder?: "big" | "little" | undefined;
}

const eight = [0, 1, 2, 3, 4, 5, 6, 7];

function positionsOf(where: string, bitorder: "big" | "little"): readonly number[] {
  checkChoice(where, "bitorder", bitorder, ["big", "little"]);
  return bitorder === "big" ? eight.toReversed() : eight;
}

/** Each eight elements of an axis as the bits of a uint8; zeros fill up the last one. */
export function packbits(x: ArrayLike, options?: PackOptions): NDArray {
  checkOptions("numpy.packbits", options, ["axis", "bitorder"]);
  const { axis = null, bitorder = "big" } = options ?? {};
  const order = positionsOf("numpy.packbits", bitorder);
  const a = axis === null ? ravel(x) : toArray("numpy.packbits", x);
  const dim = normalizeAxis(axis ?? 0, a.ndim, "numpy.packbits");
  const last = convertElementType(truth(moveAxis(a, dim, a.ndim - 1)), "int32");
  const extent = last.shape[last.ndim - 1] as number; // its last axis
  const bytes = Math.ceil(extent / 8);
  const config = last.shape.map(
    (_, i) =>
      (i === last.ndim - 1 ? [0, 8 * bytes - extent, 0] : [0, 0, 0]) as [number, number, number],
  ); // three numbers each
  const padded = pad(last, scalarLike(0, last.aval), config);
  const groups = reshape(padded, [...last.shape.slice(0, -1), bytes, 8]);
  const weights = fromNumbers(
    order.map((i) => 2 ** i),
    [8],
    "int32",
    a,
  );
  const packed = reduceSum(mul(groups, stretch(weights, groups.shape)), [groups.ndim - 1]);
  return moveAxis(convertElementType(packed, "uint8"), packed.ndim - 1, dim);
}

/** Options of `unpackbits`. */
export interface UnpackOptions extends PackOptions {
  /** How many bits to give: a negative number leaves out as many at the end. */
  count?: number | null | undefined;
}

/** The bits of each uint8 of an axis as elements 0 and 1. @throws DTypeError for other dtypes. */
export function unpackbits(x: ArrayLike, options?: UnpackOptions): NDArray {
  checkOptions("numpy.unpackbits", options, ["axis", "bitorder", "count"]);
  const { axis = null, bitorder = "big", count = null } = options ?? {};
  const order = positionsOf("numpy.unpackbits", bitorder);
  const given = toArray("numpy.unpackbits", x);
  if (given.dtype !== "uint8") {
    throw new DTypeError(`numpy.unpackbits: uint8 is required, got ${given.aval}; convert it`);
  }
  const a = axis === null ? ravel(given) : given;
  const dim = normalizeAxis(axis ?? 0, a.ndim, "numpy.unpackbits");
  const last = moveAxis(a, dim, a.ndim - 1);
  const shape = [...last.shape, 8];
  const shifts = stretch(fromNumbers(order, [8], "uint8", a), shape);
  const bits = bitwiseAnd(
    shiftRightLogical(stretch(expandDims(last, [last.ndim]), shape), shifts),
    1,
  );
  const extent = 8 * (last.shape[last.ndim - 1] as number); // its last axis
  const flat = reshape(bits, [...last.shape.slice(0, -1), extent]);
  const wanted = count === null ? extent : count < 0 ? Math.max(extent + count, 0) : count;
  const cut = sliceAlong(flat, flat.ndim - 1, 0, Math.min(wanted, extent));
  const config = cut.shape.map(
    (_, i) =>
      (i === cut.ndim - 1 ? [0, Math.max(wanted - extent, 0), 0] : [0, 0, 0]) as [
        number,
        number,
        number,
      ],
  ); // three numbers each
  return moveAxis(pad(cut, scalarLike(0, cut.aval), config), flat.ndim - 1, dim);
}
