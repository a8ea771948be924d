/** Primitives as a user writes them: with expressions, compositions, reductions, several results. */
import {
  grad,
  hessian,
  jacfwd,
  jacrev,
  jit,
  jvp,
  makeJaxpr,
  type NDArray,
  numpy as np,
  vmap,
} from "udiff";
import {
  absent,
  batchRule,
  bind,
  bind1,
  bind2,
  bindMany,
  constExpr,
  defineMultiPrimitive,
  definePrimitive,
  elementwise,
  isLinear,
  linear,
  linearIn,
  nonlinear,
  noParams,
  opExpr,
  type Params,
  type PrimitiveOf,
  sameAval,
  shapedArray,
  transposeRule,
  Zero,
  zeroJvp,
} from "udiff/extend";
import { checkBatching, checkGrads } from "udiff/testing";
import { expect, test } from "vitest";

const vector = (...values: number[]): NDArray => np.array(Float64Array.from(values));
const matrix = vector(0.5, -1.25, 2, 0.25, 3, -0.75).reshape([2, 3]);

/** log(1 + exp(x)), by one expression. */
const softplusP = definePrimitive<1>("my_softplus", {
  abstractEval: ([x]) => x,
  jvp: { kind: "partials", terms: [(t, [x]) => t.div(np.exp(x.neg()).add(1))] },
  transpose: nonlinear,
  batch: elementwise,
  lower: {
    kind: "expression",
    build: ([x]) => {
      const { dtype } = x;
      const size = opExpr("abs", [x], dtype);
      const small = opExpr("log1p", [opExpr("exp", [opExpr("neg", [size], dtype)], dtype)], dtype);
      const large = opExpr("max", [x, constExpr(0, dtype)], dtype);
      return [opExpr("add", [large, small], dtype)];
    },
  },
});
const softplus = (x: NDArray): NDArray => bind1(softplusP, x, noParams);

test("an expression gives values, derivatives of any order, batches and kernels", () => {
  expect(softplus(np.array([0, 100, -100])).js()).toEqual([
    Math.fround(Math.LN2),
    100,
    Math.fround(Math.exp(-100)),
  ]);
  checkGrads(softplus, [matrix], { order: 3, modes: ["fwd", "rev", "lin"] });
  checkBatching(softplus, [matrix]);
  checkBatching(
    grad((x: NDArray) => np.sum(softplus(x))),
    [matrix],
  );
  const { cost } = jit((x: NDArray) => softplus(softplus(x).mul(2))).lower(matrix);
  expect(cost.kernels).toBe(1);
  expect(String(makeJaxpr(softplus)(matrix))).toMatchInlineSnapshot(`
    "{ lambda ; a:f64[2,3]. let
        b:f64[2,3] = my_softplus a
      in (b,) }"
  `);
});

/** The distance of each row of one matrix to each row of another, composed of other functions. */
const distancesP = definePrimitive<2>("distances", {
  abstractEval([a, b]) {
    if (a.ndim !== 2 || b.ndim !== 2 || a.shape[1] !== b.shape[1])
      throw new RangeError(`distances: rows of one length are required, got ${a} and ${b}`);
    return shapedArray([a.shape[0] ?? 0, b.shape[0] ?? 0], a.dtype);
  },
  jvp: {
    kind: "partials",
    terms: [(t, [a, b], out) => change(t, a, b, out), (t, [a, b], out) => change(t, b, a, out.T).T],
  },
  transpose: nonlinear,
  batch: batchRule(([a, b], [i, j], _, { size }) => {
    const stacked = (x: NDArray, dim: number | null): NDArray =>
      dim === null ? np.broadcastTo(x, [size, ...x.shape]) : np.moveaxis(x, dim, 0);
    const [as, bs] = [stacked(a, i), stacked(b, j)];
    return [norms(np.expandDims(as, 2).sub(np.expandDims(bs, 1))), 0];
  }),
  lower: { kind: "compose", apply: ([a, b]) => [norms(differences(a, b))] },
});
const differences = (a: NDArray, b: NDArray): NDArray =>
  np.expandDims(a, 1).sub(np.expandDims(b, 0));
