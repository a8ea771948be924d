import { expect, test } from "vitest";
import { isTestArray, resolve, weakScalar } from "./encoding.ts";
import { readValues } from "./oracle.ts";

/** Dtypes of results, `*` where weak, by the operands' dtypes; null where JAX refuses. */
type Row = Readonly<Record<string, string | null>>;

const table = readValues("promotion") as {
  readonly lattice: Readonly<Record<string, Row>>;
  readonly unary: Readonly<Record<string, Row>>;
  readonly binary: Readonly<Record<string, Readonly<Record<string, Row>>>>;
};

function operand(name: string): unknown {
  if (name === "int*") return weakScalar("int32", 1);
  if (name === "float*") return weakScalar("float32", 1.5);
  return resolve("np.ones")([2], { dtype: name });
}

function described(result: unknown): string {
  if (Array.isArray(result)) return result.map(described).join(",");
  if (!isTestArray(result)) return String(result);
  return result.dtype + (result.weakType ? "*" : "");
}

/** The difference from JAX in one entry, as a line; none if they agree. */
function disagreement(f: () => unknown, expected: string | null, where: string): string[] {
  let got: string | null;
  try {
    got = described(f());
  } catch (error) {
    if (expected === null) return [];
    return [`${where}: expected ${expected}, threw ${String(error)}`];
  }
  return got === expected ? [] : [`${where}: expected ${expected ?? "an error"}, got ${got}`];
}

for (const [a, row] of Object.entries(table.lattice)) {
  test(`${a} promotes with every dtype as in JAX`, () => {
    const f = resolve("np.maximum");
    const wrong = Object.entries(row).flatMap(([b, expected]) =>
      disagreement(() => f(operand(a), operand(b)), expected, `${a} with ${b}`),
    );
    expect(wrong).toEqual([]);
  });
}

for (const [fn, row] of Object.entries(table.unary)) {
  const name = `np.${fn}`;
  test(`${name} gives JAX's dtypes`, () => {
    const f = resolve(name);
    const argument = (a: string) =>
      fn === "trace" ? resolve("np.ones")([2, 2], { dtype: a }) : operand(a);
    const wrong = Object.entries(row).flatMap(([a, expected]) =>
      disagreement(() => f(argument(a)), expected, a),
    );
    expect(wrong).toEqual([]);
  });
}

for (const [fn, rows] of Object.entries(table.binary)) {
  const name = `np.${fn}`;
  test(`${name} gives JAX's dtypes`, () => {
    const f = resolve(name);
    const wrong = Object.entries(rows).flatMap(([a, row]) =>
      Object.entries(row).flatMap(([b, expected]) =>
        disagreement(() => f(operand(a), operand(b)), expected, `${a}, ${b}`),
      ),
    );
    expect(wrong).toEqual([]);
  });
}
