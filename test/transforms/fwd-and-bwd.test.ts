import { fwdAndBwd, grad, jit, type NDArray, numpy as np, tree, vjp, vmap } from "udiff";
import { assertAllclose } from "udiff/testing";
import { expect, test } from "vitest";

const x = np.array([
  [0.3, -1.2],
  [2, 0.7],
]);
const w = np.array([
  [1, 0.5],
  [-0.25, 2],
]);
const ct = np.array([
  [1, -2],
  [0.5, 3],
]);
const f = (a: NDArray, b: NDArray): NDArray => np.tanh(np.matmul(a, b)).mul(np.exp(a));

test("the two passes are vjp", () => {
  const [out, pull] = vjp(f, x, w);
  for (const jitted of [true, false]) {
    const [fwd, bwd] = fwdAndBwd(f, { argnums: [0, 1], jitted });
    const [value, residuals] = fwd(x, w);
    assertAllclose(value, out, { rtol: 1e-6 });
    assertAllclose(bwd(residuals, ct), pull(ct), { rtol: 1e-6 });
    assertAllclose(bwd(residuals, ct.mul(2)), pull(ct.mul(2)), { rtol: 1e-6 });
  }
});

test("each pass is staged once, whatever the numbers", () => {
  let traces = 0;
  const counted = (a: NDArray, b: NDArray): NDArray => {
    traces++;
    return f(a, b);
  };
  const [fwd, bwd] = fwdAndBwd(counted, { argnums: 1 });
  const structures = new Set<unknown>();
  for (let i = 1; i < 5; i++) {
    const [, residuals] = fwd(x.mul(i), w);
    structures.add(tree.structure(residuals));
    assertAllclose(bwd(residuals, ct), vjp(f, x.mul(i), w)[1](ct)[1], { rtol: 1e-5 });
  }
  expect([traces, structures.size]).toEqual([1, 1]);
});

test("one argument gives its gradient alone, aux comes third", () => {
  const g = (p: { a: NDArray; n: NDArray }, b: NDArray): readonly [NDArray, { s: NDArray }] => [
    np.sum(p.a.mul(b)),
    { s: p.a.add(b) },
  ];
  const n = np.array(Int32Array.of(3));
  const [fwd, bwd] = fwdAndBwd(g, { argnums: 0, hasAux: true });
  const [out, residuals, aux] = fwd({ a: x, n }, w);
  expect(out.item()).toBeCloseTo(np.sum(x.mul(w)).item() as number, 5);
  assertAllclose(aux.s, x.add(w));
  const gradient = bwd(residuals, 2);
  assertAllclose(gradient.a, w.mul(2));
  expect(String(gradient.n.aval)).toBe("float0[1]");
});

test("residuals pass through other transforms, and results that do not depend are zero", () => {
  const [fwd, bwd] = fwdAndBwd((a: NDArray) => [np.sin(a), np.ones([2])] as const, { argnums: 0 });
  const both = (a: NDArray): NDArray => {
    const [, residuals] = fwd(a);
    return bwd(residuals, [np.ones([2]), np.ones([2])] as const);
  };
  const want = np.cos(x);
  assertAllclose(vmap(both)(x), want, { rtol: 1e-6 });
  assertAllclose(jit(vmap(both))(x), want, { rtol: 1e-6 });
  const second = grad((a: NDArray) => np.sum(both(a)))(np.array([0.5, 1]));
  assertAllclose(second, np.sin(np.array([-0.5, -1])), { rtol: 1e-6 });
  const [constantFwd, constantBwd] = fwdAndBwd((_: NDArray) => np.ones([2]), { argnums: 0 });
  assertAllclose(constantBwd(constantFwd(x)[1], np.ones([2])), np.zeros([2, 2]));
});

test("a cotangent must be as the result", () => {
  const [fwd, bwd] = fwdAndBwd(f, { argnums: 0 });
  const [, residuals] = fwd(x, w);
  expect(() => bwd(residuals, np.ones([2]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: fwdAndBwd: the cotangent must have the shape of float32[2,2], got float32[2]; it stands for a change of that value]`,
  );
  expect(bwd(residuals, ct).shape).toEqual([2, 2]);
});
