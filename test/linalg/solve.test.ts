import {
  grad,
  jit,
  lax,
  linalg,
  makeJaxpr,
  type NDArray,
  numpy as np,
  random,
  scipy,
  vmap,
} from "udiff";
import { assertAllclose, checkBatching, checkGrads } from "udiff/testing";
import { expect, test } from "vitest";

const draw = (seed: number, ...shape: number[]): NDArray =>
  random.normal(random.key(seed), shape, { dtype: "float64" });
const identity = (n: number): NDArray => np.eye(n, { dtype: "float64" });
const regular = (seed: number, ...shape: number[]): NDArray =>
  draw(seed, ...shape).add(identity(shape.at(-1) as number).mul(4));
const close = { rtol: 1e-10, atol: 1e-10 };

test("leading axes of matrices and right sides broadcast", () => {
  const a = regular(1, 2, 1, 3, 3);
  const b = draw(2, 4, 3, 2);
  const x = linalg.solve(a, b);
  expect(x.shape).toEqual([2, 4, 3, 2]);
  assertAllclose(np.matmul(a, x), np.broadcastTo(b, x.shape), close);
  assertAllclose(linalg.solve(a, b.slice(0, ":", 0)), x.slice(":", [0, 1], ":", 0), close);
  expect(linalg.solve(np.zeros([0, 2, 2]), np.ones([2])).shape).toEqual([0, 2]);
  expect(linalg.solve(np.zeros([0, 0]), np.zeros([0, 3])).shape).toEqual([0, 3]);
});

test("derivatives of a solution solve again with the factors at hand", () => {
  const total = (a: NDArray, b: NDArray): NDArray => np.sum(np.sin(linalg.solve(a, b)));
  const program = String(
    makeJaxpr(grad(total as (...xs: NDArray[]) => NDArray, { argnums: [0, 1] }))(
      regular(3, 3, 3),
      draw(4, 3, 2),
    ),
  );
  expect(program.match(/= lu /g)).toHaveLength(1);
  expect(program.match(/linear_solve/g)).toHaveLength(2);
  const second = String(
    makeJaxpr(grad((a: NDArray) => np.sum(grad((c: NDArray) => total(c, draw(4, 3, 2)))(a))))(
      regular(3, 3, 3),
    ),
  );
  expect(second.match(/= lu /g)).toHaveLength(1);
});

test("one matrix for many right sides is factorised and solved once", () => {
  const many = vmap((b: NDArray) => linalg.solve(regular(5, 3, 3), b));
  const program = String(makeJaxpr(many)(draw(6, 7, 3)));
  expect(program.match(/= lu /g)).toHaveLength(1);
  expect(program).toMatch(/f64\[3,7\] = linear_solve/);
});

