import { DeviceArray, plainLayout } from "../core/array.ts";
import type { ShapedArray } from "../core/aval.ts";
import { InternalError } from "../core/errors.ts";
import { adopt } from "../core/scope.ts";
import type { Program, ProgramValue } from "../kernel/program.ts";
import { WebGpuBuffer } from "./buffer.ts";
import { Command, type Resource } from "./commands.ts";
import { type CompiledFlow, compileFlow, type Order } from "./compile-flow.ts";
import { failed } from "./faults.ts";
import { emitFill } from "./fill.ts";
import { flowOf } from "./flow.ts";
import { type Form, hasForm, sameForm } from "./form.ts";
import type { Host } from "./host.ts";
import type { Log } from "./log.ts";
import { type MemoryPlan, planMemory, temporaryKey } from "./memory-plan.ts";
import type { Memory } from "./pool.ts";
import { asks, Recording, type Score, sizeOf } from "./recording.ts";
import { type ScalarBlock, writeScalars } from "./scalar-block.ts";
import { isNumber, planScalars, type ScalarSource, scalarWord } from "./scalar-plan.ts";
import { withLayouts } from "./specialise.ts";
import type { Binding, Compiled, StepContext } from "./step.ts";
import { storageBytes } from "./storage.ts";
import type { Asking } from "./work-order.ts";

/** A program for operands that come in certain forms: its shaders, and the plan of its memory. */
export class Variant {
  /** The shaders, step by step. */
  readonly units: readonly Compiled[];
  private readonly flow: CompiledFlow;
  private readonly log: Log | null;
  private readonly forms: readonly Form[];
  private readonly name: string;
  private readonly program: Program;
  private readonly device: Host;
  private readonly scalars: readonly ScalarSource[];
  private readonly words: Uint32Array<ArrayBuffer>;
  private readonly block: ScalarBlock;
  private readonly plan: MemoryPlan;
  /** Tables of constants that the commands bind, held for as long as this is. */
  private readonly tables = new Map<Binding, WebGpuBuffer>();
  private commands: readonly (readonly Command[])[] = [];
  private score: readonly Score[] = [];
  private generation = -1;
  private isProven = false;

  constructor(
    program: Program,
    forms: readonly Form[],
    device: Host,
    name: string,
    donated: readonly boolean[],
  ) {
    this.forms = forms;
    this.device = device;
    this.name = name;
    const placed = withLayouts(
      program,
      forms.map(({ layout }) => layout),
    );
    const outputs = placed.outputs.map((output) => ({ ...output, view: plainLayout(output.view) }));
    const flow = flowOf(placed, (value) => isNumber(value, forms));
    const { log } = flow;
    this.log = log;
    log?.check(name, device.limits);
    const logged = log === null ? [] : [{ value: log.value, aval: log.aval, view: null }];
    this.program = {
      ...placed,
      outputs: [...outputs, ...logged],
      values: flow.values,
      steps: flow.steps,
    };
    this.scalars = planScalars(flow, forms);
    this.words = new Uint32Array(Math.max(1, this.scalars.length));
    this.block = device.scalars.of(this.words.length);
    const read = this.scalars.filter(({ fills }) => !fills);
    const filled = this.scalars.filter(({ fills }) => fills);
    const positions = new Map(read.map(({ value, position }) => [value, position]));
    const context: StepContext = {
      aval: (value) => this.avalOf(value),
      scope: (value) => this.program.values[value]?.scope,
      scalar: (value) => positions.get(value) ?? null,
      limits: device.limits,
      features: device.features,
      varies: !program.contiguous,
    };
    const fills = filled.map(({ value, position }) => emitFill(value, position, context));
    this.flow = compileFlow(flow, { dispatches: fills, scratch: [] }, context);
    this.units = this.flow.units;
    const size = (bytes: number, what: string): number => device.pool.sizeOf(bytes, what);
    this.plan = planMemory(
      this.program,
      this.flow,
      new Set(filled.map(({ value }) => value)),
      donated,
      {
        bytes: (bytes) => size(bytes, `scratch memory of ${name}`),
        value: (value) =>
          size(storageBytes(this.avalOf(value)), `${this.avalOf(value)} of ${name}`),
      },
    );
  }

  /** Whether the operands come in the forms that this was made for. */
  fits(operands: readonly DeviceArray[]): boolean {
    for (let i = 0; i < operands.length; i++) {
      // One form for each operand.
      if (!hasForm(operands[i] as DeviceArray, this.forms[i] as Form)) return false;
    }
    return true;
  }

  /** Whether this was made for these forms. */
  hasForms(forms: readonly Form[]): boolean {
    return this.forms.every((form, i) => sameForm(form, forms[i] as Form)); // one for each input
  }

