import { ArgumentError } from "../core/errors.ts";
import { NDArray } from "../core/value.ts";
import { describe } from "./flatten.ts";

/** A value that a static argument may be, besides primitives and functions. */
export interface Hashable {
  hash(): number | string;
  equals(other: unknown): boolean;
}

/**
 * Check that a static argument can be told from others by value.
 *
 * @throws ArgumentError for arrays, and for objects without `hash` and `equals`.
 */
export function checkStatic(value: unknown, where: string, what: string): void {
  if (value instanceof NDArray) {
    throw new ArgumentError(
      `${where}: static ${what} must not be an array, got ${describe(value)}; pass it as an ordinary argument`,
    );
  }
  if (typeof value !== "object" || value === null || isHashable(value)) return;
  throw new ArgumentError(
    `${where}: static ${what} must be a primitive, a function, or an object with hash() and equals(), got ${describe(value)}; pass its parts one by one, or give it those methods`,
  );
}

function isHashable(value: object): value is Hashable {
  return (
    "hash" in value &&
    "equals" in value &&
    typeof value.hash === "function" &&
    typeof value.equals === "function"
  );
}

/** Whether two static arguments are the same value. */
export function sameStatic(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || a === null || !isHashable(a)) return false;
  return (
    typeof b === "object" && b !== null && isHashable(b) && a.hash() === b.hash() && a.equals(b)
  );
}
