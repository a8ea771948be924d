import { type ShapedArray, shapedArray } from "../core/aval.ts";
import type { CallbackParams } from "../core/routines.ts";
import { slotExpr } from "../core/scalar.ts";
import { contiguousView } from "../core/view.ts";
import { callbackNeedsValues } from "../kernel/callback.ts";
import {
  type ControlStep,
  hasEffects,
  isControl,
  type Program,
  type ProgramValue,
  type Reference,
  type Step,
  withReferences,
} from "../kernel/program.ts";
import { Log } from "./log.ts";
import { withLayouts } from "./specialise.ts";

/** A step that is no control flow. */
export type PlainStep = Exclude<Step, ControlStep>;

/** The values that a loop's body makes anew in each turn: numbers from `from` to before `to`. */
export interface Own {
  readonly from: number;
  readonly to: number;
}

/** A slice of a stacked value on its way; `counter` holds how many turns are over. */
export interface Slice {
  readonly stacked: number;
  readonly slice: number;
  readonly counter: number;
  readonly length: number;
  readonly reverse: boolean;
}

/** What is to be done, in order, on the values of one program. */
export type Work =
  /** `replaces`: whether it writes to a carry, which must stay as it is once the loop is over. */
  | { readonly kind: "step"; readonly step: PlainStep; readonly replaces: boolean }
  /** Set a counter to zero, or add one to it. */
  /** Empty the log of calls, or write a call down in it. */
  | { readonly kind: "begin" }
  | { readonly kind: "call"; readonly site: number; readonly operands: readonly number[] }
  | { readonly kind: "count"; readonly counter: number; readonly reset: boolean }
  /** Copy a slice out of what is stacked, or into it. */
  | ({ readonly kind: "take" | "put" } & Slice)
  | {
      readonly kind: "repeat";
      readonly times: number;
      readonly work: readonly Work[];
      readonly own: Own;
    }
  /** Each branch has a guard: memory that says whether, and over which grids, its work is done. */
  | {
      readonly kind: "cond";
      readonly index: number;
      readonly branches: readonly { readonly guard: number; readonly work: readonly Work[] }[];
    }
  | {
      readonly kind: "while";
      readonly guard: number;
      /** Whether there is another turn, once `condition` is done. */
      readonly test: number;
      readonly condition: readonly Work[];
      readonly body: readonly Work[];
      readonly own: Own;
    };

/** A program whose bodies are written out into it. */
export interface Flow {
  /** Those of the program first, as they were. */
  readonly values: ProgramValue[];
  /** Every step that is no control flow, bodies included. */
  readonly steps: readonly PlainStep[];
  readonly work: readonly Work[];
  /** Where calls of functions of the host are written down; null if there are none. */
  readonly log: Log | null;
}

/**
 * Write the bodies of control flow into the program around them: inputs of bodies become the
 * values they are given, so that nothing is copied but carries, slices and what is not row-major.
 *
 * A carry lives in the memory of its result. `isNumber` tells of an input or a constant whether it
 * comes as one number.
 */
export function flowOf(program: Program, isNumber: (value: ProgramValue) => boolean): Flow {
  const flattener = new Flattener(program.values, isNumber);
  if (hasEffects(program)) flattener.openLog();
  const work = flattener.steps(
    program.steps,
    program.values.map((_, value) => value),
  );
  const { values, plain, log } = flattener;
  if (log === null) return { values, steps: plain, work, log };
  values[log.value] = { aval: log.aval, origin: { kind: "step" } };
  return { values, steps: plain, work: [{ kind: "begin" }, ...work], log };
}

class Flattener {
  readonly values: ProgramValue[];
  readonly plain: PlainStep[] = [];
  log: Log | null = null;
  private readonly isNumber: (value: ProgramValue) => boolean;
  /** How often what is being written out is done, and whether it is so in one turn of a loop. */
  private times = 1;
  private isOpen = false;

  constructor(values: readonly ProgramValue[], isNumber: (value: ProgramValue) => boolean) {
    this.values = [...values];
    this.isNumber = isNumber;
  }

  /** Make room for the calls of functions of the host. */
  openLog(): void {
    this.log = new Log(this.fresh(noWords));
  }

