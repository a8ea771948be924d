import { expect, test } from "vitest";
import { shapedArray } from "../../../src/core/aval.ts";
import type { DType } from "../../../src/core/dtype.ts";
import type { AssemblePart } from "../../../src/core/routines.ts";
import { generator } from "../../cpu/routines/window-cases.ts";
import { agrees, awkward, type Draw, drawOperand, numberDtypes } from "./agreement.ts";

const dtypes: readonly DType[] = [...numberDtypes, "bool", "key<fry>"];
const dtypeFor = (seed: number): DType => dtypes[seed % dtypes.length]!;

function drawShape(draw: Draw, rank: number, most: number): number[] {
  return Array.from({ length: rank }, () => draw(most) + (draw(12) === 0 ? 0 : 1));
}

/** A part of an operand of some shape to places of `shape`. */
function drawPart(draw: Draw, operand: number, shape: readonly number[]) {
  const steps = shape.map(() => 1 + draw(2));
  const toSteps = shape.map(() => 1 + draw(3));
  const counts = shape.map((extent, i) => draw(Math.ceil(extent / toSteps[i]!) + 1));
  const starts = shape.map(() => draw(2));
  const to = shape.map((extent, i) =>
    draw(extent - Math.max(0, (counts[i]! - 1) * toSteps[i]! + 1) + 1),
  );
  const part: AssemblePart = { operand, starts, counts, steps, to, toSteps };
  const least = shape.map((_, i) => starts[i]! + Math.max(0, counts[i]! - 1) * steps[i]! + 1);
  return { part, shape: least };
}

test("assemble copies strided parts over what fills the result", async () => {
  for (let seed = 1; seed <= 44; seed++) {
    const draw = generator(seed);
    const dtype = dtypeFor(seed);
    const shape = drawShape(draw, draw(4), 6);
    const parts = Array.from({ length: draw(3) }, (_, i) => drawPart(draw, i + 1, shape));
    const operands = [
      drawOperand(draw, [], dtype, awkward),
      ...parts.map((part) => drawOperand(draw, part.shape, dtype, awkward)),
    ];
    const params = { fill: 0, parts: parts.map(({ part }) => part) };
    await agrees("assemble", params, operands, [shapedArray(shape, dtype)]);
  }
});

test.each<DType>(["float32", "int8", "bool"])(
  "assemble takes more %s operands than a shader has bindings",
  async (dtype) => {
    const draw = generator(5);
    for (const axis of [0, 1]) {
      const shape = axis === 0 ? [61, 3] : [3, 61];
      let at = 0;
      const parts = Array.from({ length: 20 }, (_, operand): AssemblePart => {
        const counts = [3, 3];
        counts[axis] = 1 + (operand % 5);
        const to = [0, 0];
        to[axis] = at;
        at += counts[axis]!;
        return { operand, starts: [0, 0], counts, steps: [1, 1], to, toSteps: [1, 1] };
      });
      const operands = parts.map(({ counts }) => drawOperand(draw, counts, dtype, awkward));
      const fill = parts.length;
      operands.push(drawOperand(draw, [], dtype, awkward));
      expect(at).toBeLessThan(61);
      await agrees("assemble", { fill, parts }, operands, [shapedArray(shape, dtype)]);
    }
  },
);

test("dynamicSlice and dynamicUpdateSlice clamp their starts", async () => {
  for (let seed = 1; seed <= 44; seed++) {
    const draw = generator(seed);
    const dtype = dtypeFor(seed);
    const shape = drawShape(draw, draw(4), 5);
    const sizes = shape.map((extent) => draw(extent + 1));
    const x = drawOperand(draw, shape, dtype, awkward);
    const starts = shape.map(() => drawOperand(draw, [], "int32", (d) => d(12) - 4));
    const sliced = [shapedArray(sizes, dtype)];
    await agrees("dynamicSlice", { sliceSizes: sizes }, [x, ...starts], sliced);
    const update = drawOperand(draw, sizes, dtype, awkward);
    await agrees("dynamicUpdateSlice", {}, [x, update, ...starts], [shapedArray(shape, dtype)]);
  }
});

test("starts in memory may be more than a shader has bindings", async () => {
  const draw = generator(3);
  const shape = [2, 1, 3, 2, 1, 2, 2, 3];
  const sizes = [1, 1, 2, 1, 1, 2, 1, 1];
  const x = drawOperand(draw, shape, "float32", awkward);
  const starts = shape.map(() => ({
    aval: shapedArray([], "int32"),
    data: Int32Array.of(draw(3), draw(3)),
    view: { shape: [], strides: [], offset: 1 },
  }));
  const out = [shapedArray(sizes, "float32")];
  await agrees("dynamicSlice", { sliceSizes: sizes }, [x, ...starts], out);
  const update = drawOperand(draw, sizes, "float32", awkward);
  const whole = [shapedArray(shape, "float32")];
  await agrees("dynamicUpdateSlice", {}, [x, update, ...starts], whole);
});
