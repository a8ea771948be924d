import { expect, test } from "vitest";
import {
  isNode,
  lineAt,
  parse,
  readSources,
  type Sources,
  type Syntax,
  type SyntaxNode,
  walk,
} from "../support/source.ts";

/** The names that a declaration introduces. */
function namesOf(declaration: SyntaxNode): string[] {
  const declared =
    declaration.type === "VariableDeclaration"
      ? (declaration.declarations as SyntaxNode[]).map((one) => one.id)
      : [declaration.id];
  return declared.flatMap((id) => {
    if (!isNode(id)) return [];
    if (typeof id.name === "string") return [id.name];
    const inner: string[] = [];
    walk(id, (node) => {
      if (node.type === "Identifier" && typeof node.name === "string") inner.push(node.name);
    });
    return inner;
  });
}

/** Whether a doc comment with a sentence in it ends right before `statement`. */
function isDocumented(statement: SyntaxNode, text: string, { comments }: Syntax): boolean {
  return comments.some(
    (comment) =>
      comment.end <= statement.start &&
      text.slice(comment.end, statement.start).trim() === "" &&
      comment.text.startsWith("/**") &&
      /\p{L}{2}/u.test(comment.text),
  );
}

/**
 * One line for each exported name without a doc comment. Names that are passed on from another
 * file are documented there; of overloads, the first one speaks for all.
 */
function undocumented(sources: Sources): string[] {
  return [...sources].flatMap(([file, text]) => {
    const syntax = parse(file, text);
    const documented = new Set<string>();
    const exported = new Map<string, number>();
    for (const statement of syntax.body) {
      const isExport = /^Export(?:Named|Default)Declaration$/.test(statement.type);
      const declaration = isExport ? statement.declaration : statement;
      if (isNode(declaration)) {
        for (const name of namesOf(declaration)) {
          if (isDocumented(statement, text, syntax)) documented.add(name);
          if (isExport && !exported.has(name)) exported.set(name, statement.start);
        }
      } else if (isExport && statement.source === null) {
        for (const { local, start } of statement.specifiers as SyntaxNode[])
          if (isNode(local) && typeof local.name === "string") exported.set(local.name, start);
      }
    }
    const imported = new Set<unknown>();
    for (const statement of syntax.body)
      if (statement.type === "ImportDeclaration")
        for (const { local } of statement.specifiers as SyntaxNode[])
          if (isNode(local)) imported.add(local.name);
    return [...exported]
      .filter(([name]) => !documented.has(name) && !imported.has(name))
      .map(([name, start]) => `${file}:${lineAt(text, start)} ${name}`);
  });
}

/** One line for each place that says `any`. */
function anyTypes(sources: Sources): string[] {
  return [...sources].flatMap(([file, text]) => {
    const found: string[] = [];
    walk(parse(file, text).body, (node) => {
      if (node.type === "TSAnyKeyword") found.push(`${file}:${lineAt(text, node.start)}`);
    });
    return found;
  });
}

const sources = readSources("src");

test("every exported name has a doc comment", () => {
  expect(undocumented(sources)).toEqual([]);
});

test("no type is any", () => {
  expect(anyTypes(sources)).toEqual([]);
});

test("a name without a doc comment is seen, however it is exported", () => {
  const text = `
    /** Héading of the file. */
    import { z } from "./z.ts";
    export const a = 1;
    // A line comment is no doc comment.
    export function b() {}
    /** */
    export class C {}
    /* Nor is a plain block. */
    export interface D {}
    export type E = 1;
    const f = 2;
    export { f, z };
    /** Too far away. */
    const between = 0;
    export const [g, { h }] = [1, { h: between }];
  `;
  expect(undocumented(new Map([["src/core/x.ts", text]]))).toEqual([
    "src/core/x.ts:4 a",
    "src/core/x.ts:6 b",
    "src/core/x.ts:8 C",
    "src/core/x.ts:10 D",
    "src/core/x.ts:11 E",
    "src/core/x.ts:13 f",
    "src/core/x.ts:16 g",
    "src/core/x.ts:16 h",
  ]);
});

test("documented names, overloads and names passed on are let through", () => {
  const text = `
    export { p } from "./p.ts";
    export * from "./q.ts";
    /** First of two, naïve ∑. */
    export function a(x: number): number;
    export function a(x: string): string;
    export function a(x: unknown): unknown { return x; }
    /** Documented where it is declared. */
    const b = 1;
    export { b };
    /** A type and a value of one name. */
    export interface C {}
    export const C = {};
  `;
  expect(undocumented(new Map([["src/core/x.ts", text]]))).toEqual([]);
});

test("any is seen wherever a type may stand, and only there", () => {
  const text = `
    const any = "any"; // any
    const list: any[] = [];
    const f = (x: unknown) => x as any;
    type G = Map<string, any>;
  `;
  const lines = [3, 4, 5].map((line) => `src/core/x.ts:${line}`);
  expect(anyTypes(new Map([["src/core/x.ts", text]]))).toEqual(lines);
});
