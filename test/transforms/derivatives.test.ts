import {
  grad,
  hessian,
  jacfwd,
  jacobian,
  jacrev,
  jit,
  jvp,
  linearize,
  linearTranspose,
  type NDArray,
  numpy as np,
  tree,
  valueAndGrad,
  vjp,
  vmap,
} from "udiff";
import { assertAllclose } from "udiff/testing";
import { expect, test } from "vitest";

const x = np.array([1, 2, 3]);
const y = np.array([4, 5, 6]);
const types = (t: unknown): unknown => tree.map((v: unknown) => `${(v as NDArray).aval}`, t);

test("gradients come in the order of argnums, counted from either end", () => {
  const f = (a: NDArray, b: NDArray, n: number): NDArray => np.sum(a.mul(a).mul(b)).mul(n);
  const g = (argnums: number | number[]) =>
    (grad(f as never, { argnums }) as (...xs: unknown[]) => unknown)(x, y, 1);
  const [byY, byX] = g([1, 0]) as [NDArray, NDArray];
  expect([byX.js(), byY.js()]).toEqual([
    [8, 20, 36],
    [1, 4, 9],
  ]);
  expect((g(0) as NDArray).js()).toEqual(byX.js());
  expect((g(-2) as NDArray).js()).toEqual(byY.js());
  expect((g([0]) as NDArray[]).length).toBe(1);
  expect((g([]) as NDArray[]).length).toBe(0);
});

test("arguments that are not differentiated by may be anything", () => {
  const f = (a: NDArray, o: { n: NDArray; name: string; list: string[] }): NDArray =>
    o.name === "sum" ? np.sum(a.mul(o.n)) : a;
  const o = { n: np.array(Int32Array.of(1, 2, 3)), name: "sum", list: ["a"] };
  expect((grad(f as never) as (...xs: unknown[]) => NDArray)(x, o).js()).toEqual([1, 2, 3]);
});

test("what a function does not use has zeros for a gradient, of its own type", () => {
  const f = (p: { a: NDArray; b: NDArray; none: null }): NDArray => np.sum(p.a);
  const g = grad(f)({ a: x, b: y.astype("float16"), none: null });
  expect([types(g), g.b.js()]).toEqual([
    { a: "float32[3]", b: "float16[3]", none: null },
    [0, 0, 0],
  ]);
  expect(grad((_: NDArray) => np.float32(1))(x).js()).toEqual([0, 0, 0]);
  expect(grad((_: NDArray) => 1)(x).js()).toEqual([0, 0, 0]);
  expect(jvp((_: NDArray) => y, [x], [x])[1].js()).toEqual([0, 0, 0]);
  expect(vjp((_: NDArray) => y, x)[1](y)[0].js()).toEqual([0, 0, 0]);
  expect(jacfwd((_: NDArray) => y)(x).shape).toEqual([3, 3]);
});

test("aux loses this level's tracers and keeps those of the levels around it", () => {
  const f = (a: NDArray): readonly [NDArray, { twice: NDArray; outer: NDArray }] => [
    np.sum(a.mul(a)),
    { twice: a.mul(2), outer: a },
  ];
  for (const hasAux of [true] as const) {
    expect(grad(f, { hasAux })(x)[1].twice.js()).toEqual([2, 4, 6]);
    expect(valueAndGrad(f, { hasAux })(x)[0][1].twice.js()).toEqual([2, 4, 6]);
    expect(jacfwd(f, { hasAux })(x)[1].twice.js()).toEqual([2, 4, 6]);
    expect(jacrev(f, { hasAux })(x)[1].twice.js()).toEqual([2, 4, 6]);
    expect(hessian(f, { hasAux })(x)[1].twice.js()).toEqual([2, 4, 6]);
    expect(jvp(f, [x], [x], { hasAux })[2].twice.js()).toEqual([2, 4, 6]);
  }
  expect(vjp.withAux(f, x)[2].twice.js()).toEqual([2, 4, 6]);
  expect(linearize.withAux(f, x)[2].twice.js()).toEqual([2, 4, 6]);
  // The gradient by b of aux that holds b: the outer level sees it.
  const outer = (b: NDArray): NDArray =>
    np.sum(grad((a: NDArray) => [np.sum(a.mul(b)), b.mul(3)] as const, { hasAux: true })(x)[1]);
  expect(grad(outer)(y).js()).toEqual([3, 3, 3]);
});

test("a linearisation runs the function once, and holds no nonlinear work", () => {
  let runs = 0;
  const f = (a: NDArray): NDArray => {
    runs++;
    return np.exp(np.sin(a));
  };
  const [out, push] = linearize(f, x);
  const pushed = [x, y, x].map((t) => push(t).js());
  expect(pushed[0]).toEqual(pushed[2]);
  expect(runs).toBe(1);
  assertAllclose(push(y), out.mul(np.cos(x)).mul(y), { rtol: 1e-6 });
  // What is staged of the linear function alone has no exp and no sin.
  expect(jit(push).trace(x).jaxpr).not.toMatch(/exp|sin|cos/);
});

