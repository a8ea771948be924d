import { DeviceArray } from "../core/array.ts";
import type { ShapedArray } from "../core/aval.ts";
import type { Executable, KernelTime } from "../core/backend.ts";
import type { TypedArray } from "../core/dtype.ts";
import { InternalError, MissingRuleError } from "../core/errors.ts";
import { hashParams, mix, sameParams } from "../core/params.ts";
import type { ClosedJaxpr, ControlForm, Params, Primitive } from "../core/primitive.ts";
import type { CompileOptions, Evaluator } from "../core/trace.ts";
import type { ConcreteArray, NDArray } from "../core/value.ts";
import { contiguousView } from "../core/view.ts";
import { callbackNeedsValues } from "../kernel/callback.ts";
import { lowerEquation } from "../kernel/lower-equation.ts";
import type { Device, DeviceExecutable } from "../kernel/program.ts";
import {
  commonDeviceName,
  defaultDeviceName,
  deviceNamed,
  deviceNames,
  moveTo,
  useDevice,
} from "./devices.ts";
import { checkDtypes, concrete, PlacedProgram } from "./placed-program.ts";

/** How many programs one primitive may keep before it starts anew. */
const capacity = 2048;

/** A compiled equation and what it was compiled for. */
interface Entry {
  readonly avals: readonly ShapedArray[];
  readonly params: Params;
  readonly device: Device;
  readonly executable: DeviceExecutable;
}

/** Compiled equations of one primitive. */
interface Compiled {
  /** What ran last; most calls are like the one before. */
  last: Entry | null;
  readonly table: Map<number, Entry[]>;
  count: number;
}

/** Primitives that hold compiled equations: those of users come and go, so weakly. */
let compiling: WeakRef<Primitive>[] = [];

function compiledOf(prim: Primitive): Compiled {
  return (prim.evaluation ?? startCache(prim)) as Compiled; // only these functions set it
}

function startCache(prim: Primitive): Compiled {
  const compiled: Compiled = { last: null, table: new Map(), count: 0 };
  prim.evaluation = compiled;
  compiling.push(new WeakRef(prim));
  return compiled;
}

/** Runs one primitive at a time: each is a program of one equation, compiled once for its types. */
class EagerEvaluator implements Evaluator {
  evaluate1(prim: Primitive, x: NDArray, params: Params): NDArray {
    const a = concrete(x);
    const { last } = compiledOf(prim);
    if (last !== null && last.params === params && last.avals[0] === a.aval && fits(last, a)) {
      const { executable } = last;
      if (executable.run1 !== undefined) return executable.run1(a);
    }
    if (prim.rules.lower.kind === "view") return this.look(prim, a, params);
    return this.evaluate(prim, [x], params)[0] as NDArray; // one result
  }

  evaluate2(prim: Primitive, x: NDArray, y: NDArray, params: Params): NDArray {
    const a = concrete(x);
    const b = concrete(y);
    const { last } = compiledOf(prim);
    if (
      last !== null &&
      last.params === params &&
      last.avals[0] === a.aval &&
      last.avals[1] === b.aval &&
      fits(last, a) &&
      fits(last, b)
    ) {
      const { executable } = last;
      if (executable.run2 !== undefined) return executable.run2(a, b);
    }
    return this.evaluate(prim, [x, y], params)[0] as NDArray; // one result
  }

  evaluate(prim: Primitive, operands: readonly NDArray[], params: Params): readonly NDArray[] {
    const { rules } = prim;
    if (rules.order === "higher" && rules.host !== null) return rules.host.run(operands, params);
    const { lower } = rules;
    const arrays = new Array<DeviceArray>(operands.length);
    for (let i = 0; i < arrays.length; i++) arrays[i] = concrete(operands[i] as NDArray); // as long
    switch (lower.kind) {
      case "view":
        return [this.look(prim, arrays[0] as DeviceArray, params)]; // views have one operand
      case "barrier":
        return arrays;
      case "compose":
        rules.abstractEval(
          arrays.map(({ aval }) => aval),
          params,
        ); // refuses what does not fit
        return lower.apply(arrays, params);
      case "call":
        return this.call(lower.body(params), arrays);
      case "control":
        return this.control(prim, lower.form(params), arrays, params);
      case "callback":
        return callBack(prim, arrays, params);
      case "absent":
        throw new MissingRuleError(`eval: ${prim.name} has no lowering: ${lower.reason}`);
      default: {
        const { executable } = this.lookUp(prim, arrays, params);
        const x = arrays[0] as DeviceArray; // there are as many as the length says
        if (arrays.length === 1 && executable.run1 !== undefined) return [executable.run1(x)];
        if (arrays.length === 2 && executable.run2 !== undefined) {
          return [executable.run2(x, arrays[1] as DeviceArray)];
        }
        return executable.run(arrays);
      }
    }
  }

