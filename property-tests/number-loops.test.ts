import fc from "fast-check";
import { jit, lax, type NDArray, numpy as np } from "udiff";
import { expect, test } from "vitest";

const count = 3;
const f64 = { dtype: "float64" } as const;

/** One operation of a turn; operands are carries, the slice, and what came before, by position. */
interface Operation {
  readonly kind: "add" | "mul" | "select" | "cond" | "loop";
  readonly operands: readonly [number, number, number];
}

/** A turn of a loop: operations, and which values become the carries. */
interface Turn {
  readonly operations: readonly Operation[];
  readonly next: readonly number[];
}

const position = fc.nat(99);
const turns: fc.Arbitrary<Turn> = fc.record({
  operations: fc.array(
    fc.record({
      kind: fc.constantFrom("add", "mul", "select", "cond", "loop"),
      operands: fc.tuple(position, position, position),
    }),
    { maxLength: 6 },
  ),
  next: fc.array(position, { minLength: count, maxLength: count }),
});

/** What an operation does, on numbers or on arrays. */
type Meaning<T> = Readonly<Record<Operation["kind"], (x: T, y: T, z: T) => T>>;

const onNumbers: Meaning<number> = {
  add: (x, y) => x + y,
  mul: (x, y) => x * y,
  select: (x, y, z) => (x > y ? y : z),
  cond: (x, y, z) => (x > 0 ? x * y : z),
  loop(x, y, z) {
    let [a, b] = [x, y];
    for (let i = 0; i < 2; i++) [a, b] = [b, a * z];
    return a + b;
  },
};

const onArrays: Meaning<NDArray> = {
  add: (x, y) => x.add(y),
  mul: (x, y) => x.mul(y),
  select: (x, y, z) => np.where(x.greater(y), y, z),
  cond: (x, y, z) =>
    lax.cond(
      x.greater(0),
      () => x.mul(y),
      () => z,
    ),
  loop(x, y, z) {
    const turn = (_: NDArray, [a, b]: [NDArray, NDArray]): [NDArray, NDArray] => [b, a.mul(z)];
    const [a, b] = lax.foriLoop(0, 2, turn, [x, y] as [NDArray, NDArray]);
    return a.add(b);
  },
};

function run<T>({ operations, next }: Turn, meaning: Meaning<T>, carry: readonly T[], x: T): T[] {
  const values = [...carry, x];
  const at = (i: number): T => values[i % values.length] as T;
  for (const { kind, operands } of operations) {
    const [a, b, c] = operands;
    values.push(meaning[kind](at(a), at(b), at(c)));
  }
  return next.map(at);
}

test("a compiled loop on numbers gives what the loop in JavaScript gives", () => {
  const entry = fc.integer({ min: -16, max: 16 }).map((n) => n / 16);
  const entries = fc.array(entry, { minLength: count, maxLength: count });
  fc.assert(
    fc.property(
      turns,
      entries,
      fc.array(entry, { minLength: 1, maxLength: 3 }),
      (turn, first, xs) => {
        let carry = first;
        const rows = xs.map((x) => {
          carry = run(turn, onNumbers, carry, x);
          return carry;
        });
        const loop = (init: NDArray[]): [NDArray[], NDArray[]] =>
          lax.scan(
            (c: NDArray[], x: NDArray): [NDArray[], NDArray[]] => {
              const next = run(turn, onArrays, c, x);
              return [next, next];
            },
            init,
            np.array(xs, f64),
          );
        const [last, stacked] = jit(loop)(first.map((x) => np.float64(x)));
        expect(last.map((x) => x.js())).toEqual(carry);
        expect(stacked.map((x) => x.js())).toEqual(first.map((_, k) => rows.map((row) => row[k])));
      },
    ),
  );
});

type Vector = (x: NDArray, y: NDArray) => NDArray;

