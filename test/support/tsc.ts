/** Runs the TypeScript compiler, which has no API, as a program. */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** What tsc reports on the project in `folder`; empty if all is well. */
export function typeErrors(folder: string): string {
  const home = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
  const run = spawnSync(process.execPath, [join(home, "bin/tsc"), "-p", folder], {
    cwd: folder,
    encoding: "utf8",
  });
  if (run.error !== undefined) throw run.error;
  if (run.status !== 0 && run.stdout === "") throw new Error(`tsc failed: ${run.stderr}`);
  return run.stdout.trim();
}
