import { shapedArray } from "../core/aval.ts";
import { isFloat } from "../core/dtype.ts";
import type { Params } from "../core/primitive.ts";
import { bindEqn, evalTrace, getEvaluator, withTrace } from "../core/trace.ts";
import type { NDArray } from "../core/value.ts";
import type { CumulativeAxis } from "../lax/ops/cumulative.ts";
import { gatherUpdates } from "../lax/ops/gather.ts";
import type { ScatterSettings } from "../lax/ops/gather-options.ts";
import type { SortParams, TopKParams } from "../lax/ops/sort.ts";
import {
  type DependenceRule,
  filled,
  type Known,
  keptPlaces,
  placesAmong,
  unionByGroup,
  unionEach,
} from "./dependence.ts";
import { IndexSets } from "./index-sets.ts";

/** Each element depends on the elements at its place. */
export const elementwiseRule: DependenceRule = (operands, { outs }, { sets }) => {
  const lists = operands.map((x) => x.sets);
  return outs.map((out) => unionEach(lists, out.aval.size, sets));
};

/** Each result is the operand of its number. */
export const identityRule: DependenceRule = (operands) => operands.map((x) => x.sets);

/** Everything depends on everything. */
export const everythingRule: DependenceRule = (operands, { outs }, { sets }) => {
  const all = unionOfAll(operands, sets);
  return outs.map((out) => filled(out.aval.size, all));
};

function unionOfAll(operands: readonly Known[], sets: IndexSets): number {
  return sets.unionOf(operands.flatMap((x) => (x.sets === null ? [] : [...new Set(x.sets)])));
}

/** Array of integers, on the cpu. */
function integers(data: Int32Array, shape: readonly number[]): NDArray {
  return getEvaluator().upload(data, shapedArray(shape, "int32"), "cpu");
}

/**
 * Elements are moved, not combined: the primitive itself moves their positions, counted from 1
 * through all float operands, so that 0 is what comes from none. Where to is decided by operands
 * that are not floats; if they are not known, anything may go anywhere.
 */
export function movedRule(
  withParams: (params: Params) => Params = (params) => params,
): DependenceRule {
  return (operands, eqn, walk) => {
    const from: Int32Array[] = [Int32Array.of(IndexSets.empty)];
    let next = 1;
    const moved: NDArray[] = [];
    for (const { aval, sets, value } of operands) {
      if (!isFloat(aval.dtype)) {
        const known = value();
        if (known === null) return everythingRule(operands, eqn, walk);
        moved.push(known);
        continue;
      }
      const data = new Int32Array(aval.size);
      if (sets !== null) {
        for (let i = 0; i < data.length; i++) data[i] = next + i;
        from.push(sets);
        next += sets.length;
      }
      moved.push(integers(data, aval.shape));
    }
    const source = joined(from, next);
    const outs = withTrace(evalTrace, () => bindEqn(eqn.prim, moved, withParams(eqn.params)));
    return outs.map((out) => Int32Array.from(out.dataSync(), (i) => source[Number(i)] ?? 0));
  };
}

function joined(lists: readonly Int32Array[], size: number): Int32Array {
  const all = new Int32Array(size);
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

/** Elements of which each is chosen among the cases at its place. */
export const selectRule: DependenceRule = (operands, eqn, walk) =>
  operands[0]?.value() === null
    ? elementwiseRule(operands, eqn, walk)
    : movedRule()(operands, eqn, walk);

/** Windows of an operand; those that lie outside hold nothing. */
export const gatherRule: DependenceRule = movedRule((params) => ({ ...params, fillValue: 0 }));

/** Places of an operand, and beside them the updates that go there. */
export const scatterRule: DependenceRule = ([x, indices, updates], { params }, { sets }) => {
  if (x === undefined || indices === undefined || updates === undefined) return [];
  const size = x.aval.size;
  const given = updates.sets;
  if (given === null) return [x.sets];
  const known = indices.value();
  if (known === null) return [unionEach([x.sets, filled(1, sets.unionOf(given))], size, sets)];
  const numbered = integers(
    Int32Array.from({ length: size }, (_, i) => i + 1),
    x.aval.shape,
  );
  const settings = params as ScatterSettings; // those of all scatters
  const targets = withTrace(evalTrace, () =>
    gatherUpdates(numbered, known, updates.aval.shape, settings),
  ).dataSync();
  const added = unionByGroup(given, Int32Array.from(targets), size + 1, sets).subarray(1);
  return [unionEach([x.sets, added], size, sets)];
};

/** Each element depends on all that were reduced into it. */
export const reduceRule: DependenceRule = ([x], { params }, { sets }) => {
  if (x === undefined || x.sets === null) return [null];
  const { axes } = params as { readonly axes: readonly number[] }; // those of all reductions
  const kept = x.aval.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const [places, count] = keptPlaces(x.aval.shape, kept);
  return [unionByGroup(x.sets, places, count, sets)];
};

/** Each element depends on all elements of its line along an axis, of every operand. */
function alongRule(axisOf: (params: Params) => number): DependenceRule {
  return (operands, { outs, params }, { sets }) => {
    const along = axisOf(params);
    const others = (shape: readonly number[]): number[] =>
      shape.map((_, axis) => axis).filter((axis) => axis !== along);
    const lines = operands.map((x): Int32Array | null => {
      if (x.sets === null) return null;
      const [places, count] = keptPlaces(x.aval.shape, others(x.aval.shape));
      return unionByGroup(x.sets, places, count, sets);
    });
    const size = lines.find((list) => list !== null)?.length ?? 0;
    const all = unionEach(lines, size, sets);
    return outs.map(({ aval }) => {
      if (all === null) return null;
      const places = placesAmong(aval.shape, others(aval.shape));
      return places.map((line) => all[line] ?? IndexSets.empty);
    });
  };
}

/** What a sort brings to a place may have come from anywhere along its axis. */
export const sortRule: DependenceRule = alongRule((params) => (params as SortParams).dimension);

/** As a sort. */
export const topKRule: DependenceRule = alongRule((params) => (params as TopKParams).axis);

/** Each element depends on those before it along an axis, or after it, and on itself. */
export const cumulativeRule: DependenceRule = ([x], { params }, { sets }) => {
  if (x === undefined || x.sets === null) return [null];
  const { axis, reverse } = params as CumulativeAxis; // those of all running reductions
  const { shape } = x.aval;
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const block = inner * (shape[axis] ?? 1);
  const out = Int32Array.from(x.sets);
  for (let n = 0; n < out.length; n++) {
    const i = reverse ? out.length - 1 - n : n;
    const place = i % block;
    const before = reverse ? i + inner : i - inner;
    const isFirst = reverse ? place >= block - inner : place < inner;
    if (!isFirst) out[i] = sets.union(out[before] as number, out[i] as number); // both in the line
  }
  return [out];
};
