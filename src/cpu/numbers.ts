import type { Expr } from "../core/scalar.ts";
import { nodesOf, operandDtype } from "../kernel/kernel.ts";
import { scalarFunction } from "./spell.ts";

/** Function of up to three numbers; operands it does not have are ignored. */
export type NumberFunction = (x: number, y: number, z: number) => number;

interface Slot {
  readonly place: number;
  readonly slot: number;
}

interface NumberStep {
  readonly f: NumberFunction;
  readonly out: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** Expressions over numbers rather than blocks: what tiny arrays run on. */
class NumberCode {
  private readonly values: Float64Array;
  private readonly slots: readonly Slot[];
  private readonly steps: readonly NumberStep[];
  /** Where each root is after `run`. */
  private readonly roots: readonly number[];

  constructor(roots: readonly Expr[]) {
    const nodes = nodesOf(roots);
    const at = new Map(nodes.map((node, i) => [node, i] as const));
    const place = (node: Expr | undefined): number =>
      node === undefined ? 0 : (at.get(node) ?? 0);
    this.values = new Float64Array(nodes.length);
    nodes.forEach((node, i) => {
      // There is one point only, so its indices are 0.
      this.values[i] = node.kind === "const" ? node.value : 0;
    });
    this.slots = nodes.flatMap((node, i) =>
      node.kind === "slot" ? [{ place: i, slot: node.slot }] : [],
    );
    this.steps = nodes.flatMap((node, out) => {
      if (node.kind !== "op") return [];
      const [a, b, c] = node.args;
      const f = scalarFunction(node.op, node.dtype, operandDtype(node));
      return [{ f, out, a: place(a), b: place(b), c: place(c) }];
    });
    this.roots = roots.map(place);
  }

  /** Compute all roots for one number in each slot. */
  run(operands: readonly number[]): void {
    const { values } = this;
    // Places and slots were numbered above; operands are as many as slots.
    const { slots, steps } = this;
    for (let i = 0; i < slots.length; i++) {
      const { place, slot } = slots[i] as Slot;
      values[place] = operands[slot] as number;
    }
    for (let i = 0; i < steps.length; i++) {
      const { f, out, a, b, c } = steps[i] as NumberStep;
      values[out] = f(values[a] as number, values[b] as number, values[c] as number);
    }
  }

  /** What the last run gave for root `i`. */
  result(i: number): number {
    return this.values[this.roots[i] as number] as number; // roots are places
  }
}

/**
 * One expression as a function of its slots 0 to 2; null if it has more.
 *
 * A single operation on its slots in order is the scalar function itself.
 */
export function numberFunction(root: Expr): NumberFunction | null {
  const nodes = nodesOf([root]);
  if (nodes.some((node) => (node.kind === "slot" && node.slot > 2) || node.kind === "index"))
    return null;
  if (root.kind === "op" && root.args.every((arg, i) => arg.kind === "slot" && arg.slot === i)) {
    return scalarFunction(root.op, root.dtype, operandDtype(root));
  }
  const code = new NumberCode([root]);
  const operands = [0, 0, 0];
  return (x, y, z) => {
    operands[0] = x;
    operands[1] = y;
    operands[2] = z;
    code.run(operands);
    return code.result(0);
  };
}
