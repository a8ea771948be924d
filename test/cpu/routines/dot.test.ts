import { expect, test } from "vitest";
import type { HostOperand } from "../../../src/cpu/routine.ts";
import { dot } from "../../../src/cpu/routines/dot.ts";
import { address, forEachIndex, numbers, operand, runRoutine, scattered } from "./host.ts";

type Pairs = readonly [readonly number[], readonly number[]];

/** The definition: for every index of the result, a sum over the contracted indices in order. */
function reference(x: HostOperand, y: HostOperand, contract: Pairs, batch: Pairs): number[] {
  const free = (a: HostOperand, side: 0 | 1) =>
    a.aval.shape
      .map((_, i) => i)
      .filter((i) => !contract[side].includes(i) && !batch[side].includes(i));
  const [fx, fy] = [free(x, 0), free(y, 1)];
  const shape = [
    ...batch[0].map((a) => x.aval.shape[a]!),
    ...fx.map((a) => x.aval.shape[a]!),
    ...fy.map((a) => y.aval.shape[a]!),
  ];
  const out: number[] = [];
  forEachIndex(shape, (index) => {
    const ix = x.aval.shape.map(() => 0);
    const iy = y.aval.shape.map(() => 0);
    batch[0].forEach((a, i) => {
      ix[a] = index[i]!;
    });
    batch[1].forEach((a, i) => {
      iy[a] = index[i]!;
    });
    fx.forEach((a, i) => {
      ix[a] = index[batch[0].length + i]!;
    });
    fy.forEach((a, i) => {
      iy[a] = index[batch[0].length + fx.length + i]!;
    });
    let sum = 0;
    forEachIndex(
      contract[0].map((a) => x.aval.shape[a]!),
      (k) => {
        contract[0].forEach((a, i) => {
          ix[a] = k[i]!;
        });
        contract[1].forEach((a, i) => {
          iy[a] = k[i]!;
        });
        sum += x.data[address(x.view, ix)]! * y.data[address(y.view, iy)]!;
      },
    );
    out.push(sum);
  });
  return out;
}

const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

const cases: [readonly number[], readonly number[], Pairs, Pairs][] = [];
for (const m of [1, 2, 3, 4, 5, 9]) {
  for (const n of [1, 2, 3, 4, 7]) {
    for (const k of [0, 1, 5])
      cases.push([
        [m, k],
        [k, n],
        [[1], [0]],
        [[], []],
      ]);
  }
}
cases.push(
  [[6], [6], [[0], [0]], [[], []]],
  [[3], [4], [[], []], [[], []]],
  [[], [5, 2], [[], []], [[], []]],
  [
    [2, 5, 3],
    [2, 3, 4],
    [[2], [1]],
    [[0], [0]],
  ],
  [
    [5, 2, 3],
    [4, 3, 2],
    [[2], [1]],
    [[1], [2]],
  ],
  [
    [7, 3, 5, 2],
    [2, 2, 4, 5],
    [
      [3, 2],
      [0, 3],
    ],
    [[], []],
  ],
  [
    [3, 5, 2, 4],
    [4, 2, 3, 6],
    [[2], [1]],
    [
      [0, 3],
      [2, 0],
    ],
  ],
  [
    [0, 3],
    [3, 2],
    [[1], [0]],
    [[], []],
  ],
  [
    [2, 4, 3],
    [2, 3, 1],
    [[2], [1]],
    [[0], [0]],
  ],
  [
    [2, 1, 3],
    [2, 5, 3],
    [[2], [2]],
    [[0], [0]],
  ],
);

test.each(cases)(
  "%j by %j over %j, batched over %j, is the sum of products",
  (sx, sy, contract, batch) => {
    const x = operand(numbers(count(sx), 1), sx, "float64");
    const y = operand(numbers(count(sy), 2), sy, "float64");
    const wanted = reference(x, y, contract, batch);
    const run = (a: HostOperand, b: HostOperand) => [
      ...runRoutine(dot, [a, b], [["float64", [wanted.length]]], { contract, batch })[0]!,
    ];
    expect(run(x, y)).toEqual(wanted);
    const reversed = (n: number) => Array.from({ length: n }, (_, i) => n - 1 - i);
    expect(run(scattered(x, reversed(sx.length)), scattered(y, reversed(sy.length)))).toEqual(
      wanted,
    );
  },
);

