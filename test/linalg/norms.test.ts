import { ArgumentError, ShapeError } from "udiff";
import * as linalg from "udiff/linalg";
import * as np from "udiff/numpy";
import { assertAllclose } from "udiff/testing";
import { expect, test } from "vitest";

const matrix = np.array([
  [1, -2, 3],
  [0, 5, -6],
]);

// Numbers of JAX 0.10.2.
const ofRows: readonly (readonly [number, readonly number[]])[] = [
  [0, [3.0, 2.0]],
  [1, [6.0, 11.0]],
  [2, [3.7416574954986572, 7.8102498054504395]],
  [3, [3.301927328109741, 6.986368656158447]],
  [Infinity, [3.0, 6.0]],
  [-Infinity, [1.0, 0.0]],
];
const ofMatrix: readonly (readonly [number | "fro", number])[] = [
  ["fro", 8.66025447845459],
  [1, 9.0],
  [-1, 1.0],
  [Infinity, 11.0],
  [-Infinity, 6.0],
];

test("norms of vectors are those of JAX", () => {
  for (const [ord, wanted] of ofRows) {
    assertAllclose(linalg.norm(matrix, { ord, axis: 1 }), np.array([...wanted]));
    assertAllclose(linalg.vectorNorm(matrix, { ord, axis: -1 }), np.array([...wanted]));
    expect(linalg.norm(matrix, { ord, axis: 1, keepdims: true }).shape).toEqual([2, 1]);
  }
});

test("norms of matrices are those of JAX", () => {
  for (const [ord, wanted] of ofMatrix) {
    assertAllclose(linalg.norm(matrix, { ord }), np.array(wanted));
    assertAllclose(linalg.matrixNorm(matrix, { ord }), np.array(wanted));
    expect(linalg.norm(matrix, { ord, axis: [0, 1], keepdims: true }).shape).toEqual([1, 1]);
  }
  assertAllclose(linalg.norm(matrix), linalg.norm(np.ravel(matrix)));
});

test("norms that do not fit are refused", () => {
  expect(() => linalg.norm(np.ones([2]), { ord: "fro" })).toThrow(ArgumentError);
  expect(() => linalg.norm(np.ones([2, 2, 2]), { axis: [0, 1, 2], ord: 1 })).toThrow(ShapeError);
});
