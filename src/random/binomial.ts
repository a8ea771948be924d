import { checkDtype, isFloat } from "../core/dtype.ts";
import { DTypeError, ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { checkShape } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { div, sub } from "../lax/ops/arith.ts";
import { fullLike } from "../lax/ops/broadcast.ts";
import { eq, select } from "../lax/ops/compare.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { cumsum } from "../lax/ops/cumulative.ts";
import { clamp } from "../lax/ops/extrema.ts";
import { indexInDim, stack } from "../lax/ops/in-dim.ts";
import { randomBinomial } from "../lax/ops/sampling.ts";
import { promoteInexact } from "../numpy/promote.ts";
import type { DrawOptions } from "./bits.ts";
import { drawShape, spreadTo } from "./draw-shape.ts";
import { rawKey, split } from "./key.ts";

type Shape = readonly number[];

/** Numbers of trials and chances in one of the dtypes that are drawn in. */
function parameters(where: string, n: ArrayLike, p: ArrayLike): readonly [NDArray, NDArray] {
  const [count, chance] = promoteInexact(where, [n, p]) as [NDArray, NDArray]; // as given
  if (chance.dtype === "float64") return [count, chance];
  return [convertElementType(count, "float32"), convertElementType(chance, "float32")];
}

function resultDtype(where: string, { dtype = "float32" }: DrawOptions): "float32" {
  const checked = checkDtype(dtype, where);
  if (isFloat(checked)) return checked as "float32"; // any float will do for a conversion
  throw new DTypeError(`${where}: a float dtype is required, got ${checked}; use astype later`);
}

function draw(k: NDArray, count: NDArray, chance: NDArray, where: string): NDArray {
  const [k0, k1] = rawKey(k, where);
  return randomBinomial(k0, k1, count, chance);
}

/**
 * How many of `n` trials succeed, each with probability `p`; the shape is that of both by default.
 *
 * NaN where `n` is negative or `p` outside of [0, 1]; a float dtype, float32 by default.
 */
export function binomial(
  k: NDArray,
  n: ArrayLike,
  p: ArrayLike,
  shape?: Shape | null,
  options: DrawOptions = {},
): NDArray {
  const where = "random.binomial";
  checkOptions(where, options, ["dtype"]);
  const dtype = resultDtype(where, options);
  const given = parameters(where, n, p);
  const form = drawShape(where, shape, given);
  const [count, chance] = [spreadTo(given[0], form, where), spreadTo(given[1], form, where)];
  return convertElementType(draw(k, count, chance, where), dtype);
}

/** Options of `multinomial`. */
export interface MultinomialOptions extends DrawOptions {
  /** Shape of the draws, the axis of outcomes included; that of `p` by default. */
  readonly shape?: Shape | undefined;
}

/**
 * How often each outcome occurs in `n` trials; outcomes, with probabilities `p`, are the last axis.
 *
 * @throws ShapeError if `p` has no axis of outcomes.
 */
export function multinomial(
  k: NDArray,
  n: ArrayLike,
  p: ArrayLike,
  options: MultinomialOptions = {},
): NDArray {
  const where = "random.multinomial";
  checkOptions(where, options, ["dtype", "shape"]);
  const dtype = resultDtype(where, options);
  const [count, chances] = parameters(where, n, p);
  const outcomes = chances.shape.at(-1);
  if (outcomes === undefined) {
    throw new ShapeError(
      `${where}: probabilities along an axis are required, got ${chances.aval}; pass a vector`,
    );
  }
  const form = options.shape === undefined ? chances.shape : checkShape(options.shape, where);
  const spread = spreadTo(chances, form, where);
  const batch = form.slice(0, -1);
  const axis = batch.length;
  const left = cumsum(spread, { axis, reverse: true });
  const ratios = clamp(0, div(spread, select(eq(left, 0), fullLike(left, 1), left)), 1);
  const keys = split(k, outcomes);
  let rest = spreadTo(count, batch, where);
  const counts: NDArray[] = [];
  for (let i = 0; i < outcomes; i++) {
    const ratio = indexInDim(ratios, i, { axis, keepdims: false });
    const key = indexInDim(keys, i, { keepdims: false });
    const hits = draw(key, rest, ratio, where);
    rest = sub(rest, hits);
    counts.push(hits);
  }
  return convertElementType(stack(counts, { axis }), dtype);
}
