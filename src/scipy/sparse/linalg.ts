import { scalarArray } from "../../core/array.ts";
import type { NDArray } from "../../core/value.ts";
import { customLinearSolve, type Matvec } from "../../lax/control/custom-linear-solve.ts";
import { whileLoop } from "../../lax/control/while.ts";
import { maximum } from "../../numpy/elementwise-arithmetic.ts";
import {
  equal,
  greater,
  greaterEqual,
  less,
  logicalAnd,
  logicalOr,
} from "../../numpy/elementwise-comparison.ts";
import { where as select } from "../../numpy/searching.ts";
import type { Given } from "../../transforms/signatures.ts";
import {
  type Equation,
  type IterativeOptions,
  inner,
  type LinearOperator,
  poseProblem,
} from "./problem.ts";

export type { GmresOptions } from "./gmres.ts";
export { gmres } from "./gmres.ts";
export type { IterativeOptions, LinearOperator } from "./problem.ts";

const zero = (): NDArray => scalarArray(0, "int32", false);

/** The squared norm at which a residual is small enough. */
function goal({ tol, atol }: Equation, b: NDArray): NDArray {
  return maximum(inner(b, b).mul(tol * tol), atol * atol);
}

/**
 * Solution of `A x = b` by conjugate gradients, as `[x, null]`, for a symmetric positive definite
 * `A`: a matrix, or a function of trees like `b`.
 *
 * Stops when the residual's norm is at most `max(tol * norm(b), atol)`, or after `maxiter` steps; nothing tells which. It
 * is differentiated by what it solves, in all modes, to the accuracy of the solutions.
 */
export function cg<B>(
  A: LinearOperator<B>,
  b: B,
  options: IterativeOptions<B> = {},
): [Given<B>, null] {
  const problem = poseProblem("scipy.sparse.linalg.cg", A, b, options);
  const { precondition, x0, maxiter, isPreconditioned } = problem;
  const solve = (matvec: Matvec<NDArray>, side: NDArray): NDArray => {
    const enough = goal(problem, side);
    const r0 = side.sub(matvec(x0));
    const z0 = precondition(r0);
    const [x] = whileLoop(
      ([, r, gamma, , k]) => {
        const size = isPreconditioned ? inner(r, r) : gamma;
        return logicalAnd(greater(size, enough), less(k, maxiter));
      },
      ([x, r, gamma, p, k]) => {
        const ap = matvec(p);
        const alpha = gamma.div(inner(p, ap));
        const next = r.sub(ap.mul(alpha));
        const z = precondition(next);
        const size = inner(next, z);
        const direction = z.add(p.mul(size.div(gamma)));
        return [x.add(p.mul(alpha)), next, size, direction, k.add(1)];
      },
      [x0, r0, inner(r0, z0), z0, zero()] as Five, // as long
    );
    return x;
  };
  const x = customLinearSolve(problem.matvec, problem.b, solve, { symmetric: true });
  return [problem.build(x), null];
}

type Five = [NDArray, NDArray, NDArray, NDArray, NDArray];

/**
 * Solution of `A x = b` by stabilised biconjugate gradients, as `[x, null]`: `A` a matrix or a function
 * of trees like `b`.
 *
 * Stops as `cg` does, or where the method breaks down. Differentiated by what it solves.
 */
export function bicgstab<B>(
  A: LinearOperator<B>,
  b: B,
  options: IterativeOptions<B> = {},
): [Given<B>, null] {
  const problem = poseProblem("scipy.sparse.linalg.bicgstab", A, b, options);
  const solve = (matvec: Matvec<NDArray>, side: NDArray): NDArray =>
    stabilised(problem, matvec, side);
  const x = customLinearSolve(problem.matvec, problem.b, solve, { transposeSolve: solve });
  return [problem.build(x), null];
}

type Nine = [NDArray, NDArray, NDArray, NDArray, NDArray, NDArray, NDArray, NDArray, NDArray];

function stabilised(problem: Equation, matvec: Matvec<NDArray>, side: NDArray): NDArray {
  const { precondition, x0, maxiter } = problem;
  const enough = goal(problem, side);
  const r0 = side.sub(matvec(x0));
  const one = scalarArray(1, side.dtype, false);
  const [x] = whileLoop(
    ([, r, , , , , , , k]) =>
      logicalAnd(
        logicalAnd(greater(inner(r, r), enough), less(k, maxiter)),
        greaterEqual(k, 0), // negative where the method broke down
      ),
    ([x, r, shadow, alpha, omega, rho, p, q, k]) => {
      const nextRho = inner(shadow, r);
      const beta = nextRho.div(rho).mul(alpha).div(omega);
      const direction = r.add(p.sub(q.mul(omega)).mul(beta));
      const ahead = precondition(direction);
      const nextQ = matvec(ahead);
      const nextAlpha = nextRho.div(inner(shadow, nextQ));
      const s = r.sub(nextQ.mul(nextAlpha));
      const isEarly = less(inner(s, s), enough);
      const smooth = precondition(s);
      const t = matvec(smooth);
      const nextOmega = inner(t, s).div(inner(t, t));
      const half = x.add(ahead.mul(nextAlpha));
      const full = x.add(ahead.mul(nextAlpha).add(smooth.mul(nextOmega)));
      const stuck = logicalOr(equal(nextOmega, 0), equal(nextAlpha, 0));
      const counted = select(stuck, -11, k.add(1));
      return [
        select(isEarly, half, full),
        select(isEarly, s, s.sub(t.mul(nextOmega))),
        shadow,
        nextAlpha,
        nextOmega,
        nextRho,
        direction,
        nextQ,
        select(equal(nextRho, 0), -10, counted).astype("int32"),
      ];
    },
    [x0, r0, r0, one, one, one, r0, r0, zero()] as Nine, // as long
  );
  return x;
}
