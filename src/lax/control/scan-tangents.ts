import type { ClosedJaxpr, Tangent } from "../../core/primitive.ts";
import type { NDArray } from "../../core/value.ts";
import { Derived } from "../../transforms/derived.ts";
import { jvpJaxpr, linearizeJaxpr } from "../../transforms/jaxpr-rules.ts";
import { callProgram } from "../../transforms/jit-primitive.ts";
import {
  arePresent,
  asCarry,
  closure,
  inAvals,
  marked,
  placeTangents,
  presentOf,
} from "./bodies.ts";
import { arrangeResiduals, type Leaving, range, rearrange } from "./residuals.ts";
import { type BindScan, byRole, type ScanParams } from "./scan-shape.ts";

/** A body with tangents, and which parts of the carry and of the results have one. */
interface TangentBody<T> {
  readonly made: T;
  readonly outs: readonly boolean[];
}

const jvpBodies = new Derived<TangentBody<ClosedJaxpr>>();

/** Push tangents through a loop: a loop whose body pushes them through one turn. */
export function jvpScan(
  bindScan: BindScan,
  primals: readonly NDArray[],
  tangents: readonly Tangent[],
  params: ScanParams,
): readonly [readonly NDArray[], readonly Tangent[]] {
  const { body, carry } = params;
  const { made, outs } = jvpBody(params, arePresent(tangents));
  const [cs, init, xs] = byRole(params, primals);
  const [tcs, tinit, txs] = byRole(params, tangents);
  const [, carried] = byRole(params, inAvals(body));
  const tcarry = tinit.flatMap((t, i) => (outs[i] ? [asCarry(t, tangentOf(carried, i))] : []));
  const results = bindScan(
    [...cs, ...presentOf(tcs), ...init, ...tcarry, ...xs, ...presentOf(txs)],
    {
      ...params,
      body: made,
      consts: cs.length + presentOf(tcs).length,
      carry: carry + tcarry.length,
    },
  );
  const ys = outs.length - carry;
  const from = carry + tcarry.length;
  const avals = results
    .slice(0, carry)
    .concat(results.slice(from, from + ys))
    .map((x) => x.aval);
  return [
    [...results.slice(0, carry), ...results.slice(from, from + ys)],
    placeTangents(avals, outs, [...results.slice(carry, from), ...results.slice(from + ys)]),
  ];
}

function tangentOf(avals: readonly NDArray["aval"][], i: number): NDArray["aval"] {
  return (avals[i] as NDArray["aval"]).tangent(); // i runs over the carry
}

/**
 * The body with tangents beside what they belong to: constants, their tangents, carry, its
 * tangents, and so on.
 */
function jvpBody(params: ScanParams, nonzero: readonly boolean[]): TangentBody<ClosedJaxpr> {
  const { body, consts, carry } = params;
  return jvpBodies.get(body, [consts, carry, ...nonzero], () => {
    const [ofConsts, ofInit, ofXs] = byRole(params, nonzero);
    const at = (flags: readonly boolean[]): boolean[] => [...ofConsts, ...flags, ...ofXs];
    const ofCarry = closure(ofInit, (flags) => jvpJaxpr(body, at(flags)).outs.slice(0, carry));
    const { program, outs } = jvpJaxpr(body, at(ofCarry), ofCarry);
    const count = at(ofCarry).length;
    const tangentAt = new Map<number, number>();
    at(ofCarry).forEach((flag, i) => {
      if (flag) tangentAt.set(i, count + tangentAt.size);
    });
    const withTangents = (from: number, to: number): number[] => [
      ...range(from, to),
      ...range(from, to).flatMap((i) => tangentAt.get(i) ?? []),
    ];
    const inputs = [
      ...withTangents(0, consts),
      ...withTangents(consts, consts + carry),
      ...withTangents(consts + carry, count),
    ];
    const total = outs.length;
    const carried = marked(ofCarry, ofCarry).length;
    const results = [
      ...range(0, carry),
      ...range(total, total + carried),
      ...range(carry, total),
      ...range(total + carried, program.jaxpr.outvars.length),
    ];
    return {
      made: rearrange(program, inputs, results),
      outs: [...ofCarry, ...outs.slice(carry)],
    };
  });
}

