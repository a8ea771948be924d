import { expect, test } from "vitest";
import type { GatherParams, IndexMode } from "../../../src/core/routines.ts";
import { contiguousView } from "../../../src/core/view.ts";
import { gather } from "../../../src/cpu/routines/gather.ts";
import { address, numbers, operand, runRoutine, scattered } from "./host.ts";
import {
  forEachWindowElement,
  generator,
  shuffle,
  type WindowCase,
  windowCase,
} from "./window-cases.ts";

function paramsOf(c: WindowCase, mode: IndexMode, fillValue = 0): GatherParams {
  return {
    dimensionNumbers: {
      offsetDims: c.offsetDims,
      collapsedSliceDims: c.collapsed,
      startIndexMap: c.map,
      operandBatchingDims: c.batching[0],
      startIndicesBatchingDims: c.batching[1],
    },
    sliceSizes: c.sizes,
    mode,
    fillValue,
    uniqueIndices: false,
    indicesAreSorted: false,
  };
}

const modes: readonly IndexMode[] = ["clip", "fillOrDrop", "promiseInBounds"];

test.each(modes)("windows are those of the definition, mode %s", (mode) => {
  for (let seed = 1; seed <= 300; seed++) {
    const c = windowCase(seed);
    const count = c.shape.reduce((a, b) => a * b, 1);
    const draw = generator(seed + 7);
    const inOrder = operand(numbers(count, seed), c.shape);
    const order = shuffle([...c.shape.keys()], draw);
    const x = seed % 2 === 0 ? inOrder : scattered(inOrder, order);
    const indices = operand(c.vectors, [...c.batchShape, c.map.length], "int32");
    const view = contiguousView(c.result);
    const expected = new Float32Array(c.result.reduce((a, b) => a * b, 1));
    forEachWindowElement(c, mode !== "fillOrDrop", (at, gathered) => {
      expected[address(view, gathered)] = at === null ? -7 : x.data[address(x.view, at)]!;
    });
    const [out] = runRoutine(gather, [x, indices], [["float32", c.result]], paramsOf(c, mode, -7));
    expect(out, `seed ${seed}`).toEqual(expected);
  }
});

const rows: WindowCase = {
  shape: [3, 100],
  batchShape: [4],
  vectors: [2, 0, 5, -1],
  map: [0],
  collapsed: [0],
  batching: [[], []],
  sizes: [1, 100],
  offsetDims: [1],
  result: [4, 100],
};

test("long rows are copied whole, and filled where they are outside", () => {
  const x = operand(numbers(300), [3, 100]);
  const indices = operand(rows.vectors, [4, 1], "int32");
  const [out] = runRoutine(
    gather,
    [x, indices],
    [["float32", [4, 100]]],
    paramsOf(rows, "fillOrDrop", Number.NaN),
  );
  expect(out?.slice(0, 100)).toEqual(x.data.slice(200));
  expect(out?.slice(100, 200)).toEqual(x.data.slice(0, 100));
  expect(out?.slice(200).every(Number.isNaN)).toBe(true);
});

test("a fill of minus zero keeps its sign", () => {
  const [out] = runRoutine(
    gather,
    [operand([1], [1]), operand([3], [1, 1], "int32")],
    [["float32", [1]]],
    paramsOf({ ...rows, shape: [1], sizes: [1], offsetDims: [] }, "fillOrDrop", -0),
  );
  expect(Object.is(out?.[0], -0)).toBe(true);
});

test("keys are copied and filled in both words", () => {
  const keys = { ...operand([], [3], "key<fry>"), data: Uint32Array.of(1, 2, 3, 4, 5, 6) };
  const [out] = runRoutine(
    gather,
    [keys, operand([2, 9, 0], [3, 1], "int32")],
    [["key<fry>", [3]]],
    paramsOf({ ...rows, shape: [3], sizes: [1], offsetDims: [] }, "fillOrDrop", 2 ** 32 - 1),
  );
  expect([...(out ?? [])]).toEqual([5, 6, 2 ** 32 - 1, 2 ** 32 - 1, 1, 2]);
});
