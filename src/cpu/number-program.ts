import { dtypeInfo, hostArray } from "../core/dtype.ts";
import { contiguousView, isContiguous } from "../core/view.ts";
import { nodesOf } from "../kernel/kernel.ts";
import {
  type ControlStep,
  controlReads,
  isControl,
  type Program,
  type Reference,
  type Step,
} from "../kernel/program.ts";
import { hostOperand } from "./buffer.ts";
import { copyView } from "./copy.ts";
import { Load, NumberCond, NumberScan, NumberWhile, Pick, type Stacked } from "./number-loops.ts";
import { Moves, type NumberStep, NumberTape, type Registers } from "./number-tape.ts";
import { newPlace, type Place } from "./place.ts";

/** A value of a program on numbers: one in a register, or elements in memory from a place on. */
export type NumberValue =
  | { readonly kind: "register"; readonly register: number }
  | { readonly kind: "array"; readonly place: Place; readonly offset: number };

/** What a program on numbers does, and where its results are. */
export interface Block {
  readonly steps: readonly NumberStep[];
  readonly outputs: readonly NumberValue[];
}

type StepOf<Kind> = Extract<Step, { readonly kind: Kind }>;

/**
 * A program whose work is on single elements as steps over registers, however many loops it
 * holds; null if some of the work is on more than one element at a time.
 */
export function compileNumbers(
  program: Program,
  inputs: readonly NumberValue[],
  registers: Registers,
): Block | null {
  return new NumberCompiler(program, registers).compile(inputs);
}

/**
 * A control step as steps over registers, or null as above. `values` are where its operands lie,
 * `places` where stacked results are to go; other results end in registers.
 */
export function compileNumberControl(
  program: Program,
  step: ControlStep,
  values: ReadonlyMap<number, NumberValue>,
  places: (result: number) => Place,
  registers: Registers,
): Block | null {
  return new NumberCompiler(program, registers).alone(step, values, places);
}

class NumberCompiler {
  private readonly program: Program;
  private readonly registers: Registers;
  private readonly values: (NumberValue | undefined)[];
  private readonly steps: NumberStep[] = [];
  private tape: NumberTape | null = null;

  constructor(program: Program, registers: Registers) {
    this.program = program;
    this.registers = registers;
    this.values = new Array<NumberValue | undefined>(program.values.length);
  }

  compile(inputs: readonly NumberValue[]): Block | null {
    const { program } = this;
    program.values.forEach(({ origin }, i) => {
      if (origin.kind === "input") this.values[i] = inputs[origin.index];
      else if (origin.kind === "constant") this.values[i] = this.constant(origin.array);
    });
    for (const step of program.steps) {
      const done = isControl(step) ? this.control(step) : this.work(step);
      if (!done) return null;
    }
    const outputs: NumberValue[] = [];
    for (const output of program.outputs) {
      const value = this.reference(output);
      if (value === null) return null;
      outputs.push(value);
    }
    return { steps: this.steps, outputs };
  }

  /** A control step of this program by itself, on values that exist. */
  alone(
    step: ControlStep,
    values: ReadonlyMap<number, NumberValue>,
    places: (result: number) => Place,
  ): Block | null {
    for (const [i, value] of values) this.values[i] = value;
    if (!this.control(step, places)) return null;
    // The step has set its results.
    return { steps: this.steps, outputs: step.results.map((v) => this.values[v] as NumberValue) };
  }

  private constant(array: Parameters<typeof hostOperand>[0]): NumberValue | undefined {
    if (dtypeInfo[array.dtype].words !== 1) return undefined;
    const { data, view } = hostOperand(array);
    if (array.size === 1) {
      return { kind: "register", register: this.registers.take(data[view.offset]) };
    }
    const place = { data: copyView(data, view, array.dtype), offset: 0 };
    return { kind: "array", place, offset: 0 };
  }

