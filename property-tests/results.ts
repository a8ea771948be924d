import type { NDArray } from "udiff";

/** The results of a use as a list. */
export function listOf(result: NDArray | readonly NDArray[]): NDArray[] {
  return Array.isArray(result) ? [...result] : [result as NDArray];
}
