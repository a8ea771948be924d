import {
  checkpoint,
  customVjp,
  customVmap,
  grad,
  jit,
  jvp,
  lax,
  linearCall,
  type NDArray,
  numpy as np,
  scipy,
  sequentialVmap,
  vmap,
} from "udiff";
import { expect, test } from "vitest";

const x = np.array([1, 2, 3]);

/** Twice the argument alone, three times as one slice of many: so it shows which rule ran. */
const telling = customVmap((v: NDArray) => v.mul(2)).defVmap(
  (_: number, [batched]: [boolean], v: NDArray) => [v.mul(3), batched],
);

test("a vmap rule is used under vmap alone, jitted or not, in loops and in forward mode", () => {
  expect(telling(1).item()).toBe(2);
  expect(vmap(telling)(x).js()).toEqual([3, 6, 9]);
  expect(jit(vmap(telling))(x).js()).toEqual([3, 6, 9]);
  expect(vmap(jit((v: NDArray) => telling(v)))(x).js()).toEqual([3, 6, 9]);
  const twice = (v: NDArray): NDArray => lax.foriLoop(0, 2, (_, c) => telling(c), v);
  expect(vmap(twice)(x).js()).toEqual([9, 18, 27]);
  expect(vmap((v: NDArray) => jvp(telling, [v], [v])[1])(x).js()).toEqual([3, 6, 9]);
  expect(jvp(vmap(telling), [x], [x])[1].js()).toEqual([3, 6, 9]);
  expect(vmap(vmap(telling))(np.stack([x, x])).js()).toEqual([
    [3, 6, 9],
    [3, 6, 9],
  ]);
});

test("reverse mode of a function with a vmap rule is its own, or that of a customVjp around it", () => {
  expect(grad(telling)(1).item()).toBe(2);
  expect(vmap(grad(telling))(x).js()).toEqual([2, 2, 2]);
  const around = customVjp((v: NDArray) => telling(v)).defVjp(
    (v: NDArray) => [telling(v), v],
    (v: NDArray, ct: NDArray) => [telling(ct.mul(v))],
  );
  expect(grad(around)(1).item()).toBe(2);
  expect(vmap(grad(around))(x).js()).toEqual([3, 6, 9]);
  expect(vmap(jit(grad(around)))(x).js()).toEqual([3, 6, 9]);
});

test("sequentialVmap maps one slice after the other", () => {
  const f = sequentialVmap((v: NDArray, w: NDArray) => ({ y: v.mul(w), z: [w] }));
  const program = String(jit(vmap(f, { inAxes: [0, null] })).trace(x, np.array([5, 6])).jaxpr);
  expect(program).toContain("scan");
  expect(vmap(f, { inAxes: [0, null] })(x.slice(":2"), np.array([5, 6])).y.js()).toEqual([
    [5, 6],
    [10, 12],
  ]);
});

/** With a transpose that is not the true one, so that it shows which ran. */
const doubling = (s: NDArray, v: NDArray): NDArray =>
  linearCall(
    (r: NDArray, a: NDArray) => a.mul(r),
    (r: NDArray, ct: NDArray) => ct.mul(r).mul(2),
    s,
    v,
  );

test("the transpose of a linear call is the one given, under jit, vmap, scan and checkpoint", () => {
  const g = (s: NDArray) => grad((v: NDArray) => doubling(s, v));
  const forms = [
    g,
    (s: NDArray) => jit(g(s)),
    (s: NDArray) => grad(checkpoint((v: NDArray) => doubling(s, v))),
  ];
  for (const form of forms) expect(form(np.float32(3))(1).item()).toBe(6);
  expect(vmap((s: NDArray) => g(s)(np.float32(1)))(x).js()).toEqual([2, 4, 6]);
  const loop = (v: NDArray): NDArray => lax.foriLoop(0, 2, (_, c) => doubling(np.float32(3), c), v);
  expect(grad(loop)(1).item()).toBe(36);
  expect(jvp(loop, [1], [1])[1].item()).toBe(9);
  // By the residual: the function's own.
  expect(grad((s: NDArray) => doubling(s, np.float32(5)))(3).item()).toBe(5);
});

const square = (c: NDArray): NDArray =>
  lax.customRoot(
    (r: NDArray) => r.mul(r).sub(c),
    np.float32(1) as NDArray,
    (f, x0) =>
      lax.whileLoop(
        (r) => np.abs(f(r)).greater(1e-5),
        (r) => r.sub(f(r).div(grad(f)(r))),
        x0,
      ),
    (g, y) => y.div(g(np.float32(1))),
  );

test("a root has derivatives of every order through a loop that has none in reverse", () => {
  const close = (a: NDArray, b: number): void => expect(a.item()).toBeCloseTo(b, 4);
  close(square(np.float32(4)), 2);
  close(grad(square)(4), 1 / 4);
  close(grad(grad(square))(4), -1 / 32);
  close(jit(grad(square))(4), 1 / 4);
  close(jvp(grad(square), [4], [2])[1], -1 / 16);
  close(np.sum(vmap(grad(square))(np.array([4, 16]))), 1 / 4 + 1 / 8);
  close(grad((c: NDArray) => np.sum(vmap(square)(np.stack([c, c.mul(4)]))))(4), 1 / 4 + 1 / 2);
  close(
    grad((c: NDArray) => lax.scan((s: NDArray) => [square(s), null], c, null, { length: 2 })[0])(
      16,
    ),
    1 / 32,
  );
  close(grad(checkpoint(square))(4), 1 / 4);
});

