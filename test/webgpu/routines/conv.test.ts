import { test } from "vitest";
import { shapedArray } from "../../../src/core/aval.ts";
import type { DType } from "../../../src/core/dtype.ts";
import type { ConvParams } from "../../../src/core/routines.ts";
import { convShape } from "../../../src/lax/ops/conv-shapes.ts";
import { agree, generator, operandOf } from "./agree.ts";

async function checkConv(seed: number, from: DType, to = from, isWild = false) {
  const draw = generator(seed);
  const rank = draw(4);
  const axes = Array.from({ length: rank }, (_, i) => i);
  const each = (n: number) => axes.map(() => 1 + draw(n));
  const group = draw(3);
  const featureGroupCount = group === 1 ? 1 + draw(3) : 1;
  const batchGroupCount = group === 2 ? 1 + draw(3) : 1;
  const inputs = draw(15) === 0 ? 0 : 1 + draw(5);
  const outputs = (1 + draw(7)) * Math.max(featureGroupCount, batchGroupCount);
  const params: ConvParams = {
    windowStrides: each(3),
    padding: axes.map(() => [draw(5) - 1, draw(5) - 1] as const),
    lhsDilation: isWild || draw(2) === 0 ? each(3) : axes.map(() => 1),
    rhsDilation: draw(2) === 0 ? each(3) : axes.map(() => 1),
    featureGroupCount,
    batchGroupCount,
  };
  const x = [
    batchGroupCount * (1 + draw(2)),
    inputs * featureGroupCount,
    ...axes.map(() => (draw(15) === 0 ? 0 : 1 + draw(rank === 3 ? 4 : 8))),
  ];
  const w = [outputs, inputs, ...axes.map(() => (draw(15) === 0 ? 0 : 1 + draw(3)))];
  const result = convShape(shapedArray(x, from), shapedArray(w, from), params);
  const operands = [operandOf(x, from, draw), operandOf(w, from, draw)];
  if (isWild) {
    const { data } = operands[1]!;
    for (let i = draw(3); i < data.length; i += 1 + draw(4)) data[i] = [Infinity, NaN][draw(2)]!;
  }
  await agree("conv", params, operands, [to, result], { staged: seed % 10 === 0 });
}

test("convolutions with any strides, paddings, dilations and groups are those of the cpu", async () => {
  for (let seed = 0; seed < 30; seed++) await checkConv(seed, "float32");
  for (let seed = 40; seed < 45; seed++) await checkConv(seed, "int32");
  for (let seed = 45; seed < 50; seed++) await checkConv(seed, "int16", "int32");
});

test("weights that meet the gaps of a dilated input count for nothing, whatever they are", async () => {
  for (let seed = 60; seed < 80; seed++) await checkConv(seed, "float32", "float32", true);
});
