import type { ShapedArray } from "../core/aval.ts";
import { dtypeInfo, hostArray } from "../core/dtype.ts";
import {
  type ControlStep,
  controlReads,
  type Program,
  type ProgramValue,
  type Reference,
} from "../kernel/program.ts";
import { type BindControl, Body } from "./body.ts";
import type { BoundStep } from "./bound-steps.ts";
import { NumberAssembler } from "./number-assembler.ts";
import type { NumberMachine } from "./number-machine.ts";
import { numberControl } from "./number-program.ts";
import type { NumberValue } from "./number-values.ts";
import { copyPart, isRowMajor, newPlace, type Part, type Place } from "./place.ts";
import type { CpuRoutines } from "./routine.ts";

type StepOf<Kind> = Extract<ControlStep, { readonly kind: Kind }>;

/** Control flow bound to places: on numbers where all the work is on single elements, else on bodies. */
export const bindControl: BindControl = (step, program, places, routines) => {
  const numbers = onNumbers(step, program, places);
  if (numbers !== null) return numbers;
  switch (step.kind) {
    case "cond":
      return new BoundCond(step, program, places, routines);
    case "while":
      return new BoundWhile(step, program, places, routines);
    default:
      return new BoundScan(step, program, places, routines);
  }
};

/** An operand as a body wants it: a place where its elements lie in a row, copied if need be. */
class Given {
  private readonly part: Part;
  private readonly aval: ShapedArray;
  private readonly copy: Place | null;

  constructor({ value, view, aval }: Reference, places: readonly Place[]) {
    this.part = { place: places[value] as Place, view }; // every value has a place
    this.aval = aval;
    this.copy = isRowMajor(this.part) ? null : newPlace();
  }

  /** Move `to` to the elements. */
  give(to: Place): void {
    const { part, copy, aval } = this;
    if (copy === null) {
      to.data = part.place.data;
      to.offset = part.place.offset + (part.view?.offset ?? 0);
      return;
    }
    if (copy.data.length < aval.size) copy.data = hostArray(aval.dtype, aval.size);
    copyPart(part, copy, aval.size, aval.dtype);
    to.data = copy.data;
    to.offset = 0;
  }
}

function given(references: readonly Reference[], places: readonly Place[]): Given[] {
  return references.map((reference) => new Given(reference, places));
}

function giveAll(operands: readonly Given[], to: readonly Place[], first = 0): void {
  for (let i = 0; i < operands.length; i++) (operands[i] as Given).give(to[first + i] as Place); // an input for each
}

function move(to: Place, { data, offset }: Place): void {
  to.data = data;
  to.offset = offset;
}

class BoundCond implements BoundStep {
  private readonly index: Given;
  private readonly at = newPlace();
  private readonly operands: readonly Given[];
  private readonly branches: readonly Body[];
  private readonly results: readonly Place[];

  constructor(
    step: StepOf<"cond">,
    _program: Program,
    places: readonly Place[],
    routines: CpuRoutines,
  ) {
    this.index = new Given(step.index, places);
    this.operands = given(step.operands, places);
    this.branches = step.branches.map((branch) => new Body(branch, routines, bindControl));
    this.results = step.results.map((value) => places[value] as Place); // every value has a place
  }

  run(): void {
    const { branches, at, results } = this;
    this.index.give(at);
    const index = at.data[at.offset] as number; // a scalar
    const branch = branches[Math.max(0, Math.min(index, branches.length - 1))] as Body; // clamped
    giveAll(this.operands, branch.inputs);
    for (let i = 0; i < results.length; i++) move(branch.outputs[i] as Place, results[i] as Place); // as many
    branch.run();
  }

  release(): void {
    for (const branch of this.branches) branch.release();
  }
}

/** A carry that goes back and forth between its result's place and memory of its own. */
class Carry {
  private readonly init: Given;
  private readonly aval: ShapedArray;
  private readonly result: Place;
  private readonly spare = newPlace();
  private readonly current = newPlace();

  constructor(init: Reference, result: Place, places: readonly Place[]) {
    this.init = new Given(init, places);
    this.aval = init.aval;
    this.result = result;
  }

  start(): void {
    this.init.give(this.current);
  }

  /** Let `from` be where the carry is. */
  read(from: Place): void {
    move(from, this.current);
  }

  /** Let `to` be where the next carry goes: to the result's place, or aside. */
  write(to: Place, aside: boolean): void {
    const { spare, aval } = this;
    if (aside && spare.data.length < aval.size * dtypeInfo[aval.dtype].words) {
      spare.data = hostArray(aval.dtype, aval.size);
    }
    move(to, aside ? spare : this.result);
  }

  /** What was written is the carry now. */
  turn(aside: boolean): void {
    move(this.current, aside ? this.spare : this.result);
  }

  /** Bring the carry to the result's place. */
  finish(): void {
    const { current, result, aval } = this;
    if (current.data === result.data && current.offset === result.offset) return;
    copyPart({ place: current, view: null }, result, aval.size, aval.dtype);
  }

  release(): void {
    this.spare.data = newPlace().data;
  }
}

function carries(
  init: readonly Reference[],
  results: readonly number[],
  places: readonly Place[],
): Carry[] {
  // A result for each; every value has a place.
  return init.map(
    (reference, i) => new Carry(reference, places[results[i] as number] as Place, places),
  );
}

class BoundWhile implements BoundStep {
  private readonly cond: Body;
  private readonly body: Body;
  private readonly condConsts: readonly Given[];
  private readonly bodyConsts: readonly Given[];
  private readonly carry: readonly Carry[];
  private readonly test: Place = { data: new Uint8Array(1), offset: 0 };