  run(operands: readonly DeviceArray[]): readonly DeviceArray[] {
    const { device, plan } = this;
    this.makeReady();
    const memory: (Memory | null)[] = new Array(this.program.values.length).fill(null);
    for (const value of plan.given) {
      const array = this.arrayOf(value, operands);
      memory[value] = bufferOf(array).memoryFor(device, array.aval);
    }
    const taken: Memory[] = [];
    const heirs: [value: number, buffer: WebGpuBuffer][] = [];
    try {
      for (const { value, size, donor } of plan.results) {
        const buffer = donor === null ? null : this.givable(donor, operands);
        if (buffer?.byteLength === size) {
          heirs.push([value, buffer]);
          continue;
        }
        const own = device.pool.take(size, `${this.avalOf(value)} of ${this.name}`);
        taken.push(own);
        memory[value] = own;
      }
      // Arguments are given up when nothing can be refused any more.
      for (const [value, buffer] of heirs) memory[value] = buffer.surrender();
      this.submit(memory, operands);
    } catch (error) {
      for (const own of taken) device.pool.give(own);
      throw error;
    }
    for (const donor of plan.donors) this.free(donor, operands);
    const outputs = this.outputs(memory, operands);
    const { log, name } = this;
    if (log === null) return outputs;
    const written = outputs.at(-1) as DeviceArray; // the log comes last
    device.deliver([written], ([x]) => log.call(x as DeviceArray, name)); // one for one
    written.dispose(); // what is read is what it holds now
    return outputs.slice(0, -1);
  }

  /** Compile the shaders and bind what stays, unless that was done and still holds. */
  private makeReady(): void {
    const { device } = this;
    if (this.generation !== device.arena.generation) {
      const { places } = this.plan;
      this.commands = this.units.map(({ dispatches }, unit) => {
        const guard = this.flow.guards[unit] ?? null;
        return dispatches.map((dispatch) => {
          const resources = dispatch.bindings.map((binding): Resource => {
            const place = places.get(temporaryKey(unit, binding) ?? "");
            if (place !== undefined) return { kind: "fixed", memory: device.arena.at(place) };
            return this.resourceOf(binding);
          });
          const pipeline = device.pipelines.of(dispatch, this.name);
          const indirect =
            guard === null
              ? null
              : { memory: this.temporary(guard.value), offset: guard.offsetOf(dispatch) };
          return new Command(dispatch.label, pipeline, dispatch.workgroups, resources, indirect);
        });
      });
      this.score = this.scoreOf(this.flow.order);
      this.generation = device.arena.generation;
    }
    for (const commands of this.commands) {
      for (const { pipeline } of commands) if (pipeline.failure !== null) throw pipeline.failure;
    }
  }

  /** The memory of a value that is a temporary. */
  private temporary(value: number): Memory {
    const place = this.plan.places.get(`v${value}`);
    if (place === undefined) throw new InternalError("webgpu: a guard without a place");
    return this.device.arena.at(place);
  }

  private scoreOf(order: readonly Order[]): readonly Score[] {
    const scores: Score[] = [];
    let row: Command[] | null = null;
    for (const part of order) {
      if (part.kind === "unit") {
        if (row === null) {
          row = [];
          scores.push({ kind: "commands", commands: row });
        }
        row.push(...(this.commands[part.unit] ?? []));
        continue;
      }
      row = null;
      const turn = this.scoreOf(part.turn);
      const loop = { turn, asks: asks(turn) };
      scores.push(
        part.kind === "repeat"
          ? { kind: "repeat", times: part.times, ...loop }
          : { kind: "while", guard: this.temporary(part.guard), size: sizeOf(turn), ...loop },
      );
    }
    return scores;
  }

  private resourceOf(binding: Binding): Resource {
    switch (binding.kind) {
      case "value":
        return binding;
      case "scalars":
        return { kind: "fixed", memory: this.block.memory };
      case "data": {
        const table =
          this.tables.get(binding) ?? this.device.constants.of(binding.words, this.device);
        this.tables.set(binding, table);
        return { kind: "fixed", memory: table.memoryFor(this.device, "a table of constants") };
      }
      case "scratch":
        throw new InternalError("webgpu: scratch memory without a place");
      default:
        binding satisfies never;
        throw new InternalError("webgpu: unknown kind of binding");
    }
  }

