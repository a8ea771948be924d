// Gradient checks of one's own function on drawn inputs, with fast-check and udiff/testing:
// npx tsx examples/property-checks.ts
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { customJvp, grad, type NDArray, numpy as np } from "udiff";
import { checkBatching, checkGrads } from "udiff/testing";

/** Smooth absolute value, summed: log cosh x without overflow. */
export function energy(x: NDArray): NDArray {
  const size = np.abs(x);
  const tail = np.log1p(np.exp(size.mul(-2)));
  return size.add(tail).sub(Math.LN2).sum();
}

const logCosh = customJvp((x: NDArray) => np.log(np.cosh(x)));
logCosh.defJvp(([x]: [NDArray], [t]: [NDArray]) => [logCosh(x), t.mul(np.tanh(x))]);

/** The same with a derivative of one's own, which is exact and does not overflow. */
export function energyByRule(x: NDArray): NDArray {
  return logCosh(x).sum();
}

const mistaken = customJvp((x: NDArray) => np.log(np.cosh(x)));
mistaken.defJvp(([x]: [NDArray], [t]: [NDArray]) => [mistaken(x), t.mul(np.tan(x))]);

/** And with a slip in the rule, tan for tanh, which the checks find. */
export function energyByWrongRule(x: NDArray): NDArray {
  return mistaken(x).sum();
}

// Multiples of 1/64 are exact, so that differences are good to many digits.
const entry = fc.integer({ min: -192, max: 192 }).map((n) => n / 64);
const points = fc
  .array(entry, { minLength: 1, maxLength: 6 })
  .map((list) => np.array(list, { dtype: "float64" }));

/**
 * Check `f` on `runs` drawn points: derivatives to the second order in both modes against
 * differences, and the gradient under vmap against a loop.
 *
 * @throws the first failure, shrunk to a small point by fast-check.
 */
export function checkFunction(f: (x: NDArray) => NDArray, runs: number): void {
  const property = fc.property(points, fc.integer({ min: 1, max: 1000 }), (x, seed) => {
    checkGrads(f, [x], { order: 2, seed, rtol: 1e-4, atol: 1e-4 });
    checkBatching(grad(f), [x], { seed, rtol: 1e-10, atol: 1e-10 });
  });
  fc.assert(property, { numRuns: runs });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const f of [energy, energyByRule, energyByWrongRule]) {
    try {
      checkFunction(f, 100);
      console.log(`${f.name}: derivatives hold on 100 points`);
    } catch (error) {
      console.log(
        `${f.name}: ${String((error as Error).message)
          .split("\n")
          .slice(0, 3)
          .join("\n  ")}`,
      );
    }
  }
}
