import { type DType, dtypeInfo, hostArray, integerRange } from "../../src/core/dtype.ts";
import { literalValue } from "../../src/core/number.ts";
import type { ReduceOp } from "../../src/core/primitive.ts";
import { constExpr, type Expr, opExpr, type ScalarOp, scalarArity } from "../../src/core/scalar.ts";
import { contiguousView, permuteView, type View } from "../../src/core/view.ts";
import { spell } from "../../src/cpu/spell.ts";
import type { Kernel, Load, Output, Stage } from "../../src/kernel/kernel.ts";
import type { Source } from "../../src/kernel/nest.ts";

/** A kernel and what it reads. */
export interface KernelRun {
  readonly kernel: Kernel;
  readonly sources: readonly Source[];
}

const dtypes: readonly DType[] = ["float32", "float32", "float64", "int32", "uint32", "bool"];
const ops = Object.keys(scalarArity) as ScalarOp[];
const special = [0, -0, Number.NaN, Infinity, -Infinity, 1e-40, -1e-310, 1, -1, 88.5, -103.5];

/** Operations that take long, or whose operands must be constants. */
const unfit: readonly ScalarOp[] = [
  "reducePrecision",
  "betainc",
  "igamma",
  "igammac",
  "igammaGradA",
  "randomGammaGrad",
  "zeta",
  "polygamma",
  "erfInv",
];

/** Draws kernels; the same seed gives the same one. */
export class KernelDraw {
  private state: number;

  constructor(seed: number) {
    this.state = seed;
  }

