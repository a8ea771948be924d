import {
  checkpoint,
  checkpointName,
  checkpointPolicies,
  jit,
  lax,
  type NDArray,
  numpy as np,
} from "udiff";
import { input } from "./arbitraries/inputs.ts";
import type { Use } from "./arbitraries/use.ts";

type List = readonly NDArray[];

/** A predicate that changes where no sum of drawn operands, multiples of 1/64, lies. */
const positive = (x: NDArray): NDArray => np.sum(x).greater(0.0032);

/** Uses of `cond`: by a predicate and by an index, with shared and own operands, nested. */
export const conditionals: readonly Use[] = [
  {
    inputs: [input([], "bool"), input([]), input([])],
    f: (p, x, y) =>
      lax.cond(
        p,
        (a: NDArray, b: NDArray) => np.sin(a).mul(b),
        (a: NDArray, b: NDArray) => np.exp(a).add(b.mul(b)),
        x,
        y,
      ),
  },
  {
    inputs: [input([], "bool"), input([3]), input([2, 3])],
    f: (p, x, y) =>
      lax.cond(
        p,
        (a: NDArray): List => [np.sin(a), np.sum(y, { axis: 0 })],
        (): List => [np.zerosLike(x), x.mul(x)],
        x,
      ),
  },
  {
    inputs: [input([], "bool"), input([], "bool"), input([2])],
    f: (p, q, x) =>
      lax.switch(
        p.astype("int32").mul(2).add(q),
        [
          (a: NDArray) => a,
          (a: NDArray) => np.cos(a),
          (a: NDArray) =>
            lax.cond(
              positive(a),
              (b: NDArray) => b.mul(b),
              (b: NDArray) => b,
              a,
            ),
        ],
        x,
      ),
  },
  {
    inputs: [input([2])],
    f: (x) =>
      lax.cond(
        true,
        () => x.mul(2),
        () => x.mul(2),
      ),
  },
];

/** Uses of `scan`: with and without carry, inputs, results and constants, either way round. */
export const loops: readonly Use[] = [
  {
    inputs: [input([]), input([4]), input([])],
    f: (c, xs, w) =>
      lax.scan(
        (s: NDArray, x: NDArray) => [np.tanh(s.mul(w).add(x)), np.sin(s).mul(x)] as const,
        c,
        xs,
      ),
  },
  {
    inputs: [input([2]), input([3, 2, 2])],
    f: (c, xs) =>
      lax.scan((s: NDArray, m: NDArray) => [np.tanh(np.matmul(m, s)), s] as const, c, xs, {
        reverse: true,
      }),
  },
  {
    inputs: [input([3]), input([2, 3])],
    f: (c, xs) => {
      const turn = ([a, b]: NDArray[], x: NDArray): [NDArray[], NDArray] => [
        [b as NDArray, np.sin(a as NDArray).add(x)],
        (b as NDArray).mul(2),
      ];
      const [last, ys] = lax.scan(turn, [c, c.mul(0.5)], xs, { unroll: 2 });
      return [...last, ys];
    },
  },
  {
    inputs: [input([2])],
    f: (x) => lax.scan((_: null, y: NDArray) => [null, y.mul(y)] as const, null, x)[1],
  },
  {
    inputs: [input([0, 2]), input([2])],
    f: (xs, c) => lax.scan((s: NDArray, x: NDArray) => [s.mul(x), x] as const, c, xs),
  },
  {
    inputs: [input([2])],
    f: (x) => lax.foriLoop(0, 3, (i, c: NDArray) => np.sin(c.mul(i)).add(c), x),
  },
  {
    inputs: [input([2, 3]), input([])],
    f: (xs, c) =>
      lax.scan(
        (s: NDArray, row: NDArray) =>
          lax.scan((t: NDArray, x: NDArray) => [np.sin(t).add(x), t.mul(x)] as const, s, row),
        c,
        xs,
      ),
  },
];

const block = (x: NDArray, w: NDArray): NDArray => np.tanh(np.sin(x).mul(w));

const saveE = checkpointPolicies.saveOnlyTheseNames("e");

/** Uses of `checkpoint`: with policies, in a loop, in one another, and on several results. */
export const checkpoints: readonly Use[] = [
  {
    inputs: [input([2]), input([2])],
    f: (x, w) => checkpoint(block)(checkpoint(block)(x, w), w),
  },
  {
    inputs: [input([2, 2]), input([2, 2])],
    f: (x, w) =>
      checkpoint(
        (y: NDArray): List => [np.sin(np.matmul(checkpointName(np.exp(y), "e"), w)), y.mul(y)],
        { policy: saveE },
      )(x),
  },
  {
    inputs: [input([3]), input([2, 3])],
    f: (c, xs) =>
      lax.scan(
        checkpoint((s: NDArray, x: NDArray) => [block(s, x), np.sum(s)] as const, {
          preventCse: false,
          policy: checkpointPolicies.dotsSaveable,
        }),
        c,
        xs,
      ),
  },
  {
    inputs: [input([2])],
    f: (x) =>
      checkpoint((y: NDArray) => jit((v: NDArray) => block(checkpoint(block)(v, y), v))(y))(x),
  },
];

const noTurns = "its number of turns is not known beforehand";

/** Uses of `while`: turns by count, and turns that depend on the numbers. */
export const untilDone: readonly Use[] = [
  {
    inputs: [input([2]), input([2])],
    f: (x, w) => lax.foriLoop(0, np.int32(3), (i, c: NDArray) => np.sin(c.mul(w)).add(i), x),
    forwardOnly: noTurns,
  },
  {
    // A loop in which each lane of a map stops by itself, inside another loop.
    inputs: [input([2], "bool"), input([2])],
    f: (ps, xs) =>
      lax.scan(
        (s: NDArray, [p, x]: NDArray[]): [NDArray, NDArray] => {
          const n = np.where(p as NDArray, np.int32(3), np.int32(0));
          const t = lax.foriLoop(0, n, (_, c: NDArray) => np.sin(c).add(x as NDArray), s);
          return [t, t.mul(2)];
        },
        xs.slice(0),
        [ps, xs],
      ),
    forwardOnly: noTurns,
  },
  {
    inputs: [input([], "positive")],
    f: (x) =>
      lax.whileLoop(
        ([i]) => np.less(i as NDArray, 3),
        ([i, c]) => [(i as NDArray).add(1), np.exp((c as NDArray).neg())],
        [np.int32(0) as NDArray, x],
      )[1] as NDArray,
    forwardOnly: noTurns,
  },
  {
    inputs: [input([], "bool"), input([3])],
    f: (p, x) =>
      lax.whileLoop(
        ([i]) => np.greater(i as NDArray, 0),
        ([i, c]) => [(i as NDArray).sub(1), np.cos(c as NDArray)],
        [np.where(p, np.int32(4), np.int32(1)), x],
      )[1] as NDArray,
    forwardOnly: noTurns,
  },
];