  compile(program: ClosedJaxpr, options: CompileOptions): Executable<NDArray> {
    return new PlacedProgram(program, options);
  }

  upload(data: TypedArray, aval: ShapedArray, device = defaultDeviceName()): ConcreteArray {
    return deviceNamed(device).upload(data, aval);
  }

  move(x: NDArray, device: string): NDArray {
    const array = concrete(x);
    const target = deviceNamed(device);
    if (array.buffer !== null) return moveTo(array, target);
    return array.device === device ? array : target.upload(array.dataSync(), array.aval);
  }

  async wait(arrays: readonly NDArray[]): Promise<void> {
    const devices = new Set(arrays.map((x) => concrete(x).device));
    await Promise.all([...devices].map((name) => deviceNamed(name).wait()));
  }

  async delivered(): Promise<void> {
    for (const name of deviceNames()) await deviceNamed(name).delivered();
  }

  clear(): void {
    for (const held of compiling) {
      const prim = held.deref();
      if (prim !== undefined) prim.evaluation = null;
    }
    compiling = [];
    programs = new WeakMap();
  }

  startProfile(): void {
    for (const name of deviceNames()) deviceNamed(name).startProfile?.();
  }

  async stopProfile(): Promise<readonly KernelTime[]> {
    const times = deviceNames().map((name) => deviceNamed(name).stopProfile?.() ?? []);
    return (await Promise.all(times)).flat();
  }

  get devices(): readonly string[] {
    return deviceNames();
  }

  get defaultDevice(): string {
    return defaultDeviceName();
  }

  set defaultDevice(name: string) {
    useDevice(name);
  }

  /** Look at the elements of an array in another way; copy first where no view can do it. */
  private look(prim: Primitive, x: DeviceArray, params: Params): NDArray {
    const { rules } = prim;
    if (rules.lower.kind !== "view") throw new InternalError(`eval: ${prim.name} is no view`);
    const aval = rules.abstractEval([x.aval], params)[0] as ShapedArray; // one result
    if (x.buffer === null) return new DeviceArray(aval, null, null, x.value);
    const view = rules.lower.apply(x.layout ?? contiguousView(x.shape), params, aval);
    if (view !== null) return x.over(aval, view);
    return this.look(prim, deviceNamed(x.device).contiguous(x), params);
  }

  private call(body: ClosedJaxpr, operands: readonly DeviceArray[]): readonly NDArray[] {
    let program = programs.get(body);
    if (program === undefined) {
      program = new PlacedProgram(body, {});
      programs.set(body, program);
    }
    return program.run(operands);
  }

  /** Control flow, compiled once for its bodies: they fix the types of the operands. */
  private control(
    prim: Primitive,
    form: ControlForm,
    operands: readonly DeviceArray[],
    params: Params,
  ): readonly NDArray[] {
    const key = form.kind === "cond" ? form.branches[0] : form.body;
    if (key === undefined) throw new InternalError(`eval: ${prim.name} has no body`);
    const device = commonDevice(operands);
    const list = controls.get(key) ?? [];
    let entry = list.find(
      (known) => known.device === device && sameForm(known.form, form) && known.prim === prim,
    );
    if (entry === undefined) {
      const { executable } = compileEquation(prim, operands, params, device);
      entry = { prim, form, device, executable };
      controls.set(key, [...list, entry]);
    }
    return entry.executable.run(operands);
  }

  private lookUp(prim: Primitive, operands: readonly DeviceArray[], params: Params): Entry {
    const compiled = compiledOf(prim);
    const device = deviceFor(prim, operands);
    let key = hashParams(params);
    for (let i = 0; i < operands.length; i++) key = mix(key, (operands[i] as DeviceArray).aval.id);
    const list = compiled.table.get(key);
    for (let k = 0; list !== undefined && k < list.length; k++) {
      const found = list[k] as Entry; // k runs over the list
      if (!isFor(found, operands, params, device)) continue;
      compiled.last = found;
      return found;
    }
    const entry = compileEquation(prim, operands, params, device);
    if (compiled.count++ >= capacity) {
      compiled.table.clear();
      compiled.count = 0;
    }
    const bucket = compiled.table.get(key);
    if (bucket === undefined) compiled.table.set(key, [entry]);
    else bucket.push(entry);
    compiled.last = entry;
    return entry;
  }
}