const matmul = { contract: [[1], [0]], batch: [[], []] } as const;

test("float32 is summed in doubles and rounded once", () => {
  const x = operand([2 ** 24, 1, 1, 1, 1, ...Array(15).fill(0)], [4, 5]);
  const y = operand(Array(15).fill(1), [5, 3]);
  const [out] = runRoutine(dot, [x, y], [["float32", [4, 3]]], matmul);
  expect(out![0]).toBe(2 ** 24 + 4);
});

test.each(["float64", "float32"] as const)(
  "a sum of %s does not depend on the layout or its neighbours",
  (dtype) => {
    const k = 301;
    const xs = numbers(k, 3);
    const ys = numbers(k, 4);
    const [alone] = runRoutine(
      dot,
      [operand(xs, [1, k], dtype), operand(ys, [k, 1], dtype)],
      [[dtype, [1]]],
      matmul,
    );
    const x = operand([...Array(4).fill(xs).flat()], [4, k], dtype);
    const y = operand(
      ys.flatMap((v) => [v, v, v, v, v]),
      [k, 5],
      dtype,
    );
    for (const a of [x, scattered(x, [1, 0])]) {
      for (const b of [y, scattered(y, [1, 0])]) {
        const [out] = runRoutine(dot, [a, b], [[dtype, [4, 5]]], matmul);
        expect([...out!]).toEqual(Array(20).fill(out![0]));
        // In double precision it does not depend on the shape around it either.
        if (dtype === "float64") expect(out![0]).toBe(alone![0]);
        else expect(out![0]).toBeCloseTo(alone![0]!, 4);
      }
    }
  },
);

test.each([
  ["int8", Array(3).fill(100), Array(3).fill(100), 48],
  ["uint8", Array(3).fill(200), Array(3).fill(200), (3 * 200 * 200) & 255],
  ["int32", [65536, 65537, 3], [65536, 65537, 5], (65537 ** 2 + 15) | 0],
  ["uint32", [4294967295, 1, 0], [4294967295, 7, 9], 8],
  ["bool", [1, 0, 1], [0, 1, 1], 1],
  ["bool", [1, 0, 1], [0, 1, 0], 0],
] as const)("%s products wrap, booleans are the OR of ANDs", (dtype, xs, ys, wanted) => {
  const x = operand([...xs, ...xs, ...xs], [3, 3], dtype);
  const y = operand(
    ys.flatMap((v) => [v, v, v]),
    [3, 3],
    dtype,
  );
  const [out] = runRoutine(dot, [x, y], [[dtype, [3, 3]]], matmul);
  expect([...out!]).toEqual(Array(9).fill(wanted));
});

test("a preferred dtype holds what the operands' would lose", () => {
  const x = operand(Array(9).fill(100), [3, 3], "int8");
  expect(runRoutine(dot, [x, x], [["int32", [3, 3]]], matmul)[0]![4]).toBe(30000);
  const y = operand(Array(9).fill(2 ** 31 - 1), [3, 3], "int32");
  expect(runRoutine(dot, [y, y], [["float64", [3, 3]]], matmul)[0]![4]).toBe(
    3 * (2 ** 31 - 1) ** 2,
  );
  const half = operand(Array(9).fill(300), [3, 3], "float16");
  expect(runRoutine(dot, [half, half], [["float32", [3, 3]]], matmul)[0]![4]).toBe(270000);
  expect(runRoutine(dot, [half, half], [["float16", [3, 3]]], matmul)[0]![4]).toBe(Infinity);
});

test("NaN and infinity stay in their own row and column", () => {
  const x = operand([NaN, 1, 1, 1, 1, Infinity], [3, 2]);
  const y = operand([0, 1, 2, 0, 1, 1], [2, 3]);
  const [out] = runRoutine(dot, [x, y], [["float32", [3, 3]]], matmul);
  expect([...out!]).toEqual([NaN, NaN, NaN, 0, 2, 3, NaN, Infinity, Infinity]);
});
