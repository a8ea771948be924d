import { forEachIndex } from "./host.ts";

/** Reproducible integers: `draw(n)` is from 0 to n - 1. */
export function generator(seed: number): (n: number) => number {
  let state = (seed * 2654435761) >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** Shapes and axes of one gather, or of the scatter with the same windows. */
export interface WindowCase {
  readonly shape: readonly number[];
  readonly batchShape: readonly number[];
  readonly vectors: readonly number[];
  readonly map: readonly number[];
  readonly collapsed: readonly number[];
  /** Axes of the operand and of the indices that run together. */
  readonly batching: readonly [readonly number[], readonly number[]];
  readonly sizes: readonly number[];
  /** Axes of the windows in the gathered array. */
  readonly offsetDims: readonly number[];
  /** Shape of the gathered array. */
  readonly result: readonly number[];
}

/** The elements of a list in a random order. */
export function shuffle<T>(list: readonly T[], draw: (n: number) => number): T[] {
  const out = [...list];
  for (let i = out.length - 1; i > 0; i--) {
    const j = draw(i + 1);
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}

/** A legal case of random ranks and axes, whose indices reach outside on both sides. */
export function windowCase(seed: number): WindowCase {
  const draw = generator(seed);
  const ndim = draw(5);
  const shape = Array.from({ length: ndim }, () => 1 + draw(4));
  const roles = shape.map(() => ["batching", "collapsed", "window", "window"][draw(4)]!);
  const axesOf = (role: string) => shape.map((_, i) => i).filter((i) => roles[i] === role);
  const windowAxes = axesOf("window");
  const operandBatching = axesOf("batching");
  const batchRank = operandBatching.length + draw(3);
  const places = shuffle([...Array(batchRank).keys()], draw).slice(0, operandBatching.length);
  const batchShape = Array.from({ length: batchRank }, () => 1 + draw(3));
  operandBatching.forEach((axis, i) => {
    batchShape[places[i]!] = shape[axis]!;
  });
  if (draw(12) === 0 && places.length < batchRank) {
    batchShape[[...Array(batchRank).keys()].find((i) => !places.includes(i))!] = 0;
  }
  const sizes = shape.map((extent, i) =>
    roles[i] === "window" ? (draw(15) === 0 ? 0 : 1 + draw(extent)) : 1,
  );
  const indexable = shape.map((_, i) => i).filter((i) => roles[i] !== "batching");
  const map = shuffle(indexable, draw).slice(0, draw(indexable.length + 1));
  const count = batchShape.reduce((a, b) => a * b, 1);
  const vectors = Array.from({ length: count * map.length }, (_, i) => {
    const extent = shape[map[i % map.length]!]!;
    return draw(extent + 4) - 2;
  });
  const rank = batchRank + windowAxes.length;
  const offsetDims = shuffle([...Array(rank).keys()], draw)
    .slice(0, windowAxes.length)
    .sort((a, b) => a - b);
  const result: number[] = [];
  let fromBatch = 0;
  for (let i = 0; i < rank; i++) {
    const k = offsetDims.indexOf(i);
    result.push(k >= 0 ? sizes[windowAxes[k]!]! : batchShape[fromBatch++]!);
  }
  return {
    shape,
    batchShape,
    vectors,
    map,
    collapsed: axesOf("collapsed"),
    batching: [operandBatching, places],
    sizes,
    offsetDims,
    result,
  };
}

/**
 * The definition of gather and scatter: for each window, in order, the index in the operand and
 * in the gathered array of each of its elements; `operand` is null if the window is outside.
 */
export function forEachWindowElement(
  c: WindowCase,
  clips: boolean,
  visit: (operand: readonly number[] | null, gathered: readonly number[]) => void,
): void {
  const windowAxes = c.shape
    .map((_, i) => i)
    .filter((i) => !c.collapsed.includes(i) && !c.batching[0].includes(i));
  let n = 0;
  forEachIndex(c.batchShape, (batch) => {
    const start = c.shape.map(() => 0);
    let isInside = true;
    c.map.forEach((axis, k) => {
      const largest = c.shape[axis]! - c.sizes[axis]!;
      const place = c.vectors[n * c.map.length + k]!;
      if (place < 0 || place > largest) isInside = isInside && clips;
      start[axis] = Math.min(Math.max(place, 0), largest);
    });
    c.batching[0].forEach((axis, i) => {
      start[axis] = batch[c.batching[1][i]!]!;
    });
    n++;
    forEachIndex(c.sizes, (offset) => {
      const gathered: number[] = [];
      let fromBatch = 0;
      for (let i = 0; i < c.result.length; i++) {
        const k = c.offsetDims.indexOf(i);
        gathered.push(k >= 0 ? offset[windowAxes[k]!]! : batch[fromBatch++]!);
      }
      visit(isInside ? start.map((s, i) => s + offset[i]!) : null, gathered);
    });
  });
}
