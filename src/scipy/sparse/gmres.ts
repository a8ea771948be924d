import { scalarArray } from "../../core/array.ts";
import { ArgumentError } from "../../core/errors.ts";
import type { NDArray } from "../../core/value.ts";
import { customLinearSolve, type Matvec } from "../../lax/control/custom-linear-solve.ts";
import { whileLoop } from "../../lax/control/while.ts";
import { dynamicIndexInDim, dynamicUpdateIndexInDim } from "../../lax/ops/in-dim.ts";
import { zeros } from "../../numpy/creation.ts";
import { maximum } from "../../numpy/elementwise-arithmetic.ts";
import {
  equal,
  greater,
  less,
  logicalAnd,
  logicalNot,
} from "../../numpy/elementwise-comparison.ts";
import { sqrt } from "../../numpy/elementwise-math.ts";
import { lstsq } from "../../numpy/least-squares.ts";
import { eye } from "../../numpy/matrices.ts";
import { matmul } from "../../numpy/products.ts";
import { where as select } from "../../numpy/searching.ts";
import { concatenate } from "../../numpy/stacking.ts";
import type { Given } from "../../transforms/signatures.ts";
import {
  type Equation,
  type IterativeOptions,
  inner,
  type LinearOperator,
  poseProblem,
} from "./problem.ts";

/** Options of `gmres`. */
export interface GmresOptions<B> extends IterativeOptions<B> {
  /** Size of the space that is built before starting anew; 20 by default, at most the number of unknowns. */
  readonly restart?: number | undefined;
}

/**
 * Solution of `A x = b` by generalised minimal residuals with restarts, as `[x, null]`: `A` a matrix
 * or a function of trees like `b`, without any symmetry.
 *
 * Stops when the preconditioned residual's norm is at most `max(tol * norm(b), atol)`, or after `maxiter` restarts.
 * Differentiated by what it solves.
 */
export function gmres<B>(
  A: LinearOperator<B>,
  b: B,
  options: GmresOptions<B> = {},
): [Given<B>, null] {
  const where = "scipy.sparse.linalg.gmres";
  const problem = poseProblem(where, A, b, options, ["restart"]);
  const { restart = 20 } = options;
  if (!Number.isSafeInteger(restart) || restart < 1) {
    throw new ArgumentError(
      `${where}: restart must be an integer from 1, got ${String(restart)}; leave it out for 20`,
    );
  }
  const solve = (matvec: Matvec<NDArray>, side: NDArray): NDArray =>
    restarted(problem, matvec, side, Math.min(restart, side.size));
  const x = customLinearSolve(problem.matvec, problem.b, solve, { transposeSolve: solve });
  return [problem.build(x), null];
}

function norm(x: NDArray): NDArray {
  return sqrt(inner(x, x));
}

/** A vector of norm 1 and the norm, or zeros and 0 where the norm is at most `threshold`. */
function normalized(x: NDArray, threshold: NDArray | number): readonly [NDArray, NDArray] {
  const size = norm(x);
  const isThere = greater(size, threshold);
  return [
    select(isThere, x.div(size), 0).astype(x.dtype),
    select(isThere, size, 0).astype(x.dtype),
  ];
}

function restarted(
  problem: Equation,
  matvec: Matvec<NDArray>,
  side: NDArray,
  restart: number,
): NDArray {
  const { precondition, x0, tol, atol, maxiter, eps } = problem;
  const enough = maximum(norm(side).mul(tol), atol);
  const residual = (x: NDArray): readonly [NDArray, NDArray] =>
    normalized(precondition(side.sub(matvec(x))), eps);
  const [unit, size] = residual(x0);
  const [x] = whileLoop(
    ([, , r, k]) => logicalAnd(greater(r, enough), less(k, maxiter)),
    ([guess, direction, r, k]) => {
      const step = minimised(problem, matvec, direction, r, restart);
      const next = guess.add(step);
      return [next, ...residual(next), k.add(1)] as Four; // as long
    },
    [x0, unit, size, scalarArray(0, "int32", false)] as Four, // as above
  );
  return x;
}

type Four = [NDArray, NDArray, NDArray, NDArray];

/** The step in a space of `restart` vectors that makes the residual smallest. */
function minimised(
  { precondition, eps }: Equation,
  matvec: Matvec<NDArray>,
  unit: NDArray,
  size: NDArray,
  restart: number,
): NDArray {
  const { dtype } = unit;
  const rows = concatenate([unit.reshape([1, -1]), zeros([restart, unit.size], { dtype })]);
  const [basis, overlaps] = whileLoop(
    ([, , isBroken, k]) => logicalAnd(less(k, restart), logicalNot(isBroken)),
    ([vectors, matrix, , k]) => {
      const v = precondition(matvec(dynamicIndexInDim(vectors, k, { keepdims: false })));
      const before = norm(v);
      // Orthogonalised twice, which is enough.
      const once = matmul(vectors, v);
      const w = v.sub(matmul(once, vectors));
      const again = matmul(vectors, w);
      const [next, left] = normalized(w.sub(matmul(again, vectors)), before.mul(eps));
      const row = dynamicUpdateIndexInDim(once.add(again), left.reshape([1]), k.add(1), 0);
      return [
        dynamicUpdateIndexInDim(vectors, next.reshape([1, -1]), k.add(1), 0),
        dynamicUpdateIndexInDim(matrix, row.reshape([1, -1]), k, 0),
        equal(left, 0),
        k.add(1),
      ] as Four; // as long
    },
    [
      rows,
      eye(restart, restart + 1, { dtype }),
      less(1, 0),
      scalarArray(0, "int32", false),
    ] as Four, // as above
  );
  const target = concatenate([size.reshape([1]), zeros([restart], { dtype })]);
  const [y] = lstsq(overlaps.T, target);
  return matmul(y, basis.slice(`:${restart}`));
}
