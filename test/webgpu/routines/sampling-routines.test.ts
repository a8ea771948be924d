import { expect, test } from "vitest";
import { shapedArray } from "../../../src/core/aval.ts";
import { generator } from "../../cpu/routines/window-cases.ts";
import { agrees, type Draw, drawOperand } from "./agreement.ts";

const word = (d: Draw) => d(2 ** 32);
const eps = { float32: 2 ** -23, float16: 2 ** -10, bfloat16: 2 ** -7 };

test.each(["float32", "float16", "bfloat16"] as const)(
  "gamma draws of %s are those of the interpreter",
  async (dtype) => {
    const draw = generator(5);
    const alphas = [0.001, 0.1, 0.7, 1, 1.5, 3, 20, 300, 0];
    for (const logSpace of [false, true]) {
      const shape = [6, 9];
      const operands = [
        drawOperand(draw, shape, "uint32", word),
        drawOperand(draw, shape, "uint32", word),
        drawOperand(draw, shape, dtype, (d) => alphas[d(alphas.length)]!),
      ];
      const out = [shapedArray(shape, dtype)];
      // Each step may differ in its last place.
      const bound = (want: number) => 32 * eps[dtype] * (1e-3 + Math.abs(want));
      await agrees("randomGamma", { logSpace }, operands, out, bound);
    }
    expect.hasAssertions();
  },
);

test("gamma draws of exponents that are none are NaN, -inf in logarithms of 0", async () => {
  const draw = generator(5);
  for (const logSpace of [false, true]) {
    const alpha = drawOperand(
      () => 0,
      [4],
      "float32",
      () => 0,
    );
    alpha.data.set([-1, NaN, 0, -0]);
    const operands = [
      drawOperand(draw, [4], "uint32", word),
      drawOperand(draw, [4], "uint32", word),
      alpha,
    ];
    await agrees("randomGamma", { logSpace }, operands, [shapedArray([4], "float32")]);
  }
});

test("Poisson draws are those of the interpreter", async () => {
  const draw = generator(11);
  for (const rates of [
    [0, 0.01, 0.5, 3, 9.9],
    [10, 11.5, 30, 100, 500],
  ]) {
    const shape = [120];
    const operands = [
      drawOperand(draw, shape, "uint32", word),
      drawOperand(draw, shape, "uint32", word),
      drawOperand(draw, shape, "uint32", (d) => d(1000)),
      drawOperand(draw, shape, "float32", (d) => rates[d(rates.length)]!),
    ];
    await agrees("randomPoisson", {}, operands, [shapedArray(shape, "int32")]);
  }
});

test("binomial draws are those of the interpreter, many keys at once", async () => {
  const draw = generator(7);
  const counts = [0, 1, 7, 12.5, 40, 300, 1000, Number.POSITIVE_INFINITY, Number.NaN, -1];
  const chances = [0, 0.001, 0.2, 0.5, 0.77, 1, Number.NaN, 1.5];
  for (const [keys, shape] of [
    [[3], [3, 40]],
    [
      [2, 2],
      [2, 2, 5, 3],
    ],
    [[], [30]],
  ]) {
    const operands = [
      drawOperand(draw, keys!, "uint32", word),
      drawOperand(draw, keys!, "uint32", word),
      drawOperand(draw, shape!, "float32", (d) => counts[d(counts.length)]!),
      drawOperand(draw, shape!, "float32", (d) => chances[d(chances.length)]!),
    ];
    await agrees("randomBinomial", {}, operands, [shapedArray(shape!, "float32")]);
  }
});
