import type { DType } from "../core/dtype.ts";
import { constExpr, type Expr, slotExpr } from "../core/scalar.ts";
import { sameView, type View } from "../core/view.ts";
import { compactLoads } from "./compact.ts";
import { buffersOf, type FusionLimits, type IsNumber } from "./fusion-cost.ts";
import { type Kernel, type Load, replaceLeaves } from "./kernel.ts";

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
  private readonly isNumber: IsNumber;
  private readonly loads: Load[] = [];
  private readonly sources = new Set<number>();
  private operations = 0;

  constructor(shape: readonly number[], isNumber: IsNumber) {
    this.shape = shape;
    this.isNumber = isNumber;
  }

  /** Whether an operation on so many operands still leaves the kernel within limits. */
  hasRoomFor(operands: number, { buffers }: FusionLimits): boolean {
    const read = buffersOf(this.sources, this.isNumber);
    return this.operations < maxOperations && read + operands < buffers;
  }

  /** The members in parts that each fit one kernel. */
  parts(members: readonly Pending[], { buffers }: FusionLimits): readonly (readonly Pending[])[] {
    const parts: Pending[][] = [];
    let last: Pending[] = [];
    for (const member of members) {
      const { loads } = this.kernel([...last, member]);
      const read = buffersOf(
        loads.map(({ source }) => source),
        this.isNumber,
      );
      if (last.length > 0 && read + last.length + 1 > buffers) last = [];
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

  /** Expression for the only element of another group, wherever it is read. */
  adopt([loads, value]: readonly [loads: readonly Load[], value: Expr]): Expr {
    const strides = this.shape.map(() => 0);
    const slots = loads.map(({ source, dtype, map }) => {
      const offset = map.kind === "view" ? map.view.offset : 0;
      return this.load(source, { shape: this.shape, strides, offset }, dtype);
    });
    const [adopted] = replaceLeaves([value], (leaf) => {
      if (leaf.kind === "index") return constExpr(0, leaf.dtype);
      return leaf.kind === "slot" ? (slots[leaf.slot] ?? null) : null;
    });
    return adopted as Expr; // one in, one out
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
