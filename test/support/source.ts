/** Reads the source tree for the house tests: imports, exported names, comments. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "rolldown/utils";

/** Source text by path from the root of the project, with forward slashes. */
export type Sources = ReadonlyMap<string, string>;

/** The root folder of the project. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Every TypeScript file below `folder`, a path from the root; none where the folder is missing. */
export function readSources(folder: string): Sources {
  const found = existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    : [];
  const files = found
    .filter((file) => file.endsWith(".ts"))
    .map((file) => posix.join(folder, file.replaceAll("\\", "/")))
    .sort();
  return new Map(files.map((file) => [file, readFileSync(join(root, file), "utf8")]));
}

/** A node of the syntax tree, as far as the house tests look into it. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** A comment and where it stands. */
export interface Comment {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A parsed file: its top-level statements and all its comments. */
export interface Syntax {
  readonly body: readonly SyntaxNode[];
  readonly comments: readonly Comment[];
}

/** The syntax tree of `text`; a syntax error is an exception that names the file. */
export function parse(file: string, text: string): Syntax {
  const { program, comments, errors } = parseSync(file, text);
  const [first] = errors;
  if (first !== undefined) throw new SyntaxError(`${file}: ${first.message}`);
  return {
    body: program.body as unknown as SyntaxNode[],
    comments: comments.map(({ type, value, start, end }) => ({
      text: type === "Block" ? `/*${value}*/` : `//${value}`,
      start,
      end,
    })),
  };
}

/** Whether `value` is a node of the syntax tree. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

/** Call `visit` on each node of a tree, parents first. */
export function walk(node: unknown, visit: (node: SyntaxNode) => void): void {
  if (Array.isArray(node)) {
    for (const child of node) walk(child, visit);
  } else if (isNode(node)) {
    visit(node);
    for (const child of Object.values(node)) walk(child, visit);
  }
}

/** The line, from 1, on which `offset` stands. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/**
 * What a file imports, each specifier once: static and dynamic imports, re-exports, types, and
 * modules it augments. Relative specifiers are turned into paths from the root.
 */
export function importsOf(file: string, text: string): string[] {
  const found = new Set<string>();
  walk(parse(file, text).body, (node) => {
    const source =
      node.type === "TSModuleDeclaration" ? node.id : "source" in node ? node.source : undefined;
    if (isNode(source) && source.type === "Literal" && typeof source.value === "string")
      found.add(source.value);
  });
  return [...found].map((name) =>
    name.startsWith(".") ? posix.join(posix.dirname(file), name) : name,
  );
}
