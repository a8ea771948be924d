import type { DeviceArray } from "../core/array.ts";
import type { ShapedArray } from "../core/aval.ts";
import type { Executable, KernelTime } from "../core/backend.ts";
import type { DType, TypedArray } from "../core/dtype.ts";
import type { CallbackParams, RoutineName } from "../core/routines.ts";
import type { View } from "../core/view.ts";
import type { FusionLimits } from "./fusion-cost.ts";
import type { Kernel } from "./kernel.ts";

/** A value of a program: an input, a constant, or memory that a step fills. */
export interface ProgramValue {
  readonly aval: ShapedArray;
  readonly origin:
    | { readonly kind: "input"; readonly index: number }
    | { readonly kind: "constant"; readonly array: DeviceArray }
    | { readonly kind: "step" };
  /** The name scope of the equation that it comes from, if that has one. */
  readonly scope?: string | undefined;
}

/** Reference to elements of a value: as it lies (null), or a view of its row-major elements. */
export interface Reference {
  readonly value: number;
  readonly aval: ShapedArray;
  readonly view: View | null;
}

/** One thing to do. `results` are values whose origin is a step. */
export type Step =
  | { readonly kind: "kernel"; readonly kernel: Kernel; readonly results: readonly number[] }
  | {
      readonly kind: "routine";
      readonly name: RoutineName;
      readonly params: object;
      readonly operands: readonly Reference[];
      readonly results: readonly number[];
      /** What becomes of the result of a product before it is stored; null: nothing. */
      readonly epilogue: Epilogue | null;
    }
  | ControlStep;

/**
 * Elementwise kernel over the elements of a routine's only result, which load `slot` reads as
 * they lie (its `source` is -1). The results of the step are the kernel's outputs.
 */
export interface Epilogue {
  readonly kernel: Kernel;
  readonly slot: number;
}

/** Control flow whose bodies are programs; their inputs are row-major and in the order given. */
export type ControlStep =
  /** Run branch `index`, clamped to those there are, on the operands. */
  | {
      readonly kind: "cond";
      readonly index: Reference;
      readonly branches: readonly Program[];
      readonly operands: readonly Reference[];
      readonly results: readonly number[];
    }
  /**
   * While `cond` (on its constants and the carry) gives true, replace the carry by what `body` (on
   * its own constants and the carry) gives. How often is not known beforehand.
   */
  | {
      readonly kind: "while";
      readonly cond: Program;
      readonly body: Program;
      readonly condConsts: readonly Reference[];
      readonly bodyConsts: readonly Reference[];
      readonly carry: readonly Reference[];
      readonly results: readonly number[];
    }
  /**
   * Run `body` on constants, carry and slice `i` of `xs` for each `i` of the leading axis, in
   * reverse from the last on; it gives the next carry and slice `i` of the stacked results.
   */
  | {
      readonly kind: "scan";
      readonly body: Program;
      readonly length: number;
      readonly reverse: boolean;
      readonly consts: readonly Reference[];
      readonly init: readonly Reference[];
      readonly xs: readonly Reference[];
      readonly results: readonly number[];
    };

/** Whether a step is control flow. */
export function isControl(step: Step): step is ControlStep {
  return step.kind === "cond" || step.kind === "while" || step.kind === "scan";
}

/** Everything a control step reads, in the order of the equation's operands. */
export function controlReads(step: ControlStep): readonly Reference[] {
  switch (step.kind) {
    case "cond":
      return [step.index, ...step.operands];
    case "while":
      return [...step.condConsts, ...step.bodyConsts, ...step.carry];
    default:
      return [...step.consts, ...step.init, ...step.xs];
  }
}

