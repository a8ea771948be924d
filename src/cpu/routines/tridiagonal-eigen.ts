import {
  exchangeRows,
  lengthOf,
  noRotation,
  type Rotation,
  rotateRows,
  rotationOf,
} from "./rotation.ts";

/** Half the distance from 1 to the next number, and the smallest number whose reciprocal is finite. */
const epsilon = 2 ** -53;
const smallest = 2 ** -1022;
/** Steps that are allowed for each eigenvalue. */
const maxSteps = 30;

/**
 * Eigenvalues of the symmetric tridiagonal matrix with diagonal `d` and `e` beside it, ascending,
 * in place of `d`; the rows of `basis` are rotated along, and so become the eigenvectors.
 *
 * Implicit QL steps, or QR where the matrix grows downwards. Whether it converged: steps are
 * bounded. Source: LAPACK, dsteqr.
 */
export function solveTridiagonal(
  d: Float64Array,
  e: Float64Array,
  basis: Float64Array,
  n: number,
): boolean {
  const state = { d, e, basis, n, left: n * maxSteps, rotation: noRotation() };
  let start = 0;
  // Each turn takes one block between negligible elements of e.
  while (start < n) {
    const end = blockEnd(d, e, start, n);
    if (end > start) {
      const downwards = Math.abs(d[end] as number) < Math.abs(d[start] as number); // rows
      if (downwards) finishByQr(state, start, end);
      else finishByQl(state, start, end);
      if (state.left < 0) return false;
    }
    // What a block left undone is found again from its start.
    start = isDone(e, start, end) ? end + 1 : start;
  }
  sortAscending(d, basis, n);
  return true;
}

interface State {
  readonly d: Float64Array;
  readonly e: Float64Array;
  readonly basis: Float64Array;
  readonly n: number;
  /** Steps that are left. */
  left: number;
  readonly rotation: Rotation;
}

function isDone(e: Float64Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (e[i] !== 0) return false;
  return true;
}

/** The last row of the block from `start`; the element of e after it is set to 0. */
function blockEnd(d: Float64Array, e: Float64Array, start: number, n: number): number {
  for (let i = start; i + 1 < n; i++) {
    const size = Math.abs(e[i] as number); // rows, as below
    const beside = Math.sqrt(Math.abs(d[i] as number)) * Math.sqrt(Math.abs(d[i + 1] as number));
    if (size > beside * epsilon) continue;
    e[i] = 0;
    return i;
  }
  return n - 1;
}

/** Whether the element of e between rows i and i + 1 no longer counts. */
function isNegligible({ d, e }: State, i: number): boolean {
  const size = Math.abs(e[i] as number); // a row but the last
  const bound = epsilon * epsilon * Math.abs(d[i] as number) * Math.abs(d[i + 1] as number);
  return size * size <= bound + smallest;
}

/** Find the eigenvalues of rows `from` to `to` from the first one on. */
function finishByQl(state: State, from: number, to: number): void {
  const { d, e, basis, n, rotation } = state;
  let l = from;
  // l, m and i are rows of the block.
  while (l <= to) {
    let m = l;
    while (m < to && !isNegligible(state, m)) m++;
    if (m < to) e[m] = 0;
    if (m === l) {
      l++;
      continue;
    }
    if (m === l + 1) {
      solvePair(d, e, l, rotation);
      rotateRows(basis, n, l, rotation.c, rotation.s);
      l += 2;
      continue;
    }
    if (state.left-- <= 0) return;
    const p = d[l] as number;
    let g = shiftedEnd(p, d[l + 1] as number, e[l] as number, d[m] as number);
    let [s, c, shift] = [1, 1, 0];
    for (let i = m - 1; i >= l; i--) {
      const f = s * (e[i] as number);
      const b = c * (e[i] as number);
      rotationOf(g, f, rotation);
      ({ c, s } = rotation);
      if (i !== m - 1) e[i + 1] = rotation.r;
      g = (d[i + 1] as number) - shift;
      const r = ((d[i] as number) - g) * s + 2 * c * b;
      shift = s * r;
      d[i + 1] = g + shift;
      g = c * r - b;
      rotateRows(basis, n, i, c, -s);
    }
    d[l] = (d[l] as number) - shift;
    e[l] = g;
  }
}

