import { type ShapedArray, shapedArray } from "../core/aval.ts";
import type { DType } from "../core/dtype.ts";
import { ArgumentError } from "../core/errors.ts";
import { type Token, type TokenKind, tokensOf } from "./lexer.ts";
import { elementNames } from "./tensor-types.ts";

/** A block: what it is given, and its operations, of which the last returns. */
export interface Block {
  readonly inputs: readonly string[];
  readonly types: readonly ShapedArray[];
  readonly ops: readonly Op[];
}

/** One operation as it is written. */
export interface Op {
  readonly name: string;
  readonly results: readonly string[];
  readonly operands: readonly string[];
  /** Named attributes, and by number the bare ones. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly regions: readonly Block[];
  readonly outs: readonly ShapedArray[];
  readonly line: number;
}

/** A function of a module. */
export interface ParsedFunction {
  readonly name: string;
  readonly body: Block;
}

/** The functions of a module by name. @throws ArgumentError with the line of what is not understood. */
export function parseModule(text: string): ReadonlyMap<string, ParsedFunction> {
  return new Parser(tokensOf(text)).module();
}

const dtypes = new Map<string, DType>(
  Object.entries(elementNames).flatMap(
    ([dtype, name]) => (name === null ? [] : [[name, dtype as DType] as const]), // keys of a table of dtypes
  ),
);

/** The error for text outside the subset. */
export function unsupported(line: number, what: string): ArgumentError {
  return new ArgumentError(
    `importStableHLO: line ${line}: an operation of the imported subset is required, got ${what}; see docs/scaling.md for what is read`,
  );
}

class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  module(): ReadonlyMap<string, ParsedFunction> {
    const functions = new Map<string, ParsedFunction>();
    const hasHead = this.accept("module");
    if (hasHead) {
      if (this.is("symbol")) this.next();
      if (this.accept("attributes")) this.balanced();
      this.expect("{");
    }
    while (!this.is("end") && !this.sees("}")) {
      if (this.accept("func.func")) {
        const parsed = this.func();
        functions.set(parsed.name, parsed);
      } else if (this.accept("sdy.mesh")) {
        this.next();
        this.expect("=");
        this.angled();
        if (this.sees("{")) this.balanced();
      } else throw unsupported(this.peek().line, this.peek().text);
    }
    if (hasHead) this.expect("}");
    return functions;
  }

  private func(): ParsedFunction {
    if (this.sees("public") || this.sees("private")) this.next();
    const name = this.take("symbol").text.slice(1);
    const inputs: string[] = [];
    const types: ShapedArray[] = [];
    this.expect("(");
    while (!this.accept(")")) {
      inputs.push(this.take("value").text);
      this.expect(":");
      types.push(this.type());
      if (this.sees("{")) this.balanced();
      this.accept(",");
    }
    if (this.accept("->")) this.results();
    if (this.accept("attributes")) this.balanced();
    this.expect("{");
    return { name, body: { inputs, types, ops: this.opsUpTo("}") } };
  }

  private results(): void {
    if (!this.accept("(")) {
      this.type();
      return;
    }
    while (!this.accept(")")) {
      this.type();
      if (this.sees("{")) this.balanced();
      this.accept(",");
    }
  }

  private opsUpTo(end: string): Op[] {
    const ops: Op[] = [];
    while (!this.accept(end)) ops.push(this.op());
    return ops;
  }

  private op(): Op {
    const { line } = this.peek();
    const results: string[] = [];
    while (this.is("value")) {
      const { text } = this.next();
      if (this.accept(":")) {
        const count = Number(this.take("number").text);
        for (let i = 0; i < count; i++) results.push(`${text}#${i}`);
      } else results.push(text);
      this.accept(",");
    }
    if (results.length > 0) this.expect("=");
    const token = this.next();
    const name = token.kind === "string" ? token.text.slice(1, -1) : token.text;
    const draft = new Draft(name, results, line);
    if (name === "stablehlo.while") this.whileOp(draft);
    else if (name === "stablehlo.reduce") this.reduceOp(draft);
    else this.plainOp(draft);
    return draft.op();
  }