  /** The work of steps; `numbers` gives the value that each of theirs is here. */
  steps(steps: readonly Step[], numbers: readonly number[]): Work[] {
    const at = (value: number): number => (value < 0 ? value : (numbers[value] as number)); // negative: no value
    const refer = (reference: Reference): Reference => ({
      ...reference,
      value: at(reference.value),
    });
    return steps.flatMap((step): Work[] => {
      const results = step.results.map(at);
      if (isControl(step)) return this.control({ ...withReferences(step, refer), results });
      const kernel = <K extends { readonly loads: readonly { readonly source: number }[] }>(
        k: K,
      ) => ({
        ...k,
        loads: k.loads.map((load) => ({ ...load, source: at(load.source) })),
      });
      if (step.kind === "kernel")
        return [this.do({ ...step, kernel: kernel(step.kernel), results })];
      if (step.name === "callback") {
        const params = step.params as CallbackParams; // of this routine
        return this.call(params, step.operands.map(refer), results.length);
      }
      const { epilogue } = step;
      return [
        this.do({
          ...step,
          operands: step.operands.map(refer),
          epilogue: epilogue === null ? null : { ...epilogue, kernel: kernel(epilogue.kernel) },
          results,
        }),
      ];
    });
  }

  private call(params: CallbackParams, operands: readonly Reference[], results: number): Work[] {
    const { log } = this;
    if (results > 0 || log === null) throw callbackNeedsValues(params.name, "webgpu");
    const work: Work[] = [];
    const values = operands.map((operand) => this.inMemory(operand, work));
    const avals = operands.map(({ aval }) => aval);
    const site = log.site(params, avals, this.times, this.isOpen);
    return [...work, { kind: "call", site, operands: values }];
  }

  private control(step: ControlStep): Work[] {
    switch (step.kind) {
      case "cond":
        return this.cond(step);
      case "while":
        return this.while(step);
      default:
        return this.scan(step);
    }
  }

  private cond(step: Extract<ControlStep, { kind: "cond" }>): Work[] {
    const work: Work[] = [];
    const index = this.rowMajor(step.index, work);
    const operands = step.operands.map((operand) => this.rowMajor(operand, work));
    const branches = step.branches.map((branch) => {
      const guard = this.fresh(noWords);
      const { work: inside, outputs } = this.body(branch, operands, step.results);
      outputs.forEach((output, i) => {
        const result = step.results[i] as number; // one for each
        if (output.value !== result) this.copy(output, result, inside);
      });
      return { guard, work: inside };
    });
    return [...work, { kind: "cond", index, branches }];
  }

  private while(step: Extract<ControlStep, { kind: "while" }>): Work[] {
    const work: Work[] = [];
    const condConsts = step.condConsts.map((x) => this.rowMajor(x, work));
    const bodyConsts = step.bodyConsts.map((x) => this.rowMajor(x, work));
    const carry = step.results;
    step.carry.forEach((init, i) => {
      this.copy(init, carry[i] as number, work); // one for each
    });
    const guard = this.fresh(noWords);
    const from = this.values.length;
    const wasOpen = this.isOpen;
    this.isOpen = true;
    const { work: condition, outputs } = this.body(step.cond, [...condConsts, ...carry]);
    const test = this.rowMajor(outputs[0] as Reference, condition); // a condition has one result
    const { work: body, outputs: next } = this.body(step.body, [...bodyConsts, ...carry]);
    this.replace(carry, next, body, true);
    this.isOpen = wasOpen;
    const own = { from, to: this.values.length };
    return [...work, { kind: "while", guard, test, condition, body, own }];
  }

  private scan(step: Extract<ControlStep, { kind: "scan" }>): Work[] {
    const { length, reverse, results } = step;
    const work: Work[] = [];
    const consts = step.consts.map((x) => this.rowMajor(x, work));
    const carry = results.slice(0, step.init.length);
    step.init.forEach((init, i) => {
      this.copy(init, carry[i] as number, work); // one for each
    });
    if (length === 0) return work;
    const first = consts.length + carry.length;
    const turn: Work[] = [];
    const counter = this.fresh(shapedArray([], "uint32"));
    const xs = step.xs.map((x, i): (() => number) => {
      const aval = step.body.inputs[first + i] as ShapedArray; // an input for each
      if (this.isNumber(this.values[x.value] as ProgramValue)) {
        // One number everywhere: each slice is the same.
        const slice = this.fresh(aval);
        this.copy({ ...x, aval, view: contiguousView(aval.shape) }, slice, work);
        return () => slice;
      }
      const stacked = this.rowMajor(x, work);
      return () => {
        const slice = this.fresh(aval);
        if (hasElements(aval))
          turn.push({ kind: "take", stacked, slice, counter, length, reverse });
        return slice;
      };
    });
    const from = this.values.length;
    const slices = xs.map((slice) => slice());
    this.times *= length;
    const { work: body, outputs } = this.body(step.body, [...consts, ...carry, ...slices]);
    this.times /= length;
    turn.push(...body);
    results.slice(carry.length).forEach((stacked, i) => {
      const output = outputs[carry.length + i] as Reference; // one for each
      if (!hasElements(output.aval)) return;
      const slice = this.inMemory(output, turn);
      turn.push({ kind: "put", stacked, slice, counter, length, reverse });
    });
    this.replace(carry, outputs.slice(0, carry.length), turn);
    const own = { from, to: this.values.length };
    const counts = step.xs.length > 0 || results.length > carry.length;
    if (counts) {
      work.push({ kind: "count", counter, reset: true });
      turn.push({ kind: "count", counter, reset: false });
    }
    return [...work, { kind: "repeat", times: length, work: turn, own }];
  }

