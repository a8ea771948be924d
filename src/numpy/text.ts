import type { ArrayLike } from "../core/value.ts";
import { toArray } from "./promote.ts";

/** The elements of an array as text, as `String(x)` gives them. */
export function arrayStr(x: ArrayLike): string {
  return toArray("numpy.arrayStr", x).toString();
}

/** The elements and the dtype of an array as text. */
export function arrayRepr(x: ArrayLike): string {
  const a = toArray("numpy.arrayRepr", x);
  // Lines after the first align with the first element.
  return `Array(${a.toString().replaceAll("\n", "\n      ")}, dtype=${a.dtype})`;
}
