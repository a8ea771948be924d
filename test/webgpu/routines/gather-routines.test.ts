import { expect, test } from "vitest";
import { shapedArray } from "../../../src/core/aval.ts";
import { type DType, dtypeInfo } from "../../../src/core/dtype.ts";
import type { ScatterOp } from "../../../src/core/routines.ts";
import { generator, type WindowCase, windowCase } from "../../cpu/routines/window-cases.ts";
import { agrees, awkward, type Draw, drawOperand, numberDtypes } from "./agreement.ts";

const modes = ["clip", "fillOrDrop", "promiseInBounds"] as const;
const dtypes: readonly DType[] = [...numberDtypes, "bool", "key<fry>"];

/** Index vectors of a case, in a random layout where they are not too few for one. */
function indicesOf(c: WindowCase, draw: (n: number) => number) {
  let next = 0;
  const shape = [...c.batchShape, c.map.length];
  const least = Math.max(1, ...c.shape);
  const operand = drawOperand(draw, shape, "int32", (d) => d(least + 4) - 2);
  if (operand.view === null) {
    for (const entry of c.vectors) operand.data[next++] = entry;
  }
  return operand;
}

test("gather reads windows at any axes, in every mode", async () => {
  for (let seed = 1; seed <= 66; seed++) {
    const draw = generator(seed);
    const c = windowCase(seed);
    const dtype = dtypes[seed % dtypes.length]!;
    const params = {
      dimensionNumbers: {
        offsetDims: c.offsetDims,
        collapsedSliceDims: c.collapsed,
        startIndexMap: c.map,
        operandBatchingDims: c.batching[0],
        startIndicesBatchingDims: c.batching[1],
      },
      sliceSizes: c.sizes,
      mode: modes[seed % 3]!,
      fillValue: dtypeInfo[dtype].kind === "float" ? [NaN, -0, 2.5, Infinity][draw(4)]! : 1,
      uniqueIndices: false,
      indicesAreSorted: false,
    };
    const x = drawOperand(draw, c.shape, dtype, awkward);
    await agrees("gather", params, [x, indicesOf(c, draw)], [shapedArray(c.result, dtype)]);
  }
});

const ops: readonly ScatterOp[] = ["set", "add", "sub", "mul", "min", "max"];

test.each(ops)("scatter combines windows at any axes by %s", async (op) => {
  for (let seed = 1; seed <= 40; seed++) {
    const draw = generator(seed);
    const c = windowCase(seed);
    const numeric = op === "add" || op === "sub" || op === "mul";
    const some = numeric ? numberDtypes : op === "set" ? dtypes : dtypes.slice(0, -1);
    const dtype = some[seed % some.length]!;
    const params = {
      op,
      dimensionNumbers: {
        updateWindowDims: c.offsetDims,
        insertedWindowDims: c.collapsed,
        scatterDimsToOperandDims: c.map,
        operandBatchingDims: c.batching[0],
        scatterIndicesBatchingDims: c.batching[1],
      },
      mode: modes[seed % 3]!,
      uniqueIndices: false,
      indicesAreSorted: false,
    };
    // Quarters, whose sums and few products are exact.
    const quarters = (d: (n: number) => number) => (d(9) - 4) / 4;
    const x = drawOperand(draw, c.shape, dtype, numeric ? quarters : awkward);
    const updates = drawOperand(draw, c.result, dtype, numeric ? quarters : awkward);
    const out = [shapedArray(c.shape, dtype)];
    const tolerance = (want: number) =>
      op === "mul" && dtypeInfo[dtype].kind === "float" ? Math.abs(want) * 1e-2 : 0;
    await agrees("scatter", params, [x, indicesOf(c, draw), updates], out, tolerance);
  }
});

/** Rows of `x` at 100 places, most of which repeat. */
async function scattersRows(op: ScatterOp, dtype: DType, uniqueIndices: boolean): Promise<void> {
  const draw = generator(ops.indexOf(op) + 7);
  const [rows, width, count] = [23, 3, 100];
  const x = drawOperand(draw, [rows, width], dtype, uniqueIndices ? awkward : (d) => d(5) - 2);
  const updates = drawOperand(draw, [count, width], dtype, (d) => d(3) - 1);
  const indices = drawOperand(draw, [count, 1], "int32", (d) => d(rows + 4) - 2);
  const params = {
    op,
    dimensionNumbers: {
      updateWindowDims: [1],
      insertedWindowDims: [0],
      scatterDimsToOperandDims: [0],
      operandBatchingDims: [],
      scatterIndicesBatchingDims: [],
    },
    mode: "fillOrDrop" as const,
    uniqueIndices,
    indicesAreSorted: false,
  };
  await agrees("scatter", params, [x, indices, updates], [shapedArray([rows, width], dtype)]);
}

test.each(ops)("many updates of one place are combined by %s, whatever the dtype", async (op) => {
  const numeric = op === "add" || op === "sub" || op === "mul";
  for (const dtype of numeric ? numberDtypes : dtypes.slice(0, -1)) {
    await scattersRows(op, dtype, false);
  }
  expect.assertions(9 + (numeric ? 0 : 1));
});

test.each(["add", "sub", "mul"] as const)(
  "a place of hundreds of updates combines runs of them by %s",
  async (op) => {
    for (let seed = 1; seed <= 4; seed++) {
      const draw = generator(seed);
      const [rows, width, count] = [5, 6, 900];
      // Windows of two rows of which one is hit most often, in the middle of the axis's columns.
      const x = drawOperand(draw, [width, rows], "float32", (d) => d(5) - 2);
      const source = (d: Draw) => (op === "mul" ? [1, -1][d(2)]! : d(65) - 32);
      const updates = drawOperand(draw, [count, 2, 3], "float32", source);
      const indices = drawOperand(draw, [count, 1], "int32", (d) => (d(8) === 0 ? d(6) - 1 : 2));
      const params = {
        op,
        dimensionNumbers: {
          updateWindowDims: [1, 2],
          insertedWindowDims: [],
          scatterDimsToOperandDims: [1],
          operandBatchingDims: [],
          scatterIndicesBatchingDims: [],
        },
        mode: (["clip", "fillOrDrop"] as const)[seed % 2]!,
        uniqueIndices: false,
        indicesAreSorted: false,
      };
      await agrees("scatter", params, [x, indices, updates], [x.aval]);
    }
  },
);
