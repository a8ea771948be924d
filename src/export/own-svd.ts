import type { NDArray } from "../core/value.ts";
import { foriLoop, whileLoop } from "../lax/control/while.ts";
import { add, div, mul, neg, sub } from "../lax/ops/arith.ts";
import { broadcastInDim, full, reduceSum } from "../lax/ops/broadcast.ts";
import { bitwiseAnd, bitwiseOr, eq, ge, gt, lt, ne, select } from "../lax/ops/compare.ts";
import { abs, max } from "../lax/ops/extrema.ts";
import { transpose } from "../lax/ops/layout.ts";
import { diagonalOf, identityLike } from "../lax/ops/matrices.ts";
import { qr } from "../lax/ops/qr.ts";
import { reduceOr } from "../lax/ops/reduce.ts";
import { slice } from "../lax/ops/slice.ts";
import { sort } from "../lax/ops/sort.ts";
import { sqrt } from "../lax/ops/transcendental.ts";
import { alongRows, column, element, joined, overLeading, withColumn } from "./own-matrices.ts";

/** How a decomposition is asked for. */
export interface SvdForm {
  readonly fullMatrices: boolean;
  readonly computeUv: boolean;
}

/** Singular values in descending order, and the vectors u and vt where they are asked for. */
export function jacobiSvd(x: NDArray, form: SvdForm): readonly NDArray[] {
  return overLeading([2], (a) => svdOne(a as NDArray, form))(x);
}

function svdOne(a: NDArray, form: SvdForm): readonly NDArray[] {
  const [m, n] = a.shape as unknown as [number, number]; // a matrix
  if (m >= n) return tallSvd(a, form);
  const [s, u, vt] = tallSvd(transpose(a, [1, 0]), form) as [NDArray, NDArray?, NDArray?];
  if (u === undefined || vt === undefined) return [s];
  return [s, transpose(vt, [1, 0]), transpose(u, [1, 0])];
}

/**
 * One-sided Jacobi: columns are rotated in pairs until all are orthogonal; their lengths are the
 * singular values. Source: Demmel and Veselić, Jacobi's method is more accurate than QR, 1992.
 */
function tallSvd(a: NDArray, { fullMatrices, computeUv }: SvdForm): readonly NDArray[] {
  const [m, n] = a.shape as unknown as [number, number]; // a matrix
  const isBad = bitwiseOr(ne(a, a), ne(sub(a, a), full([m, n], 0, a.dtype)));
  const spoiled = reduceOr(isBad, [0, 1]);
  const clean = select(broadcastInDim(spoiled, [m, n], []), full([m, n], 0, a.dtype), a);
  const v0 = identityLike(full([n, n], 0, a.dtype));
  const [turned, basis] = orthogonalized(clean, v0);
  const lengths = sqrt(reduceSum(mul(turned, turned), [0]));
  const broken = (y: NDArray): NDArray =>
    select(broadcastInDim(spoiled, y.shape, []), full(y.shape, NaN, y.dtype), y);
  // Descending, and the columns along with them.
  const keys = neg(lengths);
  const descending = neg(sort(keys));
  if (!computeUv) return [broken(descending)];
  const byColumn = (y: NDArray): NDArray => {
    const rows = y.shape[0] as number; // a matrix
    const sorted = sort([alongRows(keys, rows), y], { dimension: 1, numKeys: 1 });
    return sorted[1] as NDArray; // two operands
  };
  // Columns are orthogonal, so R is diagonal up to rounding, and Q completes them.
  const [q, r] = qr(byColumn(turned), { fullMatrices }) as unknown as [NDArray, NDArray];
  const diagonal = diagonalOf(slice(r, [0, 0], [n, n]));
  const signs = select(lt(diagonal, 0), full([n], -1, a.dtype), full([n], 1, a.dtype));
  const width = q.shape[1] as number; // a matrix
  const ones = full([width - n], 1, a.dtype);
  const u = mul(q, alongRows(width === n ? signs : joined([signs, ones]), m));
  return [broken(descending), broken(u), broken(transpose(byColumn(basis), [1, 0]))];
}

const mostSweeps = 40;

function orthogonalized(a: NDArray, basis: NDArray): readonly [NDArray, NDArray] {
  const n = a.shape[1] as number; // a matrix
  const pairs = Array.from({ length: n }, (_, p) =>
    Array.from({ length: n - p - 1 }, (_, i) => [p, p + 1 + i] as const),
  ).flat();
  if (pairs.length === 0) return [a, basis];
  const firsts = joined(pairs.map(([p]) => full([1], p, "int32")));
  const seconds = joined(pairs.map(([, q]) => full([1], q, "int32")));
  const tolerance = a.dtype === "float64" ? 1e-15 : 1e-7;
  type State = [NDArray, NDArray, NDArray, NDArray];
  const sweep = ([count, , x, v]: State): State => {
    const turn = (i: NDArray, [worst, y, w]: NDArray[]): NDArray[] =>
      rotated(
        element(firsts, i),
        element(seconds, i),
        worst as NDArray,
        y as NDArray,
        w as NDArray,
      );
    const init = [full([], 0, a.dtype), x, v];
    const [worst, y, w] = foriLoop(0, pairs.length, turn as never, init as never) as unknown as [
      NDArray,
      NDArray,
      NDArray,
    ]; // of the structure of the first carry
    return [add(count, 1), worst, y, w];
  };
  const goesOn = ([count, worst]: State): NDArray =>
    bitwiseAnd(lt(count, mostSweeps), gt(worst, full([], tolerance, a.dtype)));
  const first: State = [full([], 0, "int32"), full([], 1, a.dtype), a, basis];
  const last = whileLoop(goesOn as never, sweep as never, first as never) as unknown as State; // alike
  return [last[2], last[3]];
}

/** One rotation of columns p and q, and the cosine of the angle that was between them. */
function rotated(p: NDArray, q: NDArray, worst: NDArray, x: NDArray, v: NDArray): NDArray[] {
  const [xp, xq] = [column(x, p), column(x, q)];
  const sum = (u: NDArray, w: NDArray): NDArray => reduceSum(mul(u, w), [0]);
  const [alpha, beta, gamma] = [sum(xp, xp), sum(xq, xq), sum(xp, xq)];
  const one = full([], 1, x.dtype);
  const zero = full([], 0, x.dtype);
  const size = mul(sqrt(alpha), sqrt(beta));
  const isZero = bitwiseOr(eq(gamma, zero), eq(size, zero));
  const cosine = select(isZero, zero, div(abs(gamma), select(isZero, one, size)));
  const safe = select(isZero, one, gamma);
  const zeta = div(sub(beta, alpha), mul(safe, full([], 2, x.dtype)));
  const reach = add(abs(zeta), sqrt(add(one, mul(zeta, zeta))));
  const tangent = select(ge(zeta, zero), div(one, reach), neg(div(one, reach)));
  const c = select(isZero, one, div(one, sqrt(add(one, mul(tangent, tangent)))));
  const s = select(isZero, zero, mul(c, tangent));
  const turn = (y: NDArray): NDArray => {
    const [yp, yq] = [column(y, p), column(y, q)];
    const by = (k: NDArray, u: NDArray): NDArray => mul(broadcastInDim(k, u.shape, []), u);
    const first = sub(by(c, yp), by(s, yq));
    const second = add(by(s, yp), by(c, yq));
    return withColumn(withColumn(y, p, first), q, second);
  };
  return [max(worst, cosine), turn(x), turn(v)];
}
