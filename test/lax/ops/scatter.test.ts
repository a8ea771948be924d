import * as lax from "udiff/lax";
import * as np from "udiff/numpy";
import { grad, jvp, linearTranspose, vjp, vmap } from "udiff/transforms";
import { expect, test } from "vitest";
import { keyData, wrapKeyData } from "../../../src/lax/ops/keys.ts";

const x = np.array([1, 2, 3]);
const at = (...places: number[]) => np.array(Int32Array.from(places)).reshape([places.length, 1]);
const elements = { updateWindowDims: [], insertedWindowDims: [0], scatterDimsToOperandDims: [0] };
const windows = { updateWindowDims: [1], insertedWindowDims: [], scatterDimsToOperandDims: [0] };
const one = { dimensionNumbers: elements };
const once = { dimensionNumbers: elements, uniqueIndices: true };
type Scatter = typeof lax.scatter;
/** Cotangents of operand and updates for the cotangent [1, 10, 100]. */
const pulled = (
  f: Scatter,
  places: typeof x,
  u: typeof x,
  options: Parameters<Scatter>[3] = one,
) => {
  const [, pull] = vjp((y: typeof x, v: typeof x) => f(y, places, v, options), x, u);
  return pull(np.array([1, 10, 100])).map((ct) => ct.js());
};

test("each operation combines all updates of a place", () => {
  const u = np.array([5, 7, 2]);
  const places = at(0, 0, 2);
  expect(lax.scatter(x, places, u, one).js()).toEqual([7, 2, 2]);
  expect(lax.scatterAdd(x, places, u, one).js()).toEqual([13, 2, 5]);
  expect(lax.scatterSub(x, places, u, one).js()).toEqual([-11, 2, 1]);
  expect(lax.scatterMul(x, places, u, one).js()).toEqual([35, 2, 6]);
  expect(lax.scatterMin(x, places, u, one).js()).toEqual([1, 2, 2]);
  expect(lax.scatterMax(x, places, u, one).js()).toEqual([7, 2, 3]);
});

test("windows that reach outside are dropped whole, or moved inside under clip", () => {
  const u = np.array([
    [10, 20],
    [30, 40],
  ]);
  const options = { dimensionNumbers: windows };
  expect(lax.scatterAdd(x, at(2, -1), u, options).js()).toEqual([1, 2, 3]);
  expect(lax.scatterAdd(x, at(2, -1), u, { ...options, mode: "clip" }).js()).toEqual([31, 52, 23]);
});

test("the gradient of replaced elements goes to the update that stayed", () => {
  expect(pulled(lax.scatter, at(1, 1), np.array([5, 6]))).toEqual([
    [1, 0, 100],
    [0, 10],
  ]);
  expect(pulled(lax.scatter, at(0, 1), np.array([5, 6]), once)).toEqual([
    [0, 0, 100],
    [1, 10],
  ]);
  expect(pulled(lax.scatter, at(7, 2), np.array([5, 6]))).toEqual([
    [1, 10, 0],
    [0, 100],
  ]);
});

test("overlapping windows are told apart element by element", () => {
  const options = { dimensionNumbers: windows };
  const u = np.array([
    [5, 6],
    [7, 8],
  ]);
  expect(lax.scatter(x, at(1, 0), u, options).js()).toEqual([7, 8, 6]);
  expect(pulled(lax.scatter, at(1, 0), u, options)).toEqual([
    [0, 0, 0],
    [
      [0, 100],
      [1, 10],
    ],
  ]);
});

test("a scatter keeps minus zero, differentiated or not", () => {
  const f = (u: typeof x) => lax.scatter(x, at(0), u, one);
  const [out] = jvp(f, [np.array([-0])], [np.array([1])]);
  expect(Object.is((out.js() as number[])[0], -0)).toBe(true);
});

test("ties of an extremal scatter share the gradient equally", () => {
  const y = np.array([1, 2, 3]);
  const tied = (f: Scatter) => {
    const [, pull] = vjp((a: typeof x, u: typeof x) => f(a, at(0, 0), u, one), y, np.array([1, 1]));
    return pull(np.array([3, 10, 100])).map((ct) => ct.js());
  };
  const third = [Math.fround(3 * Math.fround(1 / 3)), 10, 100];
  for (const f of [lax.scatterMax, lax.scatterMin]) {
    expect(tied(f)).toEqual([third, [third[0], third[0]]]);
  }
});

test("a dropped update of an extremal scatter gets a gradient of zero, not NaN", () => {
  expect(pulled(lax.scatterMax, at(9, 1), np.array([0, 8]))).toEqual([
    [1, 0, 100],
    [0, 10],
  ]);
});

test("a NaN stays NaN, and elements that were not touched keep their gradient", () => {
  const y = np.array([Number.NaN, Number.NaN, 1]);
  const f = (a: typeof x) => lax.scatterMax(a, at(0, 2), np.array([1, Number.NaN]), one);
  expect(f(y).js()).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  const [, pull] = vjp(f, y);
  expect((pull(np.array([1, 1, 1]))[0].js() as number[])[1]).toBe(1);
});