  constructor(
    step: StepOf<"while">,
    _program: Program,
    places: readonly Place[],
    routines: CpuRoutines,
  ) {
    this.cond = new Body(step.cond, routines, bindControl);
    this.body = new Body(step.body, routines, bindControl);
    this.condConsts = given(step.condConsts, places);
    this.bodyConsts = given(step.bodyConsts, places);
    this.carry = carries(step.carry, step.results, places);
  }

  run(): void {
    const { cond, body, carry, test } = this;
    const condFirst = this.condConsts.length;
    const bodyFirst = this.bodyConsts.length;
    giveAll(this.condConsts, cond.inputs);
    giveAll(this.bodyConsts, body.inputs);
    move(cond.outputs[0] as Place, test); // a condition has one result
    for (const c of carry) c.start();
    for (let aside = false; ; aside = !aside) {
      // Each carry has an input of the condition, and an input and a result of the body.
      for (let k = 0; k < carry.length; k++) {
        (carry[k] as Carry).read(cond.inputs[condFirst + k] as Place);
      }
      cond.run();
      if (test.data[0] === 0) break;
      for (let k = 0; k < carry.length; k++) {
        (carry[k] as Carry).read(body.inputs[bodyFirst + k] as Place);
        (carry[k] as Carry).write(body.outputs[k] as Place, aside);
      }
      body.run();
      for (const c of carry) c.turn(aside);
    }
    for (const c of carry) c.finish();
  }

  release(): void {
    this.cond.release();
    this.body.release();
    for (const c of this.carry) c.release();
  }
}

/** A value that a loop goes through slice by slice. */
interface Slices {
  readonly place: Place;
  /** Elements of one slice. */
  readonly size: number;
}

class BoundScan implements BoundStep {
  private readonly body: Body;
  private readonly consts: readonly Given[];
  private readonly carry: readonly Carry[];
  private readonly xs: readonly (Slices & { readonly given: Given })[];
  private readonly ys: readonly Slices[];
  private readonly length: number;
  private readonly reverse: boolean;

  constructor(
    step: StepOf<"scan">,
    { values }: Program,
    places: readonly Place[],
    routines: CpuRoutines,
  ) {
    const { length, reverse, init, results } = step;
    this.body = new Body(step.body, routines, bindControl);
    this.consts = given(step.consts, places);
    this.carry = carries(init, results, places);
    const sliceOf = (aval: ShapedArray): number => (length === 0 ? 0 : aval.size / length);
    this.xs = step.xs.map((reference) => ({
      given: new Given(reference, places),
      place: newPlace(),
      size: sliceOf(reference.aval),
    }));
    // Results are values of the program, each of which has a place.
    this.ys = results.slice(init.length).map((value) => ({
      place: places[value] as Place,
      size: sliceOf((values[value] as ProgramValue).aval),
    }));
    this.length = length;
    this.reverse = reverse;
  }

  run(): void {
    const { body, carry, xs, ys, length, reverse } = this;
    const { inputs, outputs } = body;
    const first = this.consts.length;
    giveAll(this.consts, inputs);
    for (const { given: x, place } of xs) x.give(place);
    for (const c of carry) c.start();
    for (let turn = 0; turn < length; turn++) {
      const i = reverse ? length - 1 - turn : turn;
      // The last turn writes to the result's place.
      const aside = (length - turn) % 2 === 0;
      // Places are as many as carries and stacked values, in order.
      for (let k = 0; k < carry.length; k++) {
        (carry[k] as Carry).read(inputs[first + k] as Place);
        (carry[k] as Carry).write(outputs[k] as Place, aside);
      }
      for (let k = 0; k < xs.length; k++) {
        slice(inputs[first + carry.length + k] as Place, xs[k] as Slices, i);
      }
      for (let k = 0; k < ys.length; k++)
        slice(outputs[carry.length + k] as Place, ys[k] as Slices, i);
      body.run();
      for (let k = 0; k < carry.length; k++) (carry[k] as Carry).turn(aside);
    }
    for (const c of carry) c.finish();
  }

  release(): void {
    this.body.release();
    for (const c of this.carry) c.release();
  }
}

function slice(to: Place, { place, size }: Slices, i: number): void {
  to.data = place.data;
  to.offset = place.offset + i * size;
}

/** Where the elements of a result are, and where they go. */
interface NumberResult {
  readonly registers: readonly number[];
  readonly place: Place;
}

/** Control flow on numbers, whose operands are read from places and results written to them. */
class BoundNumbers implements BoundStep {
  private readonly machine: NumberMachine;
  private readonly results: readonly NumberResult[];

  constructor(machine: NumberMachine, results: readonly NumberResult[]) {
    this.machine = machine;
    this.results = results;
  }

  run(): void {
    const { machine, results } = this;
    machine.run();
    for (let k = 0; k < results.length; k++) {
      const { registers, place } = results[k] as NumberResult; // k runs over them
      for (let i = 0; i < registers.length; i++) {
        place.data[place.offset + i] = machine.values[registers[i] as number] as number; // registers of the machine
      }
    }
  }
}

function onNumbers(
  step: ControlStep,
  program: Program,
  places: readonly Place[],
): BoundStep | null {
  const placeOf = (value: number): Place => places[value] as Place; // every value has a place
  const operands = new Map<number, NumberValue>(
    controlReads(step).map(({ value }) => [
      value,
      { registers: null, memory: { place: placeOf(value), offset: 0 } },
    ]),
  );
  const assembler = new NumberAssembler();
  const outputs = numberControl(program, step, operands, placeOf, assembler);
  if (outputs === null) return null;
  // What is in memory alone was written to its place; there is one for each result.
  const results = outputs.flatMap(({ registers }, i) =>
    registers === null ? [] : [{ registers, place: placeOf(step.results[i] as number) }],
  );
  return new BoundNumbers(assembler.finish(), results);
}