/** The same from the last one on. */
function finishByQr(state: State, from: number, to: number): void {
  const { d, e, basis, n, rotation } = state;
  let l = to;
  while (l >= from) {
    let m = l;
    while (m > from && !isNegligible(state, m - 1)) m--;
    if (m > from) e[m - 1] = 0;
    if (m === l) {
      l--;
      continue;
    }
    if (m === l - 1) {
      solvePair(d, e, m, rotation);
      rotateRows(basis, n, m, rotation.c, rotation.s);
      l -= 2;
      continue;
    }
    if (state.left-- <= 0) return;
    const p = d[l] as number;
    let g = shiftedEnd(p, d[l - 1] as number, e[l - 1] as number, d[m] as number);
    let [s, c, shift] = [1, 1, 0];
    for (let i = m; i < l; i++) {
      const f = s * (e[i] as number);
      const b = c * (e[i] as number);
      rotationOf(g, f, rotation);
      ({ c, s } = rotation);
      if (i !== m) e[i - 1] = rotation.r;
      g = (d[i] as number) - shift;
      const r = ((d[i + 1] as number) - g) * s + 2 * c * b;
      shift = s * r;
      d[i] = g + shift;
      g = c * r - b;
      rotateRows(basis, n, i, c, s);
    }
    d[l] = (d[l] as number) - shift;
    e[l - 1] = g;
  }
}

/** The far end of the block less Wilkinson's shift, from the corner p, its neighbour and e between. */
function shiftedEnd(p: number, neighbour: number, between: number, end: number): number {
  const g = (neighbour - p) / (2 * between);
  const r = lengthOf(g, 1);
  return end - p + between / (g >= 0 ? g + r : g - r);
}

/**
 * Diagonalise rows i and i + 1, the eigenvalue of larger size first, and give the rotation.
 *
 * Source: LAPACK, dlaev2.
 */
function solvePair(d: Float64Array, e: Float64Array, i: number, out: Rotation): void {
  const a = d[i] as number; // rows of the matrix
  const b = e[i] as number;
  const c = d[i + 1] as number;
  const sum = a + c;
  const difference = a - c;
  const root = lengthOf(difference, 2 * b);
  const [large, small] = Math.abs(a) > Math.abs(c) ? [a, c] : [c, a];
  const isNegative = sum < 0;
  const first = sum === 0 ? root / 2 : (sum + (isNegative ? -root : root)) / 2;
  const second = sum === 0 ? -root / 2 : (large / first) * small - (b / first) * b;
  const cs = difference >= 0 ? difference + root : difference - root;
  let cosine: number;
  let sine: number;
  if (Math.abs(cs) > Math.abs(2 * b)) {
    const tangent = (-2 * b) / cs;
    sine = 1 / Math.sqrt(1 + tangent * tangent);
    cosine = tangent * sine;
  } else if (b === 0) [cosine, sine] = [1, 0];
  else {
    const tangent = -cs / (2 * b);
    cosine = 1 / Math.sqrt(1 + tangent * tangent);
    sine = tangent * cosine;
  }
  if (isNegative !== difference >= 0) [cosine, sine] = [-sine, cosine];
  d[i] = first;
  d[i + 1] = second;
  e[i] = 0;
  out.c = cosine;
  out.s = sine;
}

/** Selection sort: as few exchanges of rows as can be. */
function sortAscending(d: Float64Array, basis: Float64Array, n: number): void {
  for (let i = 0; i + 1 < n; i++) {
    let best = i;
    for (let j = i + 1; j < n; j++) if ((d[j] as number) < (d[best] as number)) best = j; // rows
    if (best === i) continue;
    const held = d[i] as number;
    d[i] = d[best] as number;
    d[best] = held;
    exchangeRows(basis, n, i, best);
  }
}
