/** Points to differentiate at, and derivatives there by differences. */
import { type DType, type NDArray, numpy as np } from "udiff";

/** An open interval; an end that is null is 10 away from zero. */
export type Domain = readonly [low: number | null, high: number | null];

/** Function of arrays to one array, or to several. */
export type ArrayFunction = (...xs: NDArray[]) => NDArray | readonly NDArray[];

/** Source of points that look random and are the same every time. */
export class Points {
  private state: number;

  constructor(seed: number) {
    this.state = (Math.imul(seed, 2654435761) + 12345) >>> 0;
  }

  /** A number from 0 up to 1. */
  private next(): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return this.state / 2 ** 32;
  }

  /**
   * `count` different numbers inside `domain`, exact in float32 and never an end of the domain or
   * zero. Numbers of different `set` (0, 1, 2) are never equal either, so there are no ties.
   */
  draw(count: number, [low, high]: Domain, set = 0): number[] {
    const a = low ?? -10;
    const b = high ?? 10;
    const cells = Math.floor((b - a) * 32);
    const used = new Set<number>();
    while (used.size < count) used.add(Math.floor(this.next() * cells));
    return [...used].map((cell) => a + (cell + (1 + set) / 4) / 32);
  }

  /** An array of such numbers. */
  array(shape: readonly number[], domain: Domain, dtype: DType, set = 0): NDArray {
    const size = shape.reduce((n, extent) => n * extent, 1);
    const data = Float64Array.from(this.draw(size, domain, set));
    return np.array(data).reshape(shape).astype(dtype);
  }
}

/** The results of `f` as one list of numbers. */
export function numbers(result: NDArray | readonly NDArray[]): number[] {
  const arrays = Array.isArray(result) ? (result as NDArray[]) : [result as NDArray];
  return arrays.flatMap((y) => Array.from(y.dataSync(), Number));
}

/**
 * The Jacobian of `f` at float64 arrays by central differences of the fourth order: one row for
 * each element of the results, one column for each element of the arguments.
 */
export function numericJacobian(f: ArrayFunction, xs: readonly NDArray[]): number[][] {
  const h = 2 ** -11;
  const rows: number[][] = numbers(f(...xs)).map(() => []);
  xs.forEach((x, k) => {
    for (let i = 0; i < x.size; i++) {
      const at = (s: number): number[] => {
        const data = Float64Array.from(x.dataSync() as Float64Array);
        data[i] = (data[i] as number) + s;
        return numbers(f(...xs.with(k, np.array(data).reshape(x.shape))));
      };
      const [up, down, up2, down2] = [at(h), at(-h), at(2 * h), at(-2 * h)] as const;
      rows.forEach((row, j) => {
        const near = (up[j] as number) - (down[j] as number);
        const far = (up2[j] as number) - (down2[j] as number);
        row.push((8 * near - far) / (12 * h));
      });
    }
  });
  return rows;
}

/** The largest distance of two lists, relative to 1 plus the size of what is expected. */
export function distance(actual: readonly number[], expected: readonly number[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  return expected.reduce((worst, want, i) => {
    const off = Math.abs((actual[i] as number) - want) / (1 + Math.abs(want));
    return Number.isNaN(off) ? Number.POSITIVE_INFINITY : Math.max(worst, off);
  }, 0);
}

/** How far derivatives may be from the truth, by dtype. */
export const tolerance = { float64: 1e-7, float32: 1e-4 } as const;
