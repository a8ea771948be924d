import { isInteger } from "../core/dtype.ts";
import { ArgumentError, ConcretizationError, DTypeError } from "../core/errors.ts";
import { type ArrayLike, NDArray } from "../core/value.ts";

/** One axis, several, or all (null). */
export type Axes = number | readonly number[] | null;

/** Options of functions along one axis. */
export interface AxisOptions {
  /** Axis, counted from the first or, if negative, from the last. */
  axis?: number | undefined;
}

/** Names of `AxisOptions`. */
export const axisNames: readonly string[] = ["axis"];

/**
 * An integer that must be known when a program is staged: a size, a count, a shift.
 *
 * @throws ArgumentError if it is no integer; ConcretizationError if it is traced; DTypeError if it
 * is an array of floats.
 */
export function staticInteger(where: string, what: string, value: ArrayLike): number {
  const number = value instanceof NDArray ? readInteger(where, what, value) : Number(value);
  if (Number.isSafeInteger(number)) return number + 0;
  throw new ArgumentError(`${where}: ${what} must be an integer, got ${String(value)}; round it`);
}

function readInteger(where: string, what: string, value: NDArray): number {
  const known = value.concrete();
  if (known === null) {
    throw new ConcretizationError(
      `${where}: ${what} must be known when the program is staged, got a traced ${value.aval}; pass a plain number, or declare the argument static`,
    );
  }
  if (!isInteger(value.dtype)) {
    throw new DTypeError(
      `${where}: ${what} must be an integer, got ${value.aval}; pass a plain number or numpy.int32(...)`,
    );
  }
  return Number(known.item());
}

/**
 * A number that must be known when a program is staged.
 *
 * @throws ConcretizationError if it is traced.
 */
export function staticNumber(where: string, what: string, value: ArrayLike): number {
  if (!(value instanceof NDArray)) return Number(value);
  const known = value.concrete();
  if (known !== null) return Number(known.item());
  throw new ConcretizationError(
    `${where}: ${what} must be known when the program is staged, got a traced ${value.aval}; pass a plain number, or declare the argument static`,
  );
}

/** @throws ArgumentError unless `value` is one of `allowed`. */
export function checkChoice<T extends string>(
  where: string,
  what: string,
  value: T,
  allowed: readonly T[],
): T {
  if (allowed.includes(value)) return value;
  throw new ArgumentError(
    `${where}: ${what} must be one of ${allowed.join(", ")}, got ${String(value)}; pick one`,
  );
}