  private plainOp(draft: Draft): void {
    let bare = 0;
    while (!this.accept(":")) {
      const token = this.peek();
      if (token.kind === "end" || this.sees("}")) {
        if (draft.name.endsWith("return")) return; // of nothing
        throw unsupported(draft.line, draft.name);
      }
      if (this.accept("<{")) this.dictionary(draft, "}>");
      else if (this.accept("{")) this.dictionary(draft, "}");
      else if (this.accept("(")) this.parenthesis(draft);
      else if (token.kind === "symbol") draft.attributes.set(String(bare++), this.next().text);
      else if (token.kind === "value") draft.operands.push(this.next().text);
      else if (this.accept(",")) continue;
      else if (token.kind === "word" && this.peek(1).text === "=") {
        this.next();
        this.next();
        draft.attributes.set(token.text, this.attribute());
      } else draft.attributes.set(String(bare++), this.attribute());
    }
    draft.types(this.signature());
  }

  /** Operands, or regions; `top_k(%x, k = 2)` has a named attribute among them. */
  private parenthesis(draft: Draft): void {
    if (this.sees("{")) {
      do {
        this.expect("{");
        draft.regions.push(this.region());
      } while (this.accept(","));
      this.expect(")");
      return;
    }
    while (!this.accept(")")) {
      if (this.is("value")) draft.operands.push(this.next().text);
      else if (this.is("word") && this.peek(1).text === "=") {
        const name = this.next().text;
        this.next();
        draft.attributes.set(name, this.attribute());
      } else throw unsupported(draft.line, draft.name);
      this.accept(",");
    }
  }

  private region(): Block {
    const inputs: string[] = [];
    const types: ShapedArray[] = [];
    if (this.is("block")) {
      this.next();
      this.expect("(");
      while (!this.accept(")")) {
        inputs.push(this.take("value").text);
        this.expect(":");
        types.push(this.type());
        this.accept(",");
      }
      this.expect(":");
    }
    return { inputs, types, ops: this.opsUpTo("}") };
  }

  private whileOp(draft: Draft): void {
    const inputs: string[] = [];
    this.expect("(");
    while (!this.accept(")")) {
      inputs.push(this.take("value").text);
      this.expect("=");
      draft.operands.push(this.take("value").text);
      this.accept(",");
    }
    this.expect(":");
    const types = [this.type()];
    while (this.accept(",")) types.push(this.type());
    if (this.accept("attributes")) this.balanced();
    this.expect("cond");
    this.expect("{");
    draft.regions.push({ inputs, types, ops: this.opsUpTo("}") });
    this.expect("do");
    this.expect("{");
    draft.regions.push({ inputs, types, ops: this.opsUpTo("}") });
    draft.types(types);
  }

  private reduceOp(draft: Draft): void {
    const starts: string[] = [];
    do {
      this.expect("(");
      draft.operands.push(this.take("value").text);
      this.expect("init");
      this.expect(":");
      starts.push(this.take("value").text);
      this.expect(")");
    } while (this.accept(","));
    draft.operands.push(...starts);
    if (this.accept("applies")) draft.attributes.set("applies", this.next().text);
    this.expect("across");
    this.expect("dimensions");
    this.expect("=");
    draft.attributes.set("dimensions", this.attribute());
    if (this.sees("{")) this.balanced();
    this.expect(":");
    draft.types(this.signature());
    if (!this.accept("reducer")) return;
    const pairs: (readonly [string, string])[] = [];
    const types: ShapedArray[] = [];
    while (this.accept("(")) {
      const first = this.take("value").text;
      this.expect(":");
      types.push(this.type());
      this.expect(",");
      const second = this.take("value").text;
      this.expect(":");
      this.type();
      this.expect(")");
      pairs.push([first, second]);
    }
    this.expect("{");
    const inputs = [...pairs.map(([a]) => a), ...pairs.map(([, b]) => b)];
    draft.regions.push({ inputs, types: [...types, ...types], ops: this.opsUpTo("}") });
  }

  private dictionary(draft: Draft, end: string): void {
    while (!this.accept(end)) {
      const name = this.next().text;
      draft.attributes.set(name, this.accept("=") ? this.attribute() : "true");
      this.accept(",");
    }
  }

