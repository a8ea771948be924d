import {
  checkpoint,
  closureConvert,
  customGradient,
  customJvp,
  customVjp,
  grad,
  jit,
  jvp,
  lax,
  type NDArray,
  numpy as np,
  SymbolicZero,
  vmap,
} from "udiff";
import { assertAllclose } from "udiff/testing";
import { test } from "vitest";

type Pair = { readonly a: NDArray; readonly b: NDArray };

// Each function has a rule that gives three times the true derivative, so that it shows where the rule is lost.
const value = (x: NDArray): NDArray => np.sin(x).mul(x);
const slope = (x: NDArray): NDArray => np.cos(x).mul(x).add(np.sin(x)).mul(3);

const byJvp = customJvp((x: NDArray) => value(x)).defJvp(([x]: [NDArray], [t]: [NDArray]) => [
  value(x),
  slope(x).mul(t),
]);
const byZeros = customJvp((x: NDArray, y: NDArray) => value(x).add(y.mul(0))).defJvp(
  ([x, y]: [NDArray, NDArray], [t]: [NDArray | SymbolicZero, unknown]) => [
    value(x).add(y.mul(0)),
    t instanceof SymbolicZero ? t : slope(x).mul(t),
  ],
  { symbolicZeros: true },
);
const byNondiff = customJvp((h: (v: NDArray) => NDArray, x: NDArray) => h(x), {
  nondiffArgnums: [0],
}).defJvp((h: (v: NDArray) => NDArray, [x]: [NDArray], [t]: [NDArray]) => [h(x), slope(x).mul(t)]);
const byVjp = customVjp((x: NDArray) => value(x)).defVjp(
  (x: NDArray) => [value(x), x],
  (x: NDArray, ct: NDArray) => [slope(x).mul(ct)],
);
const onTrees = customVjp(({ a, b }: Pair): Pair => ({ a: value(a), b: b.mul(2) })).defVjp(
  ({ a, b }: Pair) => [{ a: value(a), b: b.mul(2) }, { kept: [a] }],
  ({ kept: [a] }: { kept: [NDArray] }, ct: Pair) => [{ a: slope(a).mul(ct.a), b: null }],
);
const byGradient = customGradient((x: NDArray) => [value(x), (ct: NDArray) => [slope(x).mul(ct)]]);
const converted = (x: NDArray): NDArray => {
  const [g, consts] = closureConvert((y: NDArray) => byJvp(x).add(y), np.zerosLike(x) as NDArray);
  return g(np.zerosLike(x), ...consts);
};

const rules: readonly (readonly [string, (x: NDArray) => NDArray, boolean])[] = [
  ["customJvp", byJvp, true],
  ["customJvp with symbolic zeros", (x) => byZeros(x, np.float64(2)), true],
  ["customJvp with nondiffArgnums", (x) => byNondiff(value, x), true],
  ["closureConvert", converted, true],
  ["customVjp", byVjp, false],
  ["customVjp on trees", (x) => onTrees({ a: x, b: x }).a, false],
  ["customGradient", byGradient, false],
];

/** Places in which a rule must hold: each of them is the function itself. */
const places: readonly (readonly [
  string,
  (f: (x: NDArray) => NDArray) => (x: NDArray) => NDArray,
])[] = [
  ["jit", (f) => jit((x: NDArray) => f(x)) as (x: NDArray) => NDArray],
  ["scan", (f) => (x) => lax.scan((c: NDArray) => [f(c), null], x, null, { length: 1 })[0]],
  ["cond", (f) => (x) => lax.cond(np.greater(x, -9), f, (v: NDArray) => v, x)],
  ["checkpoint", (f) => checkpoint((x: NDArray) => f(x))],
  ["vmap", (f) => (x) => np.sum(vmap(f)(x.reshape([1])))],
  [
    "checkpoint in scan in cond in jit",
    (f) =>
      jit((x: NDArray) => {
        const turn = checkpoint((c: NDArray): [NDArray, null] => [f(c), null]);
        const loop = (v: NDArray): NDArray => lax.scan(turn, v, null, { length: 1 })[0];
        return lax.cond(np.greater(x, -9), loop, f, x);
      }) as (x: NDArray) => NDArray,
  ],
];

const x = np.array(Float64Array.of(0.75)).reshape([]);
const close = { rtol: 1e-12, atol: 1e-12 };
const cases = rules.flatMap(([rule, f, forward]) =>
  places.map(([place, wrap]) => [rule, place, wrap(f), forward] as const),
);

test.each(cases)("the rule of %s holds in %s, at both orders", (_, __, f, forward) => {
  const second = grad(slope)(x);
  assertAllclose(f(x), value(x), close);
  assertAllclose(grad(f)(x), slope(x), close);
  assertAllclose(grad(grad(f))(x), second, close);
  assertAllclose(jit(vmap(grad(f)))(np.stack([x, x])), np.stack([slope(x), slope(x)]), close);
  if (forward) {
    assertAllclose(jvp(f, [x], [x])[1], slope(x).mul(x), close);
    assertAllclose(jvp(grad(f), [x], [x])[1], second.mul(x), close);
  }
});

test.each(rules.filter(([, , forward]) => forward))(
  "the rule of %s holds in a while loop, in forward mode",
  (_, f) => {
    const loop = (v: NDArray): NDArray => lax.foriLoop(0, np.int32(1), (_i, c: NDArray) => f(c), v);
    assertAllclose(jvp(loop, [x], [x])[1], slope(x).mul(x), close);
    assertAllclose(
      vmap((v: NDArray) => jvp(loop, [v], [v])[1])(np.stack([x])),
      np.stack([slope(x).mul(x)]),
      close,
    );
  },
);
