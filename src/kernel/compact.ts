import { type Expr, slotExpr } from "../core/scalar.ts";
import { sameView } from "../core/view.ts";
import { type Kernel, type Load, nodesOf, replaceLeaves } from "./kernel.ts";

/** The loads that `roots` read, each once, and the roots with their slots numbered anew. */
export function compactLoads(
  loads: readonly Load[],
  roots: readonly Expr[],
): readonly [loads: readonly Load[], roots: readonly Expr[]] {
  const kept: Load[] = [];
  const slots = new Map<number, number>();
  for (const node of nodesOf(roots)) {
    if (node.kind !== "slot" || slots.has(node.slot)) continue;
    const load = loads[node.slot] as Load; // slots number the loads
    const same = kept.findIndex((other) => sameLoad(other, load));
    slots.set(node.slot, same < 0 ? kept.push(load) - 1 : same);
  }
  const values = replaceLeaves(
    roots,
    (leaf) => (leaf.kind === "slot" ? slotExpr(slots.get(leaf.slot) as number, leaf.dtype) : null), // found above
  );
  return [kept, values];
}

/** Whether two loads read the same elements of the same value. */
export function sameLoad(a: Load, b: Load): boolean {
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
