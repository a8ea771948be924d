import type { Expr } from "../core/scalar.ts";
import { nodesOf, operandDtype } from "../kernel/kernel.ts";
import type { Shader } from "./shader.ts";
import { constantText, spell } from "./spell.ts";

/** Text of a leaf: a name or a cheap expression. */
export type LeafText = (leaf: Exclude<Expr, { kind: "op" | "const" }>) => string;

/**
 * Writes expressions as one named value for each node, so that shared nodes are computed once and
 * no expression nests deep. Names are unique within one writer.
 */
export class ExpressionWriter {
  private readonly shader: Shader;
  private next = 0;

  constructor(shader: Shader) {
    this.shader = shader;
  }

  /** Append the lines that compute `roots` to `lines`; gives the text of each root. */
  write(roots: readonly Expr[], leaf: LeafText, lines: string[]): string[] {
    const names = new Map<Expr, string>();
    /** Equal leaves are read once, whichever nodes they are. */
    const leaves = new Map<string, string>();
    for (const node of nodesOf(roots)) {
      if (node.kind === "const") {
        names.set(node, constantText(node.value, node.dtype));
        continue;
      }
      if (node.kind !== "op") {
        const key = keyOf(node);
        let name = leaves.get(key);
        if (name === undefined) {
          name = `x${this.next++}`;
          leaves.set(key, name);
          lines.push(`let ${name} = ${leaf(node)};`);
        }
        names.set(node, name);
        continue;
      }
      const name = `x${this.next++}`;
      names.set(node, name);
      const args = node.args.map((arg) => names.get(arg) as string); // operands come first
      const text = spell(node.op, args, operandDtype(node), node.dtype, this.shader);
      lines.push(`let ${name} = ${text};`);
    }
    return roots.map((root) => names.get(root) as string); // every root is a node
  }
}

function keyOf(leaf: Exclude<Expr, { kind: "op" | "const" }>): string {
  switch (leaf.kind) {
    case "slot":
      return `slot ${leaf.slot}`;
    case "index":
      return `index ${leaf.axis} ${leaf.dtype}`;
    default:
      return `stage ${leaf.stage}`;
  }
}