/** The same control step on other references. */
export function withReferences(
  step: ControlStep,
  change: (reference: Reference) => Reference,
): ControlStep {
  switch (step.kind) {
    case "cond":
      return { ...step, index: change(step.index), operands: step.operands.map(change) };
    case "while":
      return {
        ...step,
        condConsts: step.condConsts.map(change),
        bodyConsts: step.bodyConsts.map(change),
        carry: step.carry.map(change),
      };
    default:
      return {
        ...step,
        consts: step.consts.map(change),
        init: step.init.map(change),
        xs: step.xs.map(change),
      };
  }
}

/** The programs inside a control step, each with a name for printing. */
export function controlBodies(step: ControlStep): readonly (readonly [string, Program])[] {
  switch (step.kind) {
    case "cond":
      return step.branches.map((branch, i) => [`branch ${i}`, branch]);
    case "while":
      return [
        ["cond", step.cond],
        ["body", step.body],
      ];
    default:
      return [["body", step.body]];
  }
}

/** The name scopes of what a step gives, each once; empty for none. */
export function scopesOf(
  { results }: Step,
  scopeOf: (value: number) => string | undefined,
): string {
  const scopes = results.map(scopeOf).filter((scope) => scope !== undefined);
  return [...new Set(scopes)].join(", ");
}

/** Programs that were asked for effects, and what was found. */
const effects = new WeakMap<Program, boolean>();

/** Whether a step calls a function of the host whose calls count, itself or in a body. */
export function hasEffect(step: Step): boolean {
  if (step.kind === "kernel") return false;
  if (isControl(step)) return controlBodies(step).some(([, body]) => hasEffects(body));
  return step.name === "callback" && (step.params as CallbackParams).effect; // of this routine
}

/** Whether any step of a program has an effect; found once for each program. */
export function hasEffects(program: Program): boolean {
  let found = effects.get(program);
  if (found === undefined) {
    found = program.steps.some(hasEffect);
    effects.set(program, found);
  }
  return found;
}

/** Straight-line code for a device. */
export interface Program {
  /** Types of the inputs; `own` layout, or row-major if `contiguous`. */
  readonly inputs: readonly ShapedArray[];
  /** Whether inputs must be made row-major before the program runs. */
  readonly contiguous: boolean;
  readonly values: readonly ProgramValue[];
  readonly steps: readonly Step[];
  readonly outputs: readonly Reference[];
}

/** How to compile a program for a device. */
export interface CompileSettings {
  /** What messages and profiles call it. */
  readonly name?: string | undefined;
  /** Inputs whose memory may be given to results. */
  readonly donated?: readonly boolean[] | undefined;
}

/** A device as the runtime uses it. */
export interface Device {
  readonly name: string;
  readonly dtypes: ReadonlySet<DType>;
  /** What fits one kernel. */
  readonly fusion: FusionLimits;
  /** Array of the given elements in row-major order; `data` is the device's from then on. */
  upload(data: TypedArray, aval: ShapedArray): DeviceArray;
  compile(program: Program, settings?: CompileSettings): DeviceExecutable;
  /** The same elements in row-major order from the start of their buffer. */
  contiguous(x: DeviceArray): DeviceArray;
  /**
   * Call `call` with the elements where they can be read at once, in the order of these calls and
   * of those that programs make: now, or when they have arrived. What it throws then is thrown by
   * `delivered`.
   */
  deliver(operands: readonly DeviceArray[], call: (operands: readonly DeviceArray[]) => void): void;
  /** Until everything that was to be delivered has been. */
  delivered(): Promise<void>;
  /** Until all work handed to the device is done. */
  wait(): Promise<void>;
  /** Time kernels from now on, where the device can. */
  startProfile?(): void;
  /** Stop timing; what was timed, in order. */
  stopProfile?(): Promise<readonly KernelTime[]>;
}

/** Compiled program; the fixed-arity forms exist where it has one result. */
export interface DeviceExecutable extends Executable<DeviceArray> {
  run1?(x: DeviceArray): DeviceArray;
  run2?(x: DeviceArray, y: DeviceArray): DeviceArray;
}
