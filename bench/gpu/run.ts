/** `npm run bench:gpu`: udiff against jax-js and TensorFlow.js, on WebGPU in headless Chromium. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build, preview } from "vite";
import { chromiumFlags, chromiumPath } from "../../test/support/chromium.ts";
import { unpackGraphics } from "../../test/support/graphics.ts";
import type { Line } from "./page.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const configFile = join(here, "vite.config.ts");

if (!existsSync(join(here, "node_modules"))) {
  const install = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: here,
    stdio: "inherit",
  });
  if (install.status !== 0) process.exit(1);
}
if (process.platform === "linux") await unpackGraphics();
const outDir = mkdtempSync(join(tmpdir(), "bench-gpu-"));
const settings = { configFile, logLevel: "error", build: { outDir } } as const;
await build(settings);
writeFileSync(join(outDir, "index.html"), '<!doctype html><link rel="icon" href="data:," />');
const server = await preview({ ...settings, preview: { port: 0, host: "127.0.0.1" } });
const browser = await chromium.launch({
  ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
  args: [...chromiumFlags],
});
try {
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(String(error)));
  await page.goto(server.resolvedUrls?.local[0] ?? "");
  await page.addScriptTag({ url: "bench.js", type: "module" });
  await page.waitForFunction("typeof bench === 'function'");
  print((await page.evaluate("bench()")) as Line[], browser.version());
} finally {
  await browser.close();
  await server.close();
  rmSync(outDir, { recursive: true });
}

const host = spawnSync(process.execPath, ["--import", "tsx", join(here, "host.ts")], {
  stdio: "inherit",
});
if (host.status !== 0) process.exit(1);

function print(lines: readonly Line[], version: string): void {
  const cell = (time: number | string | undefined): string =>
    typeof time === "number" ? `${time.toFixed(2)} ms` : String(time);
  const ratio = (peer: number | string | undefined, own: number | string | undefined): string =>
    typeof peer === "number" && typeof own === "number" ? `${(peer / own).toFixed(2)} x` : "-";
  console.log(
    `Chromium ${version}; medians of one run; x: how many times udiff's time a peer takes\n`,
  );
  console.log(
    "| workload | udiff | dispatches | jax-js | | tfjs | |\n|---|---|---|---|---|---|---|",
  );
  for (const { workload, kernels, times } of lines) {
    const { udiff, "jax-js": jaxJs, tfjs } = times;
    console.log(
      `| ${workload} | ${cell(udiff)} | ${kernels} | ${cell(jaxJs)} | ${ratio(jaxJs, udiff)} | ${cell(tfjs)} | ${ratio(tfjs, udiff)} |`,
    );
  }
}
