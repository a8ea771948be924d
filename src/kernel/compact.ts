import { type Expr, slotExpr } from "../core/scalar.ts";
import { sameView } from "../core/view.ts";
import { type Kernel, type Load, nodesOf, replaceLeaves } from "./kernel.ts";

/** The loads that `roots` read, each once, and the roots with their slots numbered anew. */
export function compactLoads(
  loads: readonly Load[],
  roots: readonly Expr[],
): readonly [loads: readonly Load[], roots: readonly Expr[]] {
  const kept = new LoadList();
  const slots = new Map<number, number>();
  let stays = true;
  for (const node of nodesOf(roots)) {
    if (node.kind !== "slot" || slots.has(node.slot)) continue;
    const slot = kept.slotFor(loads[node.slot] as Load); // slots number the loads
    slots.set(node.slot, slot);
    if (slot !== node.slot) stays = false;
  }
  if (stays) return [kept.list, roots];
  const values = replaceLeaves(
    roots,
    (leaf) => (leaf.kind === "slot" ? slotExpr(slots.get(leaf.slot) as number, leaf.dtype) : null), // found above
  );
  return [kept.list, values];
}

/** Loads of a kernel in the making, each once. */
export class LoadList {
  readonly list: Load[] = [];
  private readonly slots = new Map<number, number[]>();

  /** The slot of a load, a new one unless the list has the same. */
  slotFor(load: Load): number {
    const known = this.slots.get(load.source);
    const same = known?.find((slot) => sameLoad(this.list[slot] as Load, load)); // slots of the list
    if (same !== undefined) return same;
    const slot = this.list.push(load) - 1;
    if (known === undefined) this.slots.set(load.source, [slot]);
    else known.push(slot);
    return slot;
  }
}

/** Whether two loads read the same elements of the same value. */
function sameLoad(a: Load, b: Load): boolean {
  if (a.source !== b.source || a.source < 0) return false;
  return a.map.kind === "view" && b.map.kind === "view" && sameView(a.map.view, b.map.view);
}

/** The same kernel with other values of its stages and outputs, in this order, over some loads. */
export function withValues(
  kernel: Kernel,
  loads: readonly Load[],
  values: readonly Expr[],
): Kernel {
  const [kept, roots] = compactLoads(loads, values);
  const { stages, outputs } = kernel;
  return {
    ...kernel,
    loads: kept,
    stages: stages.map((stage, i) => ({ ...stage, value: roots[i] as Expr })), // they come first
    outputs: outputs.map((output, i) => ({
      ...output,
      value: roots[stages.length + i] as Expr, // after the stages
    })),
  };
}

/** The values of a kernel's stages, then of its outputs. */
export function valuesOf({ stages, outputs }: Kernel): readonly Expr[] {
  return [...stages, ...outputs].map(({ value }) => value);
}
