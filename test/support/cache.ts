/** A folder for files that tests write and other tools read. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./source.ts";

/** An empty folder of this name, below `.cache` in the root, which git and the linter ignore. */
export function emptyFolder(name: string): string {
  const folder = join(root, ".cache", name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}
