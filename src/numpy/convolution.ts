import { ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { convGeneralDilated } from "../lax/ops/conv.ts";
import { reshape, rev } from "../lax/ops/layout.ts";
import { checkChoice } from "./options.ts";
import { promoteInexact } from "./promote.ts";

/** How far two vectors may be apart: touching, as long as the longer one, or fully overlapping. */
export type ConvolutionMode = "full" | "same" | "valid";

/** Options of `convolve` and `correlate`. */
export interface ConvolutionOptions {
  mode?: ConvolutionMode | undefined;
}

const modes: readonly ConvolutionMode[] = ["full", "same", "valid"];

/**
 * Convolution of two vectors as floats, "full" by default.
 *
 * @throws ShapeError unless both are vectors with elements.
 */
export function convolve(x: ArrayLike, y: ArrayLike, options?: ConvolutionOptions): NDArray {
  checkOptions("numpy.convolve", options, ["mode"]);
  const mode = checkChoice("numpy.convolve", "mode", options?.mode ?? "full", modes);
  const [a, b] = vectors("numpy.convolve", x, y);
  const [long, short] = a.size < b.size ? [b, a] : [a, b];
  return slide(long, rev(short, [0]), mode);
}

/** Correlation of two vectors as floats, "valid" by default: `sum(x[i + k] * y[i])` for each k. */
export function correlate(x: ArrayLike, y: ArrayLike, options?: ConvolutionOptions): NDArray {
  checkOptions("numpy.correlate", options, ["mode"]);
  const mode = checkChoice("numpy.correlate", "mode", options?.mode ?? "valid", modes);
  const [a, b] = vectors("numpy.correlate", x, y);
  return a.size < b.size ? rev(slide(b, a, mode), [0]) : slide(a, b, mode);
}

function vectors(where: string, x: ArrayLike, y: ArrayLike): readonly [NDArray, NDArray] {
  const [a, b] = promoteInexact(where, [x, y]) as [NDArray, NDArray]; // as many as given
  if (a.ndim === 1 && b.ndim === 1 && a.size > 0 && b.size > 0) return [a, b];
  throw new ShapeError(
    `${where}: two vectors with elements are required, got ${a.aval} and ${b.aval}; ravel them`,
  );
}

/** Products of the short vector with each stretch of the long one, summed. */
function slide(long: NDArray, short: NDArray, mode: ConvolutionMode): NDArray {
  const m = short.size;
  const padding = {
    full: [m - 1, m - 1],
    same: [Math.floor(m / 2), m - Math.floor(m / 2) - 1],
    valid: [0, 0],
  } as const;
  const out = convGeneralDilated(reshape(long, [1, 1, long.size]), reshape(short, [1, 1, m]), {
    padding: [padding[mode]],
  });
  return reshape(out, [out.size]);
}
