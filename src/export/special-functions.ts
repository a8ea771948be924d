import type { NDArray } from "../core/value.ts";
import { div, mul, sub } from "../lax/ops/arith.ts";
import { fullLike } from "../lax/ops/broadcast.ts";
import { le, select } from "../lax/ops/compare.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { abs } from "../lax/ops/extrema.ts";
import { sqrt } from "../lax/ops/transcendental.ts";
import { incompleteBeta } from "./own-incomplete-beta.ts";
import { gammaSlope, lowerGamma, upperGamma } from "./own-incomplete-gamma.ts";
import type { ComposedOp, Composition } from "./scalar-ops.ts";

/** Chebyshev coefficients of e^-x I0(x) on [0, 8]. Source: Cephes, i0e. */
const NEAR = [
  -4.4153416464793393795e-18, 3.33079451882223809783e-17, -2.43127984654795469359e-16,
  1.71539128555513303061e-15, -1.16853328779934516808e-14, 7.67618549860493561688e-14,
  -4.8564467831119294609e-13, 2.95505266312963983461e-12, -1.72682629144155570723e-11,
  9.67580903537323691224e-11, -5.18979560163526290666e-10, 2.65982372468238665035e-9,
  -1.30002500998624804212e-8, 6.04699502254191894932e-8, -2.67079385394061173391e-7,
  1.11738753912010371815e-6, -4.41673835845875056359e-6, 1.64484480707288970893e-5,
  -5.75419501008210370398e-5, 1.88502885095841655729e-4, -5.76375574538582365885e-4,
  1.63947561694133579842e-3, -4.3243099950505759443e-3, 1.05464603945949983183e-2,
  -2.37374148058994688156e-2, 4.93052842396707084878e-2, -9.4901097048047644421e-2,
  1.71620901522208775349e-1, -3.04682672343198398683e-1, 6.76795274409476084995e-1,
];
/** The same of sqrt(x) e^-x I0(x) beyond. */
const FAR = [
  -7.23318048787475395456e-18, -4.83050448594418207126e-18, 4.46562142029675999901e-17,
  3.4612228676974610931e-17, -2.82762398051658348494e-16, -3.42548561967721913462e-16,
  1.7725601330565263836e-15, 3.81168066935262242075e-15, -9.5548466988283076487e-15,
  -4.15056934728722208663e-14, 1.54008621752140982691e-14, 3.85277838274214270114e-13,
  7.18012445138366623367e-13, -1.79417853150680611778e-12, -1.32158118404477131188e-11,
  -3.14991652796324136454e-11, 1.18891471078464383424e-11, 4.9406023882249695891e-10,
  3.39623202570838634515e-9, 2.26666899049817806459e-8, 2.04891858946906374183e-7,
  2.89137052083475648297e-6, 6.88975834691682398426e-5, 3.3691164782556940899e-3,
  8.04490411014108831608e-1,
];

/** Clenshaw's sum. */
function chebyshev(x: NDArray, coefficients: readonly number[]): NDArray {
  let [b0, b1, b2] = [fullLike(x, 0), fullLike(x, 0), fullLike(x, 0)];
  for (const c of coefficients) {
    [b2, b1] = [b1, b0];
    b0 = sub(mul(x, b1), sub(b2, fullLike(x, c)));
  }
  return mul(sub(b0, b2), 0.5);
}

function besselI0e(given: NDArray): NDArray {
  const x = abs(given);
  const near = chebyshev(sub(mul(x, 0.5), 2), NEAR);
  const far = div(chebyshev(sub(div(fullLike(x, 32), x), 2), FAR), sqrt(x));
  return select(le(x, 8), near, far);
}

/** A function of float32 or float64, on narrower floats by way of float32. */
function widened(f: (...xs: NDArray[]) => NDArray): Composition {
  return (xs) => {
    const [first] = xs as readonly [NDArray]; // one operand at least
    if (first.dtype === "float32" || first.dtype === "float64") return f(...xs);
    const out = f(...xs.map((x) => convertElementType(x, "float32")));
    return convertElementType(out, first.dtype);
  };
}

/** Functions that StableHLO lacks, as programs of those that it has. */
export const compositions: Readonly<Record<ComposedOp, Composition>> = {
  besselI0e: widened((x) => besselI0e(x as NDArray)),
  igamma: widened((a, x) => lowerGamma(a as NDArray, x as NDArray)),
  igammac: widened((a, x) => upperGamma(a as NDArray, x as NDArray)),
  igammaGradA: widened((a, x) => gammaSlope(a as NDArray, x as NDArray, "derivative")),
  randomGammaGrad: widened((a, x) => gammaSlope(a as NDArray, x as NDArray, "sample")),
  betainc: widened((a, b, x) => incompleteBeta(a as NDArray, b as NDArray, x as NDArray)),
};