test.each([
  ["solve", (a: NDArray, b: NDArray) => linalg.solve(a, b)],
  ["solve of a vector", (a: NDArray, b: NDArray) => linalg.solve(a, b.slice(":", 0))],
  ["inv", (a: NDArray) => linalg.inv(a)],
  ["det", (a: NDArray) => linalg.det(scipy.linalg.blockDiag(a, a.slice([0, 2], [0, 2])))],
  ["slogdet", (a: NDArray) => linalg.slogdet(a)[1]],
  ["pinv", (a: NDArray) => linalg.pinv(a.slice(":", [0, 2]))],
  ["pinv of a wide matrix", (a: NDArray) => linalg.pinv(a.slice([0, 2]))],
  ["lstsq", (a: NDArray, b: NDArray) => linalg.lstsq(a.slice(":", [0, 2]), b)[0]],
  ["matrixPower", (a: NDArray) => linalg.matrixPower(a, -3)],
  ["norm nuc", (a: NDArray) => linalg.norm(a, { ord: "nuc" })],
  ["norm 2", (a: NDArray) => linalg.norm(a, { ord: 2 })],
  ["cond", (a: NDArray) => linalg.cond(a)],
  ["svd hermitian", (a: NDArray) => linalg.svd(a, { hermitian: true, computeUv: false })],
  ["expm", (a: NDArray) => scipy.linalg.expm(a)],
  ["polar", (a: NDArray) => scipy.linalg.polar(a)],
  [
    "luSolve",
    (a: NDArray, b: NDArray) => scipy.linalg.luSolve(scipy.linalg.luFactor(a), b, { trans: true }),
  ],
  [
    "solve pos",
    (a: NDArray, b: NDArray) => scipy.linalg.solve(np.matmul(a, a.T), b, { assumeA: "pos" }),
  ],
  [
    "multivariateNormal",
    (a: NDArray, b: NDArray) => random.multivariateNormal(random.key(0), b.T, np.matmul(a, a.T)),
  ],
] as const)("%s: derivatives of two orders, mapped and staged", (_, f) => {
  const a = draw(7, 3, 3).add(np.diag(np.array(Float64Array.of(3, -4, 7))));
  const b = draw(8, 3, 2);
  const all = f as (...xs: NDArray[]) => NDArray;
  const xs = f.length === 1 ? [a] : [a, b];
  checkGrads(all, xs, { order: 2, modes: ["rev"], rtol: 1e-4, atol: 1e-4 });
  checkBatching(all, xs, { draws: 1, ...close });
  assertAllclose(jit(all)(...xs), all(...xs), close);
});

test("an inverse of a singular matrix is infinite or NaN, and nothing is thrown", () => {
  const singular = np.array([
    [1, 2],
    [2, 4],
  ]);
  const isLost = (x: NDArray): unknown => np.all(np.isfinite(x)).item();
  expect(isLost(linalg.inv(singular))).toBe(false);
  expect(isLost(linalg.solve(singular, np.ones([2])))).toBe(false);
  expect(linalg.slogdet(singular).map((x) => x.item())).toEqual([0, Number.NEGATIVE_INFINITY]);
  expect(linalg.cond(singular, { p: 1 }).item()).toBe(Number.POSITIVE_INFINITY);
});

test("the derivative of a determinant is the adjugate, where the rank is less too", () => {
  for (const x of [
    regular(9, 5, 5),
    identity(4).at(1, 1).set(0),
    np.outer(draw(1, 4), draw(2, 4)),
  ]) {
    const n = x.shape[0] as number;
    const keep = (k: number) =>
      np.array(Int32Array.from([...Array(n).keys()].filter((i) => i !== k)));
    const minor = (i: number, j: number) =>
      linalg.det(np.take(np.take(x, keep(i), { axis: 0 }), keep(j), { axis: 1 }));
    const cofactors = np.array(
      Float64Array.from({ length: n * n }, (_, at) => {
        const [i, j] = [Math.floor(at / n), at % n];
        return Number(minor(i, j).item()) * ((i + j) % 2 === 0 ? 1 : -1);
      }),
    );
    assertAllclose(grad((y: NDArray) => linalg.det(y))(x).reshape([-1]), cofactors, {
      rtol: 1e-9,
      atol: 1e-12,
    });
  }
});

test("a pseudo-inverse has the four properties that define it", () => {
  const x = np.matmul(draw(1, 5, 2), draw(2, 2, 4));
  const p = linalg.pinv(x);
  const isSymmetric = (y: NDArray) => assertAllclose(y, y.T, close);
  assertAllclose(np.matmul(np.matmul(x, p), x), x, close);
  assertAllclose(np.matmul(np.matmul(p, x), p), p, close);
  isSymmetric(np.matmul(x, p));
  isSymmetric(np.matmul(p, x));
  expect(linalg.matrixRank(x).item()).toBe(2);
});

test("residuals are left out where NumPy does so, if that is asked for", () => {
  const x = np.ones([3, 2]);
  expect(linalg.lstsq(x, np.ones([3]), { numpyResid: true })[1].shape).toEqual([0]);
  expect(linalg.lstsq(x, np.ones([3]))[1].shape).toEqual([1]);
});

