import { expect, test } from "vitest";
import { fitProcess } from "../../examples/gaussian-process.ts";
import { solve } from "../../examples/inverse-kinematics.ts";
import {
  checkFunction,
  energy,
  energyByRule,
  energyByWrongRule,
} from "../../examples/property-checks.ts";

test("robot arms reach their targets", () => {
  expect(solve(200, 60)).toBeLessThan(1e-3);
});

test("a Gaussian process fits noisy samples better after the fit than before", () => {
  const { before, after, error } = fitProcess(120);
  expect(after).toBeLessThan(before - 0.5);
  expect(error).toBeLessThan(0.12);
});

test("derivatives of one's own functions are checked on drawn points, and a wrong rule is found", () => {
  checkFunction(energy, 6);
  checkFunction(energyByRule, 6);
  expect(() => checkFunction(energyByWrongRule, 20)).toThrow("Counterexample");
});