  /** The text of a value: up to a comma, a colon before types, or a closing bracket. */
  private attribute(): string {
    const parts: string[] = [];
    let depth = 0;
    for (;;) {
      const { text, kind } = this.peek();
      if (kind === "end") break;
      const isOpen = text === "[" || text === "{" || text === "(";
      const isClosed = text === "]" || text === "}" || text === ")";
      if (depth === 0 && (isClosed || text === "}>" || text === ",")) break;
      if (depth === 0 && text === "{" && parts.length > 0) break;
      if (depth === 0 && text === ":" && !this.isIntegerType()) break;
      if (depth === 0 && parts.length > 0 && this.isNextItem(parts)) break;
      if (isOpen) depth++;
      if (isClosed) depth--;
      parts.push(this.next().text);
    }
    return parts.join(" ");
  }

  /** Whether what comes is no more part of the value: an operand after a bare word. */
  private isNextItem(parts: readonly string[]): boolean {
    const { kind, text } = this.peek();
    const last = parts.at(-1);
    return kind === "value" && last !== "x" && text !== "x";
  }

  /** `: i64` or `: tensor<...>` after a number or a dense attribute inside a dictionary. */
  private isIntegerType(): boolean {
    const { text, kind } = this.peek(1);
    if (/^(?:i|ui|f|bf)\d+$/.test(text)) return true;
    return kind === "type" && [",", "}", "}>"].includes(this.peek(2).text);
  }

  private signature(): readonly ShapedArray[] {
    const first = this.typeGroup();
    if (this.accept("->")) return this.typeGroup();
    return first;
  }

  private typeGroup(): readonly ShapedArray[] {
    const types: ShapedArray[] = [];
    if (this.accept("(")) {
      while (!this.accept(")")) {
        types.push(this.type());
        this.accept(",");
      }
      return types;
    }
    types.push(this.type());
    while (this.sees(",") && this.peek(1).kind === "type") {
      this.next();
      types.push(this.type());
    }
    return types;
  }

  private type(): ShapedArray {
    const token = this.take("type");
    const inside = token.text.slice("tensor<".length, -1).split("x");
    const name = inside.pop() ?? "";
    const dtype = dtypes.get(name);
    if (dtype === undefined) throw unsupported(token.line, token.text);
    return shapedArray(inside.map(Number), dtype);
  }

  /** Skip a bracket and all inside it. */
  private balanced(): void {
    let depth = 0;
    do {
      const { text, kind } = this.next();
      if (kind === "end") throw unsupported(this.peek().line, text);
      if (text === "{" || text === "<{") depth++;
      if (text === "}" || text === "}>") depth--;
    } while (depth > 0);
  }

  private angled(): void {
    let depth = 0;
    do {
      const { text, kind } = this.next();
      if (kind === "end") throw unsupported(this.peek().line, text);
      if (text === "<") depth++;
      if (text === ">") depth--;
    } while (depth > 0);
  }

  private peek(ahead = 0): Token {
    const end = this.tokens.length - 1;
    return this.tokens[Math.min(this.at + ahead, end)] as Token; // the last one is the end
  }

  private next(): Token {
    const token = this.peek();
    this.at++;
    return token;
  }

  private is(kind: TokenKind): boolean {
    return this.peek().kind === kind;
  }

  private sees(text: string): boolean {
    return this.peek().text === text && this.peek().kind !== "string";
  }

  private accept(text: string): boolean {
    if (!this.sees(text)) return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (this.accept(text)) return;
    throw new ArgumentError(
      `importStableHLO: line ${this.peek().line}: ${text} is required, got ${this.peek().text}; pass what exportStableHLO or JAX wrote`,
    );
  }

  private take(kind: TokenKind): Token {
    const token = this.next();
    if (token.kind === kind) return token;
    throw new ArgumentError(
      `importStableHLO: line ${token.line}: a ${kind} is required, got ${token.text}; pass what exportStableHLO or JAX wrote`,
    );
  }
}

/** An operation while it is read. */
class Draft {
  readonly name: string;
  readonly line: number;
  readonly operands: string[] = [];
  readonly attributes = new Map<string, string>();
  readonly regions: Block[] = [];
  private readonly results: readonly string[];
  private outs: readonly ShapedArray[] = [];

  constructor(name: string, results: readonly string[], line: number) {
    this.name = name;
    this.results = results;
    this.line = line;
  }

  /** Set the types after the colon: those of the results, or of the only operand kind. */
  types(found: readonly ShapedArray[]): void {
    this.outs = found;
  }

  op(): Op {
    const { name, results, operands, attributes, regions, outs, line } = this;
    return { name, results, operands, attributes, regions, outs, line };
  }
}
