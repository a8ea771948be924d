import { grad, type NDArray, numpy as np, scipy } from "udiff";
import { expect, test } from "vitest";

const { cholesky, choFactor, choSolve, solveTriangular } = scipy.linalg;

const a = np.array([
  [4, 2, 0],
  [2, 5, 1],
  [0, 1, 3],
]);

const close = (x: NDArray, y: NDArray) => np.allclose(x, y, { rtol: 1e-5, atol: 1e-5 }).item();

test("the factor is upper, as in SciPy, unless lower is asked for", () => {
  const upper = cholesky(a);
  const lower = cholesky(a, { lower: true });
  expect(np.tril(upper, { k: -1 }).js()).toEqual(np.zeros([3, 3]).js());
  expect(close(upper.T.matmul(upper), a)).toBe(true);
  expect(close(upper.T, lower)).toBe(true);
});

test("only the triangle that is asked for is read", () => {
  const upperOnly = np.triu(a).add(np.tril(np.full([3, 3], 99), { k: -1 }));
  expect(close(cholesky(upperOnly), cholesky(a))).toBe(true);
  expect(close(cholesky(upperOnly.T, { lower: true }), cholesky(a, { lower: true }))).toBe(true);
});

test("a matrix that is not positive definite gives NaN", () => {
  expect(np.isnan(cholesky(np.array([[-1]]))).item()).toBe(true);
});

test.each([true, false])("systems are solved from the factor (lower: %s)", (lower) => {
  const factor = choFactor(a, { lower });
  expect(factor[1]).toBe(lower);
  const vector = np.array([1, -2, 3]);
  expect(close(a.matmul(choSolve(factor, vector)), vector)).toBe(true);
  const matrix = np.arange(6).reshape([3, 2]).astype("float32");
  expect(close(a.matmul(choSolve(factor, matrix)), matrix)).toBe(true);
});

test("leading axes of factors and right sides broadcast", () => {
  const factors = np.stack([a, a.mul(2)]).reshape([2, 1, 3, 3]);
  const right = np.ones([3, 3, 1]);
  const out = choSolve(choFactor(factors), right);
  expect(out.shape).toEqual([2, 3, 3, 1]);
  expect(close(factors.matmul(out), np.ones([2, 3, 3, 1]))).toBe(true);
});

test("the gradient of a solution goes through the factor", () => {
  const b = np.array([1, 2, 3]);
  const energy = (m: NDArray) => b.dot(choSolve(choFactor(m), b));
  const x = choSolve(choFactor(a), b);
  // d(b inv(A) b) = -x x^T, of which the factor's own rule fixes the symmetric part alone.
  const slope = grad(energy)(a);
  expect(close(slope.add(slope.T).div(2), np.outer(x, x).neg())).toBe(true);
});

test("triangular systems are solved with either triangle, transposed or with a unit diagonal", () => {
  const b = np.array([1, 2, 3]);
  const [upper, lower] = [np.triu(a), np.tril(a)];
  expect(close(upper.matmul(solveTriangular(a, b)), b)).toBe(true);
  expect(close(lower.matmul(solveTriangular(a, b, { lower: true })), b)).toBe(true);
  expect(close(upper.T.matmul(solveTriangular(a, b, { trans: true })), b)).toBe(true);
  const unit = np.triu(a, { k: 1 }).add(np.eye(3));
  expect(close(unit.matmul(solveTriangular(a, b, { unitDiagonal: true })), b)).toBe(true);
});

test("shapes that do not fit are refused", () => {
  expect(() => choSolve(choFactor(a), np.ones([2]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: scipy.linalg.choSolve: a of shape [..., n, n] and b of [n] or [..., n, m] are required, got float32[3,3] and float32[2]; transpose one]`,
  );
  expect(() => cholesky(a, { upper: true } as object)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: scipy.linalg.cholesky: unknown option "upper"; the names allowed are lower]`,
  );
});
