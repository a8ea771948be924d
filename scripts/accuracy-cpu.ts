/**
 * Measures the functions of float32 that JavaScript and compiled kernels share against those of
 * float64, over the whole range, and writes docs/accuracy-cpu.md. Run:
 * npx tsx scripts/accuracy-cpu.ts
 */
import { writeFileSync } from "node:fs";
import { bounded, worstError } from "../test/kernel/elementary/errors.ts";

const step = 2003;
const lines = [
  "# Accuracy on the cpu",
  "",
  "Largest error of the functions of float32 that are one algorithm in JavaScript and in compiled",
  "kernels, in units of the last place of the result, against their float64 values, at every 2003rd",
  "bit pattern of a float32, subnormal numbers included; made by `scripts/accuracy-cpu.ts`. All other",
  "functions are those of float64, rounded once, wherever they run; so are sine, cosine and tangent",
  "of numbers above a million.",
  "",
  "| function | ulp | at |",
  "|---|---|---|",
  ...bounded.map((one) => {
    const { ulp, at } = worstError(one, step);
    return `| ${one.name} | ${ulp.toFixed(2)} | ${at.toPrecision(9)} |`;
  }),
  "",
];
writeFileSync(new URL("../docs/accuracy-cpu.md", import.meta.url), lines.join("\n"));
