import { test } from "vitest";
import type { DType } from "../../../src/core/dtype.ts";
import type { ReduceOp } from "../../../src/core/primitive.ts";
import type { WindowParams } from "../../../src/core/routines.ts";
import { windowedShape } from "../../../src/lax/ops/window-shapes.ts";
import { agree, type Draw, generator, operandOf } from "./agree.ts";

/** Windows of random extents, strides, dilations and paddings, negative ones too. */
function drawWindows(draw: Draw): { shape: number[]; params: WindowParams; results: number[] } {
  const shape = Array.from({ length: draw(4) }, () => (draw(12) === 0 ? 0 : 1 + draw(7)));
  const each = (n: number) => shape.map(() => 1 + draw(n));
  const params: WindowParams = {
    windowDimensions: each(3),
    windowStrides: each(3),
    padding: shape.map(() => [draw(5) - 1, draw(5) - 1] as const),
    baseDilation: draw(2) === 0 ? each(3) : shape.map(() => 1),
    windowDilation: draw(2) === 0 ? each(3) : shape.map(() => 1),
  };
  return { shape, params, results: windowedShape("test", shape, params) };
}

const ops: readonly ReduceOp[] = ["add", "mul", "max", "min"];
const bitwise: readonly ReduceOp[] = ["and", "or", "xor"];

async function checkReduce(seed: number, op: ReduceOp, dtype: DType) {
  const draw = generator(seed);
  const { shape, params, results } = drawWindows(draw);
  const operand = operandOf(shape, dtype, draw);
  // Products of more than a few numbers are not exact.
  if (op === "mul") operand.data.set(operand.data.map((x, i) => Math.sign(x) * 2 ** (i % 3)));
  await agree("reduceWindow", { ...params, op }, [operand], [dtype, results]);
}

test.each(["float32", "int32", "uint32"] as const)(
  "windows of %s are reduced as on the cpu",
  async (dtype) => {
    let seed = 0;
    for (const op of dtype === "float32" ? ops : [...ops, ...bitwise]) {
      for (let i = 0; i < 4; i++) await checkReduce(seed++, op, dtype);
    }
  },
);

test.each(["float32", "int32", "int8"] as const)(
  "winners of windows of %s are those of the cpu, the first of equals and every NaN",
  async (dtype) => {
    for (let seed = 0; seed < 16; seed++) {
      const draw = generator(seed);
      const { shape, params, results } = drawWindows(draw);
      const x = operandOf(shape, dtype, draw);
      if (dtype === "float32") x.data.set(x.data.map((v) => (draw(9) === 0 ? Number.NaN : v)));
      const select = { ...params, select: draw(2) === 0 ? "ge" : "le" } as const;
      const source = operandOf(results, "float32", draw);
      const t = operandOf(shape, "float32", draw);
      await agree("selectAndScatterAdd", select, [source, x], ["float32", shape]);
      await agree("selectAndGatherAdd", select, [t, x], ["float32", results]);
    }
  },
);
