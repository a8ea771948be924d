/** The page of examples/gpu-page, built and clicked through in headless Chromium. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { build, type PreviewServer, preview } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chromiumFlags, chromiumPath } from "../support/chromium.ts";

const configFile = fileURLToPath(
  new URL("../../examples/gpu-page/vite.config.ts", import.meta.url),
);
/** Where pictures of the page are left, for a look at it; nowhere if not set. */
const pictures = process.env.UDIFF_PAGE_PICTURES;

let server: PreviewServer;
let url: string;
const browsers: Browser[] = [];
const faults: string[] = [];

beforeAll(async () => {
  const outDir = mkdtempSync(join(tmpdir(), "gpu-page-"));
  const settings = { configFile, logLevel: "warn", build: { outDir } } as const;
  await build(settings);
  server = await preview({ ...settings, preview: { port: 0, host: "127.0.0.1" } });
  url = server.resolvedUrls?.local[0] as string;
});

afterAll(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  await server?.close();
});

async function open(flags: readonly string[]): Promise<Page> {
  const browser = await chromium.launch({
    ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
    args: [...flags],
  });
  browsers.push(browser);
  const page = await browser.newPage({ viewport: { width: 1200, height: 820 } });
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  await page.goto(url);
  await expect
    .poll(() => (faults.length > 0 ? faults.join("\n") : page.locator("#status").textContent()), {
      timeout: 30_000,
    })
    .toContain("Ready");
  return page;
}

/** A number that the page shows; NaN where it shows none. */
async function shown(page: Page, id: string): Promise<number> {
  return Number.parseFloat((await page.locator(`#${id}`).textContent()) ?? "");
}

async function trainTo(page: Page, steps: number): Promise<void> {
  await page.getByRole("button", { name: "Train" }).click();
  await expect.poll(() => shown(page, "steps"), { timeout: 90_000 }).toBeGreaterThanOrEqual(steps);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Train" }).waitFor();
}

/** Draw strokes with the mouse; points are parts of the canvas. */
async function draw(page: Page, ...strokes: [x: number, y: number][][]): Promise<void> {
  const { x, y, width, height } = (await page.locator("#drawing").boundingBox())!;
  for (const [first, ...rest] of strokes) {
    await page.mouse.move(x + width * first![0], y + height * first![1]);
    await page.mouse.down();
    for (const point of rest) {
      await page.mouse.move(x + width * point[0], y + height * point[1], { steps: 4 });
    }
    await page.mouse.up();
  }
}

test("trains on the cpu, goes on with WebGPU, and reads a drawn digit", async () => {
  const page = await open(chromiumFlags);
  expect(await page.locator("#missing").isHidden()).toBe(true);

  await trainTo(page, 60);
  const [steps, loss] = [await shown(page, "steps"), await shown(page, "loss")];
  expect(loss).toBeLessThan(1.5); // ln 10 is 2.3
  expect(await shown(page, "speed-cpu")).toBeGreaterThan(0);
  expect(await shown(page, "speed-webgpu")).toBeNaN();

  await page.getByRole("radio", { name: "webgpu" }).check();
  await expect.poll(() => page.locator("#status").textContent()).toContain("is on webgpu");
  await trainTo(page, steps + 200);
  expect(await shown(page, "speed-webgpu")).toBeGreaterThan(0);
  expect(await shown(page, "loss")).toBeLessThan(loss);
  await expect.poll(() => shown(page, "accuracy"), { timeout: 20_000 }).toBeGreaterThan(80);
  // Both devices have their part of the curve.
  expect(await page.locator("#curve svg [aria-label=line] path").count()).toBeGreaterThan(1);

  await draw(page, [[0.3, 0.2], [0.72, 0.2], [0.6, 0.45], [0.48, 0.85]]); // biome-ignore format: points
  await expect
    .poll(() => page.locator("#prediction").textContent(), { timeout: 20_000 })
    .toBe("This looks like 7.");
  expect(await page.locator("#probabilities li.best span").first().textContent()).toBe("7");
  const percents = await page.locator("#probabilities output").allTextContents();
  expect(percents.map(Number.parseFloat).reduce((a, b) => a + b)).toBeCloseTo(100, 0);
  if (pictures !== undefined) await page.screenshot({ path: join(pictures, "page.png") });

  // The same network gives the same answer on the other device.
  await page.getByRole("radio", { name: "cpu" }).check();
  await expect.poll(() => page.locator("#status").textContent()).toContain("is on cpu");
  await page.getByRole("button", { name: "Clear" }).click();
  await expect.poll(() => page.locator("#prediction").textContent()).toBe("Nothing is drawn.");
  await draw(page, [[0.5, 0.15], [0.5, 0.85]]); // biome-ignore format: points
  await expect.poll(() => page.locator("#prediction").textContent()).toBe("This looks like 1.");
  expect(faults).toEqual([]);
});

test("where WebGPU is missing, the page says why and trains on the cpu", async () => {
  const page = await open(chromiumFlags.filter((flag) => !flag.includes("webgpu")));
  const alert = page.getByRole("alert");
  expect(await alert.textContent()).toContain("an adapter is required");

  // Older browsers, and pages that are not served safely, lack the object itself.
  await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, "gpu"));
  await page.reload();
  await expect.poll(() => page.locator("#status").textContent()).toContain("Ready");
  expect(await page.evaluate(() => "gpu" in navigator)).toBe(false);
  expect(await alert.textContent()).toContain("WebGPU is missing here");
  expect(await alert.textContent()).toContain("navigator.gpu is required");
  expect(await page.getByRole("radio", { name: "webgpu" }).isDisabled()).toBe(true);
  await trainTo(page, 30);
  expect(await shown(page, "loss")).toBeLessThan(2);
  if (pictures !== undefined) await page.screenshot({ path: join(pictures, "missing.png") });
  expect(faults).toEqual([]);
});
