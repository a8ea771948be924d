import {
  customVjp,
  grad,
  hessian,
  hvp,
  jit,
  type NDArray,
  numpy as np,
  random,
  vhp,
  vmap,
} from "udiff";
import { assertAllclose, checkGrads } from "udiff/testing";
import { expect, test } from "vitest";

const x = np.array(Float64Array.of(0.3, -0.7, 1.2));
const v = np.array(Float64Array.of(1, 0.5, -0.25));
const f = (a: NDArray): NDArray => np.sum(np.sin(a).mul(np.exp(a.mul(a).neg()))).mul(np.prod(a));
const close = { rtol: 1e-12, atol: 1e-12 };

test("both are products with the matrix of second derivatives", () => {
  const h = hessian(f)(x);
  assertAllclose(hvp(f, [x], [v])[0], np.matmul(h, v), close);
  assertAllclose(vhp(f, [x], [v])[0], np.matmul(v, h), close);
});

test("several arguments and trees count as one vector", () => {
  const g = (p: { w: NDArray; b: NDArray }, y: NDArray): NDArray =>
    np.sum(np.tanh(np.matmul(p.w, y).add(p.b))).mul(p.b);
  const [k1, k2] = [random.key(1), random.key(2)];
  const draw = (key: NDArray): [{ w: NDArray; b: NDArray }, NDArray] => [
    {
      w: random.normal(key, [2, 3], { dtype: "float64" }),
      b: np.array(Float64Array.of(0.4)).reshape([]),
    },
    random.normal(random.foldIn(key, 7), [3], { dtype: "float64" }),
  ];
  const [at, along] = [draw(k1), draw(k2)];
  const [product, byY] = hvp(g, at, along);
  const [adjoint, adjointByY] = vhp(g, at, along);
  assertAllclose(product.w, adjoint.w, close);
  assertAllclose(product.b, adjoint.b, close);
  assertAllclose(byY, adjointByY, close);
  // The gradient along the direction, by differences.
  const gradientAt = (step: number): NDArray => {
    const [p, y] = at;
    const [dp, dy] = along;
    const moved = { w: p.w.add(dp.w.mul(step)), b: p.b.add(dp.b.mul(step)) };
    return grad(g, { argnums: 1 })(moved, y.add(dy.mul(step)));
  };
  const slope = gradientAt(1e-5).sub(gradientAt(-1e-5)).div(2e-5);
  assertAllclose(byY, slope, { rtol: 1e-7, atol: 1e-7 });
});

test("they map, stage and differentiate like everything else", () => {
  const rows = np.stack([v, x, v.mul(-2)]);
  const products = vmap((d: NDArray) => hvp(f, [x], [d])[0])(rows);
  assertAllclose(products, np.matmul(rows, hessian(f)(x)), close);
  assertAllclose(jit((a: NDArray) => vhp(f, [a], [v])[0])(x), hvp(f, [x], [v])[0], close);
  checkGrads((a: NDArray) => hvp(f, [a], [v])[0], [x], { rtol: 1e-5, atol: 1e-5 });
});

test("vhp needs no forward mode", () => {
  const cube = customVjp((a: NDArray) => np.sum(a.mul(a).mul(a)));
  cube.defVjp(
    (a: NDArray) => [np.sum(a.mul(a).mul(a)), a] as const,
    (a: NDArray, ct: NDArray) => [a.mul(a).mul(3).mul(ct)],
  );
  assertAllclose(vhp((a: NDArray) => cube(a), [x], [v])[0], x.mul(6).mul(v), close);
});

test("what does not fit is refused by name, and the next call works", () => {
  const wrong: Record<string, () => unknown> = {
    "no list": () => hvp(f, x as never, [v]),
    "no list of cotangents": () => vhp(f, [x], v as never),
    "an integer": () => hvp((a: NDArray) => np.sum(a), [np.arange(3)], [np.arange(3)]),
    "a result of rank 1": () => hvp((a: NDArray) => a as never, [x], [v]),
    "a tangent of another shape": () => hvp(f, [x], [np.array(Float64Array.of(1, 2))]),
    "a cotangent too many": () => vhp(f, [x], [v, v] as never),
  };
  const messages = Object.entries(wrong).map(([name, call]) => {
    try {
      call();
    } catch (error) {
      assertAllclose(hvp(f, [x], [v])[0], vhp(f, [x], [v])[0], close);
      return `${name}\n  ${error}`;
    }
    return `${name}: no error`;
  });
  expect(messages.join("\n")).toMatchInlineSnapshot(`
    "no list
      ArgumentError: hvp: primals must be a list with one entry for each argument, got float64[3]; write [x] for one argument
    no list of cotangents
      ArgumentError: vhp: cotangents must be a list with one entry for each argument, got float64[3]; write [x] for one argument
    an integer
      DTypeError: hvp: argument 0 must be a float to be differentiated by, got int32[3]; convert it with astype, or close over it
    a result of rank 1
      ShapeError: hvp: the function must return a scalar, got float64[3]; sum it, or use jacrev or vjp
    a tangent of another shape
      ShapeError: hvp: tangents[0] must have the shape of float64[3], got float64[2]; it stands for a change of that value
    a cotangent too many
      TreeError: vhp: cotangents must have the structure [*], got [*, *]; pass 1 entries instead of 2"
  `);
});
