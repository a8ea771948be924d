import { jvp, lax, type NDArray, numpy as np, random } from "udiff";
import { assertAllclose } from "udiff/testing";
import { expect, test } from "vitest";

const { eigh, lu, qr, svd, tridiagonalSolve, luPivotsToPermutation, householderProduct } =
  lax.linalg;

type Dtype = "float32" | "float64";
const precision = { float32: 2 ** -23, float64: 2 ** -52 } as const;
const dtypes = ["float32", "float64"] as const;
const T = np.matrixTranspose;

const shapes: readonly (readonly number[])[] = [
  [1, 1],
  [2, 2],
  [5, 5],
  [7, 3],
  [3, 7],
  [1, 4],
  [4, 1],
  [2, 3, 3],
  [2, 2, 4, 3],
  [0, 3, 3],
  [0, 0],
  [0, 3],
  [3, 0],
  [2, 0, 2],
  [20, 12],
];
const cases = shapes.flatMap((shape) => dtypes.map((dtype) => [shape, dtype] as const));

function draw(shape: readonly number[], dtype: Dtype): NDArray {
  return random.normal(random.key(shape.reduce((a, b) => 7 * a + b, 1)), shape, { dtype });
}

/** Far-off elements by the precision of the dtype, relative to the largest of what is expected. */
function near(actual: NDArray, expected: NDArray, units = 64): void {
  const scale = expected.size === 0 ? 0 : np.max(np.abs(expected)).item();
  const atol = units * precision[expected.dtype as Dtype] * Math.max(1, Number(scale));
  assertAllclose(actual, np.broadcastTo(expected, actual.shape), { rtol: 0, atol });
}

/** Rows [0, m) and columns [0, n) of matrices. */
const corner = (x: NDArray, m: number, n: number) => x.slice("...", [0, m], [0, n]);

function orthonormal(q: NDArray): void {
  const n = q.shape.at(-1) as number;
  near(np.matmul(T(q), q), np.eye(n, { dtype: q.dtype }));
}

test.each(cases)("the rows of %j (%s) that lu names are l u", (shape, dtype) => {
  const x = draw(shape, dtype);
  const [m, n] = shape.slice(-2) as [number, number];
  const k = Math.min(m, n);
  const [factors, pivots, permutation] = lu(x);
  expect([factors, pivots, permutation].map((y) => y.shape)).toEqual([
    shape,
    [...shape.slice(0, -2), k],
    [...shape.slice(0, -2), m],
  ]);
  const l = np.tril(corner(factors, m, k), { k: -1 }).add(np.eye(m, k, { dtype }));
  const u = np.triu(corner(factors, k, n));
  const rows = np.takeAlongAxis(x, np.expandDims(permutation, -1), { axis: -2 });
  near(np.matmul(l, u), rows);
  if (l.size > 0) expect(np.max(np.abs(l)).item()).toBe(1);
  expect(luPivotsToPermutation(pivots, m).js()).toEqual(permutation.js());
});

test.each(cases)("%j (%s) is q r, with orthonormal q and triangular r", (shape, dtype) => {
  const x = draw(shape, dtype);
  for (const fullMatrices of [true, false]) {
    const [q, r] = qr(x, { fullMatrices });
    near(np.matmul(q, r), x);
    orthonormal(q);
    expect(np.arrayEqual(np.triu(r), r).item()).toBe(true);
    const [qp, rp, order] = qr(x, { fullMatrices, pivoting: true });
    near(np.matmul(qp, rp), np.takeAlongAxis(x, np.expandDims(order, -2), { axis: -1 }));
    orthonormal(qp);
    const sizes = np.abs(np.diagonal(rp, { axis1: -2, axis2: -1 }));
    const falls = np.diff(sizes).sub(8 * precision[dtype]);
    expect(np.all(np.lessEqual(falls, 0)).item()).toBe(true);
  }
});

