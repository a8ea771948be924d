import { grad, jit, makeJaxpr, type NDArray, numpy as np } from "udiff";
import { expect, test } from "vitest";
import { shapedArray } from "../../src/core/aval.ts";
import { checkJaxpr } from "../../src/core/check-jaxpr.ts";
import { evalJaxpr, lastUses } from "../../src/core/eval-jaxpr.ts";
import { hashJaxpr, sameJaxpr } from "../../src/core/hash-jaxpr.ts";
import type { ClosedJaxpr, Eqn } from "../../src/core/primitive.ts";
import { printJaxpr } from "../../src/core/print-jaxpr.ts";
import { constantsAsInputs, stage } from "../../src/core/stage.ts";
import { Literal, Var } from "../../src/core/var.ts";
import { add, addP, mul } from "../../src/lax/ops/arith.ts";
import { sinP } from "../../src/lax/ops/transcendental.ts";

const f32 = shapedArray([3], "float32");
const scalar = shapedArray([], "float32");
const x = np.array([1, 2, 3]);
const y = np.array([4, 5, 6]);

const staged = (f: (...xs: readonly NDArray[]) => readonly NDArray[], count = 1): ClosedJaxpr =>
  stage(
    (xs) => f(...xs),
    Array.from({ length: count }, () => f32),
  );

/** A program of given equations on one input. */
function program(
  make: (input: Var) => { eqns: readonly Eqn[]; outvars: readonly (Var | Literal)[] },
): ClosedJaxpr {
  const input = new Var(f32);
  return { jaxpr: { constvars: [], invars: [input], ...make(input) }, consts: [] };
}

test("staging records what is done to its own values; arrays become constants, numbers literals", () => {
  const made = staged((a) => [add(mul(a as NDArray, y), y), y]);
  expect(made.consts.map((c) => c === y)).toEqual([true]);
  expect(printJaxpr(made)).toMatchInlineSnapshot(`
    "{ lambda a:f32[3]; b:f32[3]. let
        c:f32[3] = mul b a
        d:f32[3] = add c a
      in (d, a) }"
  `);
  const withNumber = stage(([a]) => [add(a as NDArray, np.float32(2))], [scalar]);
  expect([withNumber.consts.length, printJaxpr(withNumber)]).toMatchInlineSnapshot(`
    [
      0,
      "{ lambda ; a:f32[]. let
        b:f32[] = add a 2.0:f32[]
      in (b,) }",
    ]
  `);
  expect(constantsAsInputs(made).jaxpr.invars.length).toBe(2);
  expect(constantsAsInputs(withNumber).jaxpr).toBe(withNumber.jaxpr);
});

test("a staged program gives the values of its function, for any arguments", () => {
  const f = (a: NDArray, b: NDArray): readonly NDArray[] => [mul(a, b), add(a, y)];
  const made = staged((a, b) => f(a as NDArray, b as NDArray), 2);
  for (const args of [
    [x, y],
    [y, x],
  ] as const) {
    expect(evalJaxpr(made, args).map((v) => v.js())).toEqual(f(...args).map((v) => v.js()));
  }
  expect(() => evalJaxpr(made, [x])).toThrow(/2 values are needed, got 1/);
});

test("values are let go of after their last use, results never", () => {
  const made = staged((a) => {
    const b = mul(a as NDArray, a as NDArray);
    const c = add(b, b);
    return [add(c, a as NDArray), b];
  });
  const [a] = made.jaxpr.invars;
  const [first, second, third] = made.jaxpr.eqns.map(({ outs }) => outs[0]);
  expect(lastUses(made.jaxpr)).toEqual([[], [], [second, a]]);
  expect(
    [first, third].some((v) =>
      lastUses(made.jaxpr)
        .flat()
        .includes(v as Var),
    ),
  ).toBe(false);
});