  /** The work of a body on these inputs. Outputs that are made there go to `results` where they can. */
  private body(
    program: Program,
    inputs: readonly number[],
    results: readonly number[] = [],
  ): { readonly work: Work[]; readonly outputs: readonly Reference[] } {
    const placed = withLayouts(
      program,
      program.inputs.map(() => null),
    );
    const targets = new Map<number, number>();
    placed.outputs.forEach(({ value, view, aval }, i) => {
      const result = results[i];
      const { origin, aval: own } = placed.values[value] as ProgramValue; // outputs are values
      if (result === undefined || view !== null || origin.kind !== "step") return;
      if (!targets.has(value) && sameElements(own, aval)) targets.set(value, result);
    });
    const numbers = placed.values.map((own, value): number => {
      const { origin } = own;
      if (origin.kind === "input") return inputs[origin.index] as number; // one for each
      const target = targets.get(value);
      if (target !== undefined) return target;
      return this.values.push(own) - 1;
    });
    const work = this.steps(placed.steps, numbers);
    const outputs = placed.outputs.map((output) => ({
      ...output,
      value: numbers[output.value] as number, // outputs are values
    }));
    return { work, outputs };
  }

  /** Let each carry be what the turn gave for it; one may be given for another. */
  private replace(
    carry: readonly number[],
    next: readonly Reference[],
    work: Work[],
    isGuarded = false,
  ): void {
    const held = new Set(carry);
    const moves = next.map((reference, i): (() => void) => {
      const to = carry[i] as number; // one for each
      const { value, view } = reference;
      if (value === to && view === null) return () => {};
      const from = held.has(value)
        ? { ...reference, value: this.copied(reference, work), view: null }
        : reference;
      return () => this.copy(from, to, work, isGuarded);
    });
    for (const move of moves) move();
  }

  /** The value of these elements in row-major order: itself, or a copy. */
  private rowMajor(reference: Reference, work: Work[]): number {
    const { value, view, aval } = reference;
    const own = (this.values[value] as ProgramValue).aval; // references are to values
    return view === null && sameElements(own, aval) ? value : this.copied(reference, work);
  }

  /** As `rowMajor`, where memory is needed and no number will do. */
  private inMemory(reference: Reference, work: Work[]): number {
    const isNumber = this.isNumber(this.values[reference.value] as ProgramValue); // as above
    return isNumber ? this.copied(reference, work) : this.rowMajor(reference, work);
  }

  private copied(reference: Reference, work: Work[]): number {
    const to = this.fresh(reference.aval);
    this.copy(reference, to, work);
    return to;
  }

  private copy({ value, view, aval }: Reference, to: number, work: Work[], replaces = false): void {
    if (!hasElements(aval)) return;
    const { shape, ndim, dtype } = aval;
    const map = { kind: "view", view: view ?? contiguousView(shape) } as const;
    const kernel = {
      space: shape,
      parallel: ndim,
      loads: [{ source: value, dtype, map }],
      stages: [],
      outputs: [{ value: slotExpr(0, dtype), dtype, view: null }],
    };
    work.push(this.do({ kind: "kernel", kernel, results: [to] }, replaces));
  }

  private do(step: PlainStep, replaces = false): Work {
    this.plain.push(step);
    return { kind: "step", step, replaces };
  }

  private fresh(aval: ShapedArray): number {
    return this.values.push({ aval, origin: { kind: "step" } }) - 1;
  }
}

/** Type of a guard until its grids are known. */
const noWords = shapedArray([0], "uint32");

function hasElements({ size, dtype }: ShapedArray): boolean {
  return size > 0 && dtype !== "float0";
}

function sameElements(a: ShapedArray, b: ShapedArray): boolean {
  return a.dtype === b.dtype && a.ndim === b.ndim && a.shape.every((n, i) => n === b.shape[i]);
}
