import { expect, test } from "vitest";
import { shapedArray } from "../../../src/core/aval.ts";
import type { TypedArray } from "../../../src/core/dtype.ts";
import { generator } from "../../cpu/routines/window-cases.ts";
import { agrees, type Draw, drawOperand, type Operand, runRoutine } from "./agreement.ts";

/** Multiples of 1/1024, of which no two sizes are likely to be alike. */
const entry = (d: Draw) => (d(4097) - 2048) / 1024;

const shapes = [
  [1, 1],
  [2, 3],
  [5, 3],
  [7, 7],
  [20, 9],
  [9, 20],
  [70, 66],
] as const;

function drawMatrices(seed: number): { draw: Draw; batch: number[]; m: number; n: number } {
  const draw = generator(seed);
  const batch = [[], [2], [2, 2]][draw(3)]!;
  const [m, n] = shapes[seed % shapes.length]!;
  return { draw, batch, m, n };
}

test("lu exchanges the same rows, and its factors are near", async () => {
  for (let seed = 1; seed <= 14; seed++) {
    const { draw, batch, m, n } = drawMatrices(seed);
    const x = drawOperand(draw, [...batch, m, n], "float32", entry);
    if (x.view?.strides.includes(0)) continue; // rows alike have no first pivot in floats
    const results = [
      x.aval,
      shapedArray([...batch, Math.min(m, n)], "int32"),
      shapedArray([...batch, m], "int32"),
    ];
    const bound = (want: number, result: number) =>
      result === 0 ? 2e-4 * (1 + Math.abs(want)) : 0;
    await agrees("lu", {}, [x], results, bound);
  }
});

test("lu leaves columns without a pivot, and NaN on the diagonal where it is", async () => {
  const x = drawOperand(
    () => 0,
    [3, 3, 3],
    "float32",
    () => 0,
  );
  x.data.set([
    0,
    1,
    2,
    0,
    3,
    4,
    0,
    5,
    6,
    NaN,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    1,
    2,
    3,
    NaN,
    4,
    5,
    -2,
    1,
    1,
  ]);
  const results = [x.aval, shapedArray([3, 3], "int32"), shapedArray([3, 3], "int32")];
  await agrees("lu", {}, [x], results, (want) => 1e-6 * Math.abs(want));
});

test("pivots become permutations", async () => {
  for (let seed = 1; seed <= 6; seed++) {
    const draw = generator(seed);
    const size = 1 + draw(6);
    const x = drawOperand(draw, [3, draw(size + 1)], "int32", (d) => d(size + 2) - 1);
    const out = [shapedArray([3, size], "int32")];
    await agrees("pivotsToPermutation", { permutationSize: size }, [x], out);
  }
});

test("reflectors of qr, with and without exchanges of columns, and their product", async () => {
  for (let seed = 1; seed <= 14; seed++) {
    const { draw, batch, m, n } = drawMatrices(seed);
    const x = drawOperand(
      () => 0,
      [...batch, m, n],
      "float32",
      () => entry(draw),
    );
    const k = Math.min(m, n);
    const taus = shapedArray([...batch, k], "float32");
    const order = shapedArray([...batch, n], "int32");
    const bound = (want: number) => 1e-4 * (1 + Math.abs(want));
    await agrees("geqrf", {}, [x], [x.aval, taus], bound);
    await agrees("geqp3", {}, [x], [x.aval, order, taus], (want, i) => (i === 1 ? 0 : bound(want)));
    if (m < n) continue;
    const [factors, tau] = await runRoutine("cpu", "geqrf", {}, [x], [x.aval, taus]);
    const operands = [
      { aval: x.aval, data: factors!, view: null },
      { aval: taus, data: tau!, view: null },
    ];
    await agrees("householderProduct", {}, operands, [x.aval], bound);
  }
});

test("qr of columns of zeros, of large and of tiny numbers", async () => {
  const x = drawOperand(
    () => 0,
    [3, 3, 2],
    "float32",
    () => 0,
  );
  x.data.set([
    0, 1, 0, 2, 0, 3, 1e30, 2e30, -1e30, 3e30, 4e30, 1e30, 1e-30, 2e-30, 3e-30, 1e-30, 0, 1e-30,
  ]);
  const taus = shapedArray([3, 2], "float32");
  await agrees("geqrf", {}, [x], [x.aval, taus], (want) => 1e-5 * Math.abs(want));
});

/** Largest difference of the product of matrices from what it should be. */
function error(
  size: readonly [number, number, number],
  a: (i: number, k: number) => number,
  b: (k: number, j: number) => number,
  want: (i: number, j: number) => number,
): number {
  let worst = 0;
  for (let i = 0; i < size[0]; i++) {
    for (let j = 0; j < size[2]; j++) {
      let sum = 0;
      for (let k = 0; k < size[1]; k++) sum += a(i, k) * b(k, j);
      worst = Math.max(worst, Math.abs(sum - want(i, j)));
    }
  }
  return worst;
}

const identity = (i: number, j: number) => (i === j ? 1 : 0);

async function results(
  name: "eigh" | "svd",
  params: object,
  x: Operand,
  outs: readonly number[][],
) {
  const avals = outs.map((shape) => shapedArray(shape, "float32"));
  const run = (device: string) =>
    runRoutine(device, name, params as never, [x], avals) as Promise<TypedArray[]>;
  return [await run("cpu"), await run("webgpu")] as const;
}

