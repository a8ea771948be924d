import { jit, makeJaxpr, type NDArray, numpy as np } from "udiff";
import { expect, test } from "vitest";
import { checkJaxpr } from "../../src/core/check-jaxpr.ts";
import { evalJaxpr } from "../../src/core/eval-jaxpr.ts";
import type { ClosedJaxpr, Eqn } from "../../src/core/primitive.ts";
import { dce, dropInputs } from "../../src/transforms/dce.ts";
import { partialEval } from "../../src/transforms/partial-eval.ts";

const x = np.array([0.5, 1, 2]);
const names = ({ jaxpr }: Pick<ClosedJaxpr, "jaxpr">): string[] =>
  jaxpr.eqns.map(({ prim }) => prim.name);
const bodyOf = (eqn: Eqn | undefined): ClosedJaxpr =>
  (eqn as Eqn & { params: { program: ClosedJaxpr } }).params.program;

test("equations go that none of the wanted results needs, inputs stay", () => {
  const made = makeJaxpr((a: NDArray, b: NDArray) => {
    const c = np.sin(a);
    return [np.exp(c), np.cos(b), np.tanh(c)];
  })(x, x);
  const only = (used: boolean[]) => dce(made.jaxpr, used);
  expect(names(only([true, false, false]))).toEqual(["sin", "exp"]);
  expect(names(only([false, true, false]))).toEqual(["cos"]);
  expect(names(only([false, false, false]))).toEqual([]);
  expect(only([false, true, false]).usedInputs).toEqual([false, true]);
  expect(only([true, false, true]).jaxpr.outvars.length).toBe(2);
  const { jaxpr, usedInputs } = only([false, true, false]);
  const smaller = { jaxpr: dropInputs(jaxpr, usedInputs), consts: made.consts };
  checkJaxpr(smaller);
  expect(evalJaxpr(smaller, [x]).map((v) => v.js())).toEqual([np.cos(x).js()]);
});

test("calls lose the results, operands and equations that are not needed, at every depth", () => {
  const inner = jit((a: NDArray, b: NDArray) => [np.sin(a), np.cos(b)] as const);
  const middle = jit((a: NDArray, b: NDArray) => {
    const [s, c] = inner(a, b);
    np.exp(a);
    return [s, c.mul(2)] as const;
  });
  const made = makeJaxpr((a: NDArray, b: NDArray) => middle(a, b)[0])(x, x);
  const { jaxpr, usedInputs } = dce(made.jaxpr);
  expect(usedInputs).toEqual([true, false]);
  const [call] = jaxpr.eqns;
  expect([call?.inputs.length, call?.outs.length]).toEqual([1, 1]);
  expect(names(bodyOf(call))).toEqual(["jit"]);
  expect(names(bodyOf(bodyOf(call).jaxpr.eqns[0]))).toEqual(["sin"]);
  const reduced = { jaxpr, consts: made.consts };
  checkJaxpr(reduced);
  expect(evalJaxpr(reduced, [x, x]).map((v) => v.js())).toEqual([np.sin(x).js()]);
});

test("a call that nothing reads goes altogether", () => {
  const made = makeJaxpr((a: NDArray) => {
    jit((b: NDArray) => np.sin(b))(a);
    return a.mul(2);
  })(x);
  expect(names({ jaxpr: dce(made.jaxpr).jaxpr })).toEqual(["broadcast_in_dim", "mul"]);
});

/** Results of both halves together, and the names of their equations. */
function halves(f: (...xs: NDArray[]) => unknown, known: readonly boolean[]) {
  const args = known.map((_, i) => x.add(i));
  const made = makeJaxpr(f)(...args);
  const split = partialEval(made, known);
  checkJaxpr(split.known);
  checkJaxpr(split.unknown);
  const first = evalJaxpr(
    split.known,
    args.filter((_, i) => known[i]),
  );
  const knownCount = split.knownOuts.filter(Boolean).length;
  const residuals = first.slice(knownCount);
  expect(residuals.length).toBe(split.residuals);
  const second = evalJaxpr(split.unknown, [...residuals, ...args.filter((_, i) => !known[i])]);
  let a = 0;
  let b = 0;
  const outs = split.knownOuts.map((isKnown) => (isKnown ? first[a++] : second[b++]));
  expect(outs.map((v) => v?.js())).toEqual(evalJaxpr(made, args).map((v) => v.js()));
  return { known: names(split.known), unknown: names(split.unknown), residuals: split.residuals };
}

test("what known inputs decide is computed first, and nothing twice", () => {
  const f = (a: NDArray, b: NDArray): NDArray[] => [
    np.sin(np.exp(a)).mul(b),
    np.tanh(a),
    np.cos(b),
  ];
  expect(halves(f, [true, false])).toEqual({
    known: ["exp", "sin", "tanh"],
    unknown: ["mul", "cos"],
    residuals: 1,
  });
  expect(halves(f, [false, true]).known).toEqual(["cos"]);
  expect(halves(f, [true, true]).unknown).toEqual([]);
  expect(halves(f, [false, false]).known).toEqual([]);
});

test("a value is handed over once, however often the second half reads it", () => {
  expect(
    halves(
      (a, b) => {
        const s = np.sin(a as NDArray);
        return [s.mul(b as NDArray), s.add(b as NDArray), s];
      },
      [true, false],
    ).residuals,
  ).toBe(1);
});

test("calls are split too, and keep their names", () => {
  const inner = jit(function wave(a: NDArray, b: NDArray) {
    return [np.sin(a).mul(b), np.cos(a)] as const;
  });
  const split = halves((a, b) => inner(a as NDArray, b as NDArray), [true, false]);
  expect(split).toEqual({ known: ["jit"], unknown: ["jit"], residuals: 1 });
});
