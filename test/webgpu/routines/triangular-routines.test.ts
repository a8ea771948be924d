import { expect, test } from "vitest";
import { shapedArray } from "../../../src/core/aval.ts";
import type { DType } from "../../../src/core/dtype.ts";
import { generator } from "../../cpu/routines/window-cases.ts";
import { agrees, type Draw, drawOperand, type Operand } from "./agreement.ts";

const eps = { float32: 2 ** -23, float16: 2 ** -10, bfloat16: 2 ** -7 };

/** Symmetric matrices far from singular, of which the upper triangles are rubbish. */
function definite(draw: Draw, batch: readonly number[], n: number, dtype: DType): Operand {
  const operand = drawOperand(
    () => 0,
    [...batch, n, n],
    dtype,
    () => 0,
  );
  const { data } = operand;
  for (let e = 0; e < data.length; e++) {
    const [i, j] = [Math.floor(e / n) % n, e % n];
    data[e] = i === j ? n + draw(8) : i > j ? (draw(9) - 4) / 4 : NaN;
  }
  return operand;
}

test("cholesky reads lower triangles and factors them", async () => {
  for (let seed = 1; seed <= 24; seed++) {
    const draw = generator(seed);
    const dtype = (["float32", "float32", "float16", "bfloat16"] as const)[seed % 4]!;
    const batch = [[], [3], [2, 0], [2, 2]][seed % 5 === 0 ? 2 : draw(4)]!;
    const n = [0, 1, 2, 5, 17, 70][draw(6)]!;
    const x = definite(draw, batch, n, dtype);
    const bound = (want: number) => (eps[dtype] + 2 ** -20) * (1 + Math.abs(want));
    await agrees("cholesky", {}, [x], [x.aval], bound);
  }
});

test("cholesky gives NaN for matrices that are not positive definite, and only for these", async () => {
  const draw = generator(1);
  const x = definite(draw, [4], 40, "float32");
  x.data[1600 + 7 * 41] = -1;
  x.data[3200] = NaN;
  x.data[4800 + 39 * 41] = 0;
  await agrees("cholesky", {}, [x], [x.aval], (want) => 2 ** -20 * (1 + Math.abs(want)));
});

test("triangularSolve takes all flags and layouts", async () => {
  for (let seed = 1; seed <= 48; seed++) {
    const draw = generator(seed);
    const dtype = (["float32", "float32", "float16", "bfloat16"] as const)[seed % 4]!;
    const batch = [[], [3], [0], [2, 2]][seed % 9 === 0 ? 2 : draw(4)]!;
    const n = [1, 2, 5, 17, 40][draw(5)]!;
    const m = [1, 3, 20][draw(3)]!;
    const [leftSide, lower, transposeA, unitDiagonal] = [1, 2, 4, 8].map((bit) => (seed & bit) > 0);
    const a = drawOperand(draw, [...batch, n, n], dtype, (d) => (d(9) - 4) / (4 * n));
    if (!unitDiagonal && a.view === null) {
      for (let e = 0; e < a.data.length; e++) {
        if (Math.floor(e / n) % n === e % n) a.data[e] = 1 + draw(4) / 4;
      }
    }
    const b = drawOperand(
      draw,
      [...batch, ...(leftSide ? [n, m] : [m, n])],
      dtype,
      (d) => (d(9) - 4) / 4,
    );
    const params = {
      leftSide: leftSide!,
      lower: lower!,
      transposeA: transposeA!,
      unitDiagonal: unitDiagonal!,
    };
    // Layouts may repeat small numbers on the diagonal, which makes solutions large.
    if (!unitDiagonal && a.view !== null) continue;
    const bound = (want: number) => (eps[dtype] + 2 ** -19) * (1 + Math.abs(want));
    await agrees("triangularSolve", params, [a, b], [shapedArray(b.aval.shape, dtype)], bound);
  }
  expect.hasAssertions();
});
