import { jit, type NDArray, numpy as np, random } from "udiff";
import { assertAllclose } from "udiff/testing";
import { expect, test } from "vitest";

const T = np.matrixTranspose;

test.each([
  [3, 3],
  [2, 4],
  [4, 2],
  [1, 1],
  [0, 2],
])("draws of %d rows and %d columns have orthonormal rows or columns", (n, m) => {
  const x = random.orthogonal(random.key(1), n, [5], { m, dtype: "float64" });
  expect(x.shape).toEqual([5, n, m]);
  const product = n <= m ? np.matmul(x, T(x)) : np.matmul(T(x), x);
  const one = np.eye(Math.min(n, m), { dtype: "float64" });
  assertAllclose(product, np.broadcastTo(one, product.shape), { rtol: 0, atol: 1e-13 });
});

test("orthogonal draws are uniform: no direction and no sign is preferred", () => {
  const x = random.orthogonal(random.key(2), 3, [2000]);
  const bound = 5 / Math.sqrt(2000);
  assertAllclose(np.mean(x, { axis: 0 }), np.zeros([3, 3]), { rtol: 0, atol: bound });
  assertAllclose(np.mean(np.square(x), { axis: 0 }), np.full([3, 3], 1 / 3), {
    rtol: 0,
    atol: bound,
  });
});

const mean = np.array([1, -2]);
const cov = np.array([
  [2, 0.5],
  [0.5, 1],
]);

test.each(["cholesky", "eigh", "svd"] as const)(
  "draws have mean and covariance, by %s",
  (method) => {
    const x = random.multivariateNormal(random.key(11), mean, cov, [4000], { method });
    expect(x.shape).toEqual([4000, 2]);
    assertAllclose(np.mean(x, { axis: 0 }), mean, { rtol: 0, atol: 0.1 });
    assertAllclose(np.cov(x.T), cov, { rtol: 0, atol: 0.15 });
    const staged = jit((m: NDArray, c: NDArray) =>
      random.multivariateNormal(random.key(11), m, c, [4000], { method }),
    );
    assertAllclose(staged(mean, cov), x, { rtol: 1e-6, atol: 1e-6 });
  },
);

test("a singular covariance has draws by eigh and svd, and none by cholesky", () => {
  const flat = np.array([
    [1, 1],
    [1, 1],
  ]);
  for (const method of ["eigh", "svd"] as const) {
    const x = random.multivariateNormal(random.key(4), np.zeros([2]), flat, [10], { method });
    assertAllclose(x.slice(":", 0), x.slice(":", 1), { rtol: 0, atol: 1e-3 });
  }
  const none = random.multivariateNormal(random.key(4), np.zeros([2]), flat.neg());
  expect(np.any(np.isnan(none)).item()).toBe(true);
});

test("leading axes of mean and covariance are those of the draws", () => {
  const x = random.multivariateNormal(
    random.key(5),
    np.zeros([3, 1, 2]),
    np.broadcastTo(cov, [4, 2, 2]),
  );
  expect(x.shape).toEqual([3, 4, 2]);
});
