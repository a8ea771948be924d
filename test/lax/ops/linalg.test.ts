import * as lax from "udiff/lax";
import { jvp, vjp, vmap } from "udiff/transforms";
import { expect, test } from "vitest";
import type { NDArray } from "../../../src/core/value.ts";
import { generator } from "../../cpu/routines/window-cases.ts";
import { array, values } from "./arrays.ts";

const { cholesky, triangularSolve } = lax.linalg;

type Draw = (n: number) => number;

function grid(shape: readonly number[], draw: Draw): NDArray {
  const size = shape.reduce((a, b) => a * b, 1);
  return array(
    "float64",
    Array.from({ length: size }, () => (draw(65) - 32) / 16),
    shape,
  );
}

function close(a: NDArray, b: NDArray, tolerance = 1e-9): void {
  expect(a.shape).toEqual(b.shape);
  const ys = values(b);
  values(a).forEach((x, i) => {
    expect(Math.abs(x - ys[i]!), `${x} and ${ys[i]}`).toBeLessThan(
      tolerance * (1 + Math.abs(ys[i]!)),
    );
  });
}

const inner = (a: NDArray, b: NDArray) => {
  const ys = values(b);
  return values(a).reduce((sum, x, i) => sum + x * ys[i]!, 0);
};

function swap(x: NDArray): NDArray {
  const axes = x.shape.map((_, i) => i);
  return lax.transpose(x, [...axes.slice(0, -2), x.ndim - 1, x.ndim - 2]);
}

function identityLike(x: NDArray): NDArray {
  const [row, column] = [
    lax.broadcastedIota("int32", x.shape, x.ndim - 2),
    lax.broadcastedIota("int32", x.shape, x.ndim - 1),
  ];
  return lax.convertElementType(lax.eq(row, column), x.dtype);
}

/** Symmetric, with eigenvalues of at least 1. */
function positive(shape: readonly number[], draw: Draw): NDArray {
  const a = grid(shape, draw);
  return lax.add(lax.batchMatmul(a, swap(a)), identityLike(a));
}

test.each([[[0, 0]], [[1, 1]], [[4, 4]], [[2, 3, 3]]])(
  "the factor of a positive definite %j is lower triangular, and times its transpose gives it back",
  (shape) => {
    const x = positive(shape, generator(1));
    const l = cholesky(x);
    close(lax.batchMatmul(l, swap(l)), x);
    const upper = lax.lt(
      lax.broadcastedIota("int32", shape, shape.length - 2),
      lax.broadcastedIota("int32", shape, shape.length - 1),
    );
    expect(values(lax.select(upper, l, lax.fullLike(l, 0))).every((v) => v === 0)).toBe(true);
  },
);

test("a matrix that is not positive definite has a factor of NaN, its neighbours do not", () => {
  const x = array("float32", [1, 2, 2, 1, 4, 0, 0, 9], [2, 2, 2]);
  expect(values(cholesky(x))).toEqual([NaN, 0, NaN, NaN, 2, 0, 0, 3]);
  expect(values(cholesky(array("float32", [NaN, 0, 0, 1], [2, 2])))).toEqual([NaN, 0, NaN, NaN]);
});

test("the input is symmetrized unless told otherwise", () => {
  const x = array("float32", [4, 6, 2, 9], [2, 2]);
  close(cholesky(x), array("float32", [2, 0, 2, Math.sqrt(5)], [2, 2]), 1e-6);
  const lower = cholesky(x, { symmetrizeInput: false });
  close(lower, array("float32", [2, 0, 1, Math.sqrt(8)], [2, 2]), 1e-6);
});

test("the tangent of a factor is that of the product, its cotangent the adjoint", () => {
  const draw = generator(2);
  const x = positive([2, 4, 4], draw);
  const t = grid([2, 4, 4], draw);
  const symmetric = lax.add(t, swap(t));
  const f = (a: NDArray) => cholesky(a);
  const [l, dl] = jvp(f, [x], [symmetric]);
  close(lax.add(lax.batchMatmul(dl, swap(l)), lax.batchMatmul(l, swap(dl))), symmetric);
  const ct = grid([2, 4, 4], draw);
  const [, tangent] = jvp(f, [x], [t]);
  expect(inner(vjp(f, x)[1](ct)[0], t)).toBeCloseTo(inner(ct, tangent), 9);
  const mapped = vmap(f, { inAxes: 2, outAxes: 2 })(lax.transpose(x, [1, 2, 0]));
  close(lax.transpose(mapped, [2, 0, 1]), l);
});

const flags = [false, true];
const choices = flags.flatMap((leftSide) =>
  flags.flatMap((lower) =>
    flags.flatMap((transposeA) =>
      flags.map((unitDiagonal) => ({ leftSide, lower, transposeA, unitDiagonal })),
    ),
  ),
);

