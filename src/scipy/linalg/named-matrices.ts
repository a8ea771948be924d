import type { DType } from "../../core/dtype.ts";
import { ArgumentError } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import type { NDArray } from "../../core/value.ts";
import { fromNumbers } from "../../numpy/creation.ts";
import { requireChoice, requireCount } from "../../numpy/matrix-arguments.ts";

/** A float32 matrix of `n` columns whose elements a function of row and column gives. */
function table(
  rows: number,
  n: number,
  element: (i: number, j: number) => number,
  dtype: DType = "float32",
): NDArray {
  const numbers = Array.from({ length: rows * n }, (_, at) => element(Math.floor(at / n), at % n));
  return fromNumbers(numbers, [rows, n], dtype);
}

/** Ways to choose `k` of `n`; 0 outside. */
function binomial(n: number, k: number): number {
  if (k < 0 || k > n) return 0;
  let ways = 1;
  // After each turn a whole number, so nothing is lost up to 2 ** 53.
  for (let i = 1; i <= Math.min(k, n - k); i++) ways = (ways * (n - i + 1)) / i;
  return ways;
}

/** The float32 matrix of 1 / (i + j + 1), with `n` rows; badly conditioned. */
export function hilbert(n: number): NDArray {
  requireCount("scipy.linalg.hilbert", "n", n, 0);
  return table(n, n, (i, j) => 1 / (i + j + 1));
}

/** The inverse of `hilbert`, whose elements are integers. */
export function invhilbert(n: number): NDArray {
  requireCount("scipy.linalg.invhilbert", "n", n, 0);
  return table(n, n, (i, j) => {
    const size =
      (i + j + 1) *
      binomial(n + i, n - j - 1) *
      binomial(n + j, n - i - 1) *
      binomial(i + j, i) ** 2;
    return (i + j) % 2 === 0 ? size : -size;
  });
}

/** Options of `pascal` and `invpascal`. */
export interface PascalOptions {
  /** The product of both triangles, or one of them; "symmetric". */
  kind?: "symmetric" | "lower" | "upper" | undefined;
}

const kinds = ["symmetric", "lower", "upper"] as const;

/** The float32 matrix of binomial coefficients with `n` rows. */
export function pascal(n: number, options: PascalOptions = {}): NDArray {
  const where = "scipy.linalg.pascal";
  checkOptions(where, options, ["kind"]);
  const { kind = "symmetric" } = options;
  requireCount(where, "n", n, 0);
  requireChoice(where, "kind", kind, kinds);
  if (kind === "symmetric") return table(n, n, (i, j) => binomial(i + j, i));
  return table(n, n, kind === "lower" ? binomial : (i, j) => binomial(j, i));
}

/** The inverse of `pascal`. */
export function invpascal(n: number, options: PascalOptions = {}): NDArray {
  const where = "scipy.linalg.invpascal";
  checkOptions(where, options, ["kind"]);
  const { kind = "symmetric" } = options;
  requireCount(where, "n", n, 0);
  requireChoice(where, "kind", kind, kinds);
  const lower = (i: number, j: number): number => ((i + j) % 2 === 0 ? 1 : -1) * binomial(i, j);
  if (kind === "lower") return table(n, n, lower);
  if (kind === "upper") return table(n, n, (i, j) => lower(j, i));
  return table(n, n, (i, j) => {
    let sum = 0;
    for (let k = Math.max(i, j); k < n; k++) sum += lower(k, i) * lower(k, j);
    return sum;
  });
}

/**
 * The float32 matrix whose rows are orthonormal and, but for the first, sum to 0: `[n - 1, n]`,
 * or `[n, n]` with `full`.
 */
export function helmert(n: number, options: { full?: boolean | undefined } = {}): NDArray {
  const where = "scipy.linalg.helmert";
  checkOptions(where, options, ["full"]);
  requireCount(where, "n", n, 1);
  const element = (i: number, j: number): number => {
    if (i === 0) return 1 / Math.sqrt(n);
    const size = Math.sqrt(i * (i + 1));
    return j < i ? 1 / size : j === i ? -i / size : 0;
  };
  return options.full ? table(n, n, element) : table(n - 1, n, (i, j) => element(i + 1, j));
}

/**
 * The matrix of 1 and -1 with orthogonal rows, `n` of them.
 *
 * @throws ArgumentError unless n is a power of 2.
 */
export function hadamard(n: number, options: { dtype?: DType | undefined } = {}): NDArray {
  const where = "scipy.linalg.hadamard";
  checkOptions(where, options, ["dtype"]);
  requireCount(where, "n", n, 1);
  if (!Number.isInteger(Math.log2(n))) {
    throw new ArgumentError(`${where}: n must be a power of 2, got ${n}; take the next one`);
  }
  // The sign is the parity of the bits that row and column share.
  const element = (i: number, j: number): number => {
    let odd = false;
    for (let both = i & j; both !== 0; both &= both - 1) odd = !odd;
    return odd ? -1 : 1;
  };
  return table(n, n, element, options.dtype ?? "int32");
}
