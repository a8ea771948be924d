import { type Expr, scalarArity } from "../core/scalar.ts";
import { nodesOf, operandDtype } from "../kernel/kernel.ts";
import { type BlockOp, blockOp, blockSize } from "./block-ops.ts";

/** What fills a register before any operation runs. */
export type Leaf =
  | { readonly kind: "slot"; readonly slot: number; readonly register: number }
  | { readonly kind: "const"; readonly value: number; readonly register: number }
  | { readonly kind: "index"; readonly axis: number; readonly register: number }
  | { readonly kind: "stage"; readonly stage: number; readonly register: number };

/** One operation on registers. */
export interface Instruction {
  readonly run: BlockOp;
  readonly out: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** Expressions as straight-line code on block registers. */
export interface Code {
  /** Leaves that differ from element to element, and those that do not. */
  readonly leaves: readonly Leaf[];
  readonly uniformLeaves: readonly Leaf[];
  readonly instructions: readonly Instruction[];
  /** Operations on what does not differ: done once, before all others. */
  readonly uniformInstructions: readonly Instruction[];
  /** Register of each root. */
  readonly roots: readonly number[];
  readonly registers: number;
}

const shared: Float64Array[] = [];

/** Registers of all kernels: nothing runs between the steps of one. */
export function register(i: number): Float64Array {
  while (shared.length <= i) shared.push(new Float64Array(blockSize));
  return shared[i] as Float64Array; // just made
}

/**
 * Give every node of `roots` a register, reusing those whose value nobody reads any more.
 *
 * `isUniform` tells which slots hold the same element at every point of the loop.
 */
export function generate(roots: readonly Expr[], isUniform: (slot: number) => boolean): Code {
  const nodes = nodesOf(roots);
  const uniform = new Set<Expr>();
  const lastUse = new Map<Expr, number>();
  nodes.forEach((node, i) => {
    if (node.kind === "op") for (const arg of node.args) lastUse.set(arg, i);
    const same =
      node.kind === "op"
        ? node.args.every((arg) => uniform.has(arg))
        : node.kind === "const" || (node.kind === "slot" && isUniform(node.slot));
    if (same) uniform.add(node);
  });
  for (const root of roots) lastUse.set(root, nodes.length);
  const at = new Map<Expr, number>();
  const free: number[] = [];
  let registers = 0;
  const take = (): number => free.pop() ?? registers++;
  const leaves: Leaf[] = [];
  const uniformLeaves: Leaf[] = [];
  const instructions: Instruction[] = [];
  const uniformInstructions: Instruction[] = [];
  // Leaves are loaded before the first operation, so they come first and nothing is reused yet.
  for (const node of nodes) {
    if (node.kind === "op") continue;
    const place = registers++;
    at.set(node, place);
    (uniform.has(node) ? uniformLeaves : leaves).push(leafOf(node, place));
  }
  // What is the same for all blocks is computed before the first one, so its registers are kept.
  const emit = (node: Extract<Expr, { kind: "op" }>, out: number): Instruction => {
    const [a = 0, b = 0, c = 0] = node.args.map((arg) => at.get(arg));
    const run = blockOp(node.op, scalarArity[node.op], node.dtype, operandDtype(node));
    at.set(node, out);
    return { run, out, a, b, c };
  };
  for (const node of nodes) {
    if (node.kind === "op" && uniform.has(node)) {
      uniformInstructions.push(emit(node, registers++));
    }
  }
  nodes.forEach((node, i) => {
    if (node.kind !== "op" || uniform.has(node)) return;
    // Loops go element by element, so the result may take the place of an operand.
    for (const arg of new Set(node.args)) {
      if (!uniform.has(arg) && lastUse.get(arg) === i) free.push(at.get(arg) as number); // they come first
    }
    instructions.push(emit(node, take()));
  });
  return {
    leaves,
    uniformLeaves,
    instructions,
    uniformInstructions,
    roots: roots.map((root) => at.get(root) as number), // every root is a node
    registers,
  };
}

function leafOf(node: Exclude<Expr, { kind: "op" }>, register: number): Leaf {
  switch (node.kind) {
    case "slot":
      return { kind: "slot", slot: node.slot, register };
    case "const":
      return { kind: "const", value: node.value, register };
    case "index":
      return { kind: "index", axis: node.axis, register };
    default:
      return { kind: "stage", stage: node.stage, register };
  }
}

/** Run the operations on what does not differ, on as many elements as a block may have. */
export function runUniform({ uniformInstructions }: Code, n: number): void {
  for (const { run, out, a, b, c } of uniformInstructions) {
    run(register(out), register(a), register(b), register(c), n);
  }
}

/** Run the other operations on the first `n` elements of the registers. */
export function runInstructions({ instructions }: Code, n: number): void {
  for (const { run, out, a, b, c } of instructions) {
    run(register(out), register(a), register(b), register(c), n);
  }
}
