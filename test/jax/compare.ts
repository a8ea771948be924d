import {
  decodeNumber,
  type EncodedArray,
  type EncodedResult,
  isTestArray,
  resolve,
} from "./encoding.ts";

/**
 * Relative tolerances by dtype; the generator's `RTOL` repeats them.
 *
 * A case whose float32 answer JAX itself has further from the float64 one than half of this carries its own `tol`
 * (relative) or `atol` (absolute), four times JAX's error. Integers and bools are exact.
 */
export const relativeTolerance: Readonly<Record<string, number>> = {
  float64: 1e-12,
  float32: 1e-5,
  float16: 2e-3,
  bfloat16: 1.6e-2,
};

/** Distance from 1 to the next number. */
const unitRoundoff: Readonly<Record<string, number>> = {
  float64: 2 ** -52,
  float32: 2 ** -23,
  float16: 2 ** -10,
  bfloat16: 2 ** -7,
};

/** Smallest normal number of float32. XLA on the CPU gives 0 for anything smaller, which a result here may keep. */
const smallestNormal = 2 ** -126;

/** What a comparison insists on. */
export interface Strictness {
  readonly tol?: number | undefined;
  readonly atol?: number | undefined;
  /** Whether 0 and -0 differ. */
  readonly signOfZero: boolean;
  /** Whether the weak type must agree. */
  readonly weakType: boolean;
  /**
   * By how many units in the last place of the largest element any may be off, as sums of terms that cancel are.
   * Only for derivatives: a table of function values spans magnitudes.
   */
  readonly normwise: number;
  /** Whether a NaN of JAX is a fault of it, and says nothing. */
  readonly faultyNan: boolean;
}

/** The ways in which `actual` is not what JAX gave, each a line; none if it is. */
export function differences(
  actual: unknown,
  expected: EncodedResult,
  strictness: Strictness,
  where: string,
): string[] {
  if (Array.isArray(expected)) return listDifferences(actual, expected, strictness, where);
  const one = expected as Exclude<EncodedResult, readonly EncodedResult[]>;
  if ("static" in one) {
    const [got, want] = [JSON.stringify(actual), JSON.stringify(one.static)];
    return got === want ? [] : [`${where}: expected ${want}, got ${got}`];
  }
  if ("keyData" in one) {
    return differences(resolve("random.keyData")(actual), one.keyData, strictness, where);
  }
  return arrayDifferences(actual, one, strictness, where);
}

function listDifferences(
  actual: unknown,
  expected: readonly EncodedResult[],
  strictness: Strictness,
  where: string,
): string[] {
  if (!Array.isArray(actual)) return [`${where}: expected a list of ${expected.length}`];
  if (actual.length !== expected.length) {
    return [`${where}: expected a list of ${expected.length}, got one of ${actual.length}`];
  }
  return expected.flatMap((part, i) =>
    differences((actual as unknown[])[i], part, strictness, `${where}[${i}]`),
  );
}

function arrayDifferences(
  actual: unknown,
  expected: EncodedArray,
  strictness: Strictness,
  where: string,
): string[] {
  const type = `${expected.dtype}[${expected.shape.join(",")}]`;
  if (!isTestArray(actual)) return [`${where}: expected ${type}, got ${String(actual)}`];
  const got = `${actual.dtype}[${actual.shape.join(",")}]`;
  if (got !== type) return [`${where}: expected ${type}, got ${got}`];
  const lines: string[] = [];
  if (strictness.weakType && actual.weakType !== (expected.weak ?? false)) {
    lines.push(`${where}: expected weakType ${expected.weak ?? false}, got ${actual.weakType}`);
  }
  const values = Array.from(actual.dataSync(), Number);
  const wanted = expected.data.map((x) =>
    expected.dtype === "float32" ? Math.fround(decodeNumber(x)) : decodeNumber(x),
  );
  if (values.length !== wanted.length) {
    return [...lines, `${where}: expected ${wanted.length} elements, got ${values.length}`];
  }
  const close = closeness(expected.dtype, wanted, strictness);
  const wrong = wanted.findIndex((want, i) => !close(values[i] as number, want));
  if (wrong >= 0) {
    lines.push(`${where}: expected ${show(wanted)}, got ${show(values)}; first at ${wrong}`);
  }
  return lines;
}

/** Whether a number is near enough to another, for one leaf. */
function closeness(
  dtype: string,
  wanted: readonly number[],
  strictness: Strictness,
): (got: number, want: number) => boolean {
  const base = relativeTolerance[dtype];
  if (base === undefined) return (got, want) => got === want;
  const relative = strictness.tol ?? base;
  const largest = Math.max(0, ...wanted.filter(Number.isFinite).map(Math.abs));
  const floor = strictness.normwise * largest * (unitRoundoff[dtype] ?? 0);
  const absolute = Math.max(strictness.atol ?? 0, floor);
  return (got, want) => {
    if (Number.isNaN(want) && strictness.faultyNan) return true;
    if (Number.isNaN(want) || !Number.isFinite(want)) return Object.is(got, want);
    if (got === 0 && want === 0) return !strictness.signOfZero || Object.is(got, want);
    if (want === 0 && dtype === "float32" && Math.abs(got) < smallestNormal) return true;
    return Math.abs(got - want) <= relative * Math.abs(want) + absolute;
  };
}

function show(values: readonly number[]): string {
  const text = values.slice(0, 24).map((x) => (Object.is(x, -0) ? "-0" : String(x)));
  return `[${text.join(", ")}${values.length > 24 ? ", ..." : ""}]`;
}
