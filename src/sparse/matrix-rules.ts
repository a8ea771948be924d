import type { Params } from "../core/primitive.ts";
import type { DotGeneralParams } from "../lax/ops/dot.ts";
import {
  type DependenceRule,
  type Known,
  keptPlaces,
  unionByGroup,
  unionEach,
} from "./dependence.ts";
import type { IndexSets } from "./index-sets.ts";

/** For each of `count` matrices that lie one after another, the union over all of its elements. */
function unionByMatrix(x: Known, count: number, sets: IndexSets): Int32Array | null {
  return x.sets && unionByGroup(x.sets, matrixOfEach(x.aval.size, count), count, sets);
}

/** For each of `size` elements, which of `count` matrices it belongs to. */
function matrixOfEach(size: number, count: number): Int32Array {
  return Int32Array.from({ length: size }, (_, i) => Math.floor((i * count) / size));
}

/** The sets at these places. */
function at(sets: Int32Array | null, places: Int32Array): Int32Array | null {
  return sets && places.map((place) => sets[place] as number); // places lie among them
}

/** Elements of a matrix depend on all of the matrix they come from, each by itself in a batch. */
export const factorRule: DependenceRule = (operands, { outs }, { sets }) => {
  const shape = operands[0]?.aval.shape.slice(0, -2) ?? [];
  const count = shape.reduce((a, b) => a * b, 1);
  const all = unionEach(
    operands.map((x) => unionByMatrix(x, count, sets)),
    count,
    sets,
  );
  return outs.map(({ aval }) => at(all, matrixOfEach(aval.size, count)));
};

/**
 * Solutions of linear systems: a column, or a row where `isByColumn` says no, depends on that of
 * operand `side`, and on all of the matrices.
 */
export function solveRule(
  side: number,
  isByColumn: (params: Params) => boolean = () => true,
): DependenceRule {
  return (operands, { outs, params }, { sets }) => {
    const out = outs[0]?.aval;
    if (out === undefined) return [];
    const { shape, ndim, size } = out;
    const batch = shape.slice(0, -2).map((_, axis) => axis);
    const count = batch.reduce((n, axis) => n * (shape[axis] ?? 1), 1);
    const [lines, total] = keptPlaces(shape, [...batch, isByColumn(params) ? ndim - 1 : ndim - 2]);
    const right = operands[side]?.sets ?? null;
    const ofMatrices = unionEach(
      operands.map((x, i) => (i === side ? null : unionByMatrix(x, count, sets))),
      count,
      sets,
    );
    const ofSide = right && unionByGroup(right, lines, total, sets);
    return [unionEach([at(ofMatrices, matrixOfEach(size, count)), at(ofSide, lines)], size, sets)];
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
