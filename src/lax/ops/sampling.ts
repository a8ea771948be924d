import type { ShapedArray } from "../../core/aval.ts";
import { isFloat } from "../../core/dtype.ts";
import { DTypeError } from "../../core/errors.ts";
import { definePrimitive, elementwise, nonlinear, zeroJvp } from "../../core/primitive.ts";
import { bind, noParams } from "../../core/trace.ts";
import type { NDArray } from "../../core/value.ts";
import { div, mul } from "./arith.ts";
import { fullLike } from "./broadcast.ts";
import { eq, select } from "./compare.ts";
import { sameAval } from "./shared.ts";
import { randomGammaGrad } from "./special.ts";
import { exp } from "./transcendental.ts";

/** Parameters of a gamma draw. */
export interface RandomGammaParams {
  /** Whether to give the logarithm of the draw. */
  readonly logSpace: boolean;
}

/**
 * Gamma draws: operands the two words of a key and the exponent, for each element. The derivative
 * by the exponent is that of the draw as a function of it, for fixed randomness.
 */
export const randomGammaP = definePrimitive<3, RandomGammaParams>("random_gamma", {
  abstractEval([k0, k1, alpha]) {
    checkWords("randomGamma", [k0, k1]);
    sameAval("randomGamma", [k0, k1, alpha.withDtype("uint32")]);
    if (!isFloat(alpha.dtype)) {
      throw new DTypeError(
        `lax.randomGamma: a float exponent is required, got ${alpha}; convert it`,
      );
    }
    return alpha.strong();
  },
  jvp: {
    kind: "partials",
    terms: [
      null,
      null,
      (t, [, , alpha], out, { logSpace }) => {
        if (!logSpace) return mul(t, randomGammaGrad(alpha, out));
        const draw = exp(out);
        // Where the draw underflows, its logarithm moves with log(u) / alpha alone.
        const slope = div(randomGammaGrad(alpha, draw), draw);
        return mul(t, select(eq(draw, 0), div(fullLike(out, 0), alpha), slope));
      },
    ],
  },
  transpose: nonlinear,
  batch: elementwise,
  lower: { kind: "routine", name: "randomGamma" },
});

/** Poisson draws: operands the two words of a key, the number of the draw and the mean. */
export const randomPoissonP = definePrimitive<4>("random_poisson", {
  abstractEval([k0, k1, index, rate]) {
    checkWords("randomPoisson", [k0, k1, index]);
    sameAval("randomPoisson", [k0, k1, index, rate.withDtype("uint32")]);
    if (rate.dtype !== "float32") {
      throw new DTypeError(
        `lax.randomPoisson: a float32 mean is required, got ${rate}; convert it`,
      );
    }
    return rate.withDtype("int32");
  },
  jvp: zeroJvp,
  transpose: nonlinear,
  batch: elementwise,
  lower: { kind: "routine", name: "randomPoisson" },
});

function checkWords(op: string, words: readonly ShapedArray[]): void {
  const wrong = words.find(({ dtype }) => dtype !== "uint32");
  if (wrong === undefined) return;
  throw new DTypeError(
    `lax.${op}: uint32 words of keys are required, got ${wrong}; use random.keyData`,
  );
}

/** A gamma draw, or its logarithm, for each element: keys as words, exponents. */
export function randomGamma(k0: NDArray, k1: NDArray, alpha: NDArray, logSpace: boolean): NDArray {
  return bind(randomGammaP, [k0, k1, alpha], { logSpace });
}

/** A Poisson draw for each element: keys as words, numbers of the draws, means. */
export function randomPoisson(k0: NDArray, k1: NDArray, index: NDArray, rate: NDArray): NDArray {
  return bind(randomPoissonP, [k0, k1, index, rate], noParams);
}
