import { asArray } from "../../core/array.ts";
import { DTypeError } from "../../core/errors.ts";
import { defineMultiPrimitive, elementwise, nonlinear, zeroJvp } from "../../core/primitive.ts";
import { constExpr, type Expr, opExpr, type ScalarOp } from "../../core/scalar.ts";
import { bind1, bind2, bindMany, noParams } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { broadcastInDim, pairOf } from "./broadcast.ts";
import { elementwisePrimitive, integral, operands, sameAval } from "./shared.ts";

/** Bits moved up. */
export const shiftLeftP = elementwisePrimitive<2>("shift_left", "shiftLeft", integral, {
  jvp: zeroJvp,
});

/** Bits moved down, zeros coming in. */
export const shiftRightLogicalP = elementwisePrimitive<2>(
  "shift_right_logical",
  "shiftRightLogical",
  integral,
  { jvp: zeroJvp },
);

/** Bits moved down, copies of the top bit coming in. */
export const shiftRightArithmeticP = elementwisePrimitive<2>(
  "shift_right_arithmetic",
  "shiftRightArithmetic",
  integral,
  { jvp: zeroJvp },
);

/** Number of ones. */
export const populationCountP = elementwisePrimitive<1>(
  "population_count",
  "populationCount",
  integral,
  { jvp: zeroJvp },
);

/** Number of leading zeros. */
export const clzP = elementwisePrimitive<1>("clz", "clz", integral, { jvp: zeroJvp });

/** High half of a product. */
export const mulhiP = elementwisePrimitive<2>("mulhi", "mulhi", integral, { jvp: zeroJvp });

/** The hash of Threefry; operands are two words of key and two of counter. See `threefry2x32`. */
export const threefry2x32P = defineMultiPrimitive<4>("threefry2x32", {
  abstractEval(words) {
    const aval = sameAval("threefry2x32", words);
    if (aval.dtype !== "uint32") {
      throw new DTypeError(
        `lax.threefry2x32: words must be uint32, got ${aval}; convert with lax.convertElementType`,
      );
    }
    return [aval.strong(), aval.strong()];
  },
  jvp: zeroJvp,
  transpose: nonlinear,
  batch: elementwise,
  lower: { kind: "expression", build: ([k0, k1, x0, x1]) => hash(k0, k1, x0, x1) },
});

/** Rotations of the rounds, four to a group, groups in turn. */
const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/** Twenty rounds, a key word added after every fourth. */
function hash(k0: Expr, k1: Expr, x0: Expr, x1: Expr): readonly Expr[] {
  const parity = word("xor", word("xor", k0, k1), constant(0x1bd11bda));
  const keys = [k0, k1, parity] as const;
  let a = word("add", x0, k0);
  let b = word("add", x1, k1);
  for (let group = 0; group < 5; group++) {
    for (const count of rotations[group % 2 === 0 ? 0 : 1]) {
      a = word("add", a, b);
      b = word("xor", rotated(b, count), a);
    }
    // There are three keys, and remainders by 3 name one of them.
    a = word("add", a, keys[(group + 1) % 3] as Expr);
    b = word("add", word("add", b, keys[(group + 2) % 3] as Expr), constant(group + 1));
  }
  return [a, b];
}

function rotated(x: Expr, count: number): Expr {
  const high = word("shiftLeft", x, constant(count));
  return word("or", high, word("shiftRightLogical", x, constant(32 - count)));
}

function word(op: ScalarOp, x: Expr, y: Expr): Expr {
  return opExpr(op, [x, y], "uint32");
}

function constant(value: number): Expr {
  return constExpr(value, "uint32");
}

/** Bits of each integer moved up; 0 for a count that is negative or not below the width. */
export function shiftLeft(x: ArrayLike, count: ArrayLike): NDArray {
  const [a, b] = pairOf("shiftLeft", x, count);
  return bind2(shiftLeftP, a, b, noParams);
}

/** Bits moved down, zeros coming in; 0 for a count that is negative or not below the width. */
export function shiftRightLogical(x: ArrayLike, count: ArrayLike): NDArray {
  const [a, b] = pairOf("shiftRightLogical", x, count);
  return bind2(shiftRightLogicalP, a, b, noParams);
}

/** Bits moved down, copies of the top one coming in; all of them for a count outside the width. */
export function shiftRightArithmetic(x: ArrayLike, count: ArrayLike): NDArray {
  const [a, b] = pairOf("shiftRightArithmetic", x, count);
  return bind2(shiftRightArithmeticP, a, b, noParams);
}

/** How many bits of each integer are one, of negative ones in two's complement. */
export function populationCount(x: ArrayLike): NDArray {
  return bind1(populationCountP, asArray(x, "lax.populationCount"), noParams);
}

/** How many zeros lead each integer within its width; the width for 0. */
export function clz(x: ArrayLike): NDArray {
  return bind1(clzP, asArray(x, "lax.clz"), noParams);
}

/** High half of each product, which has twice the width of the integers. */
export function mulhi(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pairOf("mulhi", x, y);
  return bind2(mulhiP, a, b, noParams);
}

/**
 * Two words of random bits for each counter under each key: Threefry-2x32 with 20 rounds.
 *
 * Shapes: all alike, but scalars serve every element. Dtype: uint32.
 *
 * @throws DTypeError, ShapeError if the operands do not fit.
 *
 * Source: Salmon, Moraes, Dror and Shaw, Parallel random numbers: as easy as 1, 2, 3 (2011).
 */
export function threefry2x32(
  k0: ArrayLike,
  k1: ArrayLike,
  x0: ArrayLike,
  x1: ArrayLike,
): readonly [NDArray, NDArray] {
  const words = operands("threefry2x32", [k0, k1, x0, x1]);
  const shape = words.find((x) => x.ndim > 0)?.shape ?? [];
  const [a, b, c, d] = words.map((x) => (x.ndim === 0 ? broadcastInDim(x, shape, []) : x)) as [
    NDArray,
    NDArray,
    NDArray,
    NDArray,
  ]; // as many as given
  const [first, second] = bindMany(threefry2x32P, [a, b, c, d], noParams);
  return [first as NDArray, second as NDArray]; // the primitive has two results
}