/** Compiled control flow and what it was compiled for. */
interface ControlEntry {
  readonly prim: Primitive;
  readonly form: ControlForm;
  readonly device: Device;
  readonly executable: DeviceExecutable;
}

/** Compiled control flow by its first body. */
const controls = new WeakMap<ClosedJaxpr, readonly ControlEntry[]>();

/** Whether two forms have the same bodies and the same numbers. */
function sameForm(a: ControlForm, b: ControlForm): boolean {
  const values = (form: ControlForm): unknown[] => Object.values(form).flat();
  const [x, y] = [values(a), values(b)];
  return a.kind === b.kind && x.length === y.length && x.every((value, i) => value === y[i]);
}

/** Compiled bodies of calls; a body that nobody holds any more takes its program with it. */
let programs = new WeakMap<ClosedJaxpr, PlacedProgram>();

/** Call the function of the host that a primitive is, where the operands can be read at once. */
function callBack(
  prim: Primitive,
  operands: readonly DeviceArray[],
  params: Params,
): readonly NDArray[] {
  const { lower, abstractEval } = prim.rules;
  if (lower.kind !== "callback") throw new InternalError(`eval: ${prim.name} is no callback`);
  const avals = operands.map(({ aval }) => aval);
  const device = commonDevice(operands);
  if (abstractEval(avals, params).length === 0) {
    device.deliver(operands, (arrays) => {
      lower.apply(arrays, params);
    });
    return [];
  }
  for (const { aval, buffer } of operands) {
    if (buffer === null || buffer.device === "cpu") continue;
    throw callbackNeedsValues(prim.name, `${aval} on ${buffer.device}`);
  }
  return lower.apply(operands, params).map((x) => moveTo(concrete(x), device));
}

function compileEquation(
  prim: Primitive,
  operands: readonly DeviceArray[],
  params: Params,
  device: Device,
): Entry {
  const avals = operands.map(({ aval }) => aval);
  const outs = prim.rules.abstractEval(avals, params);
  const program = lowerEquation(prim, avals, params, outs, device.fusion);
  if (program === null) throw new InternalError(`eval: ${prim.name} is not one step`);
  checkDtypes(program, device, prim.name);
  return { avals, params, device, executable: device.compile(program, { name: prim.name }) };
}

/** Whether an entry was compiled for operands of these types, these parameters and this device. */
function isFor(
  { avals, params, device }: Entry,
  operands: readonly DeviceArray[],
  wanted: Params,
  on: Device,
): boolean {
  if (device !== on || avals.length !== operands.length) return false;
  for (let i = 0; i < avals.length; i++) {
    if ((operands[i] as DeviceArray).aval !== avals[i]) return false; // as many
  }
  return sameParams(params, wanted);
}

/** Whether an operand lies on the device that an entry was compiled for; numbers fit everywhere. */
function fits({ device }: Entry, { buffer }: DeviceArray): boolean {
  return buffer === null || buffer.device === device.name;
}

/**
 * Where a primitive runs. Elementwise work on numbers, which lie on no device, needs none but the
 * host, where it gives a number again: one operation on numbers of any shape, or any on scalars.
 */
function deviceFor({ rules }: Primitive, operands: readonly DeviceArray[]): Device {
  const { kind } = rules.lower;
  const onNumbers = operands.length > 0 && operands.every(({ buffer }) => buffer === null);
  const givesNumber =
    (kind === "scalar" && operands.length <= 2) ||
    ((kind === "scalar" || kind === "expression") && operands.every(({ ndim }) => ndim === 0));
  return onNumbers && givesNumber ? deviceNamed("cpu") : commonDevice(operands);
}

/** @throws DeviceError if the operands lie on several devices. */
function commonDevice(operands: readonly DeviceArray[]): Device {
  return deviceNamed(commonDeviceName(operands) ?? defaultDeviceName());
}

/** The evaluator of this library. */
export const eagerEvaluator: Evaluator = new EagerEvaluator();
