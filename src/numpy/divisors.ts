import { dtypeInfo } from "../core/dtype.ts";
import { DTypeError } from "../core/errors.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { div, mul } from "../lax/ops/arith.ts";
import { eq, select } from "../lax/ops/compare.ts";
import { rem } from "../lax/ops/rounding.ts";
import { abs } from "./elementwise-math.ts";
import { pair, strong, toArray } from "./promote.ts";

function integers(where: string, x: ArrayLike, y: ArrayLike): readonly [NDArray, NDArray] {
  const [a, b] = pair(where, x, y);
  const { kind } = dtypeInfo[a.dtype];
  const counts = kind === "int" || kind === "uint";
  const hasBool = [x, y].some((z) => typeof z === "boolean" || toArray(where, z).dtype === "bool");
  if (counts) return hasBool ? [strong(a), strong(b)] : [a, b];
  throw new DTypeError(`${where}: integers are required, got ${a.aval}; convert them`);
}

/** Greatest common divisor of two integers, element by element; 0 of zeros. */
export function gcd(x: ArrayLike, y: ArrayLike): NDArray {
  return divisorOf(...integers("numpy.gcd", x, y));
}

function divisorOf(x: NDArray, y: NDArray): NDArray {
  let [a, b] = [abs(x), abs(y)];
  // The largest operands of n steps are consecutive Fibonacci numbers.
  const steps = Math.ceil(dtypeInfo[a.dtype].bits / Math.log2((1 + Math.sqrt(5)) / 2));
  for (let i = 0; i < steps; i++) {
    const done = eq(b, 0);
    const next = rem(a, select(done, 1, b));
    [a, b] = [select(done, a, b), select(done, b, next)];
  }
  return a;
}

/** Least common multiple of two integers, element by element; 0 beside a zero. */
export function lcm(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = integers("numpy.lcm", x, y);
  const divisor = divisorOf(a, b);
  const none = eq(divisor, 0);
  return select(none, 0, mul(abs(a), div(abs(b), select(none, 1, divisor))));
}
