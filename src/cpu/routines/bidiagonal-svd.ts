import { exchangeRows, noRotation, rotateRows, rotationOf } from "./rotation.ts";
import { smallestSingular, solveSmall } from "./small-svd.ts";

/** Half the distance from 1 to the next number, and the smallest number whose reciprocal is finite. */
const epsilon = 2 ** -53;
const smallest = 2 ** -1022;
/** What counts as zero relative to what is beside it. */
const tolerance = Math.max(10, Math.min(100, epsilon ** -0.125)) * epsilon;
/** Passes that are allowed for each value, each counted by the rows it goes through. */
const maxPasses = 6;

/**
 * Singular values of the upper bidiagonal matrix with diagonal `d` and `e` above it, descending,
 * in place of `d`, small ones to full relative accuracy.
 *
 * The rows of `u` (of length `m`) and `v` (of length `n`) are rotated along, and so become the
 * singular vectors. Whether it converged: passes are bounded. Source: LAPACK, dbdsqr.
 */
export function solveBidiagonal(
  d: Float64Array,
  e: Float64Array,
  n: number,
  u: Float64Array | null,
  m: number,
  v: Float64Array | null,
): boolean {
  const matrix = new Bidiagonal(d, e, n, u, m, v);
  const converged = matrix.iterate();
  matrix.makePositive();
  matrix.sortDescending();
  return converged;
}

/** A block of rows `from` to `to`, worked on downwards (from its large end) or upwards. */
interface Block {
  readonly from: number;
  readonly to: number;
  readonly downwards: boolean;
}

class Bidiagonal {
  private readonly d: Float64Array;
  private readonly e: Float64Array;
  private readonly n: number;
  private readonly u: Float64Array | null;
  private readonly m: number;
  private readonly v: Float64Array | null;
  /** Elements of e up to this size count as zero. */
  private readonly threshold: number;
  private readonly first = noRotation();
  private readonly second = noRotation();

  constructor(
    d: Float64Array,
    e: Float64Array,
    n: number,
    u: Float64Array | null,
    m: number,
    v: Float64Array | null,
  ) {
    this.d = d;
    this.e = e;
    this.n = n;
    this.u = u;
    this.m = m;
    this.v = v;
    const size = this.lowerBound(0, n - 1, true) / Math.sqrt(n);
    this.threshold = Math.max(tolerance * size, maxPasses * n * n * smallest);
  }

  /** Make e zero; whether that took no more passes than are allowed. */
  iterate(): boolean {
    let last = this.n - 1;
    let block: Block | null = null;
    let left = maxPasses * this.n * this.n;
    while (last > 0) {
      const [from, largest] = this.blockStart(last);
      if (from === last) {
        last--;
        continue;
      }
      if (from === last - 1) {
        this.solvePair(from);
        last -= 2;
        continue;
      }
      if (block === null || from > block.to || last < block.from) {
        const downwards = Math.abs(this.at(from)) >= Math.abs(this.at(last));
        block = { from, to: last, downwards };
      } else block = { from, to: last, downwards: block.downwards };
      const low = this.deflate(block);
      if (low === null) continue;
      left -= last - from;
      if (left < 0) return false;
      const shift = this.shiftOf(block, low, largest);
      if (block.downwards) {
        if (shift === 0) this.passDownPlain(from, last);
        else this.passDown(from, last, shift);
      } else if (shift === 0) this.passUpPlain(from, last);
      else this.passUp(from, last, shift);
    }
    return true;
  }

  makePositive(): void {
    const { d, n, v } = this;
    for (let i = 0; i < n; i++) {
      const x = this.at(i);
      if (x > 0 || Object.is(x, 0)) continue;
      d[i] = -x;
      if (v === null) continue;
      for (let j = 0; j < n; j++) v[i * n + j] = -(v[i * n + j] as number); // in range
    }
  }