test.each(cases)("%j (%s) is u s v', with orthonormal u and v and falling s", (shape, dtype) => {
  const x = draw(shape, dtype);
  const [m, n] = shape.slice(-2) as [number, number];
  const k = Math.min(m, n);
  for (const fullMatrices of [true, false]) {
    const [u, s, vt] = svd(x, { fullMatrices });
    const left = corner(u, m, k).mul(np.expandDims(s, -2));
    near(np.matmul(left, corner(vt, k, n)), x);
    orthonormal(u);
    orthonormal(T(vt));
    expect(np.all(np.lessEqual(np.diff(s), 0)).item()).toBe(true);
    expect(np.all(np.greaterEqual(s, 0)).item()).toBe(true);
    expect(svd(x, { computeUv: false }).js()).toEqual(s.js());
  }
});

const squares = cases.filter(([shape]) => shape.at(-1) === shape.at(-2));

test.each(squares)("a symmetric %j (%s) is v w v', w rising", (shape, dtype) => {
  const x = draw(shape, dtype);
  const symmetric = x.add(T(x)).div(2);
  for (const options of [{}, { lower: false }, { symmetrizeInput: false }]) {
    const [v, w] = eigh(symmetric, options);
    near(np.matmul(v.mul(np.expandDims(w, -2)), T(v)), symmetric);
    orthonormal(v);
    expect(np.all(np.greaterEqual(np.diff(w), 0)).item()).toBe(true);
  }
});

test("without symmetrizing, one triangle is read", () => {
  const x = np.array([
    [1, 9],
    [2, 3],
  ]);
  const values = (lower: boolean, a: NDArray) => eigh(a, { lower, symmetrizeInput: false })[1];
  const lower = np.array([
    [1, 2],
    [2, 3],
  ]);
  expect(values(true, x).js()).toEqual(eigh(lower)[1].js());
  near(values(false, x), values(true, x.T));
});

const n = 24;
const line = np.arange(n).astype("float64");
const poisson = np
  .eye(n, { dtype: "float64" })
  .mul(2)
  .sub(np.eye(n, { k: 1, dtype: "float64" }))
  .sub(np.eye(n, { k: -1, dtype: "float64" }));
const exact = np
  .cos(line.add(1).mul(Math.PI / (n + 1)))
  .mul(-2)
  .add(2);

test("eigenvalues and singular values of the second difference are the known ones", () => {
  near(eigh(poisson)[1], exact, 16);
  near(svd(poisson, { computeUv: false }), np.flip(exact), 16);
});

/** Matrices that make iterations slow or inexact where they are not done with care. */
const hard: Readonly<Record<string, NDArray>> = {
  "all zeros": np.zeros([6, 6], { dtype: "float64" }),
  "all ones": np.ones([6, 6], { dtype: "float64" }),
  identity: np.eye(6, { dtype: "float64" }),
  "two equal pairs": np.diag(np.array(Float64Array.of(1, 2, 2, 1, 0, -1))),
  graded: np
    .power(10, line.sub(12))
    .mul(poisson)
    .mul(np.power(10, np.expandDims(line.sub(12), 1))),
  "graded downwards": np
    .diag(np.power(10, line.neg()))
    .add(np.eye(n, { k: 1, dtype: "float64" }).mul(1e-9)),
  huge: poisson.mul(1e300),
  tiny: poisson.mul(1e-300),
  "Wilkinson's": np
    .diag(np.abs(np.arange(21).astype("float64").sub(10)))
    .add(np.eye(21, { k: 1, dtype: "float64" }))
    .add(np.eye(21, { k: -1, dtype: "float64" })),
  "nearly singular": np.divide(1, np.expandDims(line, 1).add(line).add(1)),
  "one row": np
    .eye(8, { dtype: "float64" })
    .mul(0)
    .add(np.expandDims(np.eye(8, { dtype: "float64" }).slice(3), 1)),
};

