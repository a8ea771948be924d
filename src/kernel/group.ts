import type { DType } from "../core/dtype.ts";
import { constExpr, type Expr, slotExpr } from "../core/scalar.ts";
import { contiguousView, sameView, type View } from "../core/view.ts";
import { compactLoads } from "./compact.ts";
import { buffersOf, type FusionLimits, type IsNumber } from "./fusion-cost.ts";
import { type Kernel, type Load, nodesOf, replaceLeaves } from "./kernel.ts";

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
  /** The name scope of its equation, if that has one. */
  readonly scope: string | undefined;
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
  /** Slots of the loads of each value. */
  private readonly slots = new Map<number, number[]>();
  /** How many buffers the loads take, but for the one that all numbers share. */
  private arrays = 0;
  private readsNumbers = false;
  private operations = 0;

  constructor(shape: readonly number[], isNumber: IsNumber) {
    this.shape = shape;
    this.isNumber = isNumber;
  }

  /** Whether an operation on so many operands still leaves the kernel within limits. */
  hasRoomFor(operands: number, { buffers }: FusionLimits): boolean {
    const read = this.arrays + (this.readsNumbers ? 1 : 0);
    return this.operations < maxOperations && read + operands < buffers;
  }

  /** Expression for an element of a value of the program. */
  load(source: number, view: View, dtype: DType): Expr {
    const known = this.slots.get(source);
    const same = known?.find((slot) => {
      const { map } = this.loads[slot] as Load; // slots number loads
      return map.kind === "view" && sameView(map.view, view);
    });
    if (same !== undefined) return slotExpr(same, dtype);
    const slot = this.loads.push({ source, dtype, map: { kind: "view", view } }) - 1;
    if (known !== undefined) known.push(slot);
    else {
      this.slots.set(source, [slot]);
      if (this.isNumber(source)) this.readsNumbers = true;
      else this.arrays++;
    }
    return slotExpr(slot, dtype);
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
  add(expr: Expr, dtype: DType, uses: number, scope?: string): Pending {
    const pending: Pending = { group: this, expr, dtype, uses, inside: 0, scope, value: null };
    this.members.push(pending);
    this.operations++;
    return pending;
  }

  /**
   * Kernels that compute the given members, each within limits. A later one reads what an earlier
   * one has stored; `store` makes a value for a member and gives its number.
   */
  kernels(
    members: readonly Pending[],
    { buffers }: FusionLimits,
    store: (member: Pending) => number,
  ): readonly { readonly kernel: Kernel; readonly results: readonly number[] }[] {
    if (buffers === Number.POSITIVE_INFINITY) {
      const results = members.map(store);
      return [{ kernel: this.kernel(members, this.loads, new Map()), results }];
    }
    const loads = this.loads.slice();
    const stored = new Map<Expr, Expr>();
    const made: { kernel: Kernel; results: readonly number[] }[] = [];
    let part: Pending[] = [];
    let sources = new Set<number>();
    // Nodes that the part at hand computes already, or reads.
    let known = new Map<Expr, Expr | null>();
    const close = (): void => {
      const results = part.map(store);
      made.push({ kernel: this.kernel(part, loads, stored), results });
      part.forEach((member, i) => {
        const source = results[i] as number; // one for each member
        const map = { kind: "view", view: contiguousView(this.shape) } as const;
        loads.push({ source, dtype: member.dtype, map });
        stored.set(member.expr, slotExpr(loads.length - 1, member.dtype));
      });
      part = [];
      sources = new Set();
      known = new Map(stored);
    };
    const add = (member: Pending, evenIfFull: boolean): boolean => {
      const nodes = nodesOf([member.expr], known);
      const wanted = new Set(sources);
      for (const node of nodes) {
        const leaf = known.get(node) ?? node;
        if (leaf.kind === "slot") wanted.add((loads[leaf.slot] as Load).source); // slots number loads
      }
      const count = buffersOf(wanted, this.isNumber) + part.length + 1;
      if (count > buffers && !evenIfFull) return false;
      sources = wanted;
      for (const node of nodes) if (!stored.has(node)) known.set(node, null);
      part.push(member);
      return true;
    };
    for (const member of members) {
      if (add(member, part.length === 0)) continue;
      close();
      add(member, true);
    }
    if (part.length > 0) close();
    return made;
  }

  /** The kernel that computes one member. */
  kernelOf(member: Pending): Kernel {
    return this.kernel([member], this.loads, new Map());
  }

  private kernel(
    members: readonly Pending[],
    all: readonly Load[],
    stored: ReadonlyMap<Expr, Expr>,
  ): Kernel {
    const roots = members.map((member) => member.expr);
    const [loads, values] = compactLoads(
      all,
      stored.size === 0 ? roots : replaceLeaves(roots, () => null, stored),
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