test("an exponential undoes that of the opposite, and is exact for large arguments", () => {
  const x = draw(3, 4, 4).mul(3);
  const both = np.matmul(scipy.linalg.expm(x), scipy.linalg.expm(x.neg()));
  assertAllclose(both, identity(4), { rtol: 0, atol: 1e-8 });
  const turn = np.array(Float64Array.of(0, -100, 100, 0)).reshape([2, 2]);
  const [c, s] = [Math.cos(100), Math.sin(100)];
  assertAllclose(scipy.linalg.expm(turn), np.array(Float64Array.of(c, -s, s, c)).reshape([2, 2]), {
    rtol: 0,
    atol: 1e-11,
  });
  const far = scipy.linalg.expm(identity(2).mul(1e3), { maxSquarings: 2 });
  expect(np.all(np.isnan(far)).item()).toBe(true);
});

test("axes of a tensor are moved to its end in the order given", () => {
  const a = regular(1, 6, 6).reshape([2, 3, 6]);
  const b = draw(2, 2, 3);
  const x = linalg.tensorsolve(a, b);
  assertAllclose(np.tensordot(a, x, { axes: 1 }), b, close);
  const wide = regular(3, 6, 6).reshape([6, 2, 3]);
  const turned = linalg.tensorsolve(np.transpose(wide, [2, 0, 1]), draw(4, 6), { axes: [2, 0] });
  assertAllclose(turned, linalg.tensorsolve(wide, draw(4, 6)), close);
});

test("a vector has rank 1 unless it is 0, however small", () => {
  expect(linalg.matrixRank(np.array([0, 1e-30])).item()).toBe(1);
  expect(linalg.matrixRank(np.zeros([2])).item()).toBe(0);
});

test("lax.linalg and linalg give one and the same factors", () => {
  const x = draw(1, 4, 3);
  expect(linalg.qr(x, { mode: "complete" }).map(String)).toEqual(lax.linalg.qr(x).map(String));
  expect(linalg.svd(x).map(String)).toEqual(lax.linalg.svd(x).map(String));
});

