#!/usr/bin/env node
/** The command line: `npx udiff export program.mjs --entry step --args '[...]' -o out`. */
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { runCommand } from "udiff/export";

try {
  await runCommand(process.argv.slice(2), {
    load: (file) => import(pathToFileURL(resolve(file)).href),
    write: async (folder, name, content) => {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, name), content);
    },
    print: (line) => console.log(line),
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
