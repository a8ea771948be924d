/** A plane rotation with c f + s g = r and c g - s f = 0. */
export interface Rotation {
  c: number;
  s: number;
  r: number;
}

/** A rotation that changes nothing. */
export function noRotation(): Rotation {
  return { c: 1, s: 0, r: 0 };
}

/**
 * The rotation that takes (f, g) to (r, 0), written to `out`; r has the sign of f.
 *
 * Source: LAPACK, dlartg, version 3.10.
 */
export function rotationOf(f: number, g: number, out: Rotation): void {
  if (g === 0) {
    out.c = 1;
    out.s = 0;
    out.r = f;
  } else if (f === 0) {
    out.c = 0;
    out.s = g > 0 ? 1 : -1;
    out.r = Math.abs(g);
  } else {
    const size = lengthOf(f, g);
    out.c = Math.abs(f) / size;
    out.r = f > 0 ? size : -size;
    out.s = g / out.r;
  }
}

/** Root of the sum of two squares, without their overflow. */
export function lengthOf(x: number, y: number): number {
  const sum = x * x + y * y;
  if (sum > 1e-280 && sum < 1e280) return Math.sqrt(sum);
  const a = Math.max(Math.abs(x), Math.abs(y));
  const b = Math.min(Math.abs(x), Math.abs(y));
  return a === 0 ? 0 : a * Math.sqrt(1 + (b / a) * (b / a));
}

/** Rows i and i + 1 of length `n`: c x + s y, and c y - s x. */
export function rotateRows(a: Float64Array, n: number, i: number, c: number, s: number): void {
  if (c === 1 && s === 0) return;
  const x = i * n;
  const y = x + n;
  for (let j = 0; j < n; j++) {
    const p = a[x + j] as number; // both rows lie in a
    const q = a[y + j] as number;
    a[x + j] = c * p + s * q;
    a[y + j] = c * q - s * p;
  }
}

/** Exchange rows i and k of length `n`. */
export function exchangeRows(a: Float64Array, n: number, i: number, k: number): void {
  if (i === k) return;
  for (let j = 0; j < n; j++) {
    const held = a[i * n + j] as number; // both rows lie in a
    a[i * n + j] = a[k * n + j] as number;
    a[k * n + j] = held;
  }
}
