import { expNear } from "./exponential.ts";
import { horner, type Lanes } from "./lanes.ts";

/** erf(x) / x - 1 as a polynomial in x^2, up to 1: a fit with a relative error of 1e-9. */
const near = [
  7.853848e-5, -8.0101896e-4, 5.1883273e-3, -2.6853811e-2, 1.12835854e-1, -3.7612626e-1,
  1.28379166e-1,
];

/** log(1 - erf(x)) from 1 to 4: a fit that leaves erf(x) with a relative error of 2e-8. */
const far = [
  -1.15722266e-3, 1.48318596e-2, -8.87997672e-2, -6.54240012e-1, -1.1176213, -2.61915615e-3,
];

/** Error function. Accuracy: 1.5 ulp; keeps -0 and subnormals, 1 and -1 at the infinities. */
export function erf<F, I, M, D>(on: Lanes<F, I, M, D>, x: F): F {
  const size = on.atMost(on.abs(x), on.float(4));
  const below = on.add(on.mul(size, horner(on, near, on.mul(size, size))), size);
  const above = on.sub(on.float(1), expNear(on, horner(on, far, size)));
  return on.withSign(on.choose(on.less(size, on.float(1)), below, above), x);
}
