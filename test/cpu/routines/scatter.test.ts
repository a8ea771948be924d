import { expect, test } from "vitest";
import type { DType } from "../../../src/core/dtype.ts";
import type { IndexMode, ScatterOp, ScatterParams } from "../../../src/core/routines.ts";
import { scatter } from "../../../src/cpu/routines/scatter.ts";
import { address, numbers, operand, runRoutine, scattered } from "./host.ts";
import {
  forEachWindowElement,
  generator,
  shuffle,
  type WindowCase,
  windowCase,
} from "./window-cases.ts";

function paramsOf(c: WindowCase, op: ScatterOp, mode: IndexMode): ScatterParams {
  return {
    op,
    dimensionNumbers: {
      updateWindowDims: c.offsetDims,
      insertedWindowDims: c.collapsed,
      scatterDimsToOperandDims: c.map,
      operandBatchingDims: c.batching[0],
      scatterIndicesBatchingDims: c.batching[1],
    },
    mode,
    uniqueIndices: false,
    indicesAreSorted: false,
  };
}

const definitions: Readonly<Record<ScatterOp, (x: number, u: number) => number>> = {
  set: (_, u) => u,
  add: (x, u) => x + u,
  sub: (x, u) => x - u,
  mul: (x, u) => x * u,
  min: Math.min,
  max: Math.max,
};
const ops = Object.keys(definitions) as ScatterOp[];

test.each(ops)("one window after the other is combined by %s", (op) => {
  for (let seed = 1; seed <= 250; seed++) {
    const c = windowCase(seed);
    const mode = (["clip", "fillOrDrop", "promiseInBounds"] as const)[seed % 3]!;
    const draw = generator(seed + 3);
    const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
    // Doubles, so that the order of the sums does not show.
    const x = operand(numbers(count(c.shape), seed), c.shape, "float64");
    const inOrder = operand(numbers(count(c.result), seed + 1), c.result, "float64");
    const order = shuffle([...c.result.keys()], draw);
    const updates = seed % 2 === 0 ? inOrder : scattered(inOrder, order);
    const indices = operand(c.vectors, [...c.batchShape, c.map.length], "int32");
    const expected = Float64Array.from(x.data);
    forEachWindowElement(c, mode === "clip", (at, gathered) => {
      if (at === null) return;
      const place = address(x.view, at);
      const u = updates.data[address(updates.view, gathered)]!;
      expected[place] = definitions[op](expected[place]!, u);
    });
    const [out] = runRoutine(
      scatter,
      [x, indices, updates],
      [["float64", c.shape]],
      paramsOf(c, op, mode),
    );
    expect(out, `seed ${seed}`).toEqual(expected);
  }
});

const elements: WindowCase = {
  shape: [4],
  batchShape: [5],
  vectors: [],
  map: [0],
  collapsed: [0],
  batching: [[], []],
  sizes: [1],
  offsetDims: [],
  result: [5],
};

function scatterElements(
  op: ScatterOp,
  dtype: DType,
  x: readonly number[],
  at: readonly number[],
  u: readonly number[],
): number[] {
  const [out] = runRoutine(
    scatter,
    [
      operand(x, [x.length], dtype),
      operand(at, [at.length, 1], "int32"),
      operand(u, [u.length], dtype),
    ],
    [[dtype, [x.length]]],
    paramsOf(elements, op, "fillOrDrop"),
  );
  return [...(out ?? [])];
}

test("of several updates of one place the last one stays", () => {
  expect(scatterElements("set", "float32", [0, 0], [0, 0], [5, 6])).toEqual([6, 0]);
});

test("integers wrap, and products keep their low bits", () => {
  expect(scatterElements("add", "uint8", [250, 3], [0, 0], [5, 9])).toEqual([8, 3]);
  expect(scatterElements("sub", "uint32", [1], [0], [2])).toEqual([2 ** 32 - 1]);
  const product = Number(BigInt.asIntN(32, 2147483629n * 2147483587n));
  expect(scatterElements("mul", "int32", [2147483629], [0], [2147483587])).toEqual([product]);
});

test("NaN wins over all numbers, and zeros are told apart", () => {
  const nan = Number.NaN;
  expect(scatterElements("max", "float32", [nan, 1], [0, 1], [2, nan])).toEqual([nan, nan]);
  const [low, high] = scatterElements("min", "float32", [0, 1], [0, 1], [-0, 2]);
  expect([Object.is(low, -0), high]).toEqual([true, 1]);
  const [largest] = scatterElements("max", "float32", [-0], [0], [0]);
  expect(Object.is(largest, 0)).toBe(true);
});

test("minus zero is kept where nothing is written, and where it is", () => {
  const out = scatterElements("set", "float32", [-0, 1], [1], [-0]);
  expect(out.map((v) => Object.is(v, -0))).toEqual([true, true]);
});

test("half-width floats are rounded once, after all updates", () => {
  const at = new Array<number>(64).fill(0);
  // Each update is below half a step of the dtype at 256, their sum is not.
  expect(
    scatterElements(
      "add",
      "float16",
      [2048, 0],
      at,
      at.map(() => 0.5),
    ),
  ).toEqual([2080, 0]);
  expect(
    scatterElements(
      "add",
      "bfloat16",
      [256, 0],
      at,
      at.map(() => 0.5),
    ),
  ).toEqual([288, 0]);
});

test("many float32 updates of few places add up without losing the small ones", () => {
  const at = new Array<number>(4096).fill(0);
  const u = at.map(() => 0.25);
  expect(scatterElements("add", "float32", [2 ** 24], at, u)).toEqual([2 ** 24 + 1024]);
});

test("random keys are written in both words", () => {
  const keys = (words: number[]) => ({
    ...operand([], [words.length / 2], "key<fry>"),
    data: Uint32Array.from(words),
  });
  const [out] = runRoutine(
    scatter,
    [keys([1, 2, 3, 4, 5, 6]), operand([2, 0], [2, 1], "int32"), keys([7, 8, 9, 10])],
    [["key<fry>", [3]]],
    paramsOf({ ...elements, shape: [3] }, "set", "fillOrDrop"),
  );
  expect([...(out ?? [])]).toEqual([9, 10, 3, 4, 7, 8]);
});
