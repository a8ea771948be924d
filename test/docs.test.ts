/**
 * Runs every ts block of README.md and docs. Each is a module of its own that imports the sources
 * as users import the package. What it prints must be what its `// =>` comments say, if it has any.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "node:util";
import { afterEach, expect, test, vi } from "vitest";
import { emptyFolder } from "./support/cache.ts";
import { allBlocks, blocksOf } from "./support/documents.ts";
import { typeErrors } from "./support/tsc.ts";

const folder = emptyFolder("docs");

const cases = allBlocks().map((block) => {
  const name = `${block.document.replaceAll("/", "-").replace(/\.md$/, "")}-${block.line}.ts`;
  // The header puts each line of the block on the line it has in the document.
  writeFileSync(join(folder, name), "\n".repeat(block.line) + block.code);
  return { ...block, where: `${block.document}:${block.line}`, file: join(folder, name) };
});

afterEach(() => {
  vi.restoreAllMocks();
});

test.each(cases.filter(({ browser }) => !browser))(
  "$where runs and prints what it says",
  async ({ file, prints }) => {
    const printed: string[] = [];
    vi.spyOn(console, "log").mockImplementation((...args) => {
      printed.push(...format(...args).split("\n"));
    });
    await import(/* @vite-ignore */ file);
    if (prints.length > 0) expect(printed.map((line) => line.trim())).toEqual(prints);
  },
  // The first block loads the library, which takes its time where other work is running.
  30_000,
);

test("the blocks have no type errors", () => {
  const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false };
  const project = { extends: "../../tsconfig.json", compilerOptions, include: ["*.ts"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(project));
  if (cases.length > 0) expect(typeErrors(folder)).toBe("");
}, 60_000);

test("blocks are found with their lines, marks and expected output", () => {
  const fence = "```";
  const text = [
    "# Title",
    `${fence}ts`,
    "console.log(1); // => 1",
    "for (const x of [2, 3]) console.log(x);",
    "// => 2",
    "// => 3",
    fence,
    `${fence}sh`,
    "npm test",
    fence,
    `${fence}ts browser`,
    "await initWebGPU();",
    fence,
  ].join("\n");
  expect(blocksOf("docs/x.md", text)).toEqual([
    {
      document: "docs/x.md",
      line: 2,
      code: `${text.split("\n").slice(2, 6).join("\n")}\n`,
      browser: false,
      prints: ["1", "2", "3"],
    },
    {
      document: "docs/x.md",
      line: 11,
      code: "await initWebGPU();\n",
      browser: true,
      prints: [],
    },
  ]);
});
