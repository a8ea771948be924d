import { grad, numpy as np } from "udiff";
import { expect, test } from "vitest";
import { fitNewton } from "../../examples/hessian.ts";
import { accuracy, fitLine, loss, makePoints } from "../../examples/logistic-regression.ts";

const points = makePoints(200);

test("gradient descent separates two clouds of points", () => {
  const { line, losses } = fitLine(points, 60);
  expect(losses[0]).toBeCloseTo(Math.LN2, 5);
  expect(losses.at(-1)).toBeLessThan(0.2);
  expect(accuracy(line, points)).toBeGreaterThan(0.93);
});

test("Newton's method finds the line of gradient descent in a tenth of the steps", () => {
  const { line, slopes } = fitNewton(points, 7);
  expect(slopes.at(-1)).toBeLessThan(1e-5);
  const { w, b } = grad(loss)(line, points);
  expect(Number(np.max(np.abs(w)).item()) + Math.abs(Number(b))).toBeLessThan(1e-5);
  const far = fitLine(points, 400).line;
  expect(np.allclose(far.w, line.w, { rtol: 1e-2 }).item()).toBe(true);
  expect(Number(far.b)).toBeCloseTo(Number(line.b), 2);
});