test("what does not fit is refused by name", () => {
  const wrong = [
    () => linalg.solve(np.ones([2, 3]), np.ones([2])),
    () => linalg.solve(np.ones([2, 2]), np.ones([3])),
    () => linalg.inv(np.ones([3])),
    () => linalg.cholesky(np.ones([2, 3])),
    () => linalg.det(np.ones([4, 4], { dtype: "bfloat16" })),
    () => linalg.qr(np.ones([2, 2]), { mode: "thin" as "r" }),
    () => linalg.eigh(np.ones([2, 2]), { UPLO: "X" as "U" }),
    () => linalg.lstsq(np.ones([2, 2, 2]), np.ones([2])),
    () => linalg.norm(np.ones([2, 2]), { ord: 3 }),
    () => linalg.norm(np.ones([2]), { ord: "nuc" }),
    () => linalg.cond(np.ones([2, 3]), { p: 1 }),
    () => linalg.cond(np.ones([2, 0])),
    () => linalg.matrixPower(np.ones([2, 2]), 0.5),
    () => linalg.tensorsolve(np.ones([2, 3]), np.ones([2])),
    () => linalg.tensorinv(np.ones([2, 3]), { ind: 1 }),
    () => linalg.outer(np.ones([2, 2]), np.ones([2])),
    () => linalg.cross(np.ones([2]), np.ones([2])),
    () => scipy.linalg.expm(np.ones([2, 2], { dtype: "float16" })),
    () => scipy.linalg.luSolve(scipy.linalg.luFactor(np.eye(2)), np.ones([3])),
    () => scipy.linalg.solve(np.eye(2), np.ones([2]), { assumeA: "spd" as "pos" }),
    () => scipy.linalg.hadamard(6),
    () => scipy.linalg.companion(np.ones([1])),
    () => scipy.linalg.leslie(np.ones([3]), np.ones([3])),
    () => scipy.linalg.blockDiag(np.ones([1, 1, 1])),
    () => np.polyfit(np.ones([3]), np.ones([2]), 1),
    () => np.polyfit(np.ones([3]), np.ones([3]), -1),
    () => random.orthogonal(random.key(0), -1),
    () => random.multivariateNormal(random.key(0), np.ones([2]), np.ones([3, 3])),
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
      "ShapeError: linalg.solve: a of shape [..., n, n] and b of [n] or [..., n, m] are required, got float32[2,3] and float32[2]; transpose one, or add an axis",
      "ShapeError: linalg.solve: a of shape [..., n, n] and b of [n] or [..., n, m] are required, got float32[2,2] and float32[3]; transpose one, or add an axis",
      "ShapeError: linalg.inv: square matrices in the last two axes are required, got float32[3]; slice or pad it",
      "ShapeError: linalg.cholesky: square matrices in the last two axes are required, got float32[2,3]; slice or pad it",
      "DTypeError: linalg.det: float32 or float64 is required, got bfloat16[4,4]; convert it with astype",
      "ArgumentError: linalg.qr: mode must be one of reduced, complete, r, raw, got thin; pick one",
      "ArgumentError: linalg.eigh: UPLO must be one of L, U, got X; pick one",
      "ShapeError: linalg.lstsq: a of shape [m, n] and b of [m] or [m, k] are required, got float32[2,2,2] and float32[2]; map over leading axes with vmap",
      "ArgumentError: linalg.norm: ord must be "fro", "nuc", 1, 2, an infinity or one of their negatives for matrices, got 3; name one axis for others",
      "ArgumentError: linalg.norm: ord must be a number for vectors, got nuc; use 2, or name two axes",
      "ShapeError: linalg.cond: square matrices in the last two axes are required, got float32[2,3]; slice or pad it",
      "ShapeError: linalg.cond: matrices with elements are required, got float32[2,0]; check the shape first",
      "ArgumentError: linalg.matrixPower: an integer power is required, got 0.5; take roots with eigh",
      "ShapeError: linalg.tensorsolve: a of the shape of b, then as many elements again, is required, got float32[2,3] and float32[2]; set axes",
      "ShapeError: linalg.tensorinv: as many elements in the first 1 axes as in the rest are required, got float32[2,3]; set ind",
      "ShapeError: linalg.outer: two vectors are required, got float32[2,2] and float32[2]; use numpy.outer, which flattens",
      "ShapeError: linalg.cross: vectors of 3 elements along axis -1 are required, got float32[2] and float32[2]; set axis",
      "DTypeError: scipy.linalg.expm: float32 or float64 is required, got float16[2,2]; convert it with astype",
      "ShapeError: scipy.linalg.luSolve: factors of shape [..., n, n] and b of [n] or [..., n, m] are required, got float32[2,2] and float32[3]; transpose one",
      "ArgumentError: scipy.linalg.solve: assumeA must be one of gen, sym, her, pos, got spd; pick one",
      "ArgumentError: scipy.linalg.hadamard: n must be a power of 2, got 6; take the next one",
      "ShapeError: scipy.linalg.companion: at least 2 elements along the last axis are required, got float32[1]; pass all coefficients",
      "ShapeError: scipy.linalg.leslie: f of shape [..., n] and s of [..., n - 1] with n from 2 on are required, got float32[3] and float32[3]; slice one",
      "ShapeError: scipy.linalg.blockDiag: at most two axes are required, got float32[1,1,1]; map over leading axes with vmap",
      "ShapeError: numpy.polyfit: x of shape [m] and y of [m] or [m, k] with m from 1 on are required, got float32[3] and float32[2]; flatten x",
      "ArgumentError: numpy.polyfit: deg must be an integer from 0, got -1; round it",
      "ArgumentError: random.orthogonal: n and m must be integers from 0, got -1 and -1; pass plain numbers",
      "ShapeError: random.multivariateNormal: a mean of shape [..., n] and a covariance of [..., n, n] are required, got float32[2] and float32[3,3]; slice one",
    ]
  `);
});