test.each(Object.entries(hard))("a matrix that is %s decomposes", (_, x) => {
  const scale = Number(np.max(np.abs(x)).item()) || 1;
  // Scaled here, as products of the factors would overflow.
  const close = (p: NDArray, q: NDArray) => near(p, q.div(scale), 256);
  const [u, s, vt] = svd(x);
  orthonormal(u);
  orthonormal(T(vt));
  close(np.matmul(u.mul(s.div(scale)), vt), x);
  const [q, r] = qr(x);
  orthonormal(q);
  close(np.matmul(q, r.div(scale)), x);
  const mean = x.div(2).add(T(x).div(2));
  const [v, w] = eigh(mean);
  orthonormal(v);
  close(np.matmul(v.mul(w.div(scale)), T(v)), mean);
  expect(np.all(np.isfinite(s)).item() && np.all(np.isfinite(w)).item()).toBe(true);
});

test("small singular values of a graded bidiagonal matrix have all their digits", () => {
  // Rows in the ratio 1e-5, so that the values are nearly those of the diagonal.
  const d = Float64Array.of(1, 1e-5, 1e-10, 1e-15, 1e-20);
  const x = np.diag(np.array(d)).add(np.diag(np.array(d.slice(1)), { k: 1 }));
  const s = svd(x, { computeUv: false });
  const product = s.js() as number[];
  expect(product.reduce((a, b) => a * b) / d.reduce((a, b) => a * b)).toBeCloseTo(1, 12);
  const inverse = np.array(
    svd(np.fliplr(np.flipud(x)), { computeUv: false }).dataSync() as Float64Array,
  );
  assertAllclose(inverse, s, { rtol: 1e-12, atol: 0 });
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])("a %d anywhere ends in NaN, and ends", (bad) => {
  for (const at of [0, 7, 24]) {
    const data = Float64Array.from({ length: 25 }, (_, i) => Math.sin(i + 1));
    data[at] = bad;
    const x = np.array(data).reshape([5, 5]);
    for (const y of [...eigh(x), ...svd(x), svd(x, { computeUv: false })]) {
      expect(np.all(np.isnan(y)).item()).toBe(true);
    }
    expect(np.any(np.logicalNot(np.isfinite(qr(x)[1]))).item()).toBe(true);
    expect(np.any(np.logicalNot(np.isfinite(lu(x)[0]))).item()).toBe(true);
    // A sound neighbour in the batch is left alone.
    const both = np.stack([x, np.eye(5, { dtype: "float64" })]);
    expect(eigh(both)[1].slice(1).js()).toEqual([1, 1, 1, 1, 1]);
    expect(svd(both)[1].slice(1).js()).toEqual([1, 1, 1, 1, 1]);
  }
});

test("the signs of r are those of reflectors, and a column that needs none is left alone", () => {
  const [q, r] = qr(
    np.array([
      [3, 1],
      [4, 2],
    ]),
  );
  near(
    r,
    np.array([
      [-5, -2.2],
      [0, 0.4],
    ]),
  );
  near(
    q,
    np.array([
      [-0.6, -0.8],
      [-0.8, 0.6],
    ]),
  );
  expect(qr(np.eye(3))[1].js()).toEqual(np.eye(3).js());
});

test("the product of reflectors has them in order", () => {
  const v = np.array([
    [1, 0],
    [2, 1],
    [3, 4],
  ]);
  const taus = np.array([0.25, 0.5]);
  const reflector = (w: number[], tau: number) =>
    np.eye(3).sub(np.outer(np.array(w), np.array(w)).mul(tau));
  const both = np.matmul(reflector([1, 2, 3], 0.25), reflector([0, 1, 4], 0.5));
  near(householderProduct(v, taus), both.slice(":", [0, 2]));
});

