import { grad, jit, lax, makeJaxpr, type NDArray, numpy as np, vmap } from "udiff";
import { expect, test } from "vitest";
import { checkJaxpr } from "../../../src/core/check-jaxpr.ts";
import { evalJaxpr } from "../../../src/core/eval-jaxpr.ts";
import { partialEval } from "../../../src/transforms/partial-eval.ts";

const root = (x: NDArray): NDArray =>
  lax.cond(
    x.greater(0),
    (v: NDArray) => np.sqrt(v),
    (v: NDArray) => v.mul(0),
    x,
  );

test("one branch runs, chosen by a boolean or a number", () => {
  const pick = (p: NDArray | number | boolean): unknown =>
    lax
      .cond(
        p,
        () => 1,
        () => 2,
      )
      .js();
  expect([true, false, 1, 0, 0.5, np.array(true), np.int32(0)].map(pick)).toEqual([
    1, 2, 1, 2, 1, 1, 2,
  ]);
  expect(jit(root)(4).js()).toBe(2);
});

test("the index of a switch is clamped", () => {
  const branches = [0, 1, 2].map((k) => (x: NDArray) => x.add(k));
  const at = (i: number): unknown => lax.switch(i, branches, 10).js();
  expect([-5, 0, 1, 2, 9].map(at)).toEqual([10, 10, 11, 12, 12]);
  const many = vmap((i: NDArray) => lax.switch(i, branches, 10));
  expect(many(np.array(Int32Array.of(-5, 0, 1, 2, 9))).js()).toEqual([10, 10, 11, 12, 12]);
  expect(lax.switch(3, branches.slice(0, 1), 1).js()).toBe(1);
});

test("a branch that a lane does not take leaves no NaN in its gradient", () => {
  const xs = np.array([4, 0, -1]);
  expect(vmap(grad(root))(xs).js()).toEqual([0.25, 0, 0]);
  expect(grad((v: NDArray) => np.sum(vmap(root)(v)))(xs).js()).toEqual([0.25, 0, 0]);
});

test("branches may close over other arrays, and give weak numbers beside strong ones", () => {
  const a = np.array([1, 2]);
  const b = np.array([3, 4]);
  const f = (p: boolean, c: NDArray): NDArray =>
    lax.cond(
      p,
      () => a.mul(c),
      () => b.add(a),
    );
  expect([f(true, np.float32(2)).js(), f(false, np.float32(2)).js()]).toEqual([
    [2, 4],
    [4, 6],
  ]);
  const wide = lax.cond(
    true,
    () => 1 as number | NDArray,
    () => np.array(2, { dtype: "float64" }) as number | NDArray,
  ) as NDArray;
  expect([wide.dtype, wide.js()]).toEqual(["float64", 1]);
  const same = (x: NDArray): NDArray =>
    lax.cond(
      x.greater(0),
      () => x.mul(2),
      () => x.mul(2),
    );
  expect(grad(same)(1).js()).toBe(2);
});

test("only one branch leaves residuals, in places that they share", () => {
  const f = (x: NDArray): NDArray =>
    lax.cond(
      x.greater(0),
      (v: NDArray) => np.sin(v),
      (v: NDArray) => np.exp(v),
      x,
    );
  const program = makeJaxpr(grad(f))(1);
  checkJaxpr(program);
  expect(String(program).match(/\n {4}.* = cond/g)).toMatchInlineSnapshot(`
    [
      "
        _:f32~[] d:f32[] = cond",
      "
        e:f32~[] = cond",
    ]
  `);
});

test("a program is split at a choice whose index is known", () => {
  const f = (p: NDArray, x: NDArray, y: NDArray): NDArray[] =>
    lax.cond(
      p,
      (a: NDArray, b: NDArray) => [np.sin(a), np.cos(a).mul(b)],
      (a: NDArray, b: NDArray) => [a.mul(a), b],
      x,
      y,
    );
  for (const p of [true, false]) {
    const args = [np.array(p), np.float32(0.5), np.float32(3)] as const;
    const program = makeJaxpr(f)(...args);
    const { known, unknown, knownOuts, residuals } = partialEval(program, [true, true, false]);
    expect(knownOuts).toEqual([true, false]);
    checkJaxpr(known);
    checkJaxpr(unknown);
    const first = evalJaxpr(known, args.slice(0, 2));
    const second = evalJaxpr(unknown, [...first.slice(first.length - residuals), args[2]]);
    expect([first[0]?.js(), second[0]?.js()]).toEqual(f(...args).map((x) => x.js()));
    expect(partialEval(program, [false, true, true]).knownOuts).toEqual([false, false]);
  }
});

test("what does not fit is refused with its place", () => {
  const id = (x: NDArray): NDArray => x;
  const errors = [
    () => lax.cond(np.array([true, false]), id, id, 1),
    () => lax.cond("yes" as never, id, id, 1),
    () =>
      lax.cond(
        true,
        () => np.ones([2]),
        () => np.ones([3]),
      ),
    () =>
      lax.cond(
        true,
        () => np.int32(1) as NDArray,
        () => np.float32(1) as NDArray,
      ),
    () =>
      lax.cond(
        true,
        () => ({ a: np.ones([2]), b: 1 }) as object,
        () => ({ a: np.ones([2]) }),
      ),
    () => lax.switch(1.5, [id, id], 1),
    () => lax.switch(0, [], 1),
    () => lax.cond(true, id, 3 as never, 1),
    () =>
      jit((x: NDArray) =>
        lax.cond(
          x.greater(0),
          () => Number(x) as never,
          () => 1,
        ),
      )(2),
  ].map((f) => {
    try {
      return String(f());
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
  });
  expect(errors).toMatchInlineSnapshot(`
    [
      "ShapeError: lax.cond: pred must be a scalar, got bool[2]; reduce it, map over it with vmap, or use np.where",
      "ArgumentError: lax.cond: pred must be a scalar, got the string "yes"; pass an array of rank 0",
      "ShapeError: lax.cond: results of onFalse and onTrue must have one shape, got float32[3] and float32[2]; pad or broadcast one",
      "DTypeError: lax.cond: results of onFalse and onTrue must have one dtype, got float32[] and int32[]; convert one with astype",
      "TreeError: lax.cond: the result of onTrue, as that of onFalse, must have the structure {a: *}, got {a: *, b: *}; drop b",
      "DTypeError: lax.switch: the index must be an integer, got float32[]; pass np.int32(i), or use lax.cond",
      "ArgumentError: lax.switch: a list of at least one function is required, got none; list the branches",
      "ArgumentError: lax.cond: a function is required, got number 3; pass the function itself, not its result",
      "ConcretizationError: conversion to a number: a traced float32[] has no value yet, but JavaScript asked for one; write np.add(x, y) for x + y and np.where for a branch on x, or declare the argument static",
    ]
  `);
});
