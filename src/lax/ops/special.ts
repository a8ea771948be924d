import { asArray } from "../../core/array.ts";
import type { DType } from "../../core/dtype.ts";
import { MissingRuleError } from "../../core/errors.ts";
import { absent, type JvpRule } from "../../core/primitive.ts";
import { bind, bind1, bind2, noParams } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { add, div, mul, neg, sub } from "./arith.ts";
import { broadcastInDim, fullLike, pairOf } from "./broadcast.ts";
import { gt, select } from "./compare.ts";
import { abs, sign } from "./extrema.ts";
import { elementwisePrimitive, floating, operands } from "./shared.ts";
import { exp, log, log1p } from "./transcendental.ts";

/** Term for an operand in which a derivative exists but is not offered. */
function refused(op: string, operand: string, advice: string): () => NDArray {
  return () => {
    throw new MissingRuleError(
      `lax.${op}: differentiation needs a derivative by ${operand}, got none; ${advice}`,
    );
  };
}

const holdFixed = "keep it fixed, or wrap it in lax.stopGradient";

/** e^(-x^2). */
const bell = (x: NDArray): NDArray => exp(neg(mul(x, x)));

/** Error function. */
export const erfP = elementwisePrimitive<1>("erf", "erf", floating, {
  jvp: { kind: "partials", terms: [(t, [x]) => mul(mul(t, bell(x)), 2 / Math.sqrt(Math.PI))] },
});

/** Complement of the error function. */
export const erfcP = elementwisePrimitive<1>("erfc", "erfc", floating, {
  jvp: { kind: "partials", terms: [(t, [x]) => mul(mul(t, bell(x)), -2 / Math.sqrt(Math.PI))] },
});

/** Inverse of the error function. */
export const erfInvP = elementwisePrimitive<1>("erf_inv", "erfInv", floating, {
  jvp: {
    kind: "partials",
    terms: [(t, _, y) => mul(mul(t, exp(mul(y, y))), Math.sqrt(Math.PI) / 2)],
  },
});

/** Logarithm of the size of the gamma function. */
export const lgammaP = elementwisePrimitive<1>("lgamma", "lgamma", floating, {
  jvp: { kind: "partials", terms: [(t, [x]) => mul(t, digamma(x))] },
});

/** Logarithmic derivative of the gamma function. */
export const digammaP = elementwisePrimitive<1>("digamma", "digamma", floating, {
  jvp: { kind: "partials", terms: [(t, [x]) => mul(t, polygamma(1, x))] },
});

/** Derivatives of digamma; operand 0 is the order. */
export const polygammaP = elementwisePrimitive<2>("polygamma", "polygamma", floating, {
  jvp: {
    kind: "partials",
    terms: [
      refused("polygamma", "the order", holdFixed),
      (t, [m, x]) => mul(t, polygamma(add(m, 1), x)),
    ],
  },
});

/** Hurwitz zeta function. */
export const zetaP = elementwisePrimitive<2>("zeta", "zeta", floating, {
  jvp: absent("its derivative by the exponent has no closed form"),
});

/** Density of the gamma distribution of shape `a` and scale 1. */
function gammaDensity(a: NDArray, x: NDArray): NDArray {
  return exp(sub(sub(mul(sub(a, 1), log(x)), x), lgamma(a)));
}

/** Regularized lower incomplete gamma function; operands a, x. */
export const igammaP = elementwisePrimitive<2>("igamma", "igamma", floating, {
  jvp: {
    kind: "partials",
    terms: [(t, [a, x]) => mul(t, igammaGradA(a, x)), (t, [a, x]) => mul(t, gammaDensity(a, x))],
  },
});

/** Regularized upper incomplete gamma function; operands a, x. */
export const igammacP = elementwisePrimitive<2>("igammac", "igammac", floating, {
  jvp: {
    kind: "partials",
    terms: [
      (t, [a, x]) => neg(mul(t, igammaGradA(a, x))),
      (t, [a, x]) => neg(mul(t, gammaDensity(a, x))),
    ],
  },
});

const noSecond: JvpRule<2, object> = absent(
  "only first derivatives of these integrals are offered",
);

/** Derivative of `igamma` by its first operand. */
export const igammaGradAP = elementwisePrimitive<2>("igamma_grad_a", "igammaGradA", floating, {
  jvp: noSecond,
});

/** Derivative of a gamma sample by its shape. */
export const randomGammaGradP = elementwisePrimitive<2>(
  "random_gamma_grad",
  "randomGammaGrad",
  floating,
  { jvp: noSecond },
);

/** Regularized incomplete beta function; operands a, b, x. */
export const betaincP = elementwisePrimitive<3>(
  "regularized_incomplete_beta",
  "betainc",
  floating,
  {
    jvp: {
      kind: "partials",
      terms: [
        refused("betainc", "a", holdFixed),
        refused("betainc", "b", holdFixed),
        (t, [a, b, x]) => mul(t, betaDensity(a, b, x)),
      ],
    },
  },
);

/** Density of the beta distribution, x^(a-1) (1-x)^(b-1) / B(a, b). */
function betaDensity(a: NDArray, b: NDArray, x: NDArray): NDArray {
  const logBeta = sub(add(lgamma(a), lgamma(b)), lgamma(add(a, b)));
  const right = mul(sub(b, 1), log1p(neg(x)));
  return exp(sub(add(right, mul(sub(a, 1), log(x))), logBeta));
}

