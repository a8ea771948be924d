import { scalarArray } from "../../core/array.ts";
import type { ShapedArray } from "../../core/aval.ts";
import { isFloat } from "../../core/dtype.ts";
import { InternalError } from "../../core/errors.ts";
import { evalJaxpr } from "../../core/eval-jaxpr.ts";
import {
  type BatchAxis,
  type ClosedJaxpr,
  defineHigherOrder,
  type Eqn,
  isLinear,
  type Linear,
  type PartialEvaluation,
  type Tangent,
  Zero,
} from "../../core/primitive.ts";
import { bindMany } from "../../core/trace.ts";
import { NDArray } from "../../core/value.ts";
import { putAxis } from "../../transforms/batch-trace.ts";
import { dce, dropInputs } from "../../transforms/dce.ts";
import { batchJaxpr, jvpJaxpr, transposeJaxpr } from "../../transforms/jaxpr-rules.ts";
import { broadcastInDim } from "../ops/broadcast.ts";
import { eq, select, selectN } from "../ops/compare.ts";
import { stopGradient } from "../ops/convert.ts";
import { max, min } from "../ops/extrema.ts";
import {
  arePresent,
  either,
  inAvals,
  marked,
  outAvals,
  placeTangents,
  presentOf,
  sameTypes,
} from "./bodies.ts";
import { linearBranches, splitBranches } from "./cond-residuals.ts";
import { variables } from "./residuals.ts";

/** Parameters of a choice between branches. */
export interface CondParams {
  readonly branches: readonly ClosedJaxpr[];
}

/** One of several branches on the same operands: operand 0 is its number, which is clamped. */
export const condP = defineHigherOrder<CondParams>("cond", {
  abstractEval: condAvals,
  jvp: { kind: "rule", apply: jvpCond },
  linearize: { kind: "rule", apply: linearizeCond },
  transpose: { kind: "rule", positions: null, apply: transposeCond },
  batch: { kind: "rule", apply: batchCond },
  lower: { kind: "control", form: ({ branches }) => ({ kind: "cond", branches }) },
  partialEval: { kind: "rule", apply: partialCond },
  dce: { kind: "rule", apply: shrinkCond },
  bodies: ({ branches }) => branches,
  host: null,
});

/** Choose a branch under the current trace. */
export function bindCond(
  index: NDArray,
  branches: readonly ClosedJaxpr[],
  operands: readonly NDArray[],
): readonly NDArray[] {
  return bindMany(condP, [index, ...operands], { branches });
}

function firstOf(branches: readonly ClosedJaxpr[]): ClosedJaxpr {
  const [first] = branches;
  if (first === undefined) throw new InternalError("cond: there are no branches");
  return first;
}

function condAvals(
  [index, ...operands]: readonly ShapedArray[],
  { branches }: CondParams,
): readonly ShapedArray[] {
  if (index?.ndim !== 0 || index.dtype !== "int32") {
    throw new InternalError(`cond: an index int32[] is required, got ${index}`);
  }
  const outs = outAvals(firstOf(branches));
  for (const branch of branches) {
    const fits = sameTypes(inAvals(branch), operands) && sameTypes(outAvals(branch), outs);
    if (fits) continue;
    throw new InternalError(
      `cond: branches from ${operands.join(", ")} to ${outs.join(", ")} are required, got one from ${inAvals(branch).join(", ")} to ${outAvals(branch).join(", ")}`,
    );
  }
  return outs;
}

/** Which results have something in at least one branch. */
function union(lists: readonly (readonly boolean[])[]): boolean[] {
  const [first = [], ...rest] = lists;
  return rest.reduce<boolean[]>((flags, list) => either(flags, list), [...first]);
}

type Duals = readonly [outs: readonly NDArray[], tangents: readonly Tangent[]];

function jvpCond(
  [index, ...primals]: readonly NDArray[],
  [, ...tangents]: readonly Tangent[],
  { branches }: CondParams,
): Duals {
  const nonzero = arePresent(tangents);
  const outs = union(branches.map((branch) => jvpJaxpr(branch, nonzero).outs));
  const pushed = branches.map((branch) => jvpJaxpr(branch, nonzero, outs).program);
  const results = bindCond(index as NDArray, pushed, [...primals, ...presentOf(tangents)]); // operand 0
  const values = results.slice(0, outs.length);
  const avals = values.map((x) => x.aval);
  return [values, placeTangents(avals, outs, results.slice(outs.length))];
}

function linearizeCond(
  [index, ...primals]: readonly NDArray[],
  [, ...tangents]: readonly Tangent[],
  { branches }: CondParams,
): Duals {
  const { primal, linear, outs, residualsFrom } = linearBranches(branches, arePresent(tangents));
  const at = index as NDArray; // operand 0
  const results = bindCond(at, primal, primals);
  const residuals = residualsFrom.map(
    ({ kind, i }) => (kind === "operand" ? primals[i] : results[i]) as NDArray,
  ); // as arranged
  const values = results.slice(0, outs.length);
  const pushed = outs.includes(true)
    ? bindCond(at, linear, [...residuals, ...presentOf(tangents)])
    : [];
  return [
    values,
    placeTangents(
      values.map((x) => x.aval),
      outs,
      pushed,
    ),
  ];
}