interface LinearBody {
  readonly leaving: Leaving;
  /** From invariant residuals and tangents of constants, carry, stacked residuals and tangents. */
  readonly linear: ClosedJaxpr;
}

const linearBodies = new Derived<TangentBody<LinearBody>>();

/**
 * Linearise a loop: one loop that leaves residuals, and one that is linear in the tangents, which
 * reads those residuals slice by slice.
 */
export function linearizeScan(
  bindScan: BindScan,
  primals: readonly NDArray[],
  tangents: readonly Tangent[],
  params: ScanParams,
): readonly [readonly NDArray[], readonly Tangent[]] {
  const { body, consts } = params;
  const { made, outs } = linearBody(params, arePresent(tangents));
  const { leaving, linear } = made;
  const results = bindScan(primals, { ...params, body: leaving.body });
  const primalOuts = results.slice(0, outs.length);
  const outside =
    leaving.outside === null
      ? []
      : callProgram(leaving.outside, primals.slice(0, consts), "invariants");
  const source = { operand: primals, result: results, invariant: outside };
  const residuals = leaving.residuals.map(({ kind, index }) => source[kind][index] as NDArray); // as arranged
  const perTurn = leaving.isInvariant.map((flag) => !flag);
  const [tcs, tinit, txs] = byRole(params, tangents);
  const [, carried] = byRole(params, inAvals(body));
  const tcarry = tinit.flatMap((t, i) => (outs[i] ? [asCarry(t, tangentOf(carried, i))] : []));
  const fixed = [...marked(leaving.isInvariant, residuals), ...presentOf(tcs)];
  const avals = primalOuts.map((x) => x.aval);
  if (!outs.includes(true)) return [primalOuts, placeTangents(avals, outs, [])];
  const pushed = bindScan([...fixed, ...tcarry, ...marked(perTurn, residuals), ...presentOf(txs)], {
    ...params,
    body: linear,
    consts: fixed.length,
    carry: tcarry.length,
  });
  return [primalOuts, placeTangents(avals, outs, pushed)];
}

function linearBody(params: ScanParams, nonzero: readonly boolean[]): TangentBody<LinearBody> {
  const { body, consts, carry } = params;
  return linearBodies.get(body, [consts, carry, ...nonzero], () => {
    const [ofConsts, ofInit, ofXs] = byRole(params, nonzero);
    const at = (flags: readonly boolean[]): boolean[] => [...ofConsts, ...flags, ...ofXs];
    const ofCarry = closure(ofInit, (flags) =>
      linearizeJaxpr(body, at(flags)).outs.slice(0, carry),
    );
    const { primal, linear, residuals, outs } = linearizeJaxpr(body, at(ofCarry), ofCarry);
    const leaving = arrangeResiduals(primal, consts, carry, outs.length, true);
    const [tcs, tcarry, txs] = [ofConsts, ofCarry, ofXs].map(
      (flags) => marked(flags, flags).length,
    ) as [number, number, number]; // three in, three out
    const tangentsFrom = residuals;
    const inputs = [
      ...range(0, residuals).filter((i) => leaving.isInvariant[i]),
      ...range(tangentsFrom, tangentsFrom + tcs + tcarry),
      ...range(0, residuals).filter((i) => !leaving.isInvariant[i]),
      ...range(tangentsFrom + tcs + tcarry, tangentsFrom + tcs + tcarry + txs),
    ];
    return {
      made: { leaving, linear: rearrange(linear, inputs) },
      outs: [...ofCarry, ...outs.slice(carry)],
    };
  });
}
