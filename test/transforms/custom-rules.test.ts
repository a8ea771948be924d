import {
  CustomVjpPrimal,
  customGradient,
  customJvp,
  customVjp,
  customVjpPrimalTreeValues,
  grad,
  jit,
  jvp,
  type NDArray,
  numpy as np,
  SymbolicZero,
  vjp,
  vmap,
  zeroFromPrimal,
} from "udiff";
import { expect, test } from "vitest";

const x = np.array([1, 2, 3]);

test("a jvp rule may be one term for each argument", () => {
  const f = customJvp((a: NDArray, b: NDArray) => a.mul(b)).defJvps(
    (t: NDArray, _: NDArray, __: NDArray, b: NDArray) => t.mul(b).mul(10),
    null,
  );
  for (const g of [f, jit((a: NDArray, b: NDArray) => f(a, b))]) {
    expect(
      grad((a: NDArray, b: NDArray) => g(a, b), { argnums: [0, 1] })(2, 3).map((v) => v.item()),
    ).toEqual([30, 0]);
    expect(vmap(grad((a: NDArray) => g(a, a)))(x).js()).toEqual([10, 20, 30]);
  }
});

test("arguments in nondiffArgnums come first in the rule, of any type, and have no derivative", () => {
  const apply = customJvp((h: (v: NDArray) => NDArray, a: NDArray, n: NDArray) => h(a).mul(n), {
    nondiffArgnums: [0, 2],
  }).defJvp((h: (v: NDArray) => NDArray, n: NDArray, [a]: [NDArray], [t]: [NDArray]) => [
    h(a).mul(n),
    t.mul(n).mul(100),
  ]);
  const f = (a: NDArray, n: NDArray): NDArray => apply(np.sin, a, n);
  expect(grad(f, { argnums: [0, 1] })(1, 2).map((v) => v.item())).toEqual([200, 0]);
  expect(jit(grad(f))(1, 2).item()).toBe(200);
  const power = customVjp((a: NDArray, n: number) => np.power(a, n), { nondiffArgnums: 1 }).defVjp(
    (a: NDArray, n: number) => [np.power(a, n), a],
    (n: number, a: NDArray, ct: NDArray) => [ct.mul(a).mul(n)],
  );
  expect(grad((a: NDArray) => power(a, 3))(5).item()).toBe(15);
  expect(jit(grad((a: NDArray) => power(a, 3)))(5).item()).toBe(15);
});

test("with symbolicZeros a rule sees which tangents and cotangents are zero", () => {
  const seen: string[] = [];
  const say = (t: unknown): string => (t instanceof SymbolicZero ? `zero ${t.aval}` : "array");
  const f = customJvp((a: NDArray, b: NDArray) => a.mul(b)).defJvp(
    ([a, b]: [NDArray, NDArray], [t, u]: [NDArray | SymbolicZero, NDArray | SymbolicZero]) => {
      seen.push(`${say(t)}, ${say(u)}`);
      return [a.mul(b), t instanceof SymbolicZero ? t : t.mul(b)];
    },
    { symbolicZeros: true },
  );
  expect(grad((a: NDArray) => f(a, x.slice(0)))(2).item()).toBe(1);
  expect(jvp((b: NDArray) => f(x, b), [x], [x])[1].js()).toEqual([0, 0, 0]);
  const g = customVjp((a: NDArray, b: NDArray) => [a.mul(b), b] as const).defVjp(
    (a: CustomVjpPrimal, b: CustomVjpPrimal) => {
      seen.push(`perturbed ${a.perturbed} ${b.perturbed} ${a instanceof CustomVjpPrimal}`);
      return [[a.value.mul(b.value), b.value], b.value];
    },
    (b: NDArray, [ct, other]: [NDArray, SymbolicZero]) => {
      seen.push(`${say(ct)}, ${say(other)}`);
      return [ct.mul(b), null];
    },
    { symbolicZeros: true },
  );
  expect(grad((a: NDArray) => g(a, 5)[0])(2).item()).toBe(5);
  expect(seen).toEqual([
    "array, zero float32[]",
    "zero float32[3], array",
    "perturbed true false true",
    "array, zero float32[]",
  ]);
});

test("without differentiation the function runs, under it the forward rule gives the value", () => {
  const calls: string[] = [];
  const f = customVjp((a: NDArray) => {
    calls.push("f");
    return a.mul(2);
  }).defVjp(
    (a: NDArray) => {
      calls.push("fwd");
      return [a.mul(200), null];
    },
    (_: null, ct: NDArray) => {
      calls.push("bwd");
      return [ct];
    },
  );
  expect([
    f(x).js(),
    vmap((a: NDArray) => f(a))(x).js(),
    jit((a: NDArray) => f(a))(x).js(),
  ]).toEqual([
    [2, 4, 6],
    [2, 4, 6],
    [2, 4, 6],
  ]);
  expect(new Set(calls)).toEqual(new Set(["f"]));
  calls.length = 0;
  const [out, pull] = vjp((a: NDArray) => f(a), x);
  expect([out.js(), calls]).toEqual([[200, 400, 600], ["fwd"]]);
  pull(x);
  pull(x);
  expect(calls).toEqual(["fwd", "bwd", "bwd"]);
});

