import type { DType } from "../core/dtype.ts";
import type { ReduceOp } from "../core/primitive.ts";
import type { Expr } from "../core/scalar.ts";
import type { View } from "../core/view.ts";

/**
 * Where a slot of a kernel reads its elements.
 *
 * `own`: the operand as it lies, whatever its layout, its axes in `order` being the loop's axes
 * (null: as they are). `view`: positions in the row-major elements of the operand.
 */
export type LoadMap =
  | { readonly kind: "own"; readonly order: readonly number[] | null }
  | { readonly kind: "view"; readonly view: View };

/** A numbered operand of a kernel, read once for each point of the loop. */
export interface Load {
  /** Which value of the program is read. */
  readonly source: number;
  readonly dtype: DType;
  readonly map: LoadMap;
}

/**
 * Reduction of a value over all reduced axes, for each point of the parallel ones. Later stages
 * and the outputs read it as `{ kind: "stage" }`. Accumulated in the order of the loop; floats
 * narrower than float64 in a wider type, float64 with compensation.
 */
export interface Stage {
  readonly op: ReduceOp;
  readonly value: Expr;
  readonly dtype: DType;
}

/**
 * A result of a kernel: row-major over the parallel axes where `view` is null; else there is an
 * element for each point of the whole loop, and `view` says where in the row-major result it is.
 */
export interface Output {
  readonly value: Expr;
  readonly dtype: DType;
  readonly view: View | null;
}

/**
 * One loop nest: for each point of the parallel axes, the stages in order, each over the reduced
 * axes, then the outputs, those of the whole loop over the reduced axes once more. Without stages
 * every axis is parallel and every view is null.
 */
export interface Kernel {
  /** Extents of the loop's axes, parallel ones first. */
  readonly space: readonly number[];
  /** How many of the axes are parallel. */
  readonly parallel: number;
  readonly loads: readonly Load[];
  readonly stages: readonly Stage[];
  readonly outputs: readonly Output[];
}

/**
 * Every node that `roots` are made of, operands before their users, each once. What nodes in
 * `known` are made of is left out.
 */
export function nodesOf(
  roots: readonly Expr[],
  known: ReadonlyMap<Expr, unknown> | null = null,
): Expr[] {
  const order: Expr[] = [];
  const done = new Set<Expr>();
  const stack: Expr[] = [...roots].reverse();
  while (stack.length > 0) {
    const node = stack.at(-1) as Expr; // the stack is not empty
    if (node.kind === "op" && !done.has(node) && known?.has(node) !== true) {
      const before = stack.length;
      for (let i = node.args.length - 1; i >= 0; i--) {
        const arg = node.args[i] as Expr; // i runs over the operands
        if (!done.has(arg)) stack.push(arg);
      }
      if (stack.length > before) continue;
    }
    stack.pop();
    if (!done.has(node)) {
      done.add(node);
      order.push(node);
    }
  }
  return order;
}

/**
 * The same expressions with every leaf replaced, sharing kept; `null` keeps a leaf. Nodes in
 * `known` are replaced as a whole.
 */
export function replaceLeaves(
  roots: readonly Expr[],
  replace: (leaf: Exclude<Expr, { kind: "op" }>) => Expr | null,
  known: ReadonlyMap<Expr, Expr> | null = null,
): Expr[] {
  const made = new Map<Expr, Expr>();
  for (const node of nodesOf(roots, known)) {
    const whole = known?.get(node);
    if (whole !== undefined) {
      made.set(node, whole);
      continue;
    }
    if (node.kind !== "op") {
      made.set(node, replace(node) ?? node);
      continue;
    }
    const args = node.args.map((arg) => made.get(arg) as Expr); // operands come first
    made.set(node, args.every((arg, i) => arg === node.args[i]) ? node : { ...node, args });
  }
  return roots.map((root) => made.get(root) as Expr); // every root is a node
}

/** Dtype that an operation's arithmetic is done in: that of its operands, of the branches of a choice. */
export function operandDtype(node: Extract<Expr, { kind: "op" }>): DType {
  return (node.args[node.op === "select" ? 1 : 0] ?? node).dtype;
}