function transposeCond(
  cts: readonly Tangent[],
  [index, ...operands]: readonly (NDArray | Linear)[],
  { branches }: CondParams,
): readonly (Tangent | null)[] {
  const linear = operands.map(isLinear);
  const present = arePresent(cts);
  const outs = union(branches.map((branch) => transposeJaxpr(branch, linear, present).outs));
  const pulled = branches.map((branch) => transposeJaxpr(branch, linear, present, outs).program);
  const fixed = operands.filter((x) => x instanceof NDArray);
  const results = bindCond(index as NDArray, pulled, [...fixed, ...presentOf(cts)]); // never linear
  let input = 0;
  let result = 0;
  const back = operands.map((x): Tangent | null => {
    if (!isLinear(x)) return null;
    return outs[input++] ? (results[result++] as NDArray) : new Zero(x.aval); // one for each flag
  });
  return [null, ...back];
}

function batchCond(
  [index, ...operands]: readonly NDArray[],
  [indexDim, ...dims]: readonly (number | null)[],
  { branches }: CondParams,
  axis: BatchAxis,
): readonly [readonly NDArray[], readonly (number | null)[]] {
  const which = index as NDArray; // operand 0
  if (indexDim == null) {
    const outs = union(branches.map((branch) => batchJaxpr(branch, dims, axis).outs));
    const batched = branches.map((branch) => batchJaxpr(branch, dims, axis, outs).program);
    const results = bindCond(which, batched, operands);
    return [results, outs.map((flag) => (flag ? 0 : null))];
  }
  const count = branches.length;
  const clamped = max(min(which, scalarLike(which, count - 1)), scalarLike(which, 0));
  // Each branch gets its operands without a derivative in the lanes that do not take it: what is
  // infinite or NaN there must not leak into gradients of the others.
  const all = branches.map((branch, i) => {
    const taken = eq(clamped, scalarLike(which, i));
    const mine = operands.map((x, k) => {
      const front = putAxis(x, dims[k] ?? null, 0, axis.size);
      const mask = spread(taken, front);
      return isFloat(front.dtype) ? select(mask, front, stopGradient(front)) : front;
    });
    const always = outAvals(branch).map(() => true);
    const { program } = batchJaxpr(
      branch,
      mine.map(() => 0),
      axis,
      always,
    );
    return evalJaxpr(program, mine);
  });
  const outs = outAvals(firstOf(branches)).map((_, k) => {
    const cases = all.map((results) => results[k] as NDArray); // every branch gives as many
    const chosen = spread(clamped, cases[0] as NDArray);
    if (count === 1) return cases[0] as NDArray;
    return count === 2
      ? select(eq(chosen, scalarLike(chosen, 1)), cases[1] as NDArray, cases[0] as NDArray)
      : selectN(chosen, ...cases);
  });
  return [outs, outs.map(() => 0)];
}

function scalarLike(x: NDArray, value: number): NDArray {
  return spread(scalarArray(value, x.dtype), x);
}

/** A value over leading axes repeated over the axes that `like` has beyond them. */
function spread(x: NDArray, like: NDArray): NDArray {
  return x.ndim === like.ndim
    ? x
    : broadcastInDim(
        x,
        like.shape,
        x.shape.map((_, axis) => axis),
      );
}

function partialCond(known: readonly boolean[], eqn: Eqn): PartialEvaluation {
  const [indexKnown, ...flags] = known;
  if (!indexKnown) return { known: null, unknown: eqn };
  const { branches } = eqn.params as CondParams; // an equation of `condP`
  const split = splitBranches(branches, flags);
  const [index, ...operands] = eqn.inputs as readonly [Eqn["inputs"][number], ...Eqn["inputs"]]; // operand 0
  const inputs = marked(flags, operands);
  const knownOuts = marked(split.knownOuts, eqn.outs);
  const extra = outAvals(firstOf(split.known)).slice(knownOuts.length);
  const results = [...knownOuts, ...variables(extra)];
  const residuals = split.residualsFrom.map(
    ({ kind, i }) => (kind === "operand" ? inputs[i] : results[i]) as Eqn["inputs"][number], // as arranged
  );
  return {
    known: {
      prim: condP,
      inputs: [index, ...inputs],
      params: { branches: split.known } satisfies CondParams,
      outs: results,
    },
    unknown: {
      prim: condP,
      inputs: [index, ...residuals, ...operands.filter((_, i) => !flags[i])],
      params: { branches: split.unknown } satisfies CondParams,
      outs: eqn.outs.filter((_, i) => !split.knownOuts[i]),
    },
  };
}

function shrinkCond(used: readonly boolean[], eqn: Eqn): Eqn | null {
  const { branches } = eqn.params as CondParams; // an equation of `condP`
  const reduced = branches.map(({ jaxpr }) => dce(jaxpr, used));
  const keep = union(reduced.map(({ usedInputs }) => usedInputs));
  return {
    prim: condP,
    inputs: eqn.inputs.filter((_, i) => i === 0 || keep[i - 1]),
    params: {
      branches: reduced.map(({ jaxpr }, i) => ({
        jaxpr: dropInputs(jaxpr, keep),
        consts: branches[i]?.consts ?? [],
      })),
    } satisfies CondParams,
    outs: marked(used, eqn.outs),
  };
}
