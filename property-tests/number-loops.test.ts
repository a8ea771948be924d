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