test("a result that nobody reads is let go of at once", () => {
  const made = program((input) => ({
    eqns: [{ prim: sinP, inputs: [input], params: {}, outs: [new Var(f32)] }],
    outvars: [input],
  }));
  expect(lastUses(made.jaxpr)[0]).toEqual(made.jaxpr.eqns[0]?.outs);
});

test("a program is checked for its variables and its types", () => {
  const out = new Var(f32);
  const sin = (inputs: readonly (Var | Literal)[], outs = [out]): Eqn => ({
    prim: sinP,
    inputs,
    params: {},
    outs,
  });
  const fault = (made: ClosedJaxpr): string => {
    try {
      checkJaxpr(made);
      return "none";
    } catch (error) {
      return (error as Error).message.split(";")[0] ?? "";
    }
  };
  expect([
    fault(program((a) => ({ eqns: [sin([a])], outvars: [out] }))),
    fault(program(() => ({ eqns: [sin([new Var(f32)])], outvars: [out] }))),
    fault(program((a) => ({ eqns: [sin([a]), sin([a])], outvars: [out] }))),
    fault(program((a) => ({ eqns: [sin([a])], outvars: [new Var(f32)] }))),
    fault(program((a) => ({ eqns: [sin([a], [new Var(scalar)])], outvars: [a] }))),
    fault(program((a) => ({ eqns: [sin([a], [out, new Var(f32)])], outvars: [a] }))),
    fault(program(() => ({ eqns: [sin([new Literal(1, f32)])], outvars: [out] }))),
    fault({ ...program((a) => ({ eqns: [], outvars: [a] })), consts: [x] }),
    fault({
      jaxpr: { constvars: [new Var(scalar)], invars: [], eqns: [], outvars: [] },
      consts: [x],
    }),
    // A shape rule that refuses its operands refuses in its own words.
    fault(
      program((a) => ({
        eqns: [{ prim: addP, inputs: [a, new Literal(1, scalar)], params: {}, outs: [out] }],
        outvars: [out],
      })),
    ),
  ]).toMatchInlineSnapshot(`
    [
      "none",
      "jaxpr: a variable is read before it is bound, in equation 0, sin",
      "jaxpr: a variable is bound twice, in equation 1, sin",
      "jaxpr: a variable is read before it is bound, by a result",
      "jaxpr: result 0 is bound as float32[], the shape rule gives float32[3], in equation 0, sin",
      "jaxpr: 2 results are bound, the shape rule gives 1, in equation 0, sin",
      "jaxpr: a literal is float32[3], in equation 0, sin",
      "jaxpr: 0 constants are declared, got 1",
      "jaxpr: constant 0 is float32[3], declared float32[]",
      "lax.add: operands must share a shape, got float32[3] and float32[]",
    ]
  `);
});

test("nested programs are checked too", () => {
  const good = makeJaxpr((a: NDArray) => jit((b: NDArray) => b.mul(2))(a))(x);
  checkJaxpr(good);
  const [eqn] = good.jaxpr.eqns as [Eqn];
  const { program: inner } = eqn.params as { program: ClosedJaxpr };
  const broken: ClosedJaxpr = { ...inner, jaxpr: { ...inner.jaxpr, eqns: [] } };
  const bad = { ...good.jaxpr, eqns: [{ ...eqn, params: { ...eqn.params, program: broken } }] };
  expect(() => checkJaxpr({ jaxpr: bad, consts: good.consts })).toThrow(/read before it is bound/);
});