test("tridiagonal systems are solved with exchanges of rows, singular ones with NaN", () => {
  const key = random.split(random.key(3), 4);
  const [dl, d, du] = [0, 1, 2].map((i) =>
    random.normal(key.slice(i), [2, 9], { dtype: "float64" }),
  ) as [NDArray, NDArray, NDArray];
  const b = random.normal(key.slice(3), [2, 9, 2], { dtype: "float64" });
  const x = tridiagonalSolve(dl, d, du, b);
  const row = (y: NDArray) => np.expandDims(y, -1);
  const shifted = (by: number) => np.roll(x, by, { axis: -2 });
  const inside = (y: NDArray, at: number) => row(y.at(":", at).set(0));
  const product = inside(dl, 0)
    .mul(shifted(1))
    .add(row(d).mul(x))
    .add(inside(du, 8).mul(shifted(-1)));
  near(product, b, 2 ** 14);
  const zeros = np.zeros([3], { dtype: "float64" });
  const none = tridiagonalSolve(
    zeros,
    zeros.add(1).at(1).set(0),
    zeros,
    np.ones([3, 1], { dtype: "float64" }),
  );
  expect(np.all(np.isnan(none)).item()).toBe(true);
});

test("vectors of equal values have a derivative that is not finite, the values a finite one", () => {
  const x = np.eye(2, { dtype: "float64" });
  const t = np.array(Float64Array.of(1, 2, 2, 3)).reshape([2, 2]);
  const [, [dv, dw]] = jvp((y: NDArray) => eigh(y), [x], [t]) as unknown as [
    unknown,
    [NDArray, NDArray],
  ];
  expect(np.all(np.isfinite(dv)).item()).toBe(false);
  expect(dw.js()).toEqual([1, 3]);
});

test("the full vectors of a matrix that is not square have no derivative, and the message says what has", () => {
  const x = np.ones([3, 2]);
  expect(() => jvp((y: NDArray) => svd(y), [x], [x])).toThrowErrorMatchingInlineSnapshot(
    `[MissingRuleError: jvp: svd has no JVP rule for the full vectors of float32[3,2], which are not determined; set fullMatrices: false]`,
  );
});

test("what is no matrix, not square or of a short float is refused by name", () => {
  const wrong = [
    () => lu(np.ones([3])),
    () => qr(np.ones([2, 2], { dtype: "float16" })),
    () => svd(np.ones([2, 2], { dtype: "int32" })),
    () => eigh(np.ones([2, 3])),
    () => householderProduct(np.ones([2, 3]), np.ones([2])),
    () => householderProduct(np.ones([3, 2]), np.ones([2], { dtype: "float64" })),
    () => luPivotsToPermutation(np.ones([2], { dtype: "int32" }), 1),
    () => luPivotsToPermutation(np.ones([2]), 2),
    () => tridiagonalSolve(np.ones([2]), np.ones([2]), np.ones([3]), np.ones([2, 1])),
    () => qr(np.ones([2, 2]), { mode: "full" } as object),
  ];
  const messages = wrong.map((f) => {
    try {
      return String(f());
    } catch (error) {
      return String(error);
    }
  });
  expect(messages).toMatchInlineSnapshot(`
    [
      "ShapeError: lax.lu: matrices in the last two axes are required, got float32[3]; reshape it",
      "DTypeError: lax.qr: float32 or float64 is required, got float16[2,2]; convert with lax.convertElementType",
      "DTypeError: lax.svd: float32 or float64 is required, got int32[2,2]; convert with lax.convertElementType",
      "ShapeError: lax.eigh: square matrices in the last two axes are required, got float32[2,3]; slice or pad it",
      "ShapeError: lax.householderProduct: a of shape [..., m, n] with m from n on and taus of [..., k] with k up to n are required, got float32[2,3] and float32[2]; slice or pad them",
      "DTypeError: lax.householderProduct: operands must share a dtype, got float32[3,2] and float64[2]; convert one with lax.convertElementType",
      "ShapeError: lax.luPivotsToPermutation: a size of at least the number of pivots is required, got 1 for int32[2]; pass the number of rows",
      "DTypeError: lax.luPivotsToPermutation: int32 pivots are required, got float32[2]; pass those of lax.linalg.lu",
      "ShapeError: lax.tridiagonalSolve: three diagonals of shape [..., n] and b of [..., n, m] are required, got float32[2], float32[2], float32[3], float32[2,1]; pad the outer diagonals with a zero",
      "ArgumentError: lax.qr: unknown option "mode"; the names allowed are pivoting, fullMatrices",
    ]
  `);
});
