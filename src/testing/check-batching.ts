import { type NDArray, numpy as np, tree, vmap } from "../index.ts";
import { assertAllclose, type CloseOptions } from "./allclose.ts";
import { Draws } from "./directions.ts";

/** Options of `checkBatching`. */
export interface BatchCheckOptions extends CloseOptions {
  /** How many slices; 3. */
  readonly size?: number | undefined;
  /** Seed of what is drawn; 1. */
  readonly seed?: number | undefined;
  /** How many combinations of mapped arguments and axes to try; 4. */
  readonly draws?: number | undefined;
}

/**
 * Compare `vmap` of `f` with a loop over slices: which of the arguments are mapped, and along which
 * axis, is drawn at random, as are the slices, which vary about the arguments given (booleans at will,
 * integers not at all).
 *
 * @throws Error that names the axes and shows the worst element.
 */
export function checkBatching(
  f: (...args: NDArray[]) => unknown,
  args: readonly NDArray[],
  options: BatchCheckOptions = {},
): void {
  const { size = 3, seed = 1, draws: count = 4, ...close } = options;
  const draws = new Draws(seed);
  for (let i = 0; i < count; i++) {
    const axes: (number | null)[] = args.map((x) =>
      draws.integer(3) === 0 ? null : draws.integer(x.ndim + 1),
    );
    if (!axes.some((axis) => axis !== null)) axes[0] = draws.integer((args[0]?.ndim ?? 0) + 1);
    const slices = args.map((x, k) =>
      axes[k] == null ? [x] : Array.from({ length: size }, () => vary(x, draws)),
    );
    const inputs = slices.map((list, k) => {
      const axis = axes[k];
      return axis == null ? (list[0] as NDArray) : np.stack(list, { axis }); // one for each argument
    });
    const batched = vmap(f, { inAxes: axes })(...inputs);
    const loop = Array.from(
      { length: size },
      (_, row) => f(...slices.map((list) => list[Math.min(row, list.length - 1)] as NDArray)), // one or all
    );
    const [first, ...others] = loop;
    const stacked = tree.map(
      (...leaves: unknown[]) => np.stack(leaves as NDArray[]), // leaves of results are arrays
      first,
      ...others,
    );
    assertAllclose(batched, stacked, { ...close, what: `vmap over axes [${axes.map(String)}]` });
  }
}

/** An array like `x`: moved a little where it is of floats, any booleans, the same integers. */
function vary(x: NDArray, draws: Draws): NDArray {
  if (x.dtype === "bool") return draws.direction(x.astype("float32")).greater(0);
  return x.dtype.includes("float") ? x.add(draws.direction(x).mul(2 ** -4)) : x;
}
