import fc from "fast-check";
import { type DType, type NDArray, numpy as np, random } from "udiff";

/** What the elements of an operand are drawn from. */
export type Domain =
  /** Multiples of 1/64 from -2 to 2: exact, and not crowded around zero. */
  | "real"
  /** From 1/4 to 3. */
  | "positive"
  /** Inside (-1, 1). */
  | "unit"
  /** From 1.1 to 3. */
  | "aboveOne"
  /** All different, a tenth apart at least, so that no order changes within a small step. */
  | "distinct"
  /** A symmetric positive definite matrix in the last two axes. */
  | "definite"
  /** A matrix with a diagonal from 1 to 3 in the last two axes. */
  | "triangular"
  | "int32"
  | "uint32"
  | "bool"
  /** A random key. */
  | "key";

/** An operand of a use: its shape, and what its elements are. */
export interface Input {
  readonly shape: readonly number[];
  readonly domain: Domain;
}

/** An input of a domain and a shape. */
export function input(shape: readonly number[], domain: Domain = "real"): Input {
  return { shape, domain };
}

const step = fc.integer({ min: -128, max: 128 });

/** Values for an input, floats in `dtype`. */
export function operand({ shape, domain }: Input, dtype: DType = "float64"): fc.Arbitrary<NDArray> {
  const size = shape.reduce((a, b) => a * b, 1);
  const steps = fc.array(step, { minLength: size, maxLength: size });
  return steps.map((list) => build(list, shape, domain, dtype));
}

function build(
  steps: readonly number[],
  shape: readonly number[],
  domain: Domain,
  dtype: DType,
): NDArray {
  const float = (of: (n: number, i: number) => number): NDArray =>
    np
      .array(Float64Array.from(steps, of))
      .reshape([...shape])
      .astype(dtype);
  switch (domain) {
    case "real":
      return float((n) => n / 64);
    case "positive":
      return float((n) => 0.25 + (n + 128) / 96);
    case "unit":
      return float((n) => n / 150);
    case "aboveOne":
      return float((n) => 1.1 + (n + 128) / 140);
    case "distinct": {
      const order = steps.map((n, i) => [n, i] as const).sort(([a, i], [b, j]) => a - b || i - j);
      const rank = new Map(order.map(([, i], r) => [i, r] as const));
      return float((n, i) => ((rank.get(i) ?? 0) - steps.length / 2) / 8 + n / 6400);
    }
    case "definite": {
      const m = float((n) => n / 128);
      const n = shape.at(-1) ?? 1;
      return np.matmul(m, np.matrixTranspose(m)).add(np.eye(n, n, { dtype }));
    }
    case "triangular": {
      const n = shape.at(-1) ?? 1;
      return float((s) => s / 128).add(np.eye(n, n, { dtype }).mul(2));
    }
    case "int32":
      return np.array(Int32Array.from(steps)).reshape([...shape]);
    case "uint32":
      return np.array(Uint32Array.from(steps, (n) => Math.imul(n, 2654435761))).reshape([...shape]);
    case "bool":
      return np
        .array(Int32Array.from(steps, (n) => n & 1))
        .reshape([...shape])
        .astype("bool");
    case "key":
      return random.split(random.key(steps[0] ?? 0), shape);
    default:
      domain satisfies never;
      throw new Error(`unknown domain ${String(domain)}`);
  }
}
