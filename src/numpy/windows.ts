import type { NDArray } from "../core/value.ts";
import { fromNumbers } from "./creation.ts";
import { staticInteger } from "./options.ts";

/** `count` points of a window, each computed from its position between -1 and 1. */
function windowOf(where: string, count: number, value: (t: number) => number): NDArray {
  const n = staticInteger(where, "the number of points", count);
  const points = Array.from({ length: Math.max(n, 0) }, (_, i) =>
    n === 1 ? 1 : value((2 * i - (n - 1)) / (n - 1)),
  );
  return fromNumbers(points, [points.length], "float32");
}

/** Triangular window that ends at 0. */
export function bartlett(count: number): NDArray {
  return windowOf("numpy.bartlett", count, (t) => 1 - Math.abs(t));
}

/** Window `0.42 + 0.5 cos(pi t) + 0.08 cos(2 pi t)` over t from -1 to 1. */
export function blackman(count: number): NDArray {
  return windowOf(
    "numpy.blackman",
    count,
    (t) => 0.42 + 0.5 * Math.cos(Math.PI * t) + 0.08 * Math.cos(2 * Math.PI * t),
  );
}

/** Window `0.54 + 0.46 cos(pi t)` over t from -1 to 1. */
export function hamming(count: number): NDArray {
  return windowOf("numpy.hamming", count, (t) => 0.54 + 0.46 * Math.cos(Math.PI * t));
}

/** Window `0.5 + 0.5 cos(pi t)` over t from -1 to 1. */
export function hanning(count: number): NDArray {
  return windowOf("numpy.hanning", count, (t) => 0.5 + 0.5 * Math.cos(Math.PI * t));
}

/** Window `I0(beta sqrt(1 - t^2)) / I0(beta)` over t from -1 to 1. */
export function kaiser(count: number, beta: number): NDArray {
  return windowOf("numpy.kaiser", count, (t) => {
    return bessel(beta * Math.sqrt(Math.max(0, 1 - t * t))) / bessel(beta);
  });
}

/** Modified Bessel function of order 0, by its power series, which has positive terms only. */
function bessel(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}
