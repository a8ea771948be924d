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
 * and the outputs read it as `{ kind: "stage" }`. Floats narrower than float64 are accumulated in a
 * wider type, float64 is added with compensation; the interpreter goes in the order of the loop,
 * compiled code in several sums side by side.
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

type Operation = Extract<Expr, { kind: "op" }>;

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
  const add = (node: Expr): void => {
    done.add(node);
    order.push(node);
  };
  // Operations whose operands are being visited, and which operand is next.
  const open: Operation[] = [];
  const next: number[] = [];
  const visit = (node: Expr): void => {
    if (done.has(node)) return;
    if (node.kind !== "op" || known?.has(node) === true) add(node);
    else {
      open.push(node);
      next.push(0);
    }
  };
  for (const root of roots) {
    visit(root);
    while (open.length > 0) {
      const top = open.length - 1;
      const node = open[top] as Operation; // there is one
      const i = next[top] as number; // one for each
      if (i < node.args.length) {
        next[top] = i + 1;
        visit(node.args[i] as Expr); // i runs over the operands
        continue;
      }
      open.pop();
      next.pop();
      add(node);
    }
  }
  return order;
}

/** The slots that expressions read. */
export function slotsOf(roots: readonly Expr[]): number[] {
  return nodesOf(roots).flatMap((node) => (node.kind === "slot" ? [node.slot] : []));
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
    made.set(node, withOperands(node, made));
  }
  return roots.map((root) => made.get(root) as Expr); // every root is a node
}

/** An operation on what was made of its operands; itself if nothing is new. */
function withOperands(node: Operation, made: ReadonlyMap<Expr, Expr>): Operation {
  const { kind, op, args, dtype } = node;
  let isNew = false;
  const operands = new Array<Expr>(args.length);
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as Expr; // i runs over the operands
    const operand = made.get(arg) as Expr; // operands come first
    operands[i] = operand;
    if (operand !== arg) isNew = true;
  }
  return isNew ? { kind, op, args: operands, dtype } : node;
}

/** Dtype that an operation's arithmetic is done in: that of its operands, of the branches of a choice. */
export function operandDtype(node: Operation): DType {
  return (node.args[node.op === "select" ? 1 : 0] ?? node).dtype;
}
