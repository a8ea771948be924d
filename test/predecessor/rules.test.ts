/** Rules of one's own: by terms, as a pair of functions, with the value, and for a primitive. */
import {
  customGradient,
  customJvp,
  customVjp,
  grad,
  jacfwd,
  jvp,
  type NDArray,
  numpy as np,
  vmap,
} from "udiff";
import {
  absent,
  bind1,
  definePrimitive,
  elementwise,
  linear,
  nonlinear,
  noParams,
  opExpr,
  transposeRule,
} from "udiff/extend";
import { checkGrads } from "udiff/testing";
import { expect, test } from "vitest";

test("one term for each argument, null where there is none, serves both modes and all orders", () => {
  const scaledSin = customJvp((x: NDArray, k: NDArray) => np.sin(x).mul(np.floor(k))).defJvps(
    (t, _out, x, k) => t.mul(np.cos(x)).mul(np.floor(k)),
    null,
  );
  expect(grad(scaledSin)(0, 2.5).item()).toBe(2);
  expect(grad(scaledSin, { argnums: 1 })(0, 2.5).item()).toBe(0);
  expect(jvp(scaledSin, [0, 2.5], [1, 1])[1].item()).toBe(2);
  expect(grad(grad(grad(scaledSin)))(0, 3.5).item()).toBe(-3);
});

test("a rule may use the result, as that of exp does", () => {
  let calls = 0;
  const myExp = customJvp((x: NDArray) => {
    calls++;
    return np.exp(x);
  }).defJvps((t, out) => t.mul(out));
  expect(grad(myExp)(1).item()).toBeCloseTo(Math.E, 6);
  expect(calls).toBe(1);
  expect(grad(grad(myExp))(1).item()).toBeCloseTo(Math.E, 6);
});

test("a rule for reverse mode keeps what it needs, and refuses forward mode", () => {
  const cube = customVjp(function cube(x: NDArray) {
    return x.mul(x).mul(x);
  }).defVjp(
    (x: NDArray) => [x.mul(x).mul(x), { square: x.mul(x) }],
    ({ square }: { square: NDArray }, ct: NDArray) => [ct.mul(square).mul(3)],
  );
  expect(grad(cube)(2).item()).toBe(12);
  expect(grad(grad(cube))(2).item()).toBe(12);
  expect(vmap(grad(cube))(np.array([1, 2])).js()).toEqual([3, 12]);
  expect(() => jacfwd(cube)(2)).toThrow(/custom reverse-mode rule only; use grad, vjp or jacrev/);
});

test("a value may come with its pullback", () => {
  const safeSqrt = customGradient(
    (x: NDArray) =>
      [
        np.sqrt(x),
        (ct: NDArray) => [np.where(x.greater(0), ct.div(np.sqrt(x).mul(2)), 0)],
      ] as const,
  );
  expect([grad(safeSqrt)(4).item(), grad(safeSqrt)(0).item()]).toEqual([0.25, 0]);
});

test("a function without its rule says so, and so does a primitive", () => {
  const f = customVjp(function halved(x: NDArray) {
    return x.div(2);
  });
  expect(() => f(1)).toThrowErrorMatchingInlineSnapshot(
    `[MissingRuleError: customVjp: halved has no rule; define it with defVjp before the first call]`,
  );
  const stepP = definePrimitive<1>("my_step", {
    abstractEval: ([x]) => x,
    jvp: absent("it jumps"),
    transpose: nonlinear,
    batch: elementwise,
    lower: { kind: "scalar", op: "sign" },
  });
  const step = (x: NDArray): NDArray => bind1(stepP, x, noParams);
  expect(step(np.array([-2, 3])).js()).toEqual([-1, 1]);
  expect(() => grad(step)(1)).toThrowErrorMatchingInlineSnapshot(
    `[MissingRuleError: jvp: my_step has no jvp rule: it jumps]`,
  );
});

test("a primitive that is linear needs its transpose, and no more", () => {
  const tripleP = definePrimitive<1>("triple", {
    abstractEval: ([x]) => x,
    jvp: linear,
    transpose: transposeRule((ct) => [triple(ct)]),
    batch: elementwise,
    lower: {
      kind: "expression",
      build: ([x]) => [opExpr("add", [x, opExpr("add", [x, x], x.dtype)], x.dtype)],
    },
  });
  const triple = (x: NDArray): NDArray => bind1(tripleP, x, noParams);
  expect(grad(triple)(5).item()).toBe(3);
  expect(jacfwd(triple)(np.array([1, 2])).js()).toEqual([
    [3, 0],
    [0, 3],
  ]);
  checkGrads((x: NDArray) => triple(x).mul(triple(x)), [np.array(Float64Array.of(1, -0.5))], {
    order: 2,
    modes: ["fwd", "rev", "lin"],
  });
});
