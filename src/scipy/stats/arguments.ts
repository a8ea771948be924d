import { checkOptions } from "../../core/options.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { broadcastTogether, promoteInexact } from "../../numpy/promote.ts";

/** Where a distribution stands. */
export interface LocOptions {
  /** What the distribution is moved by; 0. */
  loc?: ArrayLike | undefined;
}

/** Where a distribution stands, and how wide it is. */
export interface LocScaleOptions extends LocOptions {
  /** What the distribution is stretched by, before it is moved; 1. */
  scale?: ArrayLike | undefined;
}

/** One array for each argument. */
type Arrays<A extends readonly ArrayLike[]> = { [I in keyof A]: NDArray };

/** Arguments in one floating-point dtype and one shape. */
export function together<const A extends readonly ArrayLike[]>(where: string, args: A): Arrays<A> {
  const name = `scipy.stats.${where}`;
  // One array comes out for each argument.
  return broadcastTogether(name, promoteInexact(name, args)) as Arrays<A>;
}

/** Arguments followed by the location, as `together` gives them. */
export function withLoc<const A extends readonly ArrayLike[]>(
  where: string,
  args: A,
  options: LocOptions,
): [...Arrays<A>, NDArray] {
  checkOptions(`scipy.stats.${where}`, options, ["loc"]);
  return together(where, [...args, options.loc ?? 0]) as [...Arrays<A>, NDArray]; // and one more
}

/** Arguments followed by location and scale, as `together` gives them. */
export function withLocScale<const A extends readonly ArrayLike[]>(
  where: string,
  args: A,
  options: LocScaleOptions,
): [...Arrays<A>, NDArray, NDArray] {
  checkOptions(`scipy.stats.${where}`, options, ["loc", "scale"]);
  const { loc = 0, scale = 1 } = options;
  return together(where, [...args, loc, scale]) as [...Arrays<A>, NDArray, NDArray]; // two more
}
