import { jit, jvp, makeJaxpr, type NDArray, numpy as np, vjp } from "udiff";
import {
  type BatchAxis,
  batchRule,
  bind1,
  definePrimitive,
  elementwise,
  linear,
  nonlinear,
  noParams,
  transposeRule,
} from "udiff/extend";
import { checkBatching, checkGrads } from "udiff/testing";
import { expect, test } from "vitest";
import { add, mul, neg } from "../src/lax/ops/arith.ts";
import { broadcastInDim, reduceSum } from "../src/lax/ops/broadcast.ts";
import { cos, sin } from "../src/lax/ops/transcendental.ts";

// Every law is tried once against a rule that is wrong on purpose, so that it is known to see it.

const x = np.array(Float64Array.of(0.3, -0.8, 1.1, 0.2, -1.7, 0.9)).reshape([2, 3]);

const wrongSlope = definePrimitive<1>("wrong_slope", {
  abstractEval: ([a]) => a,
  jvp: { kind: "partials", terms: [(t, [a]) => mul(t, sin(a))] },
  transpose: nonlinear,
  batch: elementwise,
  lower: { kind: "scalar", op: "cos" },
});

test("a wrong sign in a jvp rule is seen by differences", () => {
  const f = (a: NDArray): NDArray => bind1(wrongSlope, a, noParams);
  expect(() => checkGrads(f, [x], { modes: ["fwd"] })).toThrow(/jvp.*elements differ/);
  expect(() => checkGrads(f, [x], { modes: ["rev"] })).toThrow(/vjp/);
  expect(() => checkGrads((a: NDArray) => cos(a), [x])).not.toThrow();
});

const wrongTranspose = definePrimitive<1>("wrong_transpose", {
  abstractEval: ([a]) => a,
  jvp: linear,
  transpose: transposeRule((ct) => [ct]),
  batch: elementwise,
  lower: { kind: "scalar", op: "neg" },
});

test("a wrong transpose is seen by the adjoint law, and by it alone", () => {
  const f = (a: NDArray): NDArray => bind1(wrongTranspose, a, noParams);
  expect(() => checkGrads(f, [x], { modes: ["fwd"] })).not.toThrow();
  expect(() => checkGrads(f, [x], { modes: ["rev"] })).toThrow(/vjp/);
});

const wrongSecond = definePrimitive<1>("wrong_second", {
  abstractEval: ([a]) => a,
  // The slope is right, its own derivative is not: it is hidden from differentiation.
  jvp: { kind: "partials", terms: [(t, [a]) => mul(t, bind1(frozenCos, a, noParams))] },
  transpose: nonlinear,
  batch: elementwise,
  lower: { kind: "scalar", op: "sin" },
});
const frozenCos = definePrimitive<1>("frozen_cos", {
  abstractEval: ([a]) => a,
  jvp: { kind: "zero" },
  transpose: nonlinear,
  batch: elementwise,
  lower: { kind: "scalar", op: "cos" },
});

test("a wrong second derivative is seen at order two, not before", () => {
  const f = (a: NDArray): NDArray => bind1(wrongSecond, a, noParams);
  expect(() => checkGrads(f, [x], { order: 1 })).not.toThrow();
  expect(() => checkGrads(f, [x], { order: 2 })).toThrow(/differ|vjp/);
});

function reduction(
  batch: (a: NDArray, d: number, axis: BatchAxis) => readonly [NDArray, number | null],
) {
  return definePrimitive<1>("sum_of_rows", {
    abstractEval: ([a]) => a.withShape(a.shape.slice(0, -1)),
    jvp: linear,
    transpose: transposeRule((ct, [a]) => [broadcastInDim(ct, a.aval.shape, [0])]),
    batch: batchRule(([a], [d], _, axis) =>
      d === null ? [reduceSum(a, [a.ndim - 1]), null] : batch(a, d, axis),
    ),
    lower: { kind: "reduce", op: "add", axes: () => [1] },
  });
}

test("a wrong output axis of a batching rule is seen once the mapped axis is drawn", () => {
  const wrong = reduction((a, d) => [reduceSum(a, [d === 2 ? 1 : 2]), 0]);
  const right = reduction((a, d) => [reduceSum(a, [d === 2 ? 1 : 2]), d === 2 ? 1 : d]);
  const law = (prim: ReturnType<typeof reduction>): void =>
    checkBatching((a) => bind1(prim, a, noParams), [x], { size: 2, draws: 12 });
  expect(() => law(right)).not.toThrow();
  expect(() => law(wrong)).toThrow(/vmap over axes/);
});

const wrongLowering = definePrimitive<1>("wrong_lowering", {
  abstractEval: ([a]) => a,
  jvp: linear,
  transpose: transposeRule((ct) => [neg(ct)]),
  batch: elementwise,
  lower: { kind: "scalar", op: "abs" },
});

test("a wrong lowering is seen by the derivative, whose rule knows better", () => {
  const f = (a: NDArray): NDArray => bind1(wrongLowering, a, noParams);
  expect(() => checkGrads(f, [x], { modes: ["rev"] })).toThrow();
});

test("a wrong shape rule is seen when programs are checked", async () => {
  const { checkJaxpr } = await import("../src/core/check-jaxpr.ts");
  let calls = 0;
  const fickle = definePrimitive<1>("fickle", {
    // Another answer each time, as a rule that reads what it should not would give.
    abstractEval: ([a]) => a.withShape([calls++ % 2 === 0 ? a.size : 1]),
    jvp: linear,
    transpose: nonlinear,
    batch: elementwise,
    lower: { kind: "scalar", op: "neg" },
  });
  const program = makeJaxpr((a: NDArray) => bind1(fickle, a, noParams))(x);
  expect(() => checkJaxpr(program)).toThrow(/shape rule gives/);
});

test("the laws accept what is right: a composition of the same pieces", () => {
  const f = (a: NDArray): NDArray => add(mul(sin(a), cos(a)), neg(a));
  expect(() => checkGrads(f, [x], { order: 2, modes: ["fwd", "rev", "lin"] })).not.toThrow();
  expect(() => checkBatching(f, [x])).not.toThrow();
  const [out] = vjp(f, x);
  expect(np.allclose(jit(f)(x), out).item()).toBe(true);
  expect(jvp(f, [x], [x])[1].shape).toEqual([2, 3]);
});