test("Jacobians are trees of results outside and of arguments inside, in the dtypes of both", () => {
  const f = (p: { a: NDArray; h: NDArray }): { u: NDArray; v: NDArray } => ({
    u: p.a.mul(np.sum(p.h).astype("float32")),
    v: p.h.mul(2),
  });
  const p = { a: np.array([1, 2]), h: np.array([1, 2, 3]).astype("float16") };
  const forward = jacfwd(f)(p);
  const reverse = jacrev(f)(p);
  expect(jacobian).toBe(jacrev);
  expect(forward.u.a.js()).toEqual([
    [6, 0],
    [0, 6],
  ]);
  expect(reverse.u.h.js()).toEqual([
    [1, 1, 1],
    [2, 2, 2],
  ]);
  // Forward mode has the dtype of the result, reverse mode that of the argument, as in JAX.
  expect([types(forward), types(reverse)]).toEqual([
    { u: { a: "float32[2,2]", h: "float32[2,3]" }, v: { a: "float16[3,2]", h: "float16[3,3]" } },
    { u: { a: "float32[2,2]", h: "float16[2,3]" }, v: { a: "float32[3,2]", h: "float16[3,3]" } },
  ]);
});

test("a Hessian has the axes of the result, then twice those of the arguments", () => {
  const f = (p: { a: NDArray; b: NDArray }): NDArray => np.sum(p.a.mul(p.a)).mul(p.b);
  const h = hessian(f)({ a: np.array([1, 2]), b: np.ones([3]) });
  expect([h.a.a.shape, h.a.b.shape, h.b.a.shape, h.b.b.shape]).toEqual([
    [3, 2, 2],
    [3, 2, 3],
    [3, 3, 2],
    [3, 3, 3],
  ]);
  const scalar = (v: NDArray): NDArray => np.sum(v.mul(v).mul(v));
  const product = jvp(grad(scalar), [x], [y])[1];
  assertAllclose(product, np.matmul(hessian(scalar)(x), y));
});

test("a linear function is transposed from types alone, an affine one by its linear part", () => {
  let known = true;
  const f = (a: NDArray): NDArray => {
    known = a.concrete() !== null;
    return a.mul(3).add(1).slice([0, 2, 1]);
  };
  const transposed = linearTranspose(f, x);
  expect([transposed(np.array([1, 10]))[0].js(), known]).toEqual([[3, 30, 0], false]);
  expect(jit(transposed)(np.array([1, 10]))[0].js()).toEqual([3, 30, 0]);
  const back = linearTranspose((a: NDArray) => transposed(a)[0], np.zeros([2]));
  expect(back(x)[0].js()).toEqual([3, 6]);
  const several = linearTranspose((a: NDArray, b: NDArray) => ({ s: a.sub(b) }), x, x);
  expect(several({ s: y }).map((v) => v.js())).toEqual([
    [4, 5, 6],
    [-4, -5, -6],
  ]);
});

test("the mapped size may be 0, and axes count from the result's last", () => {
  const f = vmap((a: NDArray) => np.sin(a).mul(2));
  expect(f(np.zeros([0, 3])).shape).toEqual([0, 3]);
  expect(vmap(grad((a: NDArray) => np.sum(a.mul(a))))(np.zeros([0, 3])).shape).toEqual([0, 3]);
  const rows = np.arange(6).reshape([2, 3]);
  const add = (a: NDArray): NDArray => a.add(0);
  expect(vmap(add, { inAxes: -1, outAxes: -1 })(rows).js()).toEqual(rows.js());
  expect(vmap(add, { inAxes: 1, outAxes: 0 })(rows).js()).toEqual(rows.T.js());
  const mixed = vmap(
    (p: { a: NDArray; b: NDArray }, s: NDArray) => ({ u: p.a.mul(s), c: np.ones([2]), s }),
    {
      inAxes: [{ a: 0, b: null }, null],
      outAxes: { u: 1, c: 0, s: null },
    },
  )({ a: rows, b: x }, np.float32(2));
  expect([mixed.u.shape, mixed.c.shape, mixed.s.item()]).toEqual([[3, 2], [2, 2], 2]);
});

test("what is mapped and should not be is summed where that is asked for", () => {
  const f = (a: NDArray): [NDArray, NDArray] => [a.mul(2), np.float32(3)];
  const sums = vmap(f, { outAxes: null, sumMatch: true });
  for (const g of [sums, jit(sums)]) expect(g(x).map((v) => v.js())).toEqual([12, 3]);
  expect(grad((v: NDArray) => sums(v)[0])(x).js()).toEqual([2, 2, 2]);
});