  sortDescending(): void {
    const { d, n, u, m, v } = this;
    for (let i = 0; i + 1 < n; i++) {
      let best = i;
      for (let j = i + 1; j < n; j++) if (this.at(j) > this.at(best)) best = j;
      if (best === i) continue;
      const held = this.at(i);
      d[i] = this.at(best);
      d[best] = held;
      if (u !== null) exchangeRows(u, m, i, best);
      if (v !== null) exchangeRows(v, n, i, best);
    }
  }

  private at(i: number): number {
    return this.d[i] as number; // i is a row
  }

  private above(i: number): number {
    return this.e[i] as number; // i is a row but the last
  }

  /** A lower bound of the singular values of a block, up to a factor of the root of its size. */
  private lowerBound(from: number, to: number, downwards: boolean): number {
    const step = downwards ? 1 : -1;
    const [start, end] = downwards ? [from, to] : [to, from];
    if (to < from) return 0;
    let mu = Math.abs(this.at(start));
    let low = mu;
    for (let i = start; i !== end && low !== 0; i += step) {
      const beside = Math.abs(this.above(downwards ? i : i - 1));
      mu = Math.abs(this.at(i + step)) * (mu / (mu + beside));
      low = Math.min(low, mu);
    }
    return low;
  }

  /** The first row of the block that ends at `last`, and the largest size of an element in it. */
  private blockStart(last: number): readonly [from: number, largest: number] {
    let largest = Math.abs(this.at(last));
    for (let i = last - 1; i >= 0; i--) {
      const beside = Math.abs(this.above(i));
      if (beside <= this.threshold) {
        this.e[i] = 0;
        return [i + 1, largest];
      }
      largest = Math.max(largest, Math.abs(this.at(i)), beside);
    }
    return [0, largest];
  }

  private solvePair(i: number): void {
    const out = { large: 0, small: 0, leftC: 1, leftS: 0, rightC: 1, rightS: 0 };
    solveSmall(this.at(i), this.above(i), this.at(i + 1), out);
    this.d[i] = out.large;
    this.d[i + 1] = out.small;
    this.e[i] = 0;
    this.rotate(i, out.leftC, out.leftS, out.rightC, out.rightS);
  }

  /** Rotate rows i and i + 1 of u by the first two numbers, those of v by the others. */
  private rotate(i: number, leftC: number, leftS: number, rightC: number, rightS: number): void {
    if (this.u !== null) rotateRows(this.u, this.m, i, leftC, leftS);
    if (this.v !== null) rotateRows(this.v, this.n, i, rightC, rightS);
  }

  /** Null if an element of e became zero, else a lower bound of the singular values. */
  private deflate({ from, to, downwards }: Block): number | null {
    const step = downwards ? 1 : -1;
    const [start, end] = downwards ? [from, to] : [to, from];
    const near = (i: number): number => (downwards ? i : i - 1);
    const lastOf = near(end - step);
    if (Math.abs(this.above(lastOf)) <= tolerance * Math.abs(this.at(end))) {
      this.e[lastOf] = 0;
      return null;
    }
    let mu = Math.abs(this.at(start));
    let low = mu;
    for (let i = start; i !== end; i += step) {
      const beside = Math.abs(this.above(near(i)));
      if (beside <= tolerance * mu) {
        this.e[near(i)] = 0;
        return null;
      }
      mu = Math.abs(this.at(i + step)) * (mu / (mu + beside));
      low = Math.min(low, mu);
    }
    return low;
  }

  /** The shift of the next pass; 0 where one would spoil small values. */
  private shiftOf({ from, to, downwards }: Block, low: number, largest: number): number {
    const ratio = this.n * tolerance * (low / largest);
    if (ratio <= Math.max(epsilon, 0.01 * tolerance)) return 0;
    const corner = Math.abs(this.at(downwards ? from : to));
    const at = downwards ? to - 1 : from;
    const shift = smallestSingular(this.at(at), this.above(at), this.at(at + 1));
    return corner > 0 && (shift / corner) ** 2 < epsilon ? 0 : shift;
  }

