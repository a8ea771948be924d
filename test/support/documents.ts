/** Finds the ts blocks of the documents, for the test that runs them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { lineAt, root } from "./source.ts";

/** A fenced block of TypeScript in a document. */
export interface Block {
  readonly document: string;
  /** The line of the opening fence, from 1. */
  readonly line: number;
  readonly code: string;
  /** Whether the block needs a page and a GPU, so that its types are all a test can check. */
  readonly browser: boolean;
  /** What the block says it prints: the text after each `// =>`. */
  readonly prints: readonly string[];
}

/** README.md and every document in docs, as paths from the root; none that is missing. */
export function documents(): string[] {
  const docs = existsSync(join(root, "docs")) ? readdirSync(join(root, "docs")) : [];
  return ["README.md", ...docs.filter((file) => file.endsWith(".md")).map((file) => `docs/${file}`)]
    .filter((file) => existsSync(join(root, file)))
    .sort();
}

/** The ts blocks of a document, in order. */
export function blocksOf(document: string, text: string): Block[] {
  const fences = text.matchAll(/^```ts( browser)?[ \t]*\n(.*?)^```[ \t]*$/gms);
  return [...fences].map((fence) => {
    const [, browser, code = ""] = fence;
    return {
      document,
      line: lineAt(text, fence.index),
      code,
      browser: browser !== undefined,
      prints: [...code.matchAll(/\/\/ =>(.*)$/gm)].map(([, printed = ""]) => printed.trim()),
    };
  });
}

/** The ts blocks of all documents. */
export function allBlocks(): Block[] {
  return documents().flatMap((file) => blocksOf(file, readFileSync(join(root, file), "utf8")));
}
