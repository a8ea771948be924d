import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { triangularSolve } from "../../lax/ops/linalg.ts";
import { solveByLu } from "../../lax/ops/linear-solve.ts";
import { identityLike, swapLast } from "../../lax/ops/matrices.ts";
import { svd } from "../../lax/ops/svd.ts";
import { matrixNorm } from "../../linalg/norms.ts";
import { add, divide, maximum, multiply, subtract } from "../../numpy/elementwise-arithmetic.ts";
import { greater } from "../../numpy/elementwise-comparison.ts";
import { exp2, log2 } from "../../numpy/elementwise-math.ts";
import { ceil } from "../../numpy/elementwise-rounding.ts";
import { matricesOf, requireChoice, squaresOf } from "../../numpy/matrix-arguments.ts";
import { matmul } from "../../numpy/products.ts";
import { promoteInexact } from "../../numpy/promote.ts";
import { whereOf } from "../../numpy/selection.ts";
import { expandDims } from "../../numpy/shape.ts";
import { jvp } from "../../transforms/jvp.ts";

/** Coefficients of the diagonal Padé approximants of exp, and up to which 1-norm they are exact. */
const approximants = {
  float64: {
    norm: 5.371920351148152,
    coefficients: [
      64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000,
      10559470521600, 670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
    ],
  },
  float32: {
    norm: 3.92572478313866,
    coefficients: [17297280, 8648640, 1995840, 277200, 25200, 1512, 56, 1],
  },
} as const;

/** Options of `expm`. */
export interface ExpmOptions {
  /** Whether the matrices are upper triangular, which saves a factorisation; false. */
  upperTriangular?: boolean | undefined;
  /** How often a matrix may be halved; one that needs more gives NaN; 16. */
  maxSquarings?: number | undefined;
}

/**
 * Exponentials of square matrices in the last two axes.
 *
 * By scaling and squaring of a Padé approximant of order 13 in float64, 7 in float32.
 * Source: Higham, The scaling and squaring method for the matrix exponential revisited, 2005.
 *
 * @throws ShapeError unless they are square; DTypeError for float16 and bfloat16.
 */
export function expm(a: ArrayLike, options: ExpmOptions = {}): NDArray {
  const where = "scipy.linalg.expm";
  checkOptions(where, options, ["upperTriangular", "maxSquarings"]);
  const { upperTriangular = false, maxSquarings = 16 } = options;
  if (!Number.isSafeInteger(maxSquarings) || maxSquarings < 0) {
    throw new ArgumentError(
      `${where}: maxSquarings must be an integer from 0, got ${String(maxSquarings)}; pass 16`,
    );
  }
  const matrix = squaresOf(where, a);
  const { norm, coefficients } = approximants[matrix.dtype as "float32" | "float64"]; // as squaresOf checks
  const size = matrixNorm(matrix, { ord: 1, keepdims: true });
  const halvings = maximum(ceil(log2(divide(size, norm))), 0);
  const scaled = divide(matrix, exp2(halvings));
  const [odd, even] = padeParts(scaled, coefficients);
  const [above, below] = [add(even, odd), subtract(even, odd)];
  let result = upperTriangular
    ? triangularSolve(below, above, { leftSide: true })
    : solveByLu(below, above);
  for (let i = 0; i < maxSquarings; i++) {
    result = whereOf(greater(halvings, i), matmul(result, result), result);
  }
  return whereOf(greater(halvings, maxSquarings), Number.NaN, result);
}

/** Sums of the odd and of the even powers of `a` with these coefficients. */
function padeParts(a: NDArray, coefficients: readonly number[]): [NDArray, NDArray] {
  const one = identityLike(a);
  const square = matmul(a, a);
  // Horner's rule in the square, from the highest power of either parity.
  const sum = (first: 0 | 1): NDArray => {
    const own = coefficients.filter((_, i) => i % 2 === first).toReversed();
    return own.slice(1).reduce(
      (total, c) => add(matmul(total, square), multiply(one, c)),
      multiply(one, own[0] as number), // each parity has some
    );
  };
  return [matmul(a, sum(1)), sum(0)];
}

/** Options of `expmFrechet`. */
export interface ExpmFrechetOptions {
  /** Whether to give the exponential too; true. */
  computeExpm?: boolean | undefined;
}

/**
 * The exponential of `a`, and its derivative in the direction `e`.
 *
 * @throws ShapeError unless both are square matrices of one shape.
 */
export function expmFrechet(
  a: ArrayLike,
  e: ArrayLike,
  options: ExpmFrechetOptions & { computeExpm: false },
): NDArray;
export function expmFrechet(
  a: ArrayLike,
  e: ArrayLike,
  options?: ExpmFrechetOptions & { computeExpm?: true | undefined },
): [expm: NDArray, derivative: NDArray];
export function expmFrechet(
  a: ArrayLike,
  e: ArrayLike,
  options: ExpmFrechetOptions = {},
): NDArray | [NDArray, NDArray] {
  const where = "scipy.linalg.expmFrechet";
  checkOptions(where, options, ["computeExpm"]);
  const [point, direction] = promoteInexact(where, [a, e]) as [NDArray, NDArray]; // as many as given
  if (point.aval.shape.join() !== direction.aval.shape.join()) {
    throw new ShapeError(
      `${where}: two matrices of one shape are required, got ${point.aval} and ${direction.aval}; broadcast one`,
    );
  }
  const [value, derivative] = jvp((x: NDArray) => expm(x), [squaresOf(where, point)], [direction]);
  return (options.computeExpm ?? true) ? [value, derivative] : derivative;
}

/** Options of `polar`. */
export interface PolarOptions {
  /** On which side of the orthogonal factor the other one stands; "right". */
  side?: "left" | "right" | undefined;
  /** Kept for its name: both ways of JAX give the same factors. */
  method?: "qdwh" | "svd" | undefined;
}

/**
 * Orthogonal and symmetric positive semidefinite factors of matrices in the last two axes:
 * a = u p, or p u with `side: "left"`; by singular values.
 */
export function polar(a: ArrayLike, options: PolarOptions = {}): [u: NDArray, p: NDArray] {
  const where = "scipy.linalg.polar";
  checkOptions(where, options, ["side", "method"]);
  const { side = "right", method = "qdwh" } = options;
  requireChoice(where, "side", side, ["left", "right"]);
  requireChoice(where, "method", method, ["qdwh", "svd"]);
  const [u, s, vt] = svd(matricesOf(where, a), { fullMatrices: false });
  const basis = side === "right" ? swapLast(vt) : u;
  const other = matmul(multiply(basis, expandDims(s, -2)), swapLast(basis));
  return [matmul(u, vt), other];
}
