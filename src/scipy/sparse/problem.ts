import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import { unflatten } from "../../core/pytree.ts";
import { checkStructure } from "../../core/pytree-prefix.ts";
import { type ArrayLike, NDArray } from "../../core/value.ts";
import { finfo } from "../../numpy/dtype-info.ts";
import { matmul, vdot } from "../../numpy/products.ts";
import { describe, type FlatArrays, flattenArrays } from "../../transforms/flatten.ts";
import { ravelPytree } from "../../transforms/ravel-pytree.ts";
import type { Given } from "../../transforms/signatures.ts";

/** A linear operator: a matrix, or a function of trees like the right-hand side. */
export type LinearOperator<B> = NDArray | ((x: Given<B>) => Given<B>);

/** Options of the iterative solvers. */
export interface IterativeOptions<B> {
  /** The first guess; zeros by default. It has no derivative. */
  readonly x0?: B | undefined;
  /** Relative tolerance: the residual's norm over that of `b`; 1e-5 by default. */
  readonly tol?: number | undefined;
  /** Absolute tolerance of the residual's norm; 0 by default. */
  readonly atol?: number | undefined;
  /** Steps after which to stop in any case; ten for each unknown by default. */
  readonly maxiter?: number | undefined;
  /** An approximation of the inverse of the operator, as a preconditioner. */
  readonly M?: LinearOperator<B> | undefined;
}

/** A linear equation on one vector: the tree of the right-hand side, raveled. */
export interface Equation {
  readonly b: NDArray;
  readonly x0: NDArray;
  readonly matvec: (x: NDArray) => NDArray;
  readonly precondition: (x: NDArray) => NDArray;
  readonly isPreconditioned: boolean;
  readonly tol: number;
  readonly atol: number;
  readonly maxiter: number;
  /** Roundoff of the dtype. */
  readonly eps: number;
}

/** An equation, and the way back from vectors. */
export interface Problem<B> extends Equation {
  /** A solution as a tree like the right-hand side. */
  readonly build: (x: NDArray) => Given<B>;
}

/** The equation that a call of a solver poses. @throws ArgumentError, TreeError or ShapeError. */
export function poseProblem<B>(
  where: string,
  A: LinearOperator<B>,
  b: B,
  options: IterativeOptions<B>,
  allowed: readonly string[] = [],
): Problem<B> {
  checkOptions(where, options, ["x0", "tol", "atol", "maxiter", "M", ...allowed]);
  const { tol = 1e-5, atol = 0, M } = options;
  const side = flattenArrays(b, where, "b");
  const [vector, unravel] = ravelPytree(unflatten(side.treeDef, side.arrays));
  const first =
    options.x0 === undefined
      ? vector.mul(0)
      : ravelPytree(likeSide(options.x0, side, where, "x0"))[0];
  const onVectors = (operator: LinearOperator<B>, what: string) => {
    const apply = asFunction(operator, side, where, what);
    return (x: NDArray): NDArray =>
      ravelPytree(likeSide(apply(unravel(x) as Given<B>), side, where, `what ${what} gives`))[0]; // like `b`
  };
  return {
    b: vector,
    x0: first,
    matvec: onVectors(A, "A"),
    precondition: M === undefined ? (x) => x : onVectors(M, "M"),
    isPreconditioned: M !== undefined,
    tol: number(tol, where, "tol"),
    atol: number(atol, where, "atol"),
    maxiter: number(options.maxiter ?? 10 * vector.size, where, "maxiter"),
    eps: finfo(vector.dtype).eps,
    build: (x) => unravel(x) as Given<B>, // like `b`
  };
}

function number(x: unknown, where: string, what: string): number {
  if (typeof x === "number" && x >= 0) return x;
  throw new ArgumentError(
    `${where}: ${what} must be a number from 0, got ${describe(x)}; leave it out for the default`,
  );
}

function asFunction<B>(
  operator: LinearOperator<B>,
  side: FlatArrays,
  where: string,
  what: string,
): (x: Given<B>) => unknown {
  if (typeof operator === "function") return operator;
  const [b] = side.arrays;
  if (operator instanceof NDArray && side.arrays.length === 1 && b !== undefined) {
    const [rows, columns] = operator.shape;
    if (operator.ndim === 2 && rows === columns && b.shape[0] === rows) {
      return (x) => matmul(operator, x as ArrayLike); // an array, as `b` is
    }
    throw new ShapeError(
      `${where}: ${what} must be a square matrix that fits b, got ${operator.aval} and ${b.aval}; pass a function for anything else`,
    );
  }
  throw new ArgumentError(
    `${where}: ${what} must be a function or a matrix beside an array b, got ${describe(operator)}; pass x => A x`,
  );
}

/** A tree of the structure and shapes of the right-hand side. */
function likeSide(tree: unknown, side: FlatArrays, where: string, what: string): unknown {
  const { arrays, treeDef } = flattenArrays(tree, where, what);
  checkStructure(side.treeDef, treeDef, `${where}: ${what}`);
  arrays.forEach((x, i) => {
    const like = side.arrays[i] ?? x; // as many, by the structures
    if (x.ndim === like.ndim && x.shape.every((extent, k) => extent === like.shape[k])) return;
    throw new ShapeError(
      `${where}: ${what} must have the shapes of b, got ${x.aval} for ${like.aval}; map b to what is like b`,
    );
  });
  return unflatten(
    treeDef,
    arrays.map((x, i) => x.astype(side.arrays[i]?.dtype ?? x.dtype)),
  );
}

/** Inner product of two vectors. */
export function inner(x: NDArray, y: NDArray): NDArray {
  return vdot(x, y);
}
