import type { DType } from "../core/dtype.ts";
import { type Expr, slotExpr } from "../core/scalar.ts";
import { sameView, type View } from "../core/view.ts";
import { compactLoads } from "./compact.ts";
import type { FusionLimits } from "./fusion-cost.ts";
import type { Kernel, Load } from "./kernel.ts";

/** How many scalar operations one group may hold. */
const maxOperations = 200;

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
  private readonly sources = new Set<number>();
  private operations = 0;

  constructor(shape: readonly number[]) {
    this.shape = shape;
  }

  /** Whether an operation on so many operands still leaves the kernel within limits. */
  hasRoomFor(operands: number, { buffers }: FusionLimits): boolean {
    // One place is for a result, one for all numbers together.
    return this.operations < maxOperations && this.sources.size + operands <= buffers - 2;
  }

  /** The members in parts that each fit one kernel. */
  parts(members: readonly Pending[], { buffers }: FusionLimits): readonly (readonly Pending[])[] {
    const parts: Pending[][] = [];
    let last: Pending[] = [];
    for (const member of members) {
      const sources = new Set(this.kernel([...last, member]).loads.map(({ source }) => source));
      if (last.length > 0 && sources.size + last.length + 2 > buffers) last = [];
      if (last.length === 0) parts.push(last);
      last.push(member);
    }
    return parts;
  }

  /** Expression for an element of a value of the program. */
  load(source: number, view: View, dtype: DType): Expr {
    const same = this.loads.findIndex(
      ({ source: other, map }) =>
        other === source && map.kind === "view" && sameView(map.view, view),
    );
    if (same >= 0) return slotExpr(same, dtype);
    this.sources.add(source);
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