test.each([1, 2, 3, 8, 33])("eigh of symmetric matrices of %i rows", async (n) => {
  for (const lower of [true, false]) {
    const draw = generator(n);
    const x = drawOperand(
      () => 0,
      [2, n, n],
      "float32",
      () => entry(draw),
    );
    const [want, got] = await results("eigh", { lower }, x, [
      [2, n, n],
      [2, n],
    ]);
    for (let b = 0; b < 2; b++) {
      const a = (i: number, j: number) =>
        x.data[
          (b * n + (lower ? Math.max(i, j) : Math.min(i, j))) * n +
            (lower ? Math.min(i, j) : Math.max(i, j))
        ]!;
      const v = (i: number, j: number) => got[0]![(b * n + i) * n + j]!;
      const value = (j: number) => got[1]![b * n + j]!;
      for (let j = 0; j < n; j++) expect(value(j)).toBeCloseTo(want[1]![b * n + j]!, 4);
      expect(error([n, n, n], a, v, (i, j) => v(i, j) * value(j))).toBeLessThan(1e-4);
      expect(error([n, n, n], (i, k) => v(k, i), v, identity)).toBeLessThan(1e-5);
    }
  }
});

test("eigh of equal, large, tiny, zero and no numbers", async () => {
  const x = drawOperand(
    () => 0,
    [6, 2, 2],
    "float32",
    () => 0,
  );
  x.data.set([
    2,
    0,
    0,
    2,
    1e30,
    2e30,
    2e30,
    -1e30,
    1e-30,
    0,
    0,
    2e-30,
    0,
    0,
    0,
    0,
    NaN,
    0,
    0,
    1,
    1,
    Infinity,
    Infinity,
    1,
  ]);
  const [want, got] = await results("eigh", { lower: true }, x, [
    [6, 2, 2],
    [6, 2],
  ]);
  want[1]!.forEach((value, i) => {
    if (Number.isNaN(value)) expect(got[1]![i]).toBeNaN();
    else expect(Math.abs(got[1]![i]! - value)).toBeLessThanOrEqual(1e-6 * Math.abs(value));
  });
  for (let i = 0; i < 24; i++) expect(Number.isNaN(got[0]![i])).toBe(i >= 16);
});

test.each([
  [1, 1],
  [4, 4],
  [7, 3],
  [3, 7],
  [33, 20],
])("svd of matrices of %i by %i", async (m, n) => {
  const draw = generator(m * n);
  const k = Math.min(m, n);
  const x = drawOperand(
    () => 0,
    [3, m, n],
    "float32",
    () => entry(draw),
  );
  // The second matrix is of rank 1, the last one zero.
  for (let e = 0; e < m * n; e++) {
    x.data[m * n + e] = x.data[Math.floor(e / n)]! * x.data[e % n]!;
    x.data[2 * m * n + e] = 0;
  }
  for (const fullMatrices of [true, false]) {
    const [p, q] = fullMatrices ? [m, n] : [k, k];
    const params = { fullMatrices, computeUv: true };
    const [want, got] = await results("svd", params, x, [
      [3, k],
      [3, m, p],
      [3, q, n],
    ]);
    for (let b = 0; b < 3; b++) {
      const u = (i: number, j: number) => got[1]![(b * m + i) * p + j]!;
      const v = (i: number, j: number) => got[2]![(b * q + i) * n + j]!;
      const s = (j: number) => got[0]![b * k + j]!;
      for (let j = 0; j < k; j++) expect(s(j)).toBeCloseTo(want[0]![b * k + j]!, 4);
      const rebuilt = error(
        [m, k, n],
        (i, j) => u(i, j) * s(j),
        v,
        (i, j) => x.data[(b * m + i) * n + j]!,
      );
      expect(rebuilt).toBeLessThan(1e-4);
      expect(error([p, m, p], (i, j) => u(j, i), u, identity)).toBeLessThan(2e-5);
      expect(error([q, n, q], v, (i, j) => v(j, i), identity)).toBeLessThan(2e-5);
    }
  }
  const [want, got] = await results("svd", { fullMatrices: false, computeUv: false }, x, [[3, k]]);
  for (let i = 0; i < 3 * k; i++) expect(got[0]![i]).toBeCloseTo(want[0]![i]!, 4);
});

test("svd of matrices without elements, and of such as are not finite", async () => {
  const params = { fullMatrices: true, computeUv: true };
  const none = drawOperand(
    () => 0,
    [2, 3, 0],
    "float32",
    () => 0,
  );
  const [, empty] = await results("svd", params, none, [
    [2, 0],
    [2, 3, 3],
    [2, 0, 0],
  ]);
  expect([...empty[1]!]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1]);
  const x = drawOperand(
    () => 0,
    [2, 2, 2],
    "float32",
    () => 0,
  );
  x.data[1] = NaN;
  const [, got] = await results("svd", params, x, [
    [2, 2],
    [2, 2, 2],
    [2, 2, 2],
  ]);
  for (const data of got) {
    const half = data.length / 2;
    for (let i = 0; i < half; i++)
      expect([data[i], data[half + i]]).toEqual([NaN, expect.any(Number)]);
    expect(Number.isNaN(data[half])).toBe(false);
  }
});

test("tridiagonalSolve exchanges rows, and gives NaN where it meets a zero", async () => {
  for (let seed = 1; seed <= 12; seed++) {
    const draw = generator(seed);
    const batch = [[], [3]][seed % 2]!;
    const n = [1, 2, 3, 20][draw(4)]!;
    const m = 1 + draw(3);
    const band = () =>
      drawOperand(
        () => 0,
        [...batch, n],
        "float32",
        () => (draw(7) - 3) / 2,
      );
    const x = [band(), band(), band(), drawOperand(draw, [...batch, n, m], "float32", entry)];
    const bound = (want: number) => 2e-3 * (1 + Math.abs(want));
    await agrees("tridiagonalSolve", {}, x, [x[3]!.aval], bound);
  }
});
