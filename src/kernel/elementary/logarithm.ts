import { horner, type Lanes } from "./lanes.ts";

/** (log(1 + f) - f + f^2/2) / f^3 for f from sqrt(1/2) - 1 to sqrt(2) - 1. Source: Cephes. */
const tail = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1,
  -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
];

/** Natural logarithm. Accuracy: 1 ulp, of subnormal numbers too; -inf at 0, NaN below. */
export function log<F, I, M, D>(on: Lanes<F, I, M, D>, x: F): F {
  const tiny = on.less(x, on.float(2 ** -126));
  const normal = on.choose(tiny, on.mul(x, on.float(2 ** 25)), x);
  const { n, m } = split(on, normal);
  const exponent = on.sub(on.toFloat(n), on.choose(tiny, on.float(25), on.float(0)));
  const value = joined(on, on.sub(m, on.float(1)), exponent, on.float(0));
  return withEnds(on, x, x, value);
}

/** log(1 + x) without cancellation. Accuracy: 2 ulp; keeps -0 and subnormals, -inf at -1. */
export function log1p<F, I, M, D>(on: Lanes<F, I, M, D>, x: F): F {
  const sum = on.add(on.float(1), x);
  const { n, m } = split(on, sum);
  const near = on.equalInteger(n, on.integer(0));
  const f = on.choose(near, x, on.sub(m, on.float(1)));
  // What the addition has lost, relative to the sum.
  const lost = on.choose(
    on.less(on.float(1), x),
    on.sub(on.float(1), on.sub(sum, x)),
    on.sub(x, on.sub(sum, on.float(1))),
  );
  const rest = on.choose(near, on.float(0), on.div(lost, sum));
  const value = on.withSign(joined(on, f, on.toFloat(n), rest), x);
  return withEnds(on, sum, x, value);
}

/** A normal number as 2^n m, with m from sqrt(1/2) to sqrt(2). */
function split<F, I, M, D>(on: Lanes<F, I, M, D>, x: F): { readonly n: I; readonly m: F } {
  const bits = on.bits(x);
  const n = on.shiftRight(on.subInteger(bits, on.integer(0x3f3504f3)), 23);
  return { n, m: on.fromBits(on.subInteger(bits, on.shiftLeft(n, 23))) };
}

/** log(1 + f) + n log(2) + rest. */
function joined<F, I, M, D>(on: Lanes<F, I, M, D>, f: F, n: F, rest: F): F {
  const square = on.mul(f, f);
  const curve = on.mul(on.mul(horner(on, tail, f), square), f);
  const low = on.add(curve, on.add(on.mul(n, on.float(-2.1219444e-4)), rest));
  const small = on.sub(low, on.mul(on.float(0.5), square));
  return on.add(on.add(small, f), on.mul(n, on.float(0.693359375)));
}

/** What is above 0 has `value`; 0 has -inf, infinity itself, the others and NaN have NaN. */
function withEnds<F, I, M, D>(on: Lanes<F, I, M, D>, x: F, argument: F, value: F): F {
  const zero = on.choose(on.equal(x, on.float(0)), on.float(-Infinity), on.float(Number.NaN));
  const ordinary = on.choose(on.less(on.float(0), x), value, zero);
  return on.choose(on.equal(argument, on.float(Infinity)), argument, ordinary);
}
