import { evalJaxpr } from "../../core/eval-jaxpr.ts";
import {
  type ClosedJaxpr,
  isLinear,
  type Linear,
  type Tangent,
  Zero,
} from "../../core/primitive.ts";
import { NDArray } from "../../core/value.ts";
import { Derived } from "../../transforms/derived.ts";
import { transposeJaxpr } from "../../transforms/jaxpr-rules.ts";
import { zerosOf } from "../../transforms/pushforward.ts";
import { addAny } from "../ops/arith.ts";
import { arePresent, asCarry, derive, inAvals, marked, outAvals, presentOf } from "./bodies.ts";
import { type BindScan, byRole, type ScanParams } from "./scan-shape.ts";
import { splitScan } from "./scan-split.ts";

/**
 * Cotangents of the linear operands of a loop: a loop the other way round, which carries the
 * cotangent of the carry and sums up those of the constants.
 */
export function transposeScan(
  bindScan: BindScan,
  cts: readonly Tangent[],
  operands: readonly (NDArray | Linear)[],
  params: ScanParams,
): readonly (Tangent | null)[] {
  const linear = operands.map(isLinear);
  const split = splitScan(
    params,
    linear.map((flag) => !flag),
  );
  const [, takenCarry] = byRole(params, split.taken);
  if (takenCarry.includes(true)) return transposeRest(bindScan, cts, operands, params);
  const { length, reverse, carry } = params;
  const [ofConsts, , ofXs] = byRole(params, linear);
  const ofYs = arePresent(cts.slice(carry));
  const { body, constOuts, xsOuts } = transposedBody(params, ofConsts, ofXs, ofYs);
  const [cs, init, xs] = byRole(params, operands);
  const avals = inAvals(params.body);
  const ctCarry = init.map((x, i) => asCarry(cts[i] as Tangent, x.aval)); // the carry comes first
  const sums = marked(constOuts, avals).map(zerosOf);
  const fixed = arraysOf(cs);
  const results = bindScan(
    [...fixed, ...ctCarry, ...sums, ...presentOf(cts.slice(carry)), ...arraysOf(xs)],
    { body, length, reverse: !reverse, consts: fixed.length, carry: carry + sums.length },
  );
  let next = carry;
  const place = (list: readonly (NDArray | Linear)[], flags: readonly boolean[]) =>
    list.map((x, i): Tangent | null => {
      if (!isLinear(x)) return null;
      return flags[i] ? (results[next++] as NDArray) : new Zero(x.aval); // one for each flag
    });
  const ofInit = init.map((x, i) => (isLinear(x) ? (results[i] as NDArray) : null)); // the carry comes first
  return [...place(cs, constOuts), ...ofInit, ...place(xs, xsOuts)];
}

function arraysOf(xs: readonly (NDArray | Linear)[]): NDArray[] {
  return xs.filter((x) => x instanceof NDArray);
}

/** Transpose a loop some of whose carry is not linear: that part runs forward first. */
function transposeRest(
  bindScan: BindScan,
  cts: readonly Tangent[],
  operands: readonly (NDArray | Linear)[],
  params: ScanParams,
): readonly (Tangent | null)[] {
  const split = splitScan(
    params,
    operands.map((x) => !isLinear(x)),
  );
  const { known, unknown, leaving, knownOuts, taken } = split;
  const inputs = arraysOf(marked(taken, operands));
  const results = bindScan(inputs, known);
  const residuals = leaving.residuals.map(
    ({ kind, index }) => (kind === "operand" ? inputs[index] : results[index]) as NDArray, // as arranged
  );
  const positions = operands.map((_, i) => i);
  const [cs, init, xs] = byRole(params, positions).map((list) => list.filter((i) => !taken[i])) as [
    number[],
    number[],
    number[],
  ]; // three roles in, three out
  const first = marked(leaving.isInvariant, residuals);
  const perTurn = residuals.filter((_, i) => !leaving.isInvariant[i]);
  const at = (list: readonly number[]) => list.map((i) => operands[i] as NDArray | Linear); // positions
  const pulled = transposeScan(
    bindScan,
    cts.filter((_, i) => !knownOuts[i]),
    [...first, ...at(cs), ...at(init), ...perTurn, ...at(xs)],
    unknown,
  );
  const back = new Array<Tangent | null>(operands.length).fill(null);
  const order = [...first.map(() => -1), ...cs, ...init, ...perTurn.map(() => -1), ...xs];
  order.forEach((position, i) => {
    if (position >= 0) back[position] = pulled[i] ?? null;
  });
  return back;
}

interface TransposedBody {
  /** From fixed constants, cotangents of the carry, sums, cotangents of results, fixed slices. */
  readonly body: ClosedJaxpr;
  /** Which constants and stacked inputs get a cotangent, by position among all of them. */
  readonly constOuts: readonly boolean[];
  readonly xsOuts: readonly boolean[];
}

const transposedBodies = new Derived<TransposedBody>();

function transposedBody(
  params: ScanParams,
  ofConsts: readonly boolean[],
  ofXs: readonly boolean[],
  ofYs: readonly boolean[],
): TransposedBody {
  const { body, carry, consts } = params;
  const key = [consts, carry, ...ofConsts, null, ...ofXs, null, ...ofYs];
  return transposedBodies.get(body, key, () => {
    const always = new Array<boolean>(carry).fill(true);
    const linear = [...ofConsts, ...always, ...ofXs];
    const { program, outs } = transposeJaxpr(body, linear, [...always, ...ofYs]);
    let next = 0;
    // Flags of the linear inputs, put where all inputs are.
    const flags = linear.map((flag) => flag && outs[next++] === true);
    const [constOuts, carryOuts, xsOuts] = byRole(params, flags);
    const [constAvals, carryAvals, xsAvals] = byRole(params, inAvals(body));
    const fixedConsts = constAvals.filter((_, i) => !ofConsts[i]);
    const sums = marked(constOuts, constAvals);
    const ctYs = marked(ofYs, outAvals(body).slice(carry));
    const fixedXs = xsAvals.filter((_, i) => !ofXs[i]);
    const made = derive(
      (inputs) => {
        const [fixed, ctCarry, before, cts, slices] = inPieces(inputs, [
          fixedConsts.length,
          carry,
          sums.length,
          ctYs.length,
          fixedXs.length,
        ] as const);
        const results = evalJaxpr(program, [...fixed, ...slices, ...ctCarry, ...cts]);
        const [ofSums, rest] = [results.slice(0, sums.length), results.slice(sums.length)];
        let at = 0;
        const carried = carryAvals.map(
          (aval, i) => asCarry(carryOuts[i] ? (rest[at++] as NDArray) : new Zero(aval), aval), // one for each flag
        );
        const summed = before.map((sum, i) => asCarry(addAny(sum, ofSums[i] as NDArray), sum.aval)); // as many
        return [...carried, ...summed, ...rest.slice(at)];
      },
      [...fixedConsts, ...carryAvals, ...sums, ...ctYs, ...fixedXs],
    );
    return { body: made, constOuts, xsOuts };
  });
}

/** A list cut into pieces of the given lengths. */
function inPieces<T, const N extends readonly number[]>(
  list: readonly T[],
  counts: N,
): { -readonly [I in keyof N]: T[] } {
  let from = 0;
  const pieces = counts.map((count) => {
    const piece = list.slice(from, from + count);
    from += count;
    return piece;
  });
  return pieces as { -readonly [I in keyof N]: T[] }; // one for each count
}
