import { test } from "vitest";
import type { DType } from "../../../src/core/dtype.ts";
import { dtypeInfo } from "../../../src/core/dtype.ts";
import { generator } from "../../cpu/routines/window-cases.ts";
import { agrees, awkward, type Draw, drawOperand, exact, numberDtypes } from "./agreement.ts";

const extents = [1, 7, 33, 200, 1024, 1025, 3000];

function shapeAround(draw: Draw, extent: number): { shape: number[]; axis: number } {
  const shape = Array.from({ length: draw(3) }, () => 1 + draw(3));
  const axis = draw(shape.length + 1);
  shape.splice(axis, 0, extent);
  return { shape, axis };
}

test.each(["max", "min"] as const)(
  "running %s of every dtype, with NaN and both zeros",
  async (op) => {
    for (let seed = 1; seed <= 36; seed++) {
      const draw = generator(seed);
      const { shape, axis } = shapeAround(draw, extents[seed % extents.length]!);
      const dtype = numberDtypes[seed % numberDtypes.length]!;
      const rare = (d: Draw) => (d(40) === 0 ? awkward(d) : (d(2001) - 1000) / 8);
      const x = drawOperand(draw, shape, dtype, rare);
      await agrees("cumulative", { op, axis, reverse: draw(2) === 0 }, [x], [x.aval]);
    }
  },
);

test("running sums and products of integers wrap", async () => {
  const integers = numberDtypes.filter((dtype) => dtypeInfo[dtype].kind !== "float");
  for (let seed = 1; seed <= 36; seed++) {
    const draw = generator(seed);
    const { shape, axis } = shapeAround(draw, extents[seed % extents.length]!);
    const dtype = integers[seed % integers.length]!;
    const op = seed % 4 === 0 ? "mul" : "add";
    const x = drawOperand(draw, shape, dtype, (d) =>
      op === "mul" ? 2 * d(2 ** 30) + 1 : d(2 ** 32),
    );
    await agrees("cumulative", { op, axis, reverse: draw(2) === 0 }, [x], [x.aval]);
  }
});

test("running sums and products of floats agree with sums in doubles", async () => {
  for (let seed = 1; seed <= 36; seed++) {
    const draw = generator(seed);
    const extent = extents[seed % extents.length]!;
    const { shape, axis } = shapeAround(draw, extent);
    const dtype = (["float32", "float16", "bfloat16"] as DType[])[seed % 3]!;
    const op = seed % 2 === 0 ? "mul" : "add";
    const source = (d: Draw) => (op === "mul" ? 1 + (d(65) - 32) / 4096 : (d(4096) + 1) / 4096);
    const x = drawOperand(draw, shape, dtype, source);
    const eps = { float32: 2 ** -23, float16: 2 ** -10, bfloat16: 2 ** -7 }[dtype as "float32"];
    // Sums in a tree, products one by one of neighbours.
    const bound = (want: number) => Math.abs(want) * (eps + (op === "mul" ? 64 : 24) * 2 ** -24);
    await agrees("cumulative", { op, axis, reverse: draw(2) === 0 }, [x], [x.aval], bound);
  }
});

test("infinities, NaN and -0 reach what comes after them and nothing else", async () => {
  for (let seed = 1; seed <= 12; seed++) {
    const draw = generator(seed);
    const special = draw(3000);
    const value = [Infinity, -Infinity, NaN][seed % 3]!;
    let at = 0;
    const source = () => (at++ === special ? value : -0);
    const x = drawOperand(() => 0, [3000], "float32", source);
    await agrees(
      "cumulative",
      { op: "add", axis: 0, reverse: seed % 2 === 0 },
      [x],
      [x.aval],
      exact,
    );
  }
});

test("running logarithms of sums of exponentials agree, with NaN and infinities", async () => {
  for (let seed = 1; seed <= 16; seed++) {
    const draw = generator(seed);
    const { shape, axis } = shapeAround(draw, extents[seed % extents.length]!);
    const dtype = (["float32", "float16", "bfloat16"] as const)[seed % 3]!;
    const special = [-Infinity, Infinity, NaN, 0, -0, 80];
    const rare = (d: Draw) =>
      d(60) === 0 ? special[seed % 2 === 0 ? 0 : d(6)]! : (d(401) - 200) / 16;
    const x = drawOperand(draw, shape, dtype, rare);
    const eps = { float32: 2 ** -23, float16: 2 ** -10, bfloat16: 2 ** -7 }[dtype];
    const bound = (want: number) => (eps + 24 * 2 ** -24) * (1 + Math.abs(want));
    await agrees(
      "cumulative",
      { op: "logaddexp", axis, reverse: draw(2) === 0 },
      [x],
      [x.aval],
      bound,
    );
  }
});
