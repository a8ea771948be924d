import { type ShapedArray, shapedArray } from "../core/aval.ts";
import { dtypeInfo, hostArray, type TypedArray } from "../core/dtype.ts";
import { DeviceError } from "../core/errors.ts";
import { contiguousView } from "../core/view.ts";
import type { Kernel, Load } from "../kernel/kernel.ts";
import type { Nests, Sink, Source } from "../kernel/nest.ts";
import type { Epilogue, Program, ProgramValue, Step } from "../kernel/program.ts";
import { KernelRunner } from "./kernel-runner.ts";
import { copyPart, copyRun, newPlace, type Part, type Place } from "./place.ts";
import type { CpuRoutine, CpuRoutines, HostOperand, HostResult } from "./routine.ts";

/** A step whose operands and results are places, made ready to run again and again. */
export interface BoundStep {
  run(): void;
  /** Give back memory that is kept between runs only for speed. */
  release?(): void;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** A kernel over places. */
export class BoundKernel implements BoundStep {
  private readonly kernel: Kernel;
  private readonly runner: KernelRunner;
  private readonly sources: Mutable<Source>[];
  private readonly from: readonly { readonly place: Place; readonly offset: number }[];
  private readonly sinks: Mutable<Sink>[];
  private readonly to: readonly Place[];
  private readonly nests: Nests;

  constructor(kernel: Kernel, places: readonly Place[], results: readonly number[]) {
    this.kernel = kernel;
    this.runner = new KernelRunner(kernel);
    const views = kernel.loads.map(({ map }) =>
      map.kind === "view" ? map.view : contiguousView(kernel.space),
    );
    // Sources and results are values of the program, each of which has a place.
    this.from = kernel.loads.map(({ source }, i) => ({
      place: places[source] as Place,
      offset: views[i]?.offset ?? 0,
    }));
    this.sources = views.map(({ strides }) => ({ data: null, offset: 0, strides }));
    this.to = results.map((value) => places[value] as Place);
    this.sinks = this.to.map(({ data }) => ({ data, start: 0 }));
    this.nests = this.runner.nests(this.sources);
  }

  run(): void {
    const { sources, from, sinks, to } = this;
    for (let i = 0; i < sources.length; i++) {
      const { place, offset } = from[i] as { place: Place; offset: number }; // one for each
      const source = sources[i] as Mutable<Source>; // i runs over them
      source.data = place.data;
      source.offset = place.offset + offset;
    }
    for (let i = 0; i < sinks.length; i++) {
      const { data, offset } = to[i] as Place; // one for each
      const sink = sinks[i] as Mutable<Sink>; // i runs over them
      sink.data = data;
      sink.start = offset;
    }
    const { words } = dtypeInfo[this.kernel.outputs[0]?.dtype ?? "float32"];
    if (words === 1) this.runner.runNests(this.nests, sinks);
    else runWords(this.runner, this.kernel, sources, sinks);
  }
}

/** Elements of two words are moved one word at a time: only selection and copies meet them. */
export function runWords(
  runner: KernelRunner,
  kernel: Kernel,
  sources: readonly Source[],
  sinks: readonly Sink[],
): void {
  const { words } = dtypeInfo[kernel.outputs[0]?.dtype ?? "key<fry>"];
  const { space, parallel } = kernel;
  const size = space.slice(0, parallel).reduce((a, b) => a * b, 1);
  for (let word = 0; word < words; word++) {
    const planes = sources.map((source, k) => {
      if (dtypeInfo[kernel.loads[k]?.dtype ?? "float32"].words !== words) return source;
      const strides = source.strides.map((stride) => stride * words);
      return { ...source, offset: source.offset * words + word, strides };
    });
    const parts = sinks.map(() => new Uint32Array(size));
    runner.run(
      planes,
      parts.map((data) => ({ data, start: 0 })),
    );
    parts.forEach((part, k) => {
      const { data, start } = sinks[k] as Sink; // one part for each sink
      for (let i = 0; i < part.length; i++) data[(start + i) * words + word] = part[i] as number;
    });
  }
}

/** The routine of a name. @throws DeviceError if its family is not installed. */
export function routineNamed(name: string, routines: CpuRoutines): CpuRoutine {
  const routine = routines[name as keyof CpuRoutines] as CpuRoutine | undefined; // the table pairs name and params
  if (routine !== undefined) return routine;
  throw new DeviceError(
    `cpu: the routine ${name} is not installed; import the index of its family`,
  );
}

/** A routine over places. */
export class BoundRoutine implements BoundStep {
  private readonly routine: CpuRoutine;
  private readonly params: object;
  private readonly operands: Mutable<HostOperand>[];
  private readonly views: Mutable<HostOperand["view"]>[];
  private readonly from: readonly Part[];
  private readonly results: Mutable<HostResult>[];
  private readonly to: readonly Place[];
  /** Memory of its own for results whose place is part of something larger. */
  private readonly own: (TypedArray | undefined)[] = [];

