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
  readonly leaves: readonly Leaf[];
  readonly instructions: readonly Instruction[];
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

/** Give every node of `roots` a register, reusing those whose value nobody reads any more. */
export function generate(roots: readonly Expr[]): Code {
  const nodes = nodesOf(roots);
  const lastUse = new Map<Expr, number>();
  nodes.forEach((node, i) => {
    if (node.kind === "op") for (const arg of node.args) lastUse.set(arg, i);
  });
  for (const root of roots) lastUse.set(root, nodes.length);
  const at = new Map<Expr, number>();
  const free: number[] = [];
  let registers = 0;
  const take = (): number => free.pop() ?? registers++;
  const leaves: Leaf[] = [];
  const instructions: Instruction[] = [];
  // Leaves are loaded before the first operation, so they come first and nothing is reused yet.
  for (const node of nodes) {
    if (node.kind === "op") continue;
    const place = registers++;
    at.set(node, place);
    if (node.kind === "slot") leaves.push({ kind: "slot", slot: node.slot, register: place });
    else if (node.kind === "const")
      leaves.push({ kind: "const", value: node.value, register: place });
    else if (node.kind === "index")
      leaves.push({ kind: "index", axis: node.axis, register: place });
    else leaves.push({ kind: "stage", stage: node.stage, register: place });
  }
  // Constants are filled once for all blocks, so their registers are never given away.
  const release = (node: Expr, i: number): void => {
    if (node.kind !== "const" && lastUse.get(node) === i) free.push(at.get(node) as number);
  };
  nodes.forEach((node, i) => {
    if (node.kind !== "op") return;
    const [a = 0, b = 0, c = 0] = node.args.map((arg) => at.get(arg));
    // Loops go element by element, so the result may take the place of an operand.
    for (const arg of new Set(node.args)) release(arg, i);
    const out = take();
    at.set(node, out);
    const run = blockOp(node.op, scalarArity[node.op], node.dtype, operandDtype(node));
    instructions.push({ run, out, a, b, c });
  });
  return { leaves, instructions, roots: roots.map((root) => at.get(root) as number), registers };
}

/** Run the operations on the first `n` elements of the registers. */
export function runInstructions({ instructions }: Code, n: number): void {
  for (const { run, out, a, b, c } of instructions) {
    run(register(out), register(a), register(b), register(c), n);
  }
}
