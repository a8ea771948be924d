import { shapedArray } from "../../core/aval.ts";
import { DTypeError, ShapeError } from "../../core/errors.ts";
import { batchRule, definePrimitive, nonlinear, zeroJvp } from "../../core/primitive.ts";
import { bind1, noParams } from "../../core/trace.ts";
import type { NDArray } from "../../core/value.ts";
import { moveAxis } from "./layout.ts";

/** Keys made of pairs of words; see `wrapKeyData`. */
export const randomWrapP = definePrimitive<1>("random_wrap", {
  abstractEval([x]) {
    if (x.dtype !== "uint32") {
      throw new DTypeError(
        `random.wrapKeyData: words of a key must be uint32, got ${x}; convert with lax.convertElementType`,
      );
    }
    if (x.shape.at(-1) !== 2) {
      throw new ShapeError(
        `random.wrapKeyData: the last axis must hold the 2 words of a key, got ${x}; reshape to [..., 2]`,
      );
    }
    return shapedArray(x.shape.slice(0, -1), "key<fry>");
  },
  jvp: zeroJvp,
  transpose: nonlinear,
  batch: batchRule(([x], [d]) => {
    if (d === null) return [wrapKeyData(x), null];
    return [wrapKeyData(moveAxis(x, d, 0)), 0]; // the words must stay in the last axis
  }),
  lower: { kind: "routine", name: "words" },
});

/** Words of keys; see `keyData`. */
export const randomUnwrapP = definePrimitive<1>("random_unwrap", {
  abstractEval([x]) {
    if (x.dtype !== "key<fry>") {
      throw new DTypeError(
        `random.keyData: an array of keys is required, got ${x}; make keys with random.key`,
      );
    }
    return shapedArray([...x.shape, 2], "uint32");
  },
  jvp: zeroJvp,
  transpose: nonlinear,
  batch: batchRule(([x], [d]) => [keyData(x), d]),
  lower: { kind: "routine", name: "words" },
});

/**
 * Random keys made of the pairs of words in the last axis of `x`.
 *
 * @throws DTypeError unless `x` is uint32; ShapeError unless its last axis has extent 2.
 */
export function wrapKeyData(x: NDArray): NDArray {
  return bind1(randomWrapP, x, noParams);
}

/**
 * The two words of each key, along a new last axis.
 *
 * @throws DTypeError unless `key` is an array of keys.
 */
export function keyData(key: NDArray): NDArray {
  return bind1(randomUnwrapP, key, noParams);
}