  constructor(
    step: Extract<Step, { readonly kind: "routine" }>,
    { values }: Program,
    places: readonly Place[],
    routines: CpuRoutines,
  ) {
    this.routine = routineNamed(step.name, routines);
    this.params = step.params;
    // Operands and results are values of the program, each of which has a place.
    this.from = step.operands.map(({ value, view }) => ({ place: places[value] as Place, view }));
    this.views = step.operands.map(({ aval, view }) => ({
      ...(view ?? contiguousView(aval.shape)),
    }));
    this.operands = step.operands.map(({ aval, value }, i) => ({
      aval,
      data: (places[value] as Place).data,
      view: this.views[i] as HostOperand["view"],
    }));
    this.to = step.results.map((value) => places[value] as Place);
    this.results = step.results.map((value) => {
      const { aval } = values[value] as ProgramValue;
      return { aval, data: (places[value] as Place).data };
    });
  }

  run(): void {
    const { operands, views, from, results, to } = this;
    for (let i = 0; i < operands.length; i++) {
      const { place, view } = from[i] as Part; // one for each operand, as are the views
      (operands[i] as Mutable<HostOperand>).data = place.data;
      (views[i] as Mutable<HostOperand["view"]>).offset = place.offset + (view?.offset ?? 0);
    }
    for (let i = 0; i < results.length; i++) {
      const result = results[i] as Mutable<HostResult>; // i runs over them
      result.data = this.memoryFor(result.aval, to[i] as Place, i).fill(0);
    }
    this.routine(operands, results, this.params);
    for (let i = 0; i < results.length; i++) {
      const { data, aval } = results[i] as HostResult; // as above
      const place = to[i] as Place;
      const { words } = dtypeInfo[aval.dtype];
      if (data !== place.data) copyRun(data, 0, place.data, place.offset * words, data.length);
    }
  }

  /** The memory of a place if it holds exactly the result, else memory of the step's own. */
  private memoryFor(aval: ShapedArray, { data, offset }: Place, i: number): TypedArray {
    if (offset === 0 && data.length === aval.size * dtypeInfo[aval.dtype].words) return data;
    this.own[i] ??= hostArray(aval.dtype, aval.size);
    return this.own[i];
  }

  release(): void {
    this.own.length = 0;
  }
}

/** A product over places together with the kernel that reads its result. */
export class BoundProduct implements BoundStep {
  private readonly product: BoundRoutine;
  private readonly kernel: BoundKernel;
  private readonly own: Place = newPlace();
  private readonly aval: ShapedArray;

  constructor(
    step: Extract<Step, { readonly kind: "routine" }>,
    { kernel, slot }: Epilogue,
    program: Program,
    places: readonly Place[],
    routines: CpuRoutines,
  ) {
    // The result of the product is one more value, which only the kernel sees.
    const value = places.length;
    const { dtype } = kernel.loads[slot] as Load; // the load that reads the result
    this.aval = shapedArray(kernel.space, dtype);
    const all = [...places, this.own];
    const values = [...program.values, { aval: this.aval, origin: { kind: "step" } as const }];
    const plain = { ...step, results: [value], epilogue: null };
    this.product = new BoundRoutine(plain, { ...program, values }, all, routines);
    const loads = kernel.loads.map((load, i) => (i === slot ? { ...load, source: value } : load));
    this.kernel = new BoundKernel({ ...kernel, loads }, all, step.results);
  }

  run(): void {
    if (this.own.data.length === 0) this.own.data = hostArray(this.aval.dtype, this.aval.size);
    this.product.run();
    this.kernel.run();
  }

  release(): void {
    this.own.data = newPlace().data;
    this.product.release();
  }
}

/** A copy from one place to another. */
export class BoundCopy implements BoundStep {
  private readonly from: Part;
  private readonly to: Place;
  private readonly aval: ShapedArray;

  constructor(from: Part, to: Place, aval: ShapedArray) {
    this.from = from;
    this.to = to;
    this.aval = aval;
  }

  run(): void {
    copyPart(this.from, this.to, this.aval.size, this.aval.dtype);
  }
}