  private work(step: Exclude<Step, ControlStep>): boolean {
    if (step.kind === "routine") {
      return step.name === "dynamicSlice" ? this.pick(step) : false;
    }
    const { kernel, results } = step;
    const single = kernel.space.every((extent) => extent === 1) && kernel.stages.length === 0;
    if (!single || kernel.outputs.some(({ dtype }) => dtypeInfo[dtype].words !== 1)) return false;
    const slots: number[] = [];
    for (const { source, map } of kernel.loads) {
      const value = this.values[source];
      if (value === undefined || map.kind !== "view") return false;
      slots.push(this.element(value, map.view.offset));
    }
    const at = new Map<unknown, number>();
    for (const node of nodesOf(kernel.outputs.map(({ value }) => value))) {
      if (node.kind === "stage") return false;
      if (node.kind === "slot")
        at.set(node, slots[node.slot] as number); // one for each load
      else if (node.kind === "const") at.set(node, this.registers.take(node.value));
      else if (node.kind === "index") at.set(node, this.registers.take(0));
      else {
        const out = this.registers.take();
        this.tapeToExtend().push(
          node,
          out,
          node.args.map((arg) => at.get(arg)),
        );
        at.set(node, out);
      }
    }
    kernel.outputs.forEach(({ value }, i) => {
      // Every output is a node, and has a result.
      this.values[results[i] as number] = { kind: "register", register: at.get(value) as number };
    });
    return true;
  }

  /** One element at a computed place. */
  private pick(step: StepOf<"routine">): boolean {
    const [x, ...starts] = step.operands;
    const { sliceSizes } = step.params as { readonly sliceSizes: readonly number[] }; // of this routine
    if (x === undefined || sliceSizes.some((size) => size !== 1)) return false;
    const value = this.reference(x);
    const indices = starts.map((start) => this.reference(start));
    if (value?.kind !== "array" || dtypeInfo[x.aval.dtype].words !== 1) return false;
    const registers: number[] = [];
    for (const index of indices) {
      if (index?.kind !== "register") return false;
      registers.push(index.register);
    }
    const out = this.registers.take();
    this.push(new Pick(value.place, value.offset, registers, x.aval.shape, out));
    this.values[step.results[0] as number] = { kind: "register", register: out }; // one result
    return true;
  }

  private control(step: ControlStep, places: ((result: number) => Place) | null = null): boolean {
    const operands: NumberValue[] = [];
    for (const reference of controlReads(step)) {
      const value = this.reference(reference);
      if (value === null) return false;
      operands.push(value);
    }
    switch (step.kind) {
      case "cond":
        return this.cond(step, operands);
      case "while":
        return this.loop(step, operands);
      default:
        return this.scan(step, operands, places);
    }
  }

  private cond(step: StepOf<"cond">, [index, ...operands]: readonly NumberValue[]): boolean {
    if (index?.kind !== "register") return false;
    const results = step.results.map(() => this.registers.take());
    const branches: NumberStep[][] = [];
    for (const branch of step.branches) {
      const block = compileNumbers(branch, operands, this.registers);
      const registers = block === null ? null : registersOf(block.outputs);
      if (block === null || registers === null) return false;
      branches.push([...block.steps, new Moves(registers, results)]);
    }
    this.push(new NumberCond(index.register, branches));
    this.setRegisters(step.results, results);
    return true;
  }

  private loop(step: StepOf<"while">, operands: readonly NumberValue[]): boolean {
    const { condConsts, bodyConsts, carry } = step;
    const first = condConsts.length + bodyConsts.length;
    const init = registersOf(operands.slice(first));
    if (init === null) return false;
    const state = carry.map(() => this.registers.take());
    const inside = state.map((register): NumberValue => ({ kind: "register", register }));
    const constants = (from: number, to: number): NumberValue[] => operands.slice(from, to);
    const cond = compileNumbers(
      step.cond,
      [...constants(0, condConsts.length), ...inside],
      this.registers,
    );
    const body = compileNumbers(
      step.body,
      [...constants(condConsts.length, first), ...inside],
      this.registers,
    );
    if (cond === null || body === null) return false;
    const [test] = registersOf(cond.outputs) ?? [];
    const next = registersOf(body.outputs);
    if (test === undefined || next === null) return false;
    const turn = [...body.steps, new Moves(next, state)];
    this.push(new NumberWhile(new Moves(init, state), cond.steps, test, turn));
    this.setRegisters(step.results, state);
    return true;
  }

