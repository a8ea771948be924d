import { shapedArray } from "../core/aval.ts";
import { isFloat } from "../core/dtype.ts";
import type { Params } from "../core/primitive.ts";
import type { WindowParams } from "../core/routines.ts";
import { bindEqn, evalTrace, getEvaluator, withTrace } from "../core/trace.ts";
import type { NDArray } from "../core/value.ts";
import type { ConvGeneralParams } from "../lax/ops/conv.ts";
import type { CumulativeAxis } from "../lax/ops/cumulative.ts";
import type { DotGeneralParams } from "../lax/ops/dot.ts";
import { gatherUpdates } from "../lax/ops/gather.ts";
import type { ScatterSettings } from "../lax/ops/gather-options.ts";
import type { SortParams, TopKParams } from "../lax/ops/sort.ts";
import {
  type DependenceRule,
  filled,
  type Known,
  placesAmong,
  positions,
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

/** Places among axes, as two lists: those that are kept, and how many there are. */
function keptPlaces(shape: readonly number[], kept: readonly number[]): [Int32Array, number] {
  return [placesAmong(shape, kept), kept.reduce((n, axis) => n * (shape[axis] ?? 1), 1)];
}

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

/** Elements of a matrix depend on all of the matrices they come from, each by itself in a batch. */
export function matricesRule(operand: number): DependenceRule {
  return (operands, { outs }, { sets }) => {
    const shape = operands[operand]?.aval.shape.slice(0, -2) ?? [];
    const count = shape.reduce((a, b) => a * b, 1);
    const groupOf = (size: number) => (i: number) => Math.floor((i * count) / size);
    const lists = operands.map((x) => {
      if (x.sets === null) return null;
      const groups = Int32Array.from(x.sets, (_, i) => groupOf(x.aval.size)(i));
      return unionByGroup(x.sets, groups, count, sets);
    });
    const all = unionEach(lists, count, sets);
    return outs.map(({ aval }) =>
      all === null
        ? null
        : Int32Array.from({ length: aval.size }, (_, i) => all[groupOf(aval.size)(i)] ?? 0),
    );
  };
}

/** A product of matrices: an element depends on a row of one operand and a column of the other. */
export const dotRule: DependenceRule = ([x, y], { outs, params }, { sets }) => {
  const { contract, batch } = params as DotGeneralParams; // those of `dotGeneralP`
  const size = outs[0]?.aval.size ?? 0;
  const side = (operand: Known | undefined, n: 0 | 1): [Int32Array | null, number] => {
    if (operand === undefined) return [null, 1];
    const { shape } = operand.aval;
    const free = shape
      .map((_, axis) => axis)
      .filter((axis) => !contract[n].includes(axis) && !batch[n].includes(axis));
    const [places, count] = keptPlaces(shape, [...batch[n], ...free]);
    const inner = free.reduce((k, axis) => k * (shape[axis] ?? 1), 1);
    return [operand.sets && unionByGroup(operand.sets, places, count, sets), inner];
  };
  const [rows, m] = side(x, 0);
  const [columns, n] = side(y, 1);
  const spread = (list: Int32Array | null, at: (i: number) => number): Int32Array | null =>
    list && Int32Array.from({ length: size }, (_, i) => list[at(i)] as number); // by the shapes
  return [
    unionEach(
      [
        spread(rows, (i) => Math.floor(i / n)),
        spread(columns, (i) => Math.floor(i / (m * n)) * n + (i % n)),
      ],
      size,
      sets,
    ),
  ];
};

/** For each window along one axis, the places that it reads. */
function windowReads(
  extent: number,
  count: number,
  window: number,
  stride: number,
  low: number,
  base: number,
  dilation: number,
): number[][] {
  return Array.from({ length: count }, (_, o) => {
    const reads: number[] = [];
    for (let k = 0; k < window; k++) {
      const at = o * stride + k * dilation - low;
      if (at >= 0 && at % base === 0 && at / base < extent) reads.push(at / base);
    }
    return reads;
  });
}

/** For each window, the union over the places that it reads, in order of the windows. */
function unionByWindow(
  given: Int32Array,
  shape: readonly number[],
  reads: readonly (readonly (readonly number[])[])[],
  sets: IndexSets,
): Int32Array {
  // Axis by axis: windows are boxes, and what is shared between them is united once.
  let lists = given;
  let extents = [...shape];
  reads.forEach((ofAxis, axis) => {
    const inner = extents.slice(axis + 1).reduce((a, b) => a * b, 1);
    const extent = extents[axis] ?? 1;
    const next = extents.with(axis, ofAxis.length);
    const before = lists;
    lists = Int32Array.from({ length: next.reduce((a, b) => a * b, 1) }, (_, i) => {
      const [outer, o, rest] = [
        Math.floor(i / (inner * ofAxis.length)),
        Math.floor(i / inner) % ofAxis.length,
        i % inner,
      ];
      const at = (ofAxis[o] ?? []).map(
        (p) => before[(outer * extent + p) * inner + rest] as number,
      ); // in range
      return sets.unionOf(at);
    });
    extents = next;
  });
  return lists;
}

/** Reductions of windows of operand 0. */
export const windowRule: DependenceRule = ([x], { outs, params }, { sets }) => {
  if (x === undefined || x.sets === null) return [null];
  const p = params as WindowParams; // those of all windowed reductions
  const { shape } = x.aval;
  const reads = shape.map((extent, i) =>
    windowReads(
      extent,
      outs[0]?.aval.shape[i] ?? 0,
      p.windowDimensions[i] ?? 1,
      p.windowStrides[i] ?? 1,
      p.padding[i]?.[0] ?? 0,
      p.baseDilation[i] ?? 1,
      p.windowDilation[i] ?? 1,
    ),
  );
  return [unionByWindow(x.sets, shape, reads, sets)];
};

/** Convolutions: all features of a group in a window, and all weights of an output feature. */
export const convRule: DependenceRule = ([x, w], { outs, params }, { sets }) => {
  const out = outs[0]?.aval;
  if (x === undefined || w === undefined || out === undefined) return [];
  const p = params as ConvGeneralParams; // those of `convGeneralDilatedP`
  const [batch = 0, outputs = 0, ...spatial] = out.shape;
  const inside = spatial.reduce((a, b) => a * b, 1);
  const ofWeights =
    w.sets && unionByGroup(w.sets, placesAmong(w.aval.shape, [0]), w.aval.shape[0] ?? 0, sets);
  const weights =
    ofWeights &&
    Int32Array.from({ length: out.size }, (_, i) => {
      return ofWeights[Math.floor(i / inside) % outputs] as number; // one for each output feature
    });
  if (x.sets === null) return [weights];
  const [images = 0, features = 1, ...extents] = x.aval.shape;
  // Features of a group are read together, so that a group counts as one.
  const groups = p.featureGroupCount;
  const split = [images, groups, features / groups, ...extents];
  const kept = [0, 1, ...extents.map((_, i) => i + 3)];
  const [places, count] = keptPlaces(split, kept);
  const merged = unionByGroup(x.sets, places, count, sets);
  const reads = extents.map((extent, i) =>
    windowReads(
      extent,
      spatial[i] ?? 0,
      w.aval.shape[i + 2] ?? 1,
      p.windowStrides[i] ?? 1,
      p.padding[i]?.[0] ?? 0,
      p.lhsDilation[i] ?? 1,
      p.rhsDilation[i] ?? 1,
    ),
  );
  const each = (n: number): number[][] => Array.from({ length: n }, (_, i) => [i]);
  const windows = unionByWindow(
    merged,
    [images, groups, ...extents],
    [each(images), each(groups), ...reads],
    sets,
  );
  const perGroup = outputs / (p.batchGroupCount > 1 ? p.batchGroupCount : groups);
  const read = positions(out.shape, new Array<number>(out.ndim).fill(0)).map((_, i) => {
    const [n, o, rest] = [
      Math.floor(i / (outputs * inside)),
      Math.floor(i / inside) % outputs,
      i % inside,
    ];
    const group = Math.floor(o / perGroup);
    // With groups of the batch, an output feature reads the images of its group.
    const [image, g] = p.batchGroupCount > 1 ? [group * batch + n, 0] : [n, group];
    return windows[(image * groups + g) * inside + rest] as number; // in range, by the shapes
  });
  return [unionEach([read, weights], out.size, sets)];
};
