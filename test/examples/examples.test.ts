import fc from "fast-check";
import { grad, type NDArray, numpy as np } from "udiff";
import { checkBatching, checkGrads } from "udiff/testing";
import { expect, test } from "vitest";
import { fitProcess } from "../../examples/gaussian-process.ts";
import { solve } from "../../examples/inverse-kinematics.ts";

test("robot arms reach their targets", () => {
  expect(solve(200, 60)).toBeLessThan(1e-3);
});

test("a Gaussian process fits noisy samples better after the fit than before", () => {
  const { before, after, error } = fitProcess(120);
  expect(after).toBeLessThan(before - 0.5);
  expect(error).toBeLessThan(0.12);
});

// A user's own function, checked by properties: what the library's tests do to each primitive.
const energy = (x: NDArray): NDArray => np.sum(np.log(np.cosh(x)).add(np.square(x).mul(0.1)));

test("the gradient of a user's function holds for whatever values it is given", () => {
  const entry = fc.integer({ min: -192, max: 192 }).map((n) => n / 64);
  const points = fc
    .array(entry, { minLength: 1, maxLength: 6 })
    .map((list) => np.array(Float64Array.from(list)));
  fc.assert(
    fc.property(points, fc.integer({ min: 1, max: 1000 }), (x, seed) => {
      checkGrads(energy, [x], { order: 2, seed, rtol: 1e-4, atol: 1e-4 });
      checkBatching(grad(energy), [x], { seed, rtol: 1e-10, atol: 1e-10 });
    }),
    { numRuns: 20 },
  );
});