  /** An integer from 0 to below `count`. */
  below(count: number): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * count);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  /** Any kernel: without stages, or with one or two. */
  run(): KernelRun {
    const rank = this.below(4);
    const space = Array.from({ length: rank }, () => this.pick([1, 2, 3, 4, 5, 7, 8, 17, 33]));
    if (rank > 0 && this.below(8) === 0)
      space[this.below(rank)] = this.pick([130, 1000, 9000, 17_000]);
    if (space.reduce((a, b) => a * b, 1) > 20_000) return this.run();
    const stageCount = rank > 0 ? this.below(3) : 0;
    const parallel = stageCount > 0 ? this.below(rank) : rank;
    const operands = Array.from({ length: 1 + this.below(4) }, () => this.load(space));
    const slots = operands.map(
      ({ load }, slot): Expr => ({ kind: "slot", slot, dtype: load.dtype }),
    );
    const index: Expr[] =
      rank > 0 ? [{ kind: "index", axis: this.below(rank), dtype: "int32" }] : [];
    const leaves = [...slots, ...(this.below(3) === 0 ? index : [])];
    const stages: Stage[] = [];
    const results: Expr[] = [];
    for (let stage = 0; stage < stageCount; stage++) {
      const value = this.expression([...leaves, ...results]);
      const op = this.pick(reductions(value.dtype));
      stages.push({ op, value, dtype: value.dtype });
      results.push({ kind: "stage", stage, dtype: value.dtype });
    }
    const parallelLeaves = leaves.filter((leaf) => leaf.kind !== "index" || leaf.axis < parallel);
    const outputs: Output[] = [];
    for (let i = 0; i < 1 + this.below(3); i++) {
      if (stageCount > 0 && this.below(2) === 0) {
        const value = this.expression([...leaves, ...results]);
        outputs.push({ value, dtype: value.dtype, view: this.permuted(space) });
      } else {
        const some = stageCount > 0 ? results : parallelLeaves;
        const value = this.expression(some.length > 0 ? some : slots);
        outputs.push({ value, dtype: value.dtype, view: null });
      }
    }
    return {
      kernel: { space, parallel, loads: operands.map(({ load }) => load), stages, outputs },
      sources: operands.map(({ source }) => source),
    };
  }

  /** An operation on what is drawn of the nodes so far, a few times. */
  private expression(leaves: readonly Expr[]): Expr {
    const nodes = [...leaves, constExpr(this.pick([0, 1, -2.5, 0.375, 3]), "float32")];
    for (let tries = 0, made = 0; made < 4 && tries < 60; tries++) {
      const op = this.pick(ops);
      if (unfit.includes(op)) continue;
      const first = nodes[nodes.length - 1 - this.below(Math.min(3, nodes.length))] as Expr;
      const dtype = this.pick([first.dtype, first.dtype, "bool", ...dtypes] as DType[]);
      if (op === "select") {
        const which = this.as(this.pick(nodes), "bool");
        nodes.push(opExpr(op, [which, first, this.as(this.pick(nodes), first.dtype)], first.dtype));
        made++;
        continue;
      }
      if (spell[op](dtype, first.dtype) === null) continue;
      if (op !== "convert" && op !== "bitcast" && !isResult(op, dtype, first.dtype)) continue;
      const others = Array.from({ length: scalarArity[op] - 1 }, () =>
        this.as(this.below(5) === 0 ? constExpr(3, "int32") : this.pick(nodes), first.dtype),
      );
      nodes.push(opExpr(op, [first, ...others], dtype));
      made++;
    }
    return nodes.at(-1) as Expr;
  }

  /** A node as one of another dtype. */
  private as(node: Expr, dtype: DType): Expr {
    if (node.dtype === dtype) return node;
    if (node.kind === "const") return constExpr(literalValue(node.value, dtype), dtype);
    return opExpr("convert", [node], dtype);
  }

  private load(space: readonly number[]): { readonly load: Load; readonly source: Source } {
    const dtype = this.pick(dtypes);
    const view = this.view(space);
    const reach = view.strides.reduce(
      (sum, stride, axis) => sum + Math.abs(stride) * ((space[axis] as number) - 1),
      0,
    );
    const back = view.strides.reduce(
      (sum, stride, axis) => sum + Math.max(0, -stride) * ((space[axis] as number) - 1),
      0,
    );
    const offset = back + this.below(3);
    const data = hostArray(dtype, reach + 4);
    for (let i = 0; i < data.length; i++) data[i] = this.number(dtype);
    return {
      load: { source: 0, dtype, map: { kind: "view", view: { ...view, offset } } },
      source: { data, offset, strides: view.strides },
    };
  }

  /** A view that is permuted, repeated, has gaps or runs backwards. */
  private view(space: readonly number[]): View {
    const whole = this.permuted(space);
    const strides = whole.strides.map((stride) => {
      const kind = this.below(10);
      return kind === 0 ? 0 : kind === 1 ? -stride : kind === 2 ? 2 * stride : stride;
    });
    return { ...whole, strides };
  }

  private permuted(space: readonly number[]): View {
    const order = space.map((_, axis) => axis);
    if (this.below(3) === 0) order.reverse();
    const back = order.map((_, axis) => order.indexOf(axis));
    return permuteView(contiguousView(order.map((axis) => space[axis] as number)), back);
  }

  private number(dtype: DType): number {
    if (dtype === "bool") return this.below(2);
    if (dtypeInfo[dtype].kind === "float") {
      if (this.below(12) === 0) return this.pick(special);
      return (this.below(2001) - 1000) / 64;
    }
    const [low, high] = integerRange(dtype);
    return this.below(4) === 0 ? this.pick([low, high, 0, 1]) : low + this.below(high - low);
  }
}

function isResult(op: ScalarOp, dtype: DType, operand: DType): boolean {
  const isTest = ["eq", "ne", "lt", "le", "gt", "ge", "isFinite"].includes(op);
  return isTest ? dtype === "bool" : dtype === operand;
}

function reductions(dtype: DType): readonly ReduceOp[] {
  if (dtype === "bool") return ["and", "or", "xor", "max", "min"];
  if (dtypeInfo[dtype].kind === "float") return ["add", "mul", "max", "min"];
  return ["add", "mul", "max", "min", "and", "or", "xor"];
}