test("programs are equal by structure: variables by place, parameters by value, constants by identity", () => {
  const make = (f: (a: NDArray) => NDArray): ClosedJaxpr => makeJaxpr(f)(x);
  const equal = (a: ClosedJaxpr, b: ClosedJaxpr): boolean => {
    if (sameJaxpr(a, b)) expect(hashJaxpr(a)).toBe(hashJaxpr(b));
    return sameJaxpr(a, b);
  };
  const base = make((a) => np.sum(np.sin(a).mul(2)));
  expect(
    equal(
      base,
      make((a) => np.sum(np.sin(a).mul(2))),
    ),
  ).toBe(true);
  expect(
    equal(
      base,
      make((a) => np.sum(np.cos(a).mul(2))),
    ),
  ).toBe(false);
  expect(
    equal(
      base,
      make((a) => np.sum(np.sin(a).mul(3))),
    ),
  ).toBe(false);
  expect(
    equal(
      base,
      make((a) => np.sum(np.sin(a).mul(2), { keepdims: true })),
    ),
  ).toBe(false);
  expect(equal(base, makeJaxpr((a: NDArray) => np.sum(np.sin(a).mul(2)))(np.ones([2])))).toBe(
    false,
  );
  expect(
    equal(
      make((a) => a.sub(a.mul(a))),
      make((a) => a.mul(a).sub(a)),
    ),
  ).toBe(false);
  expect(
    equal(
      make((a) => a.add(y)),
      make((a) => a.add(y)),
    ),
  ).toBe(true);
  expect(
    equal(
      make((a) => a.add(y)),
      make((a) => a.add(y.copy().mul(1))),
    ),
  ).toBe(false);
  // 0 and -0 are different literals.
  expect(
    equal(
      make((a) => a.add(0)),
      make((a) => a.add(-0)),
    ),
  ).toBe(false);
  const nested = (k: number) => make((a) => jit((b: NDArray) => b.mul(k))(a));
  expect(equal(nested(2), nested(2))).toBe(true);
  expect(equal(nested(2), nested(3))).toBe(false);
});

test("programs print with literals of their dtype, unread results as _, and nested programs in place", () => {
  const f = (a: NDArray): NDArray[] => {
    np.sin(a);
    return [a.add(-0), a.astype("int32").mul(3), np.logicalOr(a.greater(0), true)];
  };
  expect(String(makeJaxpr(f)(x))).toMatchInlineSnapshot(`
    "{ lambda ; a:f32[3]. let
        _:f32[3] = sin a
        b:f32[3] = broadcast_in_dim[dims=() shape=(3,)] -0.0:f32[]
        c:f32[3] = add a b
        d:i32[3] = convert_element_type[dtype=int32 weakType=false] a
        e:i32[3] = broadcast_in_dim[dims=() shape=(3,)] 3:i32[]
        f:i32[3] = mul d e
        g:f32[3] = broadcast_in_dim[dims=() shape=(3,)] 0.0:f32[]
        h:bool[3] = gt a g
        i:bool[3] = broadcast_in_dim[dims=() shape=(3,)] true:bool[]
        j:bool[3] = or h i
      in (c, f, j) }"
  `);
  expect(
    String(makeJaxpr(grad((a: NDArray) => jit((b: NDArray) => np.sum(b))(a)))(x)),
  ).toMatchInlineSnapshot(`
    "{ lambda ; a:f32[3]. let
        _:f32[] = jit[name=anonymous jaxpr=
          { lambda ; a:f32[3]. let
              b:f32[] = reduce_sum[axes=(0,)] a
            in (b,) }
        ] a
        b:f32[3] = jit[name=anonymous jaxpr=
          { lambda ; a:f32[]. let
              b:f32[3] = broadcast_in_dim[dims=() shape=(3,)] a
            in (b,) }
        ] 1.0:f32[]
      in (b,) }"
  `);
  expect(String(makeJaxpr(() => [])())).toMatchInlineSnapshot(`
    "{ lambda ; . let
      in () }"
  `);
});

test("variables are named a to z, then ba, bb", () => {
  const chain = makeJaxpr((a: NDArray) =>
    Array.from({ length: 27 }).reduce<NDArray>((v) => np.sin(v), a),
  )(x);
  expect(String(chain)).toContain("z:f32[3] = sin y");
  expect(String(chain)).toContain("ba:f32[3] = sin z");
  expect(String(chain)).toContain("in (bb,)");
});
