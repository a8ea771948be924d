import { evalJaxpr } from "../core/eval-jaxpr.ts";
import { Zero } from "../core/primitive.ts";
import type { TriangularSolveParams } from "../core/routines.ts";
import { bind, bind2, noParams } from "../core/trace.ts";
import type { NDArray } from "../core/value.ts";
import { bindLinearSolve, type LinearSolveParams } from "../lax/control/linear-solve-primitive.ts";
import { mul } from "../lax/ops/arith.ts";
import { fullLike } from "../lax/ops/broadcast.ts";
import { ge, gt, select } from "../lax/ops/compare.ts";
import { batchMatmul } from "../lax/ops/dot.ts";
import { triangularSolveP } from "../lax/ops/linalg.ts";
import { type LinearSolveParams as FactoredParams, linearSolveP } from "../lax/ops/linear-solve.ts";
import { alongColumns, matrixIndices, swapLast } from "../lax/ops/matrices.ts";
import { shiftRows, tridiagonalSolveP } from "../lax/ops/tridiagonal-solve.ts";
import { instantiate, zeroTangent } from "../transforms/pushforward.ts";
import { bySeries, type JetEngine, type JetRule } from "./jet-rule.ts";
import { at, minus, plus, type Series, type Term, zeroSeries } from "./terms.ts";

// Of A x = b the coefficients follow one by one: A_0 x_k = b_k - (A_1 x_(k-1) + ... + A_k x_0).

/** Coefficients of a solution: `gives` is coefficient `k` of A x without A_0 x_k. */
function solveSeries(
  first: NDArray,
  side: Series,
  order: number,
  gives: (x: readonly Term[], k: number) => Term,
  solve: (right: NDArray) => NDArray,
): Series {
  const x: Term[] = [first];
  for (let k = 1; k <= order; k++) {
    const right = minus(at(side, k - 1), gives(x, k));
    x.push(right instanceof Zero ? right : solve(right));
  }
  return x.slice(1);
}

/** Sum of the products of coefficients of a matrix from the first on with those of x. */
function sumOfProducts(
  matrix: Series,
  x: readonly Term[],
  k: number,
  product: (a: NDArray, x: NDArray) => NDArray,
): Term {
  let sum: Term = zeroTangent(x[0] as NDArray); // the solution itself comes first
  for (let j = 1; j <= k; j++) {
    const [a, b] = [at(matrix, j - 1), at(x, k - j)];
    if (!(a instanceof Zero || b instanceof Zero)) sum = plus(sum, product(a, b));
  }
  return sum;
}

/** Triangular systems, from either side. */
export const triangularSolveRule: JetRule = bySeries(([a, b], [as, bs], params, { order }) => {
  const [matrix, right] = [a as NDArray, b as NDArray]; // two operands
  const options = params as TriangularSolveParams; // those of `triangularSolveP`
  const solve = (side: NDArray): NDArray => bind2(triangularSolveP, matrix, side, options);
  const first = solve(right);
  const product = (t: NDArray, x: NDArray): NDArray => {
    const held = heldBy(t, options);
    return options.leftSide ? batchMatmul(held, x) : batchMatmul(x, held);
  };
  const gives = (x: readonly Term[], k: number): Term => sumOfProducts(as as Series, x, k, product); // as above
  return [[first], [solveSeries(first, bs as Series, order, gives, solve)]];
});

/** What a triangular system reads of a change of its matrix, transposed if the matrix is. */
function heldBy(t: NDArray, { lower, transposeA, unitDiagonal }: TriangularSolveParams): NDArray {
  const [row, column] = matrixIndices(t);
  const [high, low] = lower ? [row, column] : [column, row];
  const held = select(unitDiagonal ? gt(high, low) : ge(high, low), t, fullLike(t, 0));
  return transposeA ? swapLast(held) : held;
}

/** Systems solved with a factor, which is constant whatever the matrix does. */
export const linearSolveRule: JetRule = bySeries((values, series, params, { order }) => {
  const [a, b, factor, permutation] = values as [NDArray, NDArray, NDArray, NDArray]; // four operands
  const options = params as FactoredParams; // those of `linearSolveP`
  const solve = (side: NDArray): NDArray =>
    bind(linearSolveP, [a, side, factor, permutation], options);
  const first = solve(b);
  const product = (t: NDArray, x: NDArray): NDArray =>
    batchMatmul(options.transposeA ? swapLast(t) : t, x);
  const [as, bs] = series as [Series, Series]; // as above
  const gives = (x: readonly Term[], k: number): Term => sumOfProducts(as, x, k, product);
  return [[first], [solveSeries(first, bs, order, gives, solve)]];
});

/** Systems with three diagonals. */
export const tridiagonalSolveRule: JetRule = bySeries((values, series, _params, { order }) => {
  const [dl, d, du, b] = values as [NDArray, NDArray, NDArray, NDArray]; // four operands
  const solve = (side: NDArray): NDArray => bind(tridiagonalSolveP, [dl, d, du, side], noParams);
  const first = solve(b);
  const gives = (x: readonly Term[], k: number): Term => {
    const parts = ([1, 0, -1] as const).map((by, i) =>
      sumOfProducts(series[i] as Series, x, k, (t, y) =>
        alongRows(t, by === 0 ? y : shiftRows(y, by)),
      ),
    );
    return parts.reduce(plus);
  };
  return [[first], [solveSeries(first, series[3] as Series, order, gives, solve)]];
});

function alongRows(diagonal: NDArray, x: NDArray): NDArray {
  return mul(alongColumns(diagonal, x), x);
}

/** Equations that their author solves. What comes beside the solution has no derivative. */
export const customLinearSolveRule: JetRule = bySeries((values, series, params, engine) => {
  const options = params as LinearSolveParams; // those of `customLinearSolveP`
  const { consts } = options;
  const { order } = engine;
  const fixed = values.slice(0, consts);
  const outs = bindLinearSolve(values, options);
  const sides = series.slice(consts);
  const found: Term[][] = sides.map(() => []);
  for (let k = 1; k <= order; k++) {
    const given = appliedTo(outs.slice(0, sides.length), found, k, fixed, series, options, engine);
    const right = sides.map((s, i) => minus(at(s, k - 1), at(given, i)));
    const solved = right.every((t) => t instanceof Zero)
      ? right
      : bindLinearSolve([...fixed, ...right.map(instantiate)], options);
    found.forEach((list, i) => {
      list.push(at(solved, i));
    });
  }
  return [outs, outs.map((out, i) => found[i] ?? zeroSeries(out, order))];
});

/** Coefficients `k` of A x, where those of x are known up to the one before and zero from there. */
function appliedTo(
  x: readonly NDArray[],
  found: readonly Series[],
  k: number,
  fixed: readonly NDArray[],
  series: readonly Series[],
  { matvec }: LinearSolveParams,
  engine: JetEngine,
): readonly Term[] {
  const ofFixed = fixed.map((_, i) => (series[i] as Series).slice(0, k)); // one for each
  const ofX = found.map((s, i): Series => [...s, zeroTangent(x[i] as NDArray)]); // as many
  const [, given] = engine.run(
    (xs) => evalJaxpr(matvec, xs),
    [...fixed, ...x],
    [...ofFixed, ...ofX],
    k,
  );
  return given.map((s) => at(s, k - 1));
}
