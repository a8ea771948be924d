import { type NDArray, numpy as np } from "../index.ts";

/** Numbers that look random and are the same every time: a small linear congruential generator. */
export class Draws {
  private state: number;

  constructor(seed = 1) {
    this.state = (seed * 2654435761) >>> 0;
  }

  /** An integer from 0 up to `bound`. */
  integer(bound: number): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * bound);
  }

  /** An array like `x` of multiples of 1/64 between -1 and 1: exact in every float dtype. */
  direction(x: NDArray): NDArray {
    const data = Float64Array.from({ length: x.size }, () => (this.integer(129) - 64) / 64);
    return np.array(data).reshape(x.shape).astype(x.dtype);
  }
}

/** Sum of the products of two lists of arrays of equal shapes, in float64. */
export function inner(xs: readonly NDArray[], ys: readonly NDArray[]): number {
  return xs.reduce((sum, x, i) => {
    const a = x.dataSync();
    const b = ys[i]?.dataSync() ?? [];
    let part = 0;
    for (let k = 0; k < a.length; k++) part += (a[k] as number) * (b[k] as number); // equal sizes
    return sum + part;
  }, 0);
}