  private scan(
    step: StepOf<"scan">,
    operands: readonly NumberValue[],
    places: ((result: number) => Place) | null,
  ): boolean {
    const { body, length, reverse, consts, init } = step;
    const first = consts.length + init.length;
    const start = registersOf(operands.slice(consts.length, first));
    if (start === null) return false;
    const state = init.map(() => this.registers.take());
    const slices: Stacked[] = [];
    const inside: NumberValue[] = [
      ...operands.slice(0, consts.length),
      ...state.map((register): NumberValue => ({ kind: "register", register })),
    ];
    for (const [k, x] of step.xs.entries()) {
      const { size, dtype } = body.inputs[first + k] as Program["inputs"][number]; // one for each
      let value = operands[first + k] as NumberValue; // one for each
      if (dtypeInfo[dtype].words !== 1 || size === 0) return false;
      if (value.kind === "register") {
        // The only slice of a loop of one turn.
        if (x.aval.size !== 1) return false;
        inside.push(value);
        continue;
      }
      const from = { place: value.place, offset: value.offset, size };
      if (size === 1) {
        const register = this.registers.take();
        slices.push({ ...from, kind: "register", register });
        value = { kind: "register", register };
      } else {
        const row = newPlace();
        slices.push({ ...from, kind: "row", row });
        value = { kind: "array", place: row, offset: 0 };
      }
      inside.push(value);
    }
    const block = compileNumbers(body, inside, this.registers);
    if (block === null) return false;
    const next = registersOf(block.outputs.slice(0, init.length));
    if (next === null) return false;
    const stacked: Stacked[] = [];
    for (const [k, output] of block.outputs.slice(init.length).entries()) {
      const { size, dtype } = (body.outputs[init.length + k] as Reference).aval; // one for each
      if (dtypeInfo[dtype].words !== 1 || (output.kind === "array") !== size > 1) return false;
      const result = step.results[init.length + k] as number; // as above
      const place = places?.(result) ?? { data: hostArray(dtype, size * length), offset: 0 };
      const to = { place, offset: 0, size };
      stacked.push(
        output.kind === "register"
          ? { ...to, kind: "register", register: output.register }
          : { ...to, kind: "row", row: output.place, from: output.offset },
      );
      this.values[result] = { kind: "array", place, offset: 0 };
    }
    const turn = [...block.steps];
    const moves = new Moves(next, state);
    this.push(
      new NumberScan(new Moves(start, state), slices, turn, stacked, moves, length, reverse),
    );
    this.setRegisters(step.results.slice(0, init.length), state);
    return true;
  }

  private setRegisters(results: readonly number[], registers: readonly number[]): void {
    results.forEach((value, i) => {
      this.values[value] = { kind: "register", register: registers[i] as number }; // as many
    });
  }

  /** The elements a reference stands for; null if they are not in a row, or not known as numbers. */
  private reference({ value, aval, view }: Reference): NumberValue | null {
    const known = this.values[value];
    if (known === undefined || dtypeInfo[aval.dtype].words !== 1) return null;
    if (known.kind === "register") return aval.size === 1 ? known : null;
    const { offset } = view ?? contiguousView([]);
    if (aval.size === 1) return { kind: "register", register: this.element(known, offset) };
    if (view !== null && !isContiguous(view)) return null;
    return { ...known, offset: known.offset + offset };
  }

  /** A register that holds one element of a value. */
  private element(value: NumberValue, offset: number): number {
    if (value.kind === "register") return value.register;
    const register = this.registers.take();
    this.push(new Load(value.place, value.offset + offset, register));
    return register;
  }

  private push(step: NumberStep): void {
    this.tape = null;
    this.steps.push(step);
  }

  private tapeToExtend(): NumberTape {
    if (this.tape === null) {
      this.tape = new NumberTape();
      this.steps.push(this.tape);
    }
    return this.tape;
  }
}

function registersOf(values: readonly NumberValue[]): number[] | null {
  const registers = values.flatMap((value) => (value.kind === "register" ? [value.register] : []));
  return registers.length === values.length ? registers : null;
}