/** The triangle that is read, as a full matrix. */
function triangle(
  a: NDArray,
  { lower, unitDiagonal, transposeA }: (typeof choices)[number],
): NDArray {
  const row = lax.broadcastedIota("int32", a.shape, a.ndim - 2);
  const column = lax.broadcastedIota("int32", a.shape, a.ndim - 1);
  const kept = lax.select(lower ? lax.ge(row, column) : lax.le(row, column), a, lax.fullLike(a, 0));
  const whole = unitDiagonal ? lax.select(lax.eq(row, column), lax.fullLike(a, 1), kept) : kept;
  return transposeA ? swap(whole) : whole;
}

test.each(choices)("a triangular solve undoes the product: %j", (options) => {
  const draw = generator(3);
  for (const m of [1, 3, 6]) {
    // Diagonals away from zero.
    const a = lax.add(grid([2, 4, 4], draw), lax.mul(identityLike(grid([2, 4, 4], draw)), 5));
    const x = grid(options.leftSide ? [2, 4, m] : [2, m, 4], draw);
    const t = triangle(a, options);
    const b = options.leftSide ? lax.batchMatmul(t, x) : lax.batchMatmul(x, t);
    close(triangularSolve(a, b, options), x);

    const [da, db] = [grid([2, 4, 4], draw), grid(x.shape, draw)];
    const solve = (p: NDArray, q: NDArray) => triangularSolve(p, q, options);
    const [, dx] = jvp(solve, [a, b], [da, db]);
    const step = 2 ** -12;
    const [up, down] = [step, -step].map((s) =>
      solve(lax.add(a, lax.mul(da, s)), lax.add(b, lax.mul(db, s))),
    ) as [NDArray, NDArray];
    close(dx, lax.div(lax.sub(up, down), 2 * step), 1e-4);
    const ct = grid(x.shape, draw);
    const [ca, cb] = vjp(solve, a, b)[1](ct);
    expect(inner(ca, da) + inner(cb, db)).toBeCloseTo(inner(ct, dx), 7);
  }
});

test.each(choices)("a mapped axis of either side of a solve is a loop: %j", (options) => {
  const draw = generator(4);
  const a = lax.add(grid([3, 4, 4], draw), lax.mul(identityLike(grid([3, 4, 4], draw)), 5));
  const b = grid(options.leftSide ? [3, 4, 2] : [3, 2, 4], draw);
  const solve = (p: NDArray, q: NDArray) => triangularSolve(p, q, options);
  const pick = (x: NDArray, i: number) => lax.indexInDim(x, i, { axis: 0, keepdims: false });
  const each = (f: (i: number) => NDArray) => lax.stack([0, 1, 2].map(f));
  close(
    vmap(solve)(a, b),
    each((i) => solve(pick(a, i), pick(b, i))),
  );
  for (const dim of [0, 1, 2]) {
    const moved = lax.transpose(
      b,
      [
        [0, 1, 2],
        [1, 0, 2],
        [1, 2, 0],
      ][dim]!,
    );
    const one = vmap(solve, { inAxes: [null, dim] })(pick(a, 0), moved);
    close(
      one,
      each((i) => solve(pick(a, 0), pick(b, i))),
    );
  }
  close(
    vmap(solve, { inAxes: [0, null] })(a, pick(b, 0)),
    each((i) => solve(pick(a, i), pick(b, 0))),
  );
});

test("a right side of one axis less is one column or row", () => {
  const a = array("float32", [2, 0, 1, 4], [2, 2]);
  const b = array("float32", [2, 9], [2]);
  expect(values(triangularSolve(a, b, { leftSide: true, lower: true }))).toEqual([1, 2]);
  expect(values(triangularSolve(a, b, { lower: true }))).toEqual([-0.125, 2.25]);
  const zero = array("float32", [0, 0, 0, 1], [2, 2]);
  expect(values(triangularSolve(zero, b, { leftSide: true, lower: true }))).toEqual([
    Infinity,
    NaN,
  ]);
});

test("what is not square or does not fit is refused by name", () => {
  const x = array("float32", [1, 2, 3, 4, 5, 6], [2, 3]);
  const a = array("float32", [1, 2, 3, 4], [2, 2]);
  expect(() => cholesky(x)).toThrow(
    "lax.cholesky: square matrices in the last two axes are required, got float32[2,3]",
  );
  expect(() => cholesky(array("int32", [1], [1, 1]))).toThrow(/a float dtype is required/);
  expect(() => triangularSolve(a, x)).toThrow(
    /shapes \[..., n, n\] and \[..., m, n\] are required/,
  );
  expect(() =>
    triangularSolve(a, lax.convertElementType(x, "float64"), { leftSide: true }),
  ).toThrow(/must share a dtype/);
});
