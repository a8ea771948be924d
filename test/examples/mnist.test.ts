import { expect, test } from "vitest";
import { train } from "../../examples/mnist.ts";

test("a short training of the digits classifier gets most held-out digits right", () => {
  const lines: string[] = [];
  const { accuracy, losses } = train({
    epochs: 2,
    limit: 2000,
    batch: 50,
    hidden: 32,
    rate: 0.05,
    log: (line) => lines.push(line),
  });
  expect(accuracy).toBeGreaterThan(0.85);
  expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 3);
  expect(lines.at(-1)).toMatch(/accuracy on 1000 held-out digits: \d+\.\d %/);
});
