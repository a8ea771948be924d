import { ArgumentError } from "../core/errors.ts";
import { normalizeAxes, normalizeAxis } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { expandDims, transpose } from "../lax/ops/layout.ts";
import { vmap } from "../transforms/vmap.ts";
import { convertTo, stretch, toArray } from "./promote.ts";
import { whereOf } from "./selection.ts";

/** `f` of the vectors along an axis, whose results take the place of that axis. */
export function applyAlongAxis(f: (x: NDArray) => NDArray, axis: number, x: ArrayLike): NDArray {
  const a = toArray("numpy.applyAlongAxis", x);
  const dim = normalizeAxis(axis, a.ndim, "numpy.applyAlongAxis");
  let inner = f;
  const others = a.shape.map((_, i) => i).filter((i) => i !== dim);
  // Mapped from the inside out; the outermost is the first axis.
  const order = [...others, dim];
  for (const _ of others) inner = vmap(inner) as typeof f; // an array in, an array out
  const out = inner(transpose(a, order));
  const rank = out.ndim - others.length;
  const lead = others.map((_, i) => i);
  const own = Array.from({ length: rank }, (_, i) => others.length + i);
  return transpose(out, [...lead.slice(0, dim), ...own, ...lead.slice(dim)]);
}

/** `f` of an array and an axis, for several axes in turn; a lost axis comes back with extent 1. */
export function applyOverAxes(
  f: (x: NDArray, axis: number) => NDArray,
  x: ArrayLike,
  axes: number | readonly number[],
): NDArray {
  let out = toArray("numpy.applyOverAxes", x);
  for (const axis of normalizeAxes(axes, out.ndim, "numpy.applyOverAxes")) {
    const next = f(out, axis);
    out = next.ndim === out.ndim ? next : expandDims(next, [axis]);
  }
  return out;
}

/**
 * For each element, the last function whose condition holds there, or the additional one, of the
 * elements; numbers stand for constants, nothing for 0.
 */
export function piecewise(
  x: ArrayLike,
  conditions: readonly ArrayLike[],
  functions: readonly (ArrayLike | ((x: NDArray) => ArrayLike))[],
): NDArray {
  const a = toArray("numpy.piecewise", x);
  const extra = functions.length === conditions.length + 1;
  if (!extra && functions.length !== conditions.length) {
    throw new ArgumentError(
      `numpy.piecewise: a function for each condition, and one more at most, is required, got ${functions.length} for ${conditions.length}; add or drop some`,
    );
  }
  const valueFor = (f: ArrayLike | ((x: NDArray) => ArrayLike) | undefined): NDArray => {
    const value = typeof f === "function" ? f(a) : (f ?? 0);
    return stretch(convertTo(value, { dtype: a.dtype, weakType: false }), a.shape);
  };
  return conditions.reduce<NDArray>(
    (out, condition, i) => whereOf(condition, valueFor(functions[i]), out),
    valueFor(extra ? functions.at(-1) : 0),
  );
}
