import { test } from "vitest";
import type { DType } from "../../../src/core/dtype.ts";
import { agree, type Draw, generator, operandOf } from "./agree.ts";

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
  const draw = generator(seed);
  const { params, shapes, result } = drawDot(draw, () => extent(draw));
  const operands = shapes.map((shape) => operandOf(shape, from, draw));
  await agree("dot", params, operands, [to, result]);
}

const seeds = (n: number) => Array.from({ length: n }, (_, i) => i);

test("float32 products over any axes and layouts are those of the cpu", async () => {
  for (const seed of seeds(30)) await checkDot(seed, (draw) => draw(7), "float32");
});
