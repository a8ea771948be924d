import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where the browser of the tests is once `unpackGraphics` has run; elsewhere the system's own. */
export const chromiumPath: string | undefined =
  process.platform === "linux" ? join(tmpdir(), "chromium") : undefined;

/** Flags with which headless Chromium offers WebGPU, in software where there is no card. */
export const chromiumFlags: readonly string[] = [
  "--headless=new",
  "--no-sandbox",
  "--enable-unsafe-webgpu",
  ...(process.platform === "linux"
    ? ["--use-webgpu-adapter=swiftshader", "--enable-features=Vulkan"]
    : []),
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