/** Work on vectors of a few elements: elementwise, over axes, put together of parts, products. */
const onVectors: readonly Vector[] = [
  (x, y) => x.add(y),
  (x, y) => np.sin(x).mul(y),
  (x, y) => np.where(x.greater(y), x, y.neg()),
  (x, y) => x.sub(np.sum(y)),
  (x, y) => np.sum(np.outer(x, y), { axis: 1 }).mul(0.25),
  (x, y) => np.max(x).mul(y).add(np.prod(x)),
  (x, y) => np.concatenate([y.slice("1:"), x.slice(":1")]),
  (x, y) => np.flip(x).mul(np.arange(x.size).astype(x.dtype)).add(y),
  (x, y) => np.pad(x.slice("1:"), [[0, 1]], { constantValues: 0.5 }).sub(y),
  (x, y) => y.mul(np.dot(x, y)),
  (x, y) => np.matmul(np.outer(x, y), y).mul(0.125),
  (x, y) => np.matmul(np.stack([x, y]).T, np.stack([y.slice(0), x.slice(0)])),
  (x, y) => np.sum(np.matmul(np.outer(x, y), np.outer(y, x.add(1))), { axis: 0 }).mul(0.0625),
  (x, y) => x.at(0).set(y.slice(-1)),
  (x, y) => lax.scan((c: NDArray, v: NDArray) => [c.add(v), c.mul(v)] as const, y.slice(0), x)[1],
  (x, y) =>
    lax.whileLoop(
      (c: NDArray) => np.sum(np.abs(c)).greater(1),
      (c: NDArray) => c.mul(0.5),
      x.add(y),
    ),
  (x, y) =>
    lax.cond(
      np.min(x).less(np.mean(y)),
      () => np.stack([x, y]).reshape([2, -1]).T.reshape([2, -1]).slice(0),
      () => x,
    ),
];

test("a compiled loop on a few elements gives what its turns give one by one, to the bit", () => {
  const entry = fc.integer({ min: -16, max: 16 }).map((n) => n / 16);
  const operations = fc.array(fc.tuple(fc.nat(onVectors.length - 1), position, position), {
    minLength: 1,
    maxLength: 5,
  });
  const shape = fc.record({
    size: fc.integer({ min: 1, max: 4 }),
    dtype: fc.constantFrom("float32", "float64"),
    entries: fc.array(entry, { minLength: 20, maxLength: 20 }),
    reverse: fc.boolean(),
  });
  fc.assert(
    fc.property(operations, shape, position, (chosen, { size, dtype, entries, reverse }, last) => {
      const vector = (k: number): NDArray =>
        np.array(entries.slice(k * size, (k + 1) * size), { dtype });
      const turn = ([a, b]: [NDArray, NDArray], x: NDArray): [NDArray, NDArray] => {
        const values = [a, b, x];
        const at = (i: number): NDArray => values[i % values.length] as NDArray;
        for (const [k, i, j] of chosen) values.push((onVectors[k] as Vector)(at(i), at(j)));
        return [values.at(-1) as NDArray, at(last)];
      };
      const xs = [2, 3, 4].map(vector);
      let carry: [NDArray, NDArray] = [vector(0), vector(1)];
      const rows: NDArray[] = [];
      for (const x of reverse ? xs.toReversed() : xs) {
        carry = turn(carry, x);
        rows.push(carry[0]);
      }
      const loop = jit((a: NDArray, b: NDArray, stacked: NDArray) =>
        lax.scan(
          (c: [NDArray, NDArray], x: NDArray): [[NDArray, NDArray], NDArray] => {
            const next = turn(c, x);
            return [next, next[0]];
          },
          [a, b] as [NDArray, NDArray],
          stacked,
          { reverse },
        ),
      );
      const [end, all] = loop(vector(0), vector(1), np.stack(xs));
      expect(end.map((x) => x.js())).toEqual(carry.map((x) => x.js()));
      expect(all.js()).toEqual((reverse ? rows.toReversed() : rows).map((x) => x.js()));
    }),
  );
});
