import { ArgumentError } from "../core/errors.ts";

/** Kinds of the pieces that MLIR text is made of. */
export type TokenKind =
  /** `%3`, `%3#1`, `%arg0` */
  | "value"
  /** `@main` */
  | "symbol"
  /** `^bb0` */
  | "block"
  /** `stablehlo.add`, `dims`, `true` */
  | "word"
  | "number"
  | "string"
  /** `tensor<2x3xf32>` */
  | "type"
  /** `dense<...>`, `array<...>`, `#stablehlo.gather<...>`: as a whole */
  | "attribute"
  | "mark"
  | "end";

/** One piece of the text. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly line: number;
}

const patterns: readonly (readonly [TokenKind, RegExp])[] = [
  ["value", /%[\w$.-]+(?:#\d+)?/y],
  ["symbol", /@(?:[\w$.-]+|"[^"]*")/y],
  ["block", /\^[\w$.]+/y],
  ["string", /"(?:[^"\\]|\\.)*"/y],
  ["type", /tensor<(?:\d+x)*\w+>/y],
  ["number", /-?(?:0x[0-9A-Fa-f]+|\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)/y],
  ["word", /[A-Za-z_][\w$.]*/y],
  ["mark", /->|<\{|\}>|[(){}[\]<>,:=+?*!-]/y],
];

/** What a bracket stands for when an attribute is taken as a whole. */
const nested = /^(?:dense|array|dense_resource)$/;

/** The pieces of a text, with an end. @throws ArgumentError for what is none, with its line. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let at = 0;
  const skip = /(?:[ \t\r]+|\/\/[^\n]*)/y;
  while (at < text.length) {
    if (text[at] === "\n") {
      line++;
      at++;
      continue;
    }
    skip.lastIndex = at;
    if (skip.test(text)) {
      at = skip.lastIndex;
      continue;
    }
    const attribute = attributeAt(text, at);
    if (attribute !== null) {
      tokens.push({ kind: "attribute", text: attribute, line });
      line += attribute.split("\n").length - 1;
      at += attribute.length;
      continue;
    }
    const token = tokenAt(text, at, line);
    tokens.push(token);
    at += token.text.length;
  }
  tokens.push({ kind: "end", text: "the end", line });
  return tokens;
}

function tokenAt(text: string, at: number, line: number): Token {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) return { kind, text: match[0], line };
  }
  throw new ArgumentError(
    `importStableHLO: line ${line}: text of MLIR is required, got ${JSON.stringify(text[at])}; pass what exportStableHLO or JAX wrote`,
  );
}

/** `dense<...>` or `#name<...>` up to the bracket that closes it; null for anything else. */
function attributeAt(text: string, at: number): string | null {
  const head = /(?:#[\w.]+|[a-z_]+)(?=<)/y;
  head.lastIndex = at;
  const match = head.exec(text);
  if (match === null || !(match[0].startsWith("#") || nested.test(match[0]))) return null;
  let depth = 0;
  let isString = false;
  for (let i = at + match[0].length; i < text.length; i++) {
    const char = text[i];
    if (char === '"') isString = !isString;
    if (isString) continue;
    if (char === "<") depth++;
    if (char === ">" && text[i - 1] !== "-") depth--;
    if (depth === 0) return text.slice(at, i + 1);
  }
  return null;
}
