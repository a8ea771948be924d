import { hostArray } from "../core/dtype.ts";
import { isContiguous } from "../core/view.ts";
import { lifetimes } from "../kernel/plan.ts";
import { type ControlStep, isControl, type Program, type ProgramValue } from "../kernel/program.ts";
import {
  BoundCopy,
  BoundKernel,
  BoundProduct,
  BoundRoutine,
  type BoundStep,
} from "./bound-steps.ts";
import { hostOperand } from "./buffer.ts";
import { copyView } from "./copy.ts";
import { newPlace, type Place } from "./place.ts";
import type { CpuRoutines } from "./routine.ts";

/** Temporaries of this many bytes and more are given back after a loop. */
const keepBytes = 1024 * 1024;

/** Makes the step of control flow in a body: given from outside, for it is made of bodies itself. */
export type BindControl = (
  step: ControlStep,
  program: Program,
  places: readonly Place[],
  routines: CpuRoutines,
) => BoundStep;

/**
 * A program bound to places: whoever runs it moves its inputs and outputs, and nothing is
 * allocated from one run to the next.
 *
 * Results are written where the outputs are, which must be apart from where the inputs are.
 */
export class Body implements BoundStep {
  readonly inputs: readonly Place[];
  readonly outputs: readonly Place[];
  private readonly program: Program;
  private readonly steps: readonly BoundStep[];
  private readonly temporaries: readonly { readonly place: Place; readonly value: number }[];
  private readonly bytes: number;
  private ready = false;

  constructor(program: Program, routines: CpuRoutines, bindControl: BindControl) {
    this.program = program;
    const { slots, bytes } = lifetimes(program);
    this.bytes = bytes;
    this.outputs = program.outputs.map(newPlace);
    const homes = this.homes();
    const shared = new Map<number, Place>();
    const temporaries: { place: Place; value: number }[] = [];
    const places = program.values.map(({ aval, origin }, value): Place => {
      if (origin.kind === "input") return newPlace();
      if (origin.kind === "constant") {
        const { data, view } = hostOperand(origin.array);
        return { data: copyView(data, view, aval.dtype), offset: 0 };
      }
      const output = homes.get(value);
      if (output !== undefined) return this.outputs[output] as Place; // numbered by `homes`
      const slot = slots[value] ?? null;
      const known = slot === null ? undefined : shared.get(slot);
      if (known !== undefined) return known;
      const place = newPlace();
      temporaries.push({ place, value });
      if (slot !== null) shared.set(slot, place);
      return place;
    });
    this.temporaries = temporaries;
    const inputs: Place[] = [];
    program.values.forEach(({ origin }, value) => {
      if (origin.kind === "input") inputs[origin.index] = places[value] as Place; // one for each value
    });
    this.inputs = inputs;
    const steps = program.steps.map((step): BoundStep => {
      if (isControl(step)) return bindControl(step, program, places, routines);
      if (step.kind === "kernel") return new BoundKernel(step.kernel, places, step.results);
      return step.epilogue === null
        ? new BoundRoutine(step, program, places, routines)
        : new BoundProduct(step, step.epilogue, program, places, routines);
    });
    program.outputs.forEach(({ value, view, aval }, i) => {
      if (homes.get(value) === i) return;
      const from = { place: places[value] as Place, view }; // as above
      steps.push(new BoundCopy(from, this.outputs[i] as Place, aval)); // one for each output
    });
    this.steps = steps;
  }

  run(): void {
    if (!this.ready) this.allocate();
    const { steps } = this;
    for (let i = 0; i < steps.length; i++) (steps[i] as BoundStep).run(); // i runs over them
  }

  release(): void {
    for (const step of this.steps) step.release?.();
    if (this.bytes < keepBytes) return;
    this.ready = false;
    for (const { place } of this.temporaries) place.data = newPlace().data;
  }

  /** For each value that is an output as it is, which output it is: it is computed in that place. */
  private homes(): Map<number, number> {
    const { values, outputs } = this.program;
    const homes = new Map<number, number>();
    outputs.forEach(({ value, view }, i) => {
      const { aval, origin } = values[value] as ProgramValue; // outputs refer to values
      if (origin.kind !== "step" || homes.has(value)) return;
      const whole =
        view === null ||
        (isContiguous(view) &&
          view.offset === 0 &&
          view.shape.reduce((a, b) => a * b, 1) === aval.size);
      if (whole) homes.set(value, i);
    });
    return homes;
  }

  private allocate(): void {
    for (const { place, value } of this.temporaries) {
      const { aval } = this.program.values[value] as ProgramValue; // values of this program
      place.data = hostArray(aval.dtype, aval.size);
      place.offset = 0;
    }
    this.ready = true;
  }
}
