import type { DType } from "../core/dtype.ts";
import type { NDArray } from "../core/value.ts";
import { add, mul } from "../lax/ops/arith.ts";
import { shiftRightLogical, threefry2x32 } from "../lax/ops/bits.ts";
import { full, fullLike } from "../lax/ops/broadcast.ts";
import { bitwiseAnd, bitwiseXor, select } from "../lax/ops/compare.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { max } from "../lax/ops/extrema.ts";
import { erfInv } from "../lax/ops/special.ts";

/** Random keys, one for each lane, as their two words. */
export type Keys = readonly [NDArray, NDArray];

/** Key number `i`, one number or one for each lane, of those that each key splits into. */
export function child([k0, k1]: Keys, i: number | NDArray): Keys {
  const number = typeof i === "number" ? full(k0.shape, i, "uint32") : i;
  const [a, b] = threefry2x32(k0, k1, full(k0.shape, 0, "uint32"), number);
  return [a, b];
}

/** The first keys where a mask holds, else the others. */
export function chosen(mask: NDArray, [a0, a1]: Keys, [b0, b1]: Keys): Keys {
  return [select(mask, a0, b0), select(mask, a1, b1)];
}

/** Element `i` of a uniform draw from 0 up to 1: as many bits as the dtype holds. */
export function uniform(keys: Keys, i: number | NDArray, dtype: DType): NDArray {
  const [a, b] = child(keys, i);
  const bits = (x: NDArray, by: number): NDArray => shiftRightLogical(x, fullLike(x, by));
  const scaled = (x: NDArray, power: number): NDArray =>
    mul(convertElementType(x, dtype), full(x.shape, 2 ** power, dtype));
  if (dtype === "float64") return add(scaled(a, -32), scaled(bits(b, 12), -52));
  const word = bitwiseXor(a, b);
  if (dtype === "float32") return scaled(bits(word, 9), -23);
  const low = dtype === "float16" ? 0xffff : 0xff;
  const [by, power] = dtype === "float16" ? [6, -10] : [1, -7];
  return scaled(bits(bitwiseAnd(word, fullLike(word, low)), by), power);
}

/** The number above -1, where uniform draws for normal ones start. */
const lowest: Readonly<Partial<Record<DType, number>>> = {
  float64: -1 + 2 ** -53,
  float32: -1 + 2 ** -24,
  float16: -1 + 2 ** -11,
  bfloat16: -1 + 2 ** -8,
};

/** The first element of a standard normal draw. */
export function normal(keys: Keys, dtype: DType): NDArray {
  const low = lowest[dtype] as number; // samplers take floats alone
  const u = uniform(keys, 0, dtype);
  const spread = add(mul(u, fullLike(u, 1 - low)), fullLike(u, low));
  return mul(erfInv(max(spread, fullLike(u, low))), fullLike(u, Math.SQRT2));
}
