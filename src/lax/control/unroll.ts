import { evalJaxpr } from "../../core/eval-jaxpr.ts";
import type { NDArray } from "../../core/value.ts";
import { reshape } from "../ops/layout.ts";
import { concatenate, slice } from "../ops/slice.ts";
import { canonical, derive, inAvals } from "./bodies.ts";
import { type BindScan, byRole, type ScanParams, stacked } from "./scan-shape.ts";

/**
 * Run a loop with `count` turns written out in each turn of the loop, and those that are left over
 * written out after it.
 */
export function scanBlocks(
  bindScan: BindScan,
  operands: readonly NDArray[],
  params: ScanParams,
  count: number,
): readonly NDArray[] {
  const { length, reverse, carry } = params;
  if (count === 1 || length === 0) return bindScan(operands, params);
  const blocks = Math.floor(length / count);
  const rest = length - blocks * count;
  const [consts, init, xs] = byRole(params, operands);
  // The turns left over come last: in reverse they are the first slices.
  const from = reverse ? rest : 0;
  const cut = (x: NDArray, start: number, end: number): NDArray =>
    start === 0 && end === length
      ? x
      : slice(
          x,
          x.shape.map((_, i) => (i === 0 ? start : 0)),
          x.shape.with(0, end),
        );
  let state: readonly NDArray[] = init;
  let ys: readonly NDArray[] | null = null;
  if (blocks === 1) {
    const xsNow = xs.map((x) => cut(x, from, from + count));
    [state, ys] = writtenOut(params, consts, state, xsNow, count);
  } else if (blocks > 1) {
    const folded = xs.map((x) =>
      reshape(cut(x, from, from + blocks * count), [blocks, count, ...x.shape.slice(1)]),
    );
    const outs = bindScan([...consts, ...state, ...folded], {
      ...params,
      length: blocks,
      body: blockBody(params, count),
    });
    state = outs.slice(0, carry);
    ys = outs.slice(carry).map((y) => reshape(y, [blocks * count, ...y.shape.slice(2)]));
  }
  if (rest === 0) return [...state, ...(ys ?? [])];
  const start = reverse ? 0 : blocks * count;
  const left = xs.map((x) => cut(x, start, start + rest));
  const [last, more] = writtenOut(params, consts, state, left, rest);
  const joined = more.map((y, i) => {
    const before = ys?.[i];
    if (before === undefined) return y;
    return concatenate(reverse ? [y, before] : [before, y], 0);
  });
  return [...last, ...joined];
}

/** A body of `count` turns. */
function blockBody(params: ScanParams, count: number): ScanParams["body"] {
  const { body, consts, carry } = params;
  const avals = inAvals(body).map((aval, i) => (i < consts + carry ? aval : stacked(aval, count)));
  const made = derive((inputs) => {
    const [cs, init, xs] = byRole(params, inputs);
    const [state, ys] = writtenOut(params, cs, init, xs, count);
    return [...state, ...ys];
  }, avals);
  return canonical(made);
}

/** Turns one after the other: the last carry, and the stacked results. */
function writtenOut(
  { body, carry, reverse }: ScanParams,
  consts: readonly NDArray[],
  init: readonly NDArray[],
  xs: readonly NDArray[],
  count: number,
): readonly [state: readonly NDArray[], ys: readonly NDArray[]] {
  let state = init;
  const rows: (readonly NDArray[])[] = [];
  for (let turn = 0; turn < count; turn++) {
    const i = reverse ? count - 1 - turn : turn;
    const outs = evalJaxpr(body, [...consts, ...state, ...xs.map((x) => sliceAt(x, i))]);
    state = outs.slice(0, carry);
    rows[i] = outs.slice(carry);
  }
  const ys = (rows[0] ?? []).map((_, k) =>
    // Every turn has given its results.
    concatenate(
      rows.map((row) => reshape(row[k] as NDArray, [1, ...(row[k] as NDArray).shape])),
      0,
    ),
  );
  return [state, ys];
}

function sliceAt(x: NDArray, i: number): NDArray {
  const starts = x.shape.map((_, axis) => (axis === 0 ? i : 0));
  return reshape(slice(x, starts, x.shape.with(0, i + 1)), x.shape.slice(1));
}
