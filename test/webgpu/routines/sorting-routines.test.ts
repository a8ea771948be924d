import { expect, test } from "vitest";
import { shapedArray } from "../../../src/core/aval.ts";
import { type DType, dtypeInfo } from "../../../src/core/dtype.ts";
import { generator } from "../../cpu/routines/window-cases.ts";
import { agrees, awkward, type Draw, drawOperand, numberDtypes } from "./agreement.ts";

const keys: readonly DType[] = [...numberDtypes, "bool"];
const dtypes: readonly DType[] = [...keys, "key<fry>"];

/** A shape with `extent` along a random axis. */
function shapeAround(draw: Draw, extent: number): { shape: number[]; axis: number } {
  const shape = Array.from({ length: draw(3) }, () => 1 + draw(3));
  const axis = draw(shape.length + 1);
  shape.splice(axis, 0, extent);
  return { shape, axis };
}

test("sort orders several operands by several keys along any axis, stable", async () => {
  for (let seed = 1; seed <= 44; seed++) {
    const draw = generator(seed);
    const { shape, axis } = shapeAround(draw, draw(24));
    const count = 1 + draw(3);
    const numKeys = 1 + draw(count);
    const kinds = Array.from({ length: count }, (_, i) =>
      i < numKeys ? keys[(seed + i) % keys.length]! : dtypes[draw(dtypes.length)]!,
    );
    const operands = kinds.map((dtype) => drawOperand(draw, shape, dtype, awkward));
    const results = kinds.map((dtype) => shapedArray(shape, dtype));
    await agrees("sort", { dimension: axis, numKeys }, operands, results);
  }
});

test.each([1000, 2048, 2049, 5000])("sort of %i elements", async (extent) => {
  const draw = generator(extent);
  for (const dtype of ["float32", "int8"] as const) {
    const shape = [2, extent];
    const operands = [
      drawOperand(draw, shape, dtype, awkward),
      drawOperand(draw, shape, "uint32", (d) => d(4)),
      drawOperand(draw, shape, "int32", (d) => d(1e6)),
    ];
    const results = operands.map(({ aval }) => aval);
    await agrees("sort", { dimension: 1, numKeys: 2 }, operands, results);
  }
});

test("every order of float32 and of integers is that of all their bits", async () => {
  const draw = generator(9);
  for (const dtype of ["float32", "int32", "uint32"] as const) {
    const whole = (d: Draw) =>
      dtypeInfo[dtype].kind === "float" ? (d(2e9) - 1e9) * 2 ** (d(200) - 150) : d(2 ** 32);
    for (const extent of [300, 3000]) {
      const x = drawOperand(draw, [extent], dtype, whole);
      await agrees("sort", { dimension: 0, numKeys: 1 }, [x], [x.aval]);
    }
  }
});

test("topK gives the largest, NaN first, and their positions", async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const draw = generator(seed);
    const { shape, axis } = shapeAround(draw, seed % 10 === 0 ? 2500 : 1 + draw(24));
    const dtype = keys[seed % keys.length]!;
    const k = draw(Math.min(40, shape[axis]!) + 1);
    const out = shape.with(axis, k);
    const x = drawOperand(draw, shape, dtype, awkward);
    const results = [shapedArray(out, dtype), shapedArray(out, "int32")];
    await agrees("topK", { k, axis }, [x], results);
  }
});

test("argReduce gives the first winner, or the first NaN", async () => {
  for (let seed = 1; seed <= 44; seed++) {
    const draw = generator(seed);
    const extent = [1 + draw(8), 40 + draw(300), 9000][seed % 11 === 0 ? 2 : seed % 2]!;
    const { shape, axis } = shapeAround(draw, extent);
    const dtype = keys[seed % keys.length]!;
    const source = seed % 3 === 0 ? awkward : (d: Draw) => [d(5) - 2, -0, 300, -300][d(4)]!;
    const x = drawOperand(draw, shape, dtype, source);
    const out = [shapedArray(shape.toSpliced(axis, 1), "int32")];
    for (const op of ["max", "min"] as const) await agrees("argReduce", { op, axis }, [x], out);
  }
  expect.hasAssertions();
});