  private passDownPlain(from: number, to: number): void {
    const { d, e, first, second } = this;
    let cs = 1;
    let [oldC, oldS] = [1, 0];
    for (let i = from; i < to; i++) {
      rotationOf(this.at(i) * cs, this.above(i), first);
      cs = first.c;
      if (i > from) e[i - 1] = oldS * first.r;
      rotationOf(oldC * first.r, this.at(i + 1) * first.s, second);
      d[i] = second.r;
      [oldC, oldS] = [second.c, second.s];
      this.rotate(i, second.c, second.s, first.c, first.s);
    }
    const h = this.at(to) * cs;
    d[to] = h * oldC;
    this.endAt(to - 1, h * oldS);
  }

  private passUpPlain(from: number, to: number): void {
    const { d, e, first, second } = this;
    let cs = 1;
    let [oldC, oldS] = [1, 0];
    for (let i = to; i > from; i--) {
      rotationOf(this.at(i) * cs, this.above(i - 1), first);
      cs = first.c;
      if (i < to) e[i] = oldS * first.r;
      rotationOf(oldC * first.r, this.at(i - 1) * first.s, second);
      d[i] = second.r;
      [oldC, oldS] = [second.c, second.s];
      this.rotate(i - 1, first.c, -first.s, second.c, -second.s);
    }
    const h = this.at(from) * cs;
    d[from] = h * oldC;
    this.endAt(from, h * oldS);
  }

  private passDown(from: number, to: number, shift: number): void {
    const { d, e, first, second } = this;
    let f = shifted(this.at(from), shift);
    let g = this.above(from);
    for (let i = from; i < to; i++) {
      rotationOf(f, g, first);
      if (i > from) e[i - 1] = first.r;
      f = first.c * this.at(i) + first.s * this.above(i);
      e[i] = first.c * this.above(i) - first.s * this.at(i);
      g = first.s * this.at(i + 1);
      d[i + 1] = first.c * this.at(i + 1);
      rotationOf(f, g, second);
      d[i] = second.r;
      f = second.c * this.above(i) + second.s * this.at(i + 1);
      d[i + 1] = second.c * this.at(i + 1) - second.s * this.above(i);
      if (i < to - 1) {
        g = second.s * this.above(i + 1);
        e[i + 1] = second.c * this.above(i + 1);
      }
      this.rotate(i, second.c, second.s, first.c, first.s);
    }
    this.endAt(to - 1, f);
  }

  private passUp(from: number, to: number, shift: number): void {
    const { d, e, first, second } = this;
    let f = shifted(this.at(to), shift);
    let g = this.above(to - 1);
    for (let i = to; i > from; i--) {
      rotationOf(f, g, first);
      if (i < to) e[i] = first.r;
      f = first.c * this.at(i) + first.s * this.above(i - 1);
      e[i - 1] = first.c * this.above(i - 1) - first.s * this.at(i);
      g = first.s * this.at(i - 1);
      d[i - 1] = first.c * this.at(i - 1);
      rotationOf(f, g, second);
      d[i] = second.r;
      f = second.c * this.above(i - 1) + second.s * this.at(i - 1);
      d[i - 1] = second.c * this.at(i - 1) - second.s * this.above(i - 1);
      if (i > from + 1) {
        g = second.s * this.above(i - 2);
        e[i - 2] = second.c * this.above(i - 2);
      }
      this.rotate(i - 1, first.c, -first.s, second.c, -second.s);
    }
    this.endAt(from, f);
  }

  /** The element of e that a pass leaves at its end. */
  private endAt(i: number, value: number): void {
    this.e[i] = Math.abs(value) <= this.threshold ? 0 : value;
  }
}

function shifted(corner: number, shift: number): number {
  const sign = corner < 0 || Object.is(corner, -0) ? -1 : 1;
  return (Math.abs(corner) - shift) * (sign + shift / corner);
}
