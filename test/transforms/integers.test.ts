import {
  customJvp,
  customVjp,
  grad,
  hessian,
  jacfwd,
  jacrev,
  jit,
  jvp,
  linearize,
  type NDArray,
  numpy as np,
  tree,
  valueAndGrad,
  vjp,
  vmap,
} from "udiff";
import { expect, test } from "vitest";
import { expectJax, jaxValues } from "./jax-values.ts";

const want = jaxValues.integers;
const x = np.array([0.5, 1.5, -2]);
const n = np.array(Int32Array.of(1, 2, 3));
const b = np.array([true, false, true]);
const f = (v: NDArray, k: NDArray, c: NDArray): NDArray => np.where(c, v.mul(k), v.mul(v));
const s = (v: NDArray, k: NDArray, c: NDArray): NDArray => np.sum(f(v, k, c));
const both = (v: NDArray, k: NDArray, c: NDArray) => ({ y: f(v, k, c), n: k.mul(2), b: c });

/** The float0 zero of an integer: what its gradient is. */
const zero = (v: NDArray): NDArray => grad((k: NDArray) => np.sum(x.mul(k)), { allowInt: true })(v);

test("the gradient by an integer is float0, beside floats, in trees, under jit and vmap", () => {
  const allowInt = true;
  expectJax(grad(s, { argnums: 1, allowInt })(x, n, b), want["grad by n"]);
  expectJax(grad(s, { argnums: [0, 1, 2], allowInt })(x, n, b), want["grad by all"]);
  const loss = (p: { x: NDArray; n: NDArray }): NDArray => np.sum(p.x.mul(p.n));
  expectJax(grad(loss, { allowInt })({ x, n }), want["grad by a tree"]);
  expectJax(valueAndGrad(s, { argnums: 1, allowInt })(x, n, b)[1], want["grad by n"]);
  expectJax(jit(grad(s, { argnums: [0, 1], allowInt }))(x, n, b), want.jit);
  expectJax(grad(jit(s), { argnums: [0, 1, 2], allowInt })(x, n, b), want["grad by all"]);
  const scalar = (v: NDArray, k: NDArray): NDArray => v.mul(k).mul(v);
  expectJax(vmap(grad(scalar, { argnums: [0, 1], allowInt }))(x, n), want.vmap);
});

test("pullbacks give float0 for integers and take it for integer results", () => {
  const [, pull] = vjp(both, x, n, b);
  expectJax(pull({ y: np.ones([3]), n: zero(n), b: zero(b) }), want.vjp);
  expect(() => pull({ y: np.ones([3]), n: np.ones([3]), b: zero(b) })).toThrow(
    /the cotangent\.n must have the dtype of float0\[3\], got float32\[3\]/,
  );
  expectJax(pull({ y: np.ones([3]), n: zero(n), b: zero(b) }), want.vjp);
});

test("tangents of integers are float0, in and out", () => {
  const ts: [NDArray, NDArray, NDArray] = [np.ones([3]), zero(n), zero(b)];
  expectJax(jvp(both, [x, n, b], ts)[1], want.jvp);
  expectJax(linearize(both, x, n, b)[1](...ts), want.linearize);
  expectJax(jit((...us: typeof ts) => jvp(both, [x, n, b], us)[1])(...ts), want.jvp);
  expect(() => jvp(both, [x, n, b], [np.ones([3]), n, zero(b)])).toThrow(
    /tangents\[1\] must have the dtype of float0\[3\], got int32\[3\]/,
  );
  const step = (v: NDArray): [NDArray, NDArray] => [np.greater(v, 1), np.floor(v).astype("int32")];
  expectJax(jvp(step, [x], [np.ones([3])])[1], want["jvp of a step"]);
});

test("Jacobians by integers are float0 blocks in reverse mode, and refused in forward mode", () => {
  const [byX, byN] = jacrev(f, { argnums: [0, 1], allowInt: true })(x, n, b) as [NDArray, NDArray];
  // JAX fills the second block with int32 zeros, which say no more.
  const [wantX] = want.jacrev as unknown[];
  expectJax(byX, wantX);
  expect(`${byN.dtype}[${byN.shape}]`).toBe("float0[3,3]");
  for (const transform of [jacfwd, jacrev, hessian]) {
    expect(() => transform(f, { argnums: 1 })(x, n, b)).toThrow(
      /argument 1 must be a float to be differentiated by, got int32\[3\]/,
    );
  }
});

test("custom rules see integers as they are, and their tangents as float0", () => {
  const seen: string[] = [];
  const cj = customJvp((v: NDArray, k: NDArray) => v.mul(k)).defJvp(
    ([v, k]: [NDArray, NDArray], [t, u]: [NDArray, NDArray]) => {
      seen.push(`${k.dtype} ${u.dtype}[${u.shape}]`);
      return [v.mul(k), t.mul(k).mul(10)];
    },
  );
  const cv = customVjp((v: NDArray, k: NDArray) => v.mul(k)).defVjp(
    (v: NDArray, k: NDArray) => [v.mul(k), k],
    (k: NDArray, ct: NDArray) => [ct.mul(k).mul(10), null],
  );
  const withZero = customVjp((v: NDArray, k: NDArray) => v.mul(k)).defVjp(
    (v: NDArray, k: NDArray) => [v.mul(k), k],
    (k: NDArray, ct: NDArray) => [ct.mul(k).mul(10), zero(k)],
  );
  for (const [g, name] of [
    [cj, "customJvp"],
    [cv, "customVjp"],
    [withZero, "customVjp"],
  ] as const) {
    const total = (v: NDArray, k: NDArray): NDArray => np.sum(g(v, k));
    for (const h of [total, jit(total)]) {
      expectJax(grad(h, { argnums: [0, 1], allowInt: true })(x, n), want[name]);
    }
    expectJax(jit(grad(total, { argnums: [0, 1], allowInt: true }))(x, n), want[name]);
    const rows = vmap(
      grad((v: NDArray, k: NDArray) => g(v, k), { argnums: [0, 1], allowInt: true }),
    );
    expectJax(rows(x, n), want[name]);
  }
  expect(new Set(seen)).toEqual(new Set(["int32 float0[3]", "int32 float0[]"]));
});

test("second derivatives pass by the integers", () => {
  const first = grad(s, { argnums: [0, 1], allowInt: true });
  const second = grad((v: NDArray) => np.sum(first(v, n, b)[0]))(x);
  expectJax(second, want.second);
});

test("float0 holds nothing: it can be looked at and moved about, but not computed with", () => {
  const z = zero(n);
  expect([z.shape, z.nbytes, z.js(), z.dataSync().length]).toEqual([[3], 0, [], 0]);
  expect(() => z.add(1)).toThrow(/float0 is the gradient of an integer and holds nothing/);
  expect(tree.leaves({ a: z }).length).toBe(1);
  expect(`${jit((v: NDArray) => v)(z).dtype}`).toBe("float0");
  expect(vmap((v: NDArray, w: NDArray) => [v, w] as const)(z, x)[0].shape).toEqual([3]);
});