test("a solution without a transposed solver has forward mode and says what reverse needs", () => {
  const f = (d: NDArray): NDArray =>
    lax.customLinearSolve(
      (v: NDArray) => v.mul(d),
      np.float32(6) as NDArray,
      (_, b) => b.div(d),
    );
  expect(jvp(f, [2], [1])[1].item()).toBe(-1.5);
  expect(() => grad(f)(2)).toThrowErrorMatchingInlineSnapshot(
    `[MissingRuleError: transpose: lax.customLinearSolve has no transpose rule here: neither transposeSolve nor symmetric was given; give one of them to differentiate in reverse]`,
  );
});

test("iterative solvers take matrices, functions and trees, and agree under vmap and jit", () => {
  const { cg, gmres, bicgstab } = scipy.sparse.linalg;
  const a = np.array([
    [4, 1],
    [1, 3],
  ]);
  const tree = { u: np.float32(1) as NDArray, v: [np.float32(2) as NDArray] };
  type Tree = typeof tree;
  const operator = ({ u, v: [w] }: Tree): Tree => ({
    u: u.mul(4).add(w as NDArray),
    v: [u.add((w as NDArray).mul(3))],
  });
  for (const solver of [cg, gmres, bicgstab]) {
    const [flat] = solver(a, np.array([1, 2]));
    expect(np.allclose(flat, np.array([1 / 11, 7 / 11]), { atol: 1e-5 }).item()).toBe(true);
    const [{ u, v }] = solver(operator, tree);
    expect([u.item(), v[0]?.item()]).toEqual([
      expect.closeTo(1 / 11, 5),
      expect.closeTo(7 / 11, 5),
    ]);
  }
});

test("solvers of what has no solution end", () => {
  const { cg, gmres, bicgstab } = scipy.sparse.linalg;
  const singular = np.array([
    [1, 1],
    [1, 1],
  ]);
  for (const solver of [cg, gmres, bicgstab]) {
    expect(solver(singular, np.array([1, -2]), { maxiter: 7 })[0].shape).toEqual([2]);
    expect(solver(singular, np.array([Number.NaN, 1]))[0].shape).toEqual([2]);
    expect(solver(np.eye(2), np.zeros([2]))[0].js()).toEqual([0, 0]);
  }
});

test("rules and solvers of the wrong form are refused by name", () => {
  const f = (v: NDArray): NDArray => v.mul(2);
  const mapped = (rule: (...args: never[]) => unknown) => () =>
    vmap(customVmap(f).defVmap(rule))(x);
  expect(() => customVmap(f)(1)).toThrowErrorMatchingInlineSnapshot(
    `[MissingRuleError: customVmap: f has no rule; define it with defVmap before the first call]`,
  );
  expect(mapped(() => x)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: f: the vmap rule must return [out, outBatched], got float32[3]; return a list of two]`,
  );
  expect(mapped(() => [x, 1])).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: f: the vmap rule: outBatched must be true or false, got number 1; say whether the result has the mapped axis]`,
  );
  expect(mapped(() => [x, [true]])).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: f: the vmap rule: outBatched must have the structure *, got [*]; pass a single leaf there]`,
  );
  expect(mapped(() => [np.zeros([2]), true])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: f: the vmap rule, result must have the mapped axis of size 3 at 0, got float32[2]; move it there, or mark the result as not batched]`,
  );
  expect(mapped(() => [x, false])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: f: the vmap rule, result must have the shape of float32[], got float32[3]; return one of that shape]`,
  );
  const closing = jit((v: NDArray) => customVmap(() => v).defVmap(() => [v, false])());
  expect(() => vmap(closing)(x)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: customVmap: anonymous must not close over a value that is mapped, for its rule does not know it; pass the value as an argument]`,
  );
  expect(() =>
    linearCall(f, (_: NDArray, ct: NDArray) => [ct] as unknown as NDArray, x, x),
  ).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: linearCall: what funTranspose gives must have the structure *, got [*]; pass a single leaf there]`,
  );
  expect(() =>
    linearCall(
      (_: NDArray, v: NDArray) => np.sum(v),
      (_: NDArray, ct: NDArray) => ct,
      x,
      x,
    ),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: linearCall: what funTranspose gives must be float32[3] as in linearArgs, got float32[]; give such a one]`,
  );
  expect(() =>
    lax.customLinearSolve(
      (v: NDArray) => np.sum(v),
      x,
      (_, b) => b,
    ),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.customLinearSolve: what matvec gives must have the shape of float32[3], got float32[]; return one of that shape]`,
  );
  expect(() =>
    lax.customLinearSolve(
      (v: NDArray) => v.mul(v),
      x,
      (_, b) => b,
      {
        transposeSolve: (_, b) => b,
      },
    ),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: transpose: a linear function is required, got mul, which is not linear in both operands together; use vjp to differentiate it, or mend the custom rule that applied it to a tangent]`,
  );
  expect(() =>
    lax.customRoot(
      f,
      x,
      () => [x],
      (_, y) => y,
    ),
  ).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: lax.customRoot: what solve gives must have the structure *, got [*]; pass a single leaf there]`,
  );
  const { cg } = scipy.sparse.linalg;
  expect(() => cg(np.ones([2, 3]), x)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: scipy.sparse.linalg.cg: A must be a square matrix that fits b, got float32[2,3] and float32[3]; pass a function for anything else]`,
  );
  expect(() => cg((v: NDArray) => np.sum(v), x)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: scipy.sparse.linalg.cg: what A gives must have the shapes of b, got float32[] for float32[3]; map b to what is like b]`,
  );
  expect(() => cg(np.eye(3), x, { maxiter: -1 })).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: scipy.sparse.linalg.cg: maxiter must be a number from 0, got number -1; leave it out for the default]`,
  );
});