const norms = (x: NDArray): NDArray => np.sqrt(np.sum(np.square(x), { axis: -1 }));
const change = (t: NDArray, a: NDArray, b: NDArray, out: NDArray): NDArray =>
  np.sum(np.expandDims(t, 1).mul(differences(a, b)), { axis: -1 }).div(out);
const distances = (a: NDArray, b: NDArray): NDArray => bind2(distancesP, a, b, noParams);

test("a composition runs what it is made of, and has rules of its own", () => {
  const [a, b] = [vector(0, 0, 1, 1).reshape([2, 2]), vector(3, 4, 1, 2).reshape([2, 2])];
  expect(distances(a, b).js()).toEqual([
    [5, Math.sqrt(5)],
    [Math.sqrt(13), 1],
  ]);
  expect(jit(distances)(a, b).js()).toEqual(distances(a, b).js());
  checkGrads(distances, [a, b], { order: 2 });
  checkBatching(distances, [a, b]);
  expect(hessian((x: NDArray) => np.sum(distances(x, b)))(a).shape).toEqual([2, 2, 2, 2]);
  expect(() => distances(a, vector(1, 2))).toThrow(
    new RangeError("distances: rows of one length are required, got float64[2,2] and float64[2]"),
  );
});

interface Axis {
  readonly axis: number;
}
/** Sum along an axis, with a parameter; linear, so that one transpose rule is all it needs. */
const sumAlongP: PrimitiveOf<1, Axis> = definePrimitive<1, Axis>("sum_along", {
  abstractEval: ([x], { axis }) => x.withShape(x.shape.filter((_, i) => i !== axis)),
  jvp: linear,
  transpose: transposeRule((ct, [x], { axis }) =>
    isLinear(x) ? [np.broadcastTo(np.expandDims(ct, axis), x.aval.shape)] : [null],
  ),
  batch: batchRule(([x], [dim], { axis }) => {
    const at = dim as number; // there is one operand, so it is the mapped one
    const inner = axis >= at ? axis + 1 : axis;
    return [bind1(sumAlongP, x, { axis: inner }), inner < at ? at - 1 : at];
  }),
  lower: { kind: "reduce", op: "add", axes: ({ axis }) => [axis] },
});

test("a reduction takes parameters, and fuses with what it reduces", () => {
  const f = (x: NDArray): NDArray => bind1(sumAlongP, x.mul(x), { axis: 1 });
  expect(
    f(
      np.array([
        [1, 2],
        [3, 4],
      ]),
    ).js(),
  ).toEqual([5, 25]);
  checkGrads(f, [matrix], { order: 2, modes: ["fwd", "rev", "lin"] });
  checkBatching(f, [matrix], { draws: 12 });
  expect(jit(f).lower(matrix).cost.kernels).toBe(1);
  expect(String(makeJaxpr(f)(matrix))).toMatchInlineSnapshot(`
    "{ lambda ; a:f64[2,3]. let
        b:f64[2,3] = mul a a
        c:f64[2] = sum_along[axis=1] b
      in (c,) }"
  `);
});

/** Product that is linear in the second operand alone; the first is held to be a constant. */
const weighP: PrimitiveOf<2, Params> = definePrimitive<2>("weigh", {
  abstractEval: (operands) => sameAval("weigh", operands),
  jvp: linearIn(1),
  transpose: transposeRule((ct, [w]) => [null, bind2(weighP, w as NDArray, ct, noParams)], [1]),
  batch: elementwise,
  lower: { kind: "scalar", op: "mul" },
});

