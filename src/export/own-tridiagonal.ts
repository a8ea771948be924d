import type { NDArray } from "../core/value.ts";
import { scan } from "../lax/control/scan.ts";
import { div, mul, neg, sub } from "../lax/ops/arith.ts";
import { broadcastInDim, full } from "../lax/ops/broadcast.ts";
import { bitwiseOr, eq, ge, ne, select } from "../lax/ops/compare.ts";
import { abs } from "../lax/ops/extrema.ts";
import { reshape } from "../lax/ops/layout.ts";
import { reduceOr } from "../lax/ops/reduce.ts";
import { concatenate, slice } from "../lax/ops/slice.ts";
import { overLeading, spread } from "./own-matrices.ts";

type Row = readonly NDArray[];

/** Solutions of tridiagonal systems by elimination with exchanges of neighbouring rows. */
export function solveTridiagonal(
  below: NDArray,
  diagonal: NDArray,
  above: NDArray,
  right: NDArray,
): NDArray {
  const solve = overLeading([1, 1, 1, 2], (...xs) => [
    solveOne(...(xs as [NDArray, NDArray, NDArray, NDArray])), // four operands
  ]);
  return solve(below, diagonal, above, right)[0] as NDArray; // one result
}

const rest = (x: NDArray): NDArray =>
  slice(x, [1, ...x.shape.slice(1).map(() => 0)], x.shape as number[]);

/** Source: LAPACK, dgtsv. */
function solveOne(below: NDArray, diagonal: NDArray, above: NDArray, right: NDArray): NDArray {
  const [n, width] = right.shape as unknown as [number, number]; // a matrix
  if (n === 0) return right;
  const zero = full([], 0, right.dtype);
  const first = (x: NDArray): NDArray =>
    reshape(
      slice(
        x,
        x.shape.map(() => 0),
        [1, ...x.shape.slice(1)],
      ),
      x.shape.slice(1),
    );
  // The element above the last row counts for nothing.
  const upper = concatenate([slice(above, [0], [n - 1]), full([1], 0, right.dtype)], 0);
  const eliminate = ([d, u, x]: Row, [l, d1, u1, x1]: Row): readonly [Row, Row] => {
    const [pivot, beside, side] = [d, u, x] as readonly NDArray[] as [NDArray, NDArray, NDArray];
    const [low, next, far, nextSide] = [l, d1, u1, x1] as readonly NDArray[] as [
      NDArray,
      NDArray,
      NDArray,
      NDArray,
    ]; // as given to the loop
    const stays = bitwiseOr(ge(abs(pivot), abs(low)), ne(low, low));
    const choose = (a: NDArray, b: NDArray): NDArray => select(spread(stays, a), a, b);
    const factor = choose(div(low, pivot), div(pivot, low));
    const times = (y: NDArray): NDArray => mul(broadcastInDim(factor, y.shape, []), y);
    const after: Row = [
      choose(sub(next, times(beside)), sub(beside, times(next))),
      choose(far, neg(times(far))),
      choose(sub(nextSide, times(side)), sub(side, times(nextSide))),
    ];
    const done: Row = [
      choose(pivot, low),
      choose(beside, next),
      choose(zero, far),
      choose(side, nextSide),
    ];
    return [after, done];
  };
  const start: Row = [first(diagonal), first(upper), first(right)];
  const rows: Row = [rest(below), rest(diagonal), rest(upper), rest(right)];
  const [last, stacked] = scan(eliminate as never, start as never, rows as never) as unknown as [
    Row,
    Row,
  ]; // of the structures given
  const tail = [last[0], last[1], zero, last[2]] as readonly NDArray[];
  const all = stacked.map((x, i) => {
    const end = tail[i] as NDArray; // four of each
    return concatenate([x, reshape(end, [1, ...end.shape])], 0);
  });
  const back = ([x1, x2]: Row, [d, u, w, y]: Row): readonly [Row, NDArray] => {
    const by = (k: NDArray | undefined, v: NDArray | undefined): NDArray =>
      mul(broadcastInDim(k as NDArray, [width], []), v as NDArray); // as given to the loop
    const value = div(
      sub(sub(y as NDArray, by(u, x1)), by(w, x2)),
      broadcastInDim(d as NDArray, [width], []),
    );
    return [[value, x1 as NDArray], value];
  };
  const none = full([width], 0, right.dtype);
  const [, solution] = scan(back as never, [none, none] as never, all as never, {
    reverse: true,
  }) as unknown as [Row, NDArray];
  const pivots = all[0] as NDArray;
  const isSingular = reduceOr(eq(pivots, full([n], 0, right.dtype)), [0]);
  return select(spread(isSingular, solution), full([n, width], NaN, right.dtype), solution);
}
