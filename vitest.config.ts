import { fileURLToPath } from "node:url";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { chromiumFlags, chromiumPath } from "./test/support/chromium.ts";

const src = fileURLToPath(new URL("src", import.meta.url));

const slow = "**/*.slow.test.ts";
const builtPackage = "test/package.test.ts";
const gpu = "test/webgpu/**/*.test.ts";
const gpuLaws = "property-tests/webgpu/**/*.test.ts";

export default defineConfig({
  resolve: {
    // Tests and documents import as users do; tsconfig.json has the same two paths.
    alias: [
      { find: /^udiff$/, replacement: `${src}/index.ts` },
      { find: /^udiff\/([a-z]+)$/, replacement: `${src}/$1/index.ts` },
    ],
  },
  server: { watch: { ignored: ["**/.cache/**"] } },
  test: {
    // Files share their worker's modules: a process for each would take longer than the tests.
    pool: "threads",
    isolate: false,
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      reporter: ["text-summary", "html", "json-summary"],
      thresholds: { lines: 90 },
    },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [slow, builtPackage, gpu, "test/browser/**", "test/page/**"],
          // Generous, as a machine may have more to do than to test.
          testTimeout: 60_000,
        },
      },
      {
        // A first look at the device, as a part of `npm test`.
        extends: true,
        test: {
          name: "gpu-smoke",
          include: ["test/webgpu/arrays.test.ts"],
          pool: "forks",
          globalSetup: ["test/support/graphics-setup.ts"],
          setupFiles: ["test/webgpu/setup.ts"],
          testTimeout: 60_000,
        },
      },
      {
        // WGSL for real: Dawn on the system's driver, or on SwiftShader where there is none.
        extends: true,
        test: {
          name: "gpu",
          include: [gpu],
          exclude: [slow],
          pool: "forks",
          globalSetup: ["test/support/graphics-setup.ts"],
          setupFiles: ["test/webgpu/setup.ts"],
          testTimeout: 60_000,
        },
      },
      {
        // Loops of ten thousand steps on the device.
        extends: true,
        test: {
          name: "gpu-slow",
          include: [`test/webgpu/${slow}`],
          pool: "forks",
          globalSetup: ["test/support/graphics-setup.ts"],
          setupFiles: ["test/webgpu/setup.ts"],
          testTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: "property",
          include: ["property-tests/**/*.test.ts"],
          exclude: [slow, gpuLaws],
          setupFiles: ["property-tests/setup.ts"],
          testTimeout: 60_000,
        },
      },
      {
        // Every law on the device: agreement with the cpu.
        extends: true,
        test: {
          name: "gpu-laws",
          include: [gpuLaws],
          pool: "forks",
          globalSetup: ["test/support/graphics-setup.ts"],
          setupFiles: ["test/webgpu/setup.ts", "property-tests/setup.ts"],
          testTimeout: 120_000,
        },
      },
      {
        // The same in headless Chromium, with its own WebGPU.
        extends: true,
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          isolate: true,
          globalSetup: ["test/support/graphics-setup.ts"],
          setupFiles: ["test/browser/setup.ts"],
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
                args: [...chromiumFlags],
              },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
      {
        // The page of examples/gpu-page, clicked through in headless Chromium.
        extends: true,
        test: {
          name: "page",
          include: ["test/page/**/*.test.ts"],
          globalSetup: ["test/support/graphics-setup.ts"],
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "types",
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ["test/types/**/*.test-d.ts"],
            tsconfig: "./tsconfig.json",
            // Errors elsewhere belong to `npm run check`.
            ignoreSourceErrors: true,
          },
        },
      },
      {
        // The laws once more with many more draws, and whatever takes seconds.
        extends: true,
        test: {
          name: "slow",
          include: ["property-tests/**/*.test.ts", `test/${slow}`],
          exclude: [gpuLaws, gpu],
          setupFiles: ["property-tests/setup.ts"],
          env: { UDIFF_LAWS: "long" },
          testTimeout: 120_000,
        },
      },
      {
        // Exported programs on XLA, where Python has JAX: `npm run test:xla`.
        extends: true,
        test: {
          name: "xla",
          include: ["test/xla/**/*.xla.ts"],
          setupFiles: ["property-tests/setup.ts"],
          testTimeout: 600_000,
        },
      },
      {
        // What is in dist; `npm run test:package` builds it first.
        extends: true,
        test: {
          name: "package",
          include: [builtPackage],
          testTimeout: 60_000,
        },
      },
    ],
  },
});
