import { test } from "vitest";
import type { DType } from "../../../src/core/dtype.ts";
import { constExpr, opExpr, slotExpr } from "../../../src/core/scalar.ts";
import { contiguousView } from "../../../src/core/view.ts";
import { agree, type Draw, type EpilogueCase, elements, generator, operandOf } from "./agree.ts";

/** A product of operands of random axes in random places. */
function drawDot(draw: Draw, extent: () => number) {
  const batches = Array.from({ length: draw(3) === 0 ? 1 + draw(2) : 0 }, () => 1 + draw(3));
  const contracted = Array.from({ length: draw(4) === 0 ? 2 * draw(2) : 1 }, extent);
  const side = () => {
    const free = Array.from({ length: draw(4) === 0 ? 2 * draw(2) : 1 }, extent);
    const axes = [
      ...batches.map((n, i) => ({ n, kind: "batch", i })),
      ...contracted.map((n, i) => ({ n, kind: "contract", i })),
      ...free.map((n, i) => ({ n, kind: "free", i })),
    ];
    for (let i = axes.length - 1; i > 0; i--) {
      const j = draw(i + 1);
      [axes[i], axes[j]] = [axes[j]!, axes[i]!];
    }
    const places = (kind: string, count: number) =>
      Array.from({ length: count }, (_, i) => axes.findIndex((a) => a.kind === kind && a.i === i));
    return {
      shape: axes.map(({ n }) => n),
      batch: places("batch", batches.length),
      contract: places("contract", contracted.length),
      free: axes.filter(({ kind }) => kind === "free").map(({ n }) => n),
    };
  };
  const [x, y] = [side(), side()];
  return {
    params: {
      contract: [x.contract, y.contract],
      batch: [x.batch, y.batch],
    } as const,
    shapes: [x.shape, y.shape] as const,
    result: [...batches, ...x.free, ...y.free],
  };
}

async function checkDot(seed: number, extent: (draw: Draw) => number, from: DType, to = from) {
  const staged = seed % 5 === 0;
  const draw = generator(seed);
  const { params, shapes, result } = drawDot(draw, () => extent(draw));
  const operands = shapes.map((shape) => operandOf(shape, from, draw));
  await agree("dot", params, operands, [to, result], { staged });
}

const seeds = (n: number) => Array.from({ length: n }, (_, i) => i);

test("products over any axes and layouts are those of the cpu", async () => {
  for (const seed of seeds(20)) await checkDot(seed, (draw) => draw(5), "float32");
  for (const seed of seeds(4)) await checkDot(100 + seed, (draw) => 4 + draw(7), "float32");
});

test.each([
  ["int32", "int32"],
  ["uint32", "uint32"],
  ["int16", "int32"],
  ["uint8", "uint32"],
  ["int8", "float32"],
  ["float16", "float32"],
  ["bfloat16", "float32"],
  ["int8", "int8"],
  ["uint16", "uint16"],
  ["bool", "bool"],
] as const)(
  "products of %s with results of %s are those of the cpu, wrapped and packed",
  async (from, to) => {
    for (const seed of seeds(2)) await checkDot(200 + seed, (draw) => 1 + draw(10), from, to);
  },
);

/** Rows, columns, depth, and which operands lie along the depth. */
const matrices = [
  [64, 64, 16],
  [17, 100, 33],
  [100, 17, 1],
  [128, 8, 40],
  [3, 200, 70],
  [200, 3, 70],
  [1, 70, 300],
  [70, 1, 300],
  [1, 1, 3000],
  [20, 20, 1030],
  [5, 300, 2],
  [4, 4, 0],
  [9, 9, 0],
] as const;

test.each(matrices)(
  "a matrix of %i rows by one of %i columns over %i, laid out either way",
  async (m, n, k) => {
    const draw = generator(m * n + k);
    // Which of the operands are columns one after the other.
    for (const turned of [m % 4, (m + n + k) % 4]) {
      const operand = (rows: number, columns: number, isTurned: boolean) => {
        const strides = isTurned ? [1, rows] : [columns, 1];
        const data = elements("float32", rows * columns, draw);
        const shape = [rows, columns];
        return { data, dtype: "float32", shape, view: { shape, strides, offset: 0 } } as const;
      };
      const operands = [operand(m, k, (turned & 1) > 0), operand(k, n, (turned & 2) > 0)];
      const params = { contract: [[1], [0]], batch: [[], []] } as const;
      const staged = turned === m % 4 && Math.min(m, n) > 2;
      await agree("dot", params, operands, ["float32", [m, n]], { staged });
    }
  },
);

/** Bias along the columns, a mask and a second result that counts rows and columns. */
function drawEpilogue(shape: readonly number[], draw: Draw): EpilogueCase {
  const [m, n] = [shape.at(-2)!, shape.at(-1)!];
  const bias = elements("float32", n, draw);
  const mask = elements("int32", m * n, draw);
  const zero = shape.map(() => 0);
  return {
    operands: [
      { data: bias, dtype: "float32", shape: [n], view: null },
      { data: mask, dtype: "int32", shape: [m * n], view: null },
    ],
    make(first) {
      const product = slotExpr(1, "float32");
      const sum = opExpr("add", [product, slotExpr(0, "float32")], "float32");
      const isPositive = opExpr("lt", [constExpr(0, "int32"), slotExpr(2, "int32")], "bool");
      const column = { kind: "index", axis: shape.length - 1, dtype: "int32" } as const;
      const row = { kind: "index", axis: shape.length - 2, dtype: "int32" } as const;
      const view = (strides: readonly number[]) =>
        ({ kind: "view", view: { shape, strides, offset: 0 } }) as const;
      const along = (...strides: number[]) => view([...zero.slice(2), ...strides]);
      return {
        slot: 1,
        kernel: {
          space: shape,
          parallel: shape.length,
          loads: [
            { source: first, dtype: "float32", map: along(0, 1) },
            { source: -1, dtype: "float32", map: view(contiguousView(shape).strides) },
            { source: first + 1, dtype: "int32", map: along(1, m) },
          ],
          stages: [],
          outputs: [
            {
              value: opExpr("select", [isPositive, sum, constExpr(-1, "float32")], "float32"),
              dtype: "float32",
              view: null,
            },
            { value: isPositive, dtype: "bool", view: null },
            { value: opExpr("sub", [row, column], "int32"), dtype: "int32", view: null },
          ],
        },
      };
    },
  };
}

test.each([
  [[], 20, 30, 40],
  [[2], 70, 10, 600],
  [[3], 2, 9, 5],
  [[], 6, 6, 1100],
] as const)(
  "an epilogue takes bias, mask and places: batches %j of %i by %i over %i",
  async (...c) => {
    const [batches, m, n, k] = c;
    const draw = generator(m * n);
    const operands = [
      operandOf([...batches, m, k], "float32", draw),
      operandOf([...batches, k, n], "float32", draw),
    ];
    const shape = [...batches, m, n];
    const [x, y] = batches.length === 0 ? [[], []] : [[0], [0]];
    const params = { batch: [x, y], contract: [[batches.length + 1], [batches.length]] } as const;
    const epilogue = drawEpilogue(shape, draw);
    await agree("dot", params, operands, ["float32", shape], { epilogue, staged: m === 20 });
  },
);
