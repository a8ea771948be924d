import { flattenUtil, grad, hessian, jit, type NDArray, numpy as np, vmap } from "udiff";
import { expect, test } from "vitest";

const { ravelPytree } = flattenUtil;
const params = {
  w: np.array([
    [1, 2],
    [3, 4],
  ]),
  b: [np.array(5), np.array([6, 7])],
};

test("leaves go into one vector in order, and come back", () => {
  const [vector, unravel] = ravelPytree(params);
  // b before w: the keys of objects are sorted.
  expect(vector.js()).toEqual([5, 6, 7, 1, 2, 3, 4]);
  const back = unravel(vector.mul(2));
  expect(back.w.js()).toEqual([
    [2, 4],
    [6, 8],
  ]);
  expect(back.b.map((v) => v.js())).toEqual([10, [12, 14]]);
  expect(unravel(vector.astype("float64")).w.dtype).toBe("float64");
});

test("mixed dtypes promote in the vector and are restored", () => {
  const tree = { a: np.array([1.5, 2.5]).astype("float16"), n: np.array(Int32Array.of(3)) };
  const [vector, unravel] = ravelPytree(tree);
  expect(String(vector.aval)).toBe("float16[3]");
  const back = unravel(vector);
  expect([back.a, back.n].map((v) => [v.dtype, v.js()])).toEqual([
    ["float16", [1.5, 2.5]],
    ["int32", [3]],
  ]);
  expect(() => unravel(vector.astype("float32"))).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: unravel: a vector of float16 is required, got float32[3]; convert it with astype]`,
  );
  expect(() => unravel(np.ones([4]).astype("float16"))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: unravel: a vector of shape [3] is required, got float16[4]; pass one like that of ravelPytree]`,
  );
  expect(() => ravelPytree({ s: "text" })).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: ravelPytree: leaf .s must be an array, a number or a boolean, got the string "text"; pass other things as static arguments or close over them]`,
  );
});

test("an empty tree is an empty vector, numbers are leaves", () => {
  const [vector, unravel] = ravelPytree({ none: null, list: [] });
  expect([String(vector.aval), unravel(vector)]).toEqual(["float32[0]", { none: null, list: [] }]);
  expect(ravelPytree([1, 2])[0].js()).toEqual([1, 2]);
});

test("both directions go through transforms", () => {
  const loss = (p: typeof params): NDArray => np.sum(np.square(p.w)).add(p.b[0] as NDArray);
  const [vector, unravel] = ravelPytree(params);
  const flat = (v: NDArray): NDArray => loss(unravel(v) as typeof params);
  for (const g of [grad(flat), jit(grad(flat))]) {
    expect(g(vector).js()).toEqual([1, 0, 0, 2, 4, 6, 8]);
  }
  expect(hessian(flat)(vector).shape).toEqual([7, 7]);
  const total = (p: typeof params): NDArray => np.sum(ravelPytree(p)[0]);
  expect(grad(total)(params).w.js()).toEqual([
    [1, 1],
    [1, 1],
  ]);
  const rows = vmap((v: NDArray) => ravelPytree(unravel(v))[0])(np.stack([vector, vector]));
  expect(rows.js()).toEqual([vector.js(), vector.js()]);
});
