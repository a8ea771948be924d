import type { WindowParams } from "../core/routines.ts";
import type { ConvGeneralParams } from "../lax/ops/conv.ts";
import {
  type DependenceRule,
  keptPlaces,
  placesAmong,
  positions,
  unionByGroup,
  unionEach,
} from "./dependence.ts";
import type { IndexSets } from "./index-sets.ts";

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
