import { type ArrayLike, NDArray, numpy as np, tree } from "../index.ts";
import { type Tolerance, valueTolerance } from "./tolerances.ts";

/** Options of comparisons. */
export interface CloseOptions {
  /** Relative tolerance; by the dtype of the expected array. */
  readonly rtol?: number | undefined;
  /** Absolute tolerance; by the dtype of the expected array. */
  readonly atol?: number | undefined;
  /** What is compared, for the message. */
  readonly what?: string | undefined;
}

/** The element that is furthest off, relative to what is allowed. */
interface Worst {
  readonly index: readonly number[];
  readonly got: number;
  readonly expected: number;
  readonly allowed: number;
}

/**
 * Whether two trees of arrays agree: structures, shapes, dtypes, and elements within tolerances.
 * NaN agrees with NaN, infinities with themselves.
 */
export function allclose(actual: unknown, expected: unknown, options: CloseOptions = {}): boolean {
  return difference(actual, expected, options) === null;
}

/**
 * As `allclose`, throwing an error that shows the worst element where they do not agree.
 *
 * @throws Error naming the place, what was got, what was expected and what is allowed.
 */
export function assertAllclose(
  actual: unknown,
  expected: unknown,
  options: CloseOptions = {},
): void {
  const message = difference(actual, expected, options);
  if (message !== null) throw new Error(message);
}

function difference(actual: unknown, expected: unknown, options: CloseOptions): string | null {
  const { what = "allclose" } = options;
  const got = tree.leavesWithPath(actual);
  const want = tree.leavesWithPath(expected);
  if (String(tree.structure(actual)) !== String(tree.structure(expected))) {
    return `${what}: structures must agree, got ${tree.structure(actual)} instead of ${tree.structure(expected)}`;
  }
  for (let i = 0; i < want.length; i++) {
    const [path, wanted] = want[i] as (typeof want)[number]; // i runs over the leaves
    const found = got[i]?.[1];
    const place = path.length === 0 ? what : `${what}${tree.keystr(path)}`;
    const message = leafDifference(toArray(found), toArray(wanted), options, place);
    if (message !== null) return message;
  }
  return null;
}

function toArray(x: unknown): NDArray {
  return x instanceof NDArray ? x : np.asarray(x as ArrayLike); // leaves are arrays or numbers
}

function leafDifference(
  actual: NDArray,
  expected: NDArray,
  options: CloseOptions,
  place: string,
): string | null {
  if (actual.dtype !== expected.dtype || `${actual.shape}` !== `${expected.shape}`) {
    const describe = (x: NDArray): string => `${x.dtype}[${x.shape}]`;
    return `${place}: shapes and dtypes must agree, got ${describe(actual)} instead of ${describe(expected)}`;
  }
  const standard = valueTolerance(expected.dtype);
  const tolerance = { rtol: options.rtol ?? standard.rtol, atol: options.atol ?? standard.atol };
  const { worst, count } = compare(actual, expected, tolerance);
  if (worst === null) return null;
  const { index, got, expected: want, allowed } = worst;
  const off = Math.abs(got - want);
  return `${place}: ${count} of ${expected.size} elements differ; the worst is at [${index}], got ${got} instead of ${want}, off by ${off}, allowed ${allowed}`;
}

function compare(
  actual: NDArray,
  expected: NDArray,
  { rtol, atol }: Tolerance,
): { readonly worst: Worst | null; readonly count: number } {
  const a = actual.dataSync();
  const b = expected.dataSync();
  let worst: Worst | null = null;
  let excess = 0;
  let count = 0;
  for (let i = 0; i < b.length; i++) {
    const got = a[i] as number; // as long as b
    const want = b[i] as number;
    if (Object.is(got, want) || got === want) continue;
    const allowed = atol + rtol * Math.abs(want);
    const ratio = Math.abs(got - want) / allowed;
    if (ratio <= 1) continue;
    count++;
    const size = Number.isNaN(ratio) ? Number.POSITIVE_INFINITY : ratio;
    if (worst !== null && size <= excess) continue;
    excess = size;
    worst = { index: indexOf(i, expected.shape), got, expected: want, allowed };
  }
  return { worst, count };
}

/** The index of element `position` in row-major order. */
function indexOf(position: number, shape: readonly number[]): number[] {
  let rest = position;
  return shape
    .toReversed()
    .map((extent) => {
      const index = rest % extent;
      rest = Math.floor(rest / extent);
      return index;
    })
    .reverse();
}