test("a primitive may be linear in some operands and constant in the others", () => {
  const [w, x] = [vector(2, 3), vector(5, 7)];
  const f = (a: NDArray, b: NDArray): NDArray => np.sum(bind2(weighP, a, b, noParams));
  expect(grad(f, { argnums: 1 })(w, x).js()).toEqual([2, 3]);
  expect(jvp((b: NDArray) => f(w, b), [x], [vector(1, 1)])[1].item()).toBe(5);
  expect(() => bind2(weighP, w, vector(1, 2, 3), noParams)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.weigh: operands must share a shape, got float64[2] and float64[3]; broadcast first, or use numpy, which does]`,
  );
});

/** Sine and cosine at once. */
const turnP = defineMultiPrimitive<1>("turn", {
  abstractEval: ([x]) => [x, x],
  jvp: {
    kind: "rule",
    apply([x], [t]) {
      const [s, c] = turn(x);
      if (t instanceof Zero)
        return [
          [s, c],
          [new Zero(s.aval), new Zero(c.aval)],
        ];
      return [
        [s, c],
        [t.mul(c), t.mul(s).neg()],
      ];
    },
  },
  transpose: nonlinear,
  batch: elementwise,
  lower: {
    kind: "expression",
    build: ([x]) => [opExpr("sin", [x], x.dtype), opExpr("cos", [x], x.dtype)],
  },
});
const turn = (x: NDArray): [NDArray, NDArray] => {
  const [s, c] = bindMany(turnP, [x], noParams);
  return [s as NDArray, c as NDArray];
};

test("several results come from one kernel, with their tangents from one rule", () => {
  const f = (x: NDArray): NDArray => {
    const [s, c] = turn(x);
    return s.mul(c).mul(2);
  };
  checkGrads(f, [matrix], { order: 3, modes: ["fwd", "rev", "lin"] });
  checkBatching(f, [matrix]);
  expect(jit((x: NDArray) => turn(x)).lower(matrix).cost.kernels).toBe(1);
  const one = jit(f)(np.array(1)).item() as number;
  expect(one).toBeCloseTo(Math.sin(2), 6);
});

test("a derivative that is zero everywhere is said to be so", () => {
  const levelP = definePrimitive<1>("level", {
    abstractEval: ([x]) => x,
    jvp: zeroJvp,
    transpose: nonlinear,
    batch: elementwise,
    lower: { kind: "scalar", op: "floor" },
  });
  const f = (x: NDArray): NDArray => x.mul(bind(levelP, [x], noParams));
  expect(grad(f)(2.5).item()).toBe(2);
});

test("rules that are absent say why, each under its transformation", () => {
  const closedP = definePrimitive<1>("closed", {
    abstractEval: ([x]) => x,
    jvp: absent("nobody knows its derivative"),
    transpose: absent("it is no linear function"),
    batch: absent("it needs the whole array"),
    lower: { kind: "scalar", op: "ceil" },
  });
  const closed = (x: NDArray): NDArray => bind1(closedP, x, noParams);
  expect(jit(closed)(np.array([0.5])).js()).toEqual([1]);
  const refused = [
    () => jacfwd(closed)(1),
    () => jacrev(closed)(1),
    () => vmap(closed)(np.array([1])),
  ].map((call) => {
    try {
      return call();
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
  });
  expect(refused).toMatchInlineSnapshot(`
    [
      "MissingRuleError: jvp: closed has no jvp rule: nobody knows its derivative",
      "MissingRuleError: jvp: closed has no jvp rule: nobody knows its derivative",
      "MissingRuleError: batching: closed has no batching rule: it needs the whole array",
    ]
  `);
  const hostP = definePrimitive<1>("hosted", {
    abstractEval: ([x]) => x,
    jvp: zeroJvp,
    transpose: nonlinear,
    batch: elementwise,
    lower: absent("it has no kernel"),
  });
  expect(() => bind1(hostP, np.array(1), noParams)).toThrowErrorMatchingInlineSnapshot(
    `[MissingRuleError: eval: hosted has no lowering: it has no kernel]`,
  );
});

test("the checks see a wrong rule", () => {
  const wrong = (jvpFactor: number, transposeFactor: number): ((x: NDArray) => NDArray) => {
    const prim = definePrimitive<1>("doubled", {
      abstractEval: ([x]) => x,
      jvp: jvpFactor === 2 ? linear : { kind: "partials", terms: [(t) => t.mul(jvpFactor)] },
      transpose: transposeRule((ct) => [ct.mul(transposeFactor)]),
      batch: elementwise,
      lower: {
        kind: "expression",
        build: ([x]) => [opExpr("add", [x, x], x.dtype)],
      },
    });
    return (x) => bind1(prim, x, noParams);
  };
  checkGrads(wrong(2, 2), [matrix]);
  expect(() => checkGrads(wrong(2.5, 2), [matrix])).toThrow(/jvp/);
  expect(() => checkGrads(wrong(2, 3), [matrix])).toThrow(/vjp/);
});