test("higher orders differentiate the rules themselves", () => {
  // The rule says that the derivative of f is 3 x^2, so the second one is 6 x.
  const f = customVjp((a: NDArray) => a.mul(0)).defVjp(
    (a: NDArray) => [a.mul(0), a],
    (a: NDArray, ct: NDArray) => [ct.mul(a).mul(a).mul(3)],
  );
  const g = (a: NDArray): NDArray => f(a);
  expect(
    [grad(g)(2), grad(grad(g))(2), jit(grad(grad(g)))(2), grad(jit(grad(g)))(2)].map((v) =>
      v.item(),
    ),
  ).toEqual([12, 12, 12, 12]);
  expect(vmap(grad(grad(g)))(x).js()).toEqual([6, 12, 18]);
  const c = customGradient(
    (a: NDArray) => [a.mul(0), (ct: NDArray) => [ct.mul(a).mul(a).mul(3)]] as const,
  );
  expect([grad(c)(2), grad(grad((a: NDArray) => c(a)))(2)].map((v) => v.item())).toEqual([12, 12]);
});

test("rules are mapped, whichever arguments are", () => {
  const f = customVjp((a: NDArray, b: NDArray) => np.dot(a, b)).defVjp(
    (a: NDArray, b: NDArray) => [np.dot(a, b), [a, b]],
    ([a, b]: [NDArray, NDArray], ct: NDArray) => [b.mul(ct).mul(2), a.mul(ct).mul(2)],
  );
  const rows = np.stack([x, x.mul(2)]);
  const g = grad((a: NDArray, b: NDArray) => f(a, b), { argnums: [0, 1] });
  for (const inAxes of [
    [0, null],
    [null, 0],
    [0, 0],
  ] as const) {
    const args = inAxes.map((axis) => (axis === null ? x : rows)) as [NDArray, NDArray];
    const [da, db] = vmap(g, { inAxes })(...args);
    const each = [0, 1].map((i) =>
      g(...(args.map((v, k) => (inAxes[k] === null ? v : v.slice(i))) as [NDArray, NDArray])),
    );
    expect([da.js(), db.js()]).toEqual([each.map(([v]) => v.js()), each.map(([, v]) => v.js())]);
    // The gradient of a sum over the mapped axis, by what all share.
    const total = (a: NDArray, b: NDArray): NDArray =>
      np.sum(vmap((p: NDArray, q: NDArray) => f(p, q), { inAxes })(a, b));
    const [ta] = grad(total, { argnums: [0, 1] })(...args);
    const want = inAxes[0] === null ? np.sum(da, { axis: 0 }) : da;
    expect(ta.js()).toEqual(want.js());
  }
});

test("a function may use others that have rules", () => {
  const inner = customJvp((a: NDArray) => np.sin(a)).defJvp(([a]: [NDArray], [t]: [NDArray]) => [
    np.sin(a),
    t.mul(5),
  ]);
  const outer = customVjp((a: NDArray) => inner(a)).defVjp(
    (a: NDArray) => [inner(a), a],
    (a: NDArray, ct: NDArray) => [ct.mul(grad((v: NDArray) => inner(v))(a)).mul(2)],
  );
  expect(
    [grad((a: NDArray) => outer(a))(1), jit(grad((a: NDArray) => outer(a)))(1)].map((v) =>
      v.item(),
    ),
  ).toEqual([10, 10]);
});

test("zeros and values of a rule's arguments come without spelling them out", () => {
  const f = customVjp((p: { a: NDArray; n: NDArray }) => np.sum(p.a)).defVjp(
    (p: { a: CustomVjpPrimal; n: CustomVjpPrimal }) => {
      const values = customVjpPrimalTreeValues(p) as { a: NDArray; n: NDArray };
      return [np.sum(values.a), values];
    },
    (values: { a: NDArray; n: NDArray }, ct: NDArray) => [
      { a: zeroFromPrimal(values.a).add(ct.mul(3)), n: zeroFromPrimal(values.n) },
    ],
    { symbolicZeros: true },
  );
  const n = np.array(Int32Array.of(1, 2));
  const g = grad((p: { a: NDArray; n: NDArray }) => f(p), { allowInt: true })({ a: x, n });
  expect([g.a.js(), `${g.n.aval}`]).toEqual([[3, 3, 3], "float0[2]"]);
  expect(`${zeroFromPrimal(n, { symbolicZeros: true }).aval}`).toBe("float0[2]");
  expect(zeroFromPrimal(2).item()).toBe(0);
});
