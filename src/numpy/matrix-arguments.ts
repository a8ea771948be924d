import { ArgumentError, DTypeError, ShapeError } from "../core/errors.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { inexact } from "./promote.ts";

/**
 * An argument as matrices of floats in the last two axes.
 *
 * @throws ShapeError for fewer than two axes; DTypeError for float16 and bfloat16, which
 * decompositions do not take.
 */
export function matricesOf(where: string, x: ArrayLike): NDArray {
  const array = inexact(where, x);
  requireWide(where, array);
  if (array.ndim >= 2) return array;
  throw new ShapeError(
    `${where}: matrices in the last two axes are required, got ${array.aval}; reshape it`,
  );
}

/** The same, and they are square. */
export function squaresOf(where: string, x: ArrayLike): NDArray {
  const array = anySquaresOf(where, x);
  requireWide(where, array);
  return array;
}

/** Square matrices of any float dtype. */
export function anySquaresOf(where: string, x: ArrayLike): NDArray {
  const array = inexact(where, x);
  if (array.ndim >= 2 && array.shape.at(-1) === array.shape.at(-2)) return array;
  throw new ShapeError(
    `${where}: square matrices in the last two axes are required, got ${array.aval}; slice or pad it`,
  );
}

/** @throws DTypeError unless the dtype is float32 or float64. */
export function requireWide(where: string, { dtype, aval }: NDArray): void {
  if (dtype === "float32" || dtype === "float64") return;
  throw new DTypeError(
    `${where}: float32 or float64 is required, got ${aval}; convert it with astype`,
  );
}

/** @throws ArgumentError unless `value` is one of `allowed`. */
export function requireChoice<T extends string>(
  where: string,
  what: string,
  value: T,
  allowed: readonly T[],
): void {
  if (allowed.includes(value)) return;
  throw new ArgumentError(
    `${where}: ${what} must be one of ${allowed.join(", ")}, got ${String(value)}; pick one`,
  );
}

/** @throws ArgumentError unless `value` is an integer from `least` on. */
export function requireCount(where: string, what: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new ArgumentError(
    `${where}: ${what} must be an integer from ${least} on, got ${String(value)}; pass a plain number`,
  );
}