  /** Hand a run to the queue, now or when its turn comes; everything it needs is looked up now. */
  private submit(memory: readonly (Memory | null)[], operands: readonly DeviceArray[]): void {
    const { device, name, score } = this;
    const scalars = this.scalarsOf(operands);
    const from = device.faults.count;
    // What is wrong with a program shows at its first run.
    const isProven = this.isProven;
    this.isProven = true;
    const watched = <T>(work: () => T): T =>
      isProven
        ? work()
        : device.faults.watch(
            "validation",
            work,
            (message) => failed(name, message),
            () => {},
            from,
          );
    if (!asks(score)) {
      device.order.run(name, () => {
        watched(() => {
          const recording = new Recording(device, memory, name);
          this.giveScalars(recording.target, scalars);
          recording.play(score);
          recording.submit();
        });
        return null;
      });
      return;
    }
    const { giveScalars } = this;
    device.order.run(name, function* (): Asking {
      const recording = new Recording(device, memory, name);
      giveScalars(recording.target, scalars);
      const asking = recording.perform(score);
      let step = watched(() => asking.next());
      while (step.done !== true) {
        const goesOn = yield step.value;
        step = watched(() => asking.next(goesOn));
      }
      watched(() => recording.submit());
    });
  }

  /** The block of scalars for a run: numbers from the host, and where other elements are. */
  private scalarsOf(operands: readonly DeviceArray[]): Scalars {
    const words = this.device.order.isBusy ? this.words.slice() : this.words;
    let copies: ScalarCopy[] | null = null;
    for (const { value, position, fills } of this.scalars) {
      const array = this.arrayOf(value, operands);
      if (array.buffer === null) {
        words[position] = scalarWord(array, fills);
        continue;
      }
      const { gpu } = bufferOf(array).memoryFor(this.device, array.aval);
      copies ??= [];
      copies.push({ gpu, from: (array.layout?.offset ?? 0) * 4, position });
    }
    return { words, copies };
  }

  /** Fill the block of scalars. */
  private readonly giveScalars = (encoder: GPUCommandEncoder, { words, copies }: Scalars): void => {
    const { device, block } = this;
    if (this.scalars.length > 0) writeScalars(device.gpu, block, words);
    if (copies === null) return;
    block.words = null; // the host does not know what is copied
    for (const { gpu, from, position } of copies) {
      encoder.copyBufferToBuffer(gpu, from, block.memory.gpu, position * 4, 4);
    }
  };

  /** Give the memory of a donated operand back, unless a result has it or others look at it. */
  private free(index: number, operands: readonly DeviceArray[]): void {
    this.givable(index, operands)?.dispose();
  }

  /** The buffer of a donated operand, if nothing else looks at its memory. */
  private givable(index: number, operands: readonly DeviceArray[]): WebGpuBuffer | null {
    const buffer = operands[index]?.buffer;
    if (!(buffer instanceof WebGpuBuffer) || !buffer.isGivable) return null;
    const holders = operands.filter((x) => x.buffer === buffer);
    return holders.length === 1 ? buffer : null;
  }

  private outputs(
    memory: readonly (Memory | null)[],
    operands: readonly DeviceArray[],
  ): readonly DeviceArray[] {
    const made = new Map<number, WebGpuBuffer>();
    for (const { value } of this.plan.results) {
      const buffer = new WebGpuBuffer(this.device, memory[value] as Memory); // taken for the run
      adopt(buffer);
      made.set(value, buffer);
    }
    const seen = new Set<number>();
    return this.program.outputs.map(({ value, aval, view }) => {
      const buffer = made.get(value);
      if (buffer !== undefined) {
        if (seen.has(value)) buffer.share();
        seen.add(value);
        return new DeviceArray(aval, buffer, view, 0);
      }
      const array = this.arrayOf(value, operands);
      return array.over(aval, view ?? array.layout);
    });
  }

  /** The array of an input or a constant. */
  private arrayOf(value: number, operands: readonly DeviceArray[]): DeviceArray {
    const origin = this.program.values[value]?.origin;
    const array = origin?.kind === "constant" ? origin.array : undefined;
    const found = origin?.kind === "input" ? operands[origin.index] : array;
    if (found === undefined) throw new InternalError("webgpu: an operand is missing");
    return found;
  }

  private avalOf(value: number): ShapedArray {
    return (this.program.values[value] as ProgramValue).aval; // steps refer to the program's values
  }
}

/** What a run puts into the block of scalars. */
interface Scalars {
  readonly words: Uint32Array<ArrayBuffer>;
  /** Null where all of it comes from the host. */
  readonly copies: readonly ScalarCopy[] | null;
}

interface ScalarCopy {
  readonly gpu: GPUBuffer;
  readonly from: number;
  readonly position: number;
}

function bufferOf({ buffer }: DeviceArray): WebGpuBuffer {
  return buffer as WebGpuBuffer; // the evaluator hands arrays of this device
}