test("factors of one place have no gradient unless indices are unique", () => {
  const u = np.array([5, 6]);
  expect(pulled(lax.scatterMul, at(0, 2), u, once)).toEqual([
    [5, 10, 600],
    [1, 300],
  ]);
  const inOperand = grad((y: typeof x) => lax.reduceSum(lax.scatterMul(y, at(0, 0), u, one), [0]));
  expect(inOperand(x).js()).toEqual([30, 1, 1]);
  expect(() => pulled(lax.scatterMul, at(0, 0), u)).toThrowErrorMatchingInlineSnapshot(
    `[MissingRuleError: jvp: scatter-mul has no JVP rule in its updates unless indices are unique: the factors of one place would have to be told apart; pass uniqueIndices: true]`,
  );
});

test("a scatter of updates alone is transposed only if indices are unique", () => {
  const f = (options: Parameters<Scatter>[3]) => (u: typeof x) =>
    lax.scatter(np.zeros([3]), at(2, 0), u, options);
  const like = np.array([0, 0]);
  const ct = np.array([1, 10, 100]);
  expect(linearTranspose(f(once), like)(ct)[0].js()).toEqual([100, 1]);
  expect(() => linearTranspose(f(one), like)(ct)).toThrowErrorMatchingInlineSnapshot(
    `[MissingRuleError: linearTranspose: scatter has no transpose rule in its updates unless indices are unique: which of two updates wins is not linear; pass uniqueIndices: true, or use vjp]`,
  );
});

test("scatterApply changes each place once, and has a gradient", () => {
  const f = (y: typeof x) =>
    lax.scatterApply(y, at(1, 1, 9), (w: typeof x) => lax.mul(w, w), { ...one, updateShape: [3] });
  expect(f(np.array([2, 3, 4])).js()).toEqual([2, 9, 4]);
  expect(grad((y: typeof x) => lax.reduceSum(f(y), [0]))(np.array([2, 3, 4])).js()).toEqual([
    1, 6, 1,
  ]);
});

test("random keys can be replaced, but not added", () => {
  const keys = wrapKeyData(np.array(Uint32Array.of(1, 2, 3, 4)).reshape([2, 2]));
  const first = lax.slice(keys, [0], [1]);
  expect(keyData(lax.scatter(keys, at(1), first, one)).js()).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(() => lax.scatterAdd(keys, at(1), first, one)).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: lax.scatterAdd: a float or a signed integer or an unsigned integer dtype is required, got key<fry>[2]; convert with lax.convertElementType]`,
  );
});

test("bools have a smaller and a larger one, but no sum", () => {
  const flags = np.array([true, false]);
  expect(lax.scatterMax(flags, at(1), np.array([true]), one).js()).toEqual([true, true]);
  expect(() =>
    lax.scatterAdd(flags, at(1), np.array([true]), one),
  ).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: lax.scatterAdd: a float or a signed integer or an unsigned integer dtype is required, got bool[2]; convert with lax.convertElementType]`,
  );
});

test("under vmap each example writes to its own places", () => {
  const f = (y: typeof x, i: typeof x, u: typeof x) => lax.scatterAdd(y, i, u, one);
  const places = np.array(Int32Array.of(0, 9, 2, 2)).reshape([2, 2, 1]);
  const u = np.array([10, 20]);
  expect(vmap(f, { inAxes: [null, 0, null] })(x, places, u).js()).toEqual([
    [11, 2, 3],
    [1, 2, 33],
  ]);
  const update = (v: typeof x) => f(x, at(0, 2), v);
  expect(
    vmap(update, { inAxes: 1 })(
      np.array([
        [1, 2],
        [3, 4],
      ]),
    ).js(),
  ).toEqual([
    [2, 2, 6],
    [3, 2, 7],
  ]);
});

test("what does not fit is refused by name", () => {
  const u = np.array([5]);
  expect(() => lax.scatter(x, at(0, 1), u, one)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.scatter: updates must have the batch extents [2] of the indices outside their windows, got [1] for float32[3], int32[2,1], float32[1]; see XLA's Scatter]`,
  );
  expect(() => lax.scatter(x, at(0), np.array([true]), one)).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: lax.scatter: operand and updates must share a dtype, got float32[3] and bool[1]; convert one with lax.convertElementType]`,
  );
  expect(() => lax.scatter(x, u.reshape([1, 1]), u, one)).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: lax.scatter: integer indices are required, got float32[1,1]; pass np.int32(3) for a number, or declare the argument static]`,
  );
  expect(() =>
    lax.scatter(x, at(0), np.array([[1, 2, 3, 4]]), { dimensionNumbers: windows }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.scatter: windows must fit into [3] of the operand, got [4] for float32[3], int32[1,1], float32[1,4]; see XLA's Scatter]`,
  );
  const unindexed = { ...elements, scatterDimsToOperandDims: [] };
  expect(() =>
    lax.scatterAdd(x, at(0), u, { dimensionNumbers: unindexed }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.scatterAdd: scatterDimsToOperandDims must name one operand axis for each entry of an index vector, got [] for float32[3], int32[1,1], float32[1]; see XLA's Scatter]`,
  );
  const whole = { ...elements, insertedWindowDims: [] };
  expect(() =>
    lax.scatterAdd(x, at(0), u, { dimensionNumbers: whole }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.scatterAdd: each axis of the operand must be in the windows, inserted or batching, got updateWindowDims [] for float32[3], int32[1,1], float32[1]; see XLA's Scatter]`,
  );
  const options = { ...one, unique: true } as object as typeof one;
  expect(() => lax.scatterAdd(x, at(0), u, options)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: lax.scatterAdd: unknown option "unique"; the names allowed are dimensionNumbers, mode, uniqueIndices, indicesAreSorted]`,
  );
});