/** Modified Bessel function of order 0, scaled by e^-|x|. */
export const besselI0eP = elementwisePrimitive<1>("bessel_i0e", "besselI0e", floating, {
  jvp: {
    kind: "partials",
    terms: [(t, [x], y) => mul(t, sub(besselI1e(x), mul(sign(x), y)))],
  },
});

/** Modified Bessel function of order 1, scaled by e^-|x|. */
export const besselI1eP = elementwisePrimitive<1>("bessel_i1e", "besselI1e", floating, {
  jvp: { kind: "partials", terms: [(t, [x], y) => mul(t, besselI1eSlope(x, y))] },
});

/** Distance from 1 to the next number of each float dtype. */
const epsilon: Readonly<Partial<Record<DType, number>>> = {
  float64: 2 ** -52,
  float32: 2 ** -23,
  float16: 2 ** -10,
  bfloat16: 2 ** -7,
};

/** i0e(x) - y (sign x + 1/x), whose limit at 0 is 1/2. */
function besselI1eSlope(x: NDArray, y: NDArray): NDArray {
  const tiny = fullLike(x, epsilon[x.dtype] ?? 0);
  const isAway = gt(abs(x), tiny);
  const safe = select(isAway, x, tiny);
  const slope = sub(besselI0e(safe), mul(y, add(sign(safe), div(1, safe))));
  return select(isAway, slope, fullLike(x, 0.5));
}

/** Error function of each element. */
export function erf(x: ArrayLike): NDArray {
  return bind1(erfP, asArray(x, "lax.erf"), noParams);
}

/** 1 - erf(x) for each element, without the cancellation where erf is near 1. */
export function erfc(x: ArrayLike): NDArray {
  return bind1(erfcP, asArray(x, "lax.erfc"), noParams);
}

/** Number whose error function is each element: infinite at -1 and 1, NaN beyond. */
export function erfInv(x: ArrayLike): NDArray {
  return bind1(erfInvP, asArray(x, "lax.erfInv"), noParams);
}

/** log |gamma(x)| for each element; Infinity at 0 and the negative integers. */
export function lgamma(x: ArrayLike): NDArray {
  return bind1(lgammaP, asArray(x, "lax.lgamma"), noParams);
}

/** Derivative of log gamma at each element; NaN at 0 and the negative integers. */
export function digamma(x: ArrayLike): NDArray {
  return bind1(digammaP, asArray(x, "lax.digamma"), noParams);
}

/** Derivative of order `m` of digamma, element by element. No derivative by `m` is offered. */
export function polygamma(m: ArrayLike, x: ArrayLike): NDArray {
  const [a, b] = pairOf("polygamma", m, x);
  return bind2(polygammaP, a, b, noParams);
}

/** Sum of 1/(q + k)^x over k from 0, element by element. No derivative is offered. */
export function zeta(x: ArrayLike, q: ArrayLike): NDArray {
  const [a, b] = pairOf("zeta", x, q);
  return bind2(zetaP, a, b, noParams);
}

/** Share of the gamma function's integral of shape `a` below `x`, element by element. */
export function igamma(a: ArrayLike, x: ArrayLike): NDArray {
  const [shape, bound] = pairOf("igamma", a, x);
  return bind2(igammaP, shape, bound, noParams);
}

/** Share of the gamma function's integral of shape `a` above `x`, element by element. */
export function igammac(a: ArrayLike, x: ArrayLike): NDArray {
  const [shape, bound] = pairOf("igammac", a, x);
  return bind2(igammacP, shape, bound, noParams);
}

/** Derivative of `igamma(a, x)` by `a`, element by element. No further derivative is offered. */
export function igammaGradA(a: ArrayLike, x: ArrayLike): NDArray {
  const [shape, bound] = pairOf("igammaGradA", a, x);
  return bind2(igammaGradAP, shape, bound, noParams);
}

/**
 * Derivative of a sample `x` of the gamma distribution by its shape `a`, at a fixed probability.
 * No further derivative is offered.
 */
export function randomGammaGrad(a: ArrayLike, x: ArrayLike): NDArray {
  const [shape, sample] = pairOf("randomGammaGrad", a, x);
  return bind2(randomGammaGradP, shape, sample, noParams);
}

/**
 * Share of the beta function's integral of parameters `a`, `b` below `x`, element by element.
 *
 * NaN outside [0, 1] and for negative parameters. No derivatives by `a` and `b` are offered.
 */
export function betainc(a: ArrayLike, b: ArrayLike, x: ArrayLike): NDArray {
  const args = [a, b, x];
  const shape = args.map((x) => asArray(x, "lax.betainc")).find((arg) => arg.ndim > 0)?.shape ?? [];
  const [p, q, bound] = operands("betainc", args).map((arg, i) =>
    typeof args[i] === "number" ? broadcastInDim(arg, shape, []) : arg,
  ) as [NDArray, NDArray, NDArray]; // as many as given
  return bind(betaincP, [p, q, bound], noParams);
}

/** e^-|x| I0(x) for each element, where I0 is the modified Bessel function of order 0. */
export function besselI0e(x: ArrayLike): NDArray {
  return bind1(besselI0eP, asArray(x, "lax.besselI0e"), noParams);
}

/** e^-|x| I1(x) for each element, where I1 is the modified Bessel function of order 1. */
export function besselI1e(x: ArrayLike): NDArray {
  return bind1(besselI1eP, asArray(x, "lax.besselI1e"), noParams);
}
