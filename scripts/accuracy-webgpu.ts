/**
 * Measures the elementary and special functions of the webgpu device against the interpreter's,
 * which are those of float64, at bit patterns drawn over all exponents, and writes
 * docs/accuracy-webgpu.md. Run: npx tsx scripts/accuracy-webgpu.ts
 */
import { writeFileSync } from "node:fs";
import { unpackGraphics, useSoftwareDriver } from "../test/support/graphics.ts";
import { accuracyTable } from "../test/webgpu/accuracy.ts";

await unpackGraphics();
useSoftwareDriver();
const { initWebGPU } = await import("../src/webgpu/index.ts");
await initWebGPU();

const rows = await accuracyTable(40_000);
const lines = [
  "# Accuracy on webgpu",
  "",
  "Largest error of each function in units of the last place of the float32 result, against its",
  "float64 value, at 40,000 arguments whose bit patterns are drawn over all exponents, and as many",
  "from -100 to 100; measured on SwiftShader, made by `scripts/accuracy-webgpu.ts`. Arguments and",
  "results below the normal numbers (1.2e-38) are left out: WGSL lets devices flush them to zero.",
  "",
  "| function | ulp | at |",
  "|---|---|---|",
  ...rows.map(
    ({ op, ulp, at }) =>
      `| ${op} | ${ulp.toFixed(2)} | ${at.map((x) => x.toPrecision(9)).join(", ")} |`,
  ),
  "",
  "`lgamma` and `digamma` cross zero between their poles at the negative whole numbers. The table's",
  "largest errors of both are met there, where the terms of the reflection formula cancel: the error",
  "is small against those terms, not against the result. `igamma`, `igammac`, `zeta`, `polygamma`",
  "and `betainc` are compared with the cpu to relative bounds of their own, in",
  "`test/webgpu/scalar-laws.ts`, which leaves out poles and results below 1e-36; they have no row.",
  "",
];
writeFileSync(new URL("../docs/accuracy-webgpu.md", import.meta.url), lines.join("\n"));
process.exit(0);
