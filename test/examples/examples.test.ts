import { expect, test } from "vitest";
import { fitProcess } from "../../examples/gaussian-process.ts";
import { fitAnimals } from "../../examples/hares-and-lynx.ts";
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

test("predator and prey are fitted to the record of hares and lynx, as a Bayesian fit has them", () => {
  const fit = fitAnimals(250);
  expect(fit.before).toBeGreaterThan(0.3);
  expect(fit.after).toBeLessThan(0.0482);
  // Means of the posterior in Stan's case study, within one part in twenty.
  const means = { births: 0.55, hunting: 0.028, deaths: 0.8, feeding: 0.024 };
  const ratios = Object.entries(means).map(
    ([name, mean]) => fit[name as keyof typeof means] / mean,
  );
  expect(Math.max(...ratios.map((ratio) => Math.abs(ratio - 1)))).toBeLessThan(0.05);
});

test("derivatives of one's own functions are checked on drawn points, and a wrong rule is found", () => {
  checkFunction(energy, 6);
  checkFunction(energyByRule, 6);
  expect(() => checkFunction(energyByWrongRule, 20)).toThrow("Counterexample");
});
