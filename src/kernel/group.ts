import type { DType } from "../core/dtype.ts";
import { type Expr, slotExpr } from "../core/scalar.ts";
import { sameView, type View } from "../core/view.ts";
import { type Kernel, type Load, nodesOf, replaceLeaves } from "./kernel.ts";

/** How many scalar operations one fused kernel may hold, and how many operands. */
const maxOperations = 200;
const maxLoads = 32;

/** A value that a group computes. */
export interface Pending {
  readonly group: Group;
  readonly expr: Expr;
  readonly dtype: DType;
  /** How often the program reads the value, and how many of those reads are inside the group. */
  readonly uses: number;
  inside: number;
  /** Which value of the program holds it once the group is emitted. */
  value: number | null;
}

/**
 * Elementwise work over one shape that is still being collected into a kernel.
 *
 * It reads only values that exist already, so it may be emitted at any later time.
 */
export class Group {
  readonly shape: readonly number[];
  readonly members: Pending[] = [];
  private readonly loads: Load[] = [];
  private operations = 0;

  constructor(shape: readonly number[]) {
    this.shape = shape;
  }

  /** Whether another operation would make the kernel too large. */
  get isFull(): boolean {
    return this.operations >= maxOperations || this.loads.length >= maxLoads;
  }

  /** Expression for an element of a value of the program. */
  load(source: number, view: View, dtype: DType): Expr {
    const same = this.loads.findIndex(
      ({ source: other, map }) =>
        other === source && map.kind === "view" && sameView(map.view, view),
    );
    if (same >= 0) return slotExpr(same, dtype);
    this.loads.push({ source, dtype, map: { kind: "view", view } });
    return slotExpr(this.loads.length - 1, dtype);
  }

  /** Note that the group computes `expr`, which the program reads `uses` times. */
  add(expr: Expr, dtype: DType, uses: number): Pending {
    const pending: Pending = { group: this, expr, dtype, uses, inside: 0, value: null };
    this.members.push(pending);
    this.operations++;
    return pending;
  }

  /** The kernel that computes the given members, reading what they need alone. */
  kernel(members: readonly Pending[]): Kernel {
    const [loads, values] = compactLoads(
      this.loads,
      members.map((member) => member.expr),
    );
    return {
      space: this.shape,
      parallel: this.shape.length,
      loads,
      stages: [],
      outputs: members.map((member, i) => ({
        value: values[i] as Expr, // one for each member
        dtype: member.dtype,
        view: null,
      })),
    };
  }

  /** What `expr` reads, with its slots numbered anew. */
  cone(expr: Expr): readonly [loads: readonly Load[], value: Expr] {
    const [loads, values] = compactLoads(this.loads, [expr]);
    return [loads, values[0] as Expr]; // one in, one out
  }
}

/** Keep only the loads that `roots` read, and number the slots anew. */
function compactLoads(
  loads: readonly Load[],
  roots: readonly Expr[],
): readonly [readonly Load[], readonly Expr[]] {
  const used: number[] = [];
  for (const node of nodesOf(roots)) {
    if (node.kind === "slot" && !used.includes(node.slot)) used.push(node.slot);
  }
  const values = replaceLeaves(roots, (leaf) =>
    leaf.kind === "slot" ? slotExpr(used.indexOf(leaf.slot), leaf.dtype) : null,
  );
  return [used.map((slot) => loads[slot] as Load), values]; // slots number the loads
}
