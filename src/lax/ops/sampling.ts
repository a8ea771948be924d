import type { ShapedArray } from "../../core/aval.ts";
import { isFloat } from "../../core/dtype.ts";
import { DTypeError } from "../../core/errors.ts";
import {
  batchRule,
  definePrimitive,
  elementwise,
  nonlinear,
  type PrimitiveOf,
  zeroJvp,
} from "../../core/primitive.ts";
import { bind, noParams } from "../../core/trace.ts";
import type { NDArray } from "../../core/value.ts";
import { div, mul } from "./arith.ts";
import { broadcastInDim, fullLike } from "./broadcast.ts";
import { eq, select } from "./compare.ts";
import { moveAxis } from "./layout.ts";
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

/**
 * Binomial draws: operands the words of keys [...batch], numbers of trials and chances, both
 * [...batch, ...draw] in one of float32 and float64. Draws under one key hang together.
 */
export const randomBinomialP: PrimitiveOf<4, object> = definePrimitive<4, object>(
  "random_binomial",
  {
    abstractEval([k0, k1, count, chance]) {
      checkWords("randomBinomial", [k0, k1]);
      sameAval("randomBinomial", [k0, k1]);
      const aval = sameAval("randomBinomial", [count, chance]);
      const keysFit = k0.shape.every((extent, i) => extent === aval.shape[i]);
      if ((aval.dtype === "float32" || aval.dtype === "float64") && keysFit) return aval.strong();
      throw new DTypeError(
        `lax.randomBinomial: float32 or float64 parameters of the shape of the keys and of the draw are required, got ${k0}, ${count} and ${chance}; convert or broadcast them`,
      );
    },
    jvp: zeroJvp,
    transpose: nonlinear,
    batch: batchRule(([k0, k1, count, chance], [d0, d1, dc, dp], params, { size }) => {
      const front = (x: NDArray, d: number | null): NDArray =>
        d === null
          ? broadcastInDim(
              x,
              [size, ...x.shape],
              x.shape.map((_, i) => i + 1),
            )
          : moveAxis(x, d, 0);
      const moved = [front(k0, d0), front(k1, d1), front(count, dc), front(chance, dp)] as const;
      return [bind(randomBinomialP, moved, params), 0];
    }),
    lower: { kind: "routine", name: "randomBinomial" },
  },
);

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

/** Binomial draws: words of keys, numbers of trials and chances; see `randomBinomialP`. */
export function randomBinomial(k0: NDArray, k1: NDArray, count: NDArray, chance: NDArray): NDArray {
  return bind(randomBinomialP, [k0, k1, count, chance], noParams);
}
