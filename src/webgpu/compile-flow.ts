import { shapedArray } from "../core/aval.ts";
import { InternalError } from "../core/errors.ts";
import type { ProgramValue } from "../kernel/program.ts";
import { compileStep } from "./compile.ts";
import type { Flow, Own, Work } from "./flow.ts";
import { Guard } from "./guard.ts";
import type { Log } from "./log.ts";
import { emitCount, emitPut, emitTake } from "./slices.ts";
import type { Compiled, StepContext } from "./step.ts";

/** In which order units are done. */
export type Order =
  | { readonly kind: "unit"; readonly unit: number }
  | { readonly kind: "repeat"; readonly times: number; readonly turn: readonly Order[] }
  /** As long as the first word of `guard` is not zero after a turn. */
  | { readonly kind: "while"; readonly guard: number; readonly turn: readonly Order[] };

/** A loop over the units from `first` to `last`. */
export interface Loop {
  readonly first: number;
  readonly last: number;
  readonly own: Own;
}

/** The shaders of a flow. */
export interface CompiledFlow {
  readonly units: readonly Compiled[];
  /** The guard of each unit; null where it is done in any case. */
  readonly guards: readonly (Guard | null)[];
  readonly order: readonly Order[];
  readonly loops: readonly Loop[];
}

/** Compile the work of a flow; `first` is done before all of it. */
export function compileFlow(flow: Flow, first: Compiled, context: StepContext): CompiledFlow {
  const compiler = new FlowCompiler(flow, context);
  const start = compiler.add(first, null);
  const order = [start, ...compiler.all(flow.work, null)];
  const { units, guards, loops } = compiler;
  return { units, guards, order, loops };
}

class FlowCompiler {
  readonly units: Compiled[] = [];
  readonly guards: (Guard | null)[] = [];
  readonly loops: Loop[] = [];
  private readonly values: ProgramValue[];
  private readonly context: StepContext;
  private readonly log: Log | null;

  constructor({ values, log }: Flow, context: StepContext) {
    this.values = values;
    this.log = log;
    this.context = context;
  }

  /**
   * Add a unit. Grids that the device finds cost more than those that are known, so turns after
   * the last are computed, as they do no harm, and only what `replaces` carries is left out.
   */
  add(unit: Compiled, around: Guard | null, replaces = false): Order {
    const guard = around?.isOfLoop === true && !replaces ? null : around;
    if (guard !== null) for (const dispatch of unit.dispatches) guard.offsetOf(dispatch);
    this.guards.push(guard);
    return { kind: "unit", unit: this.units.push(unit) - 1 };
  }

  all(work: readonly Work[], guard: Guard | null): Order[] {
    return work.flatMap((one) => this.one(one, guard));
  }

  private one(work: Work, guard: Guard | null): Order[] {
    const { context } = this;
    switch (work.kind) {
      case "step":
        return [this.add(compileStep(work.step, context), guard, work.replaces)];
      case "begin":
      case "call": {
        const { log } = this;
        if (log === null) throw new InternalError("webgpu: a call without a log");
        if (work.kind === "begin") return [this.add(log.emitStart(context), guard)];
        return [this.add(log.emitCall(work.site, work.operands, context), guard, true)];
      }
      case "count":
        return [this.add(emitCount(work.counter, work.reset, context), guard)];
      case "take":
        return [this.add(emitTake(work, context), guard)];
      case "put":
        return [this.add(emitPut(work, context), guard)];
      case "repeat": {
        const first = this.units.length;
        const turn = this.all(work.work, guard);
        if (turn.length === 0) return [];
        this.loops.push({ first, last: this.units.length - 1, own: work.own });
        return [{ kind: "repeat", times: work.times, turn }];
      }
      case "cond":
        return work.branches.flatMap((branch, i) => {
          const own = new Guard(branch.guard, guard, false);
          const start = this.add(nothing, null);
          const inside = this.all(branch.work, own);
          this.close(own);
          this.fill(start, own.emitBranch(work.index, i, work.branches.length, context));
          return [start, ...inside];
        });
      case "while": {
        const own = new Guard(work.guard, guard, true);
        const start = this.add(nothing, null);
        const first = this.units.length;
        const condition = this.all(work.condition, own);
        const test = this.add(nothing, null);
        const body = this.all(work.body, own);
        this.close(own);
        this.fill(start, own.emitStart(context));
        this.fill(test, own.emitTest(work.test, context));
        this.loops.push({ first, last: this.units.length - 1, own: work.own });
        return [start, { kind: "while", guard: work.guard, turn: [...condition, test, ...body] }];
      }
      default:
        work satisfies never;
        throw new InternalError("webgpu: unknown kind of work");
    }
  }

  /** All the grids of a guard are known: its memory gets its size. */
  private close({ value, size }: Guard): void {
    this.values[value] = { aval: shapedArray([size], "uint32"), origin: { kind: "step" } };
  }

  private fill(place: Order, unit: Compiled): void {
    if (place.kind === "unit") this.units[place.unit] = unit;
  }
}

/** Stands for a unit that is compiled once what it guards is. */
const nothing: Compiled = { dispatches: [], scratch: [] };
