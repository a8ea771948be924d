import { DeviceArray } from "../core/array.ts";
import type { Cost, Executable } from "../core/backend.ts";
import { ConcretizationError, DTypeError } from "../core/errors.ts";
import type { ClosedJaxpr } from "../core/primitive.ts";
import { outsideScopes } from "../core/scope.ts";
import { leaked } from "../core/stage.ts";
import type { CompileOptions } from "../core/trace.ts";
import type { NDArray } from "../core/value.ts";
import { lowerProgram } from "../kernel/lower.ts";
import type { Device, DeviceExecutable, Program } from "../kernel/program.ts";
import {
  commonDeviceName,
  defaultDeviceName,
  deviceNamed,
  deviceRegistrations,
  moveTo,
} from "./devices.ts";

/**
 * A concrete operand.
 *
 * @throws TracerLeakError if it is a tracer whose trace is over, ConcretizationError if it has no
 * value yet.
 */
export function concrete(x: NDArray): DeviceArray {
  if (x instanceof DeviceArray) {
    x.checkUsable();
    return x;
  }
  if (x.owner?.alive !== true) throw leaked(x);
  throw new ConcretizationError(
    `eval: a value that is known now is required, got a traced ${x.aval}; work on it outside ensureCompileTimeEval`,
  );
}

/**
 * A program that runs where its operands are, or on the device it is told to run on, compiled
 * once for each device. A device that took the place of another is another device.
 */
export class PlacedProgram implements Executable<NDArray> {
  private readonly program: ClosedJaxpr;
  private readonly options: CompileOptions;
  private readonly consts: readonly DeviceArray[];
  private device: Device | null = null;
  private executable: DeviceExecutable | null = null;
  /** How many devices had been registered at the last call that looked. */
  private registrations = 0;
  private readonly others = new Map<Device, DeviceExecutable>();

  constructor(program: ClosedJaxpr, options: CompileOptions) {
    this.program = program;
    this.options = options;
    this.consts = program.consts.map(concrete);
  }

  run(operands: readonly NDArray[]): readonly NDArray[] {
    const { device } = this.options;
    if (device === undefined) {
      const { executable } = this;
      if (executable !== null && this.isReadyFor(operands)) return executable.run(operands);
      const arrays = operands.map(concrete);
      return this.on(this.deviceFor(arrays)).run(arrays);
    }
    const target = deviceNamed(device);
    const executable = this.on(target); // refuses what cannot lie there before anything moves
    return executable.run(operands.map((x) => moveTo(concrete(x), target)));
  }

  /** Whether the operands are usable arrays for the device of the last call, which is there yet. */
  private isReadyFor(operands: readonly NDArray[]): operands is readonly DeviceArray[] {
    const { device } = this;
    if (device === null || this.registrations !== deviceRegistrations()) return false;
    let placed = false;
    for (let i = 0; i < operands.length; i++) {
      const x = operands[i];
      if (!(x instanceof DeviceArray) || x.isDeleted) return false;
      if (x.buffer === null) continue;
      if (x.buffer.device !== device.name) return false;
      placed = true;
    }
    return placed || defaultDeviceName() === device.name;
  }

  toString(): string {
    return this.standard.toString();
  }

  get cost(): Cost {
    return this.standard.cost;
  }

  get shaders(): string | undefined {
    return this.standard.shaders;
  }

  /** The program on the device where it would run for operands that lie nowhere. */
  private get standard(): DeviceExecutable {
    const { device } = this.options;
    return this.on(device === undefined ? this.deviceFor([]) : deviceNamed(device));
  }

  private deviceFor(operands: readonly DeviceArray[]): Device {
    const { device } = this;
    let placed = this.consts.length > 0;
    let fits = device !== null;
    for (const { buffer } of operands) {
      if (buffer === null) continue;
      placed = true;
      fits &&= buffer.device === device?.name;
    }
    const used = placed ? null : defaultDeviceName();
    if (device !== null && fits && (used === null || used === device.name)) {
      const current = deviceNamed(device.name);
      if (current === device) return device;
    }
    // Constants were made where the function was staged, and come along.
    const name = commonDeviceName(operands) ?? commonDeviceName(this.consts) ?? defaultDeviceName();
    return deviceNamed(name);
  }

  private on(device: Device): DeviceExecutable {
    if (device === this.device && this.executable !== null) {
      this.registrations = deviceRegistrations();
      return this.executable;
    }
    let executable = this.others.get(device);
    if (executable === undefined) {
      // What belongs to the program outlives the scope in which it is first called.
      executable = outsideScopes(() => this.compile(device));
      for (const other of this.others.keys()) {
        if (other.name === device.name) this.others.delete(other);
      }
      this.others.set(device, executable);
    }
    this.device = device;
    this.executable = executable;
    this.registrations = deviceRegistrations();
    return executable;
  }

  private compile(device: Device): DeviceExecutable {
    const { name, donated, describeInput } = this.options;
    const consts = this.consts.map((x) => moveTo(x, device));
    const program = lowerProgram({ ...this.program, consts }, device.fusion);
    checkDtypes(program, device, name ?? "a program", describeInput);
    return device.compile(program, { name, donated });
  }
}

/** @throws DTypeError if the program has a value that the device cannot hold. */
export function checkDtypes(
  { values }: Program,
  device: Device,
  name: string,
  describeInput: (i: number) => string = (i) => `operand ${i}`,
): void {
  for (const { aval, origin } of values) {
    if (device.dtypes.has(aval.dtype)) continue;
    const what =
      origin.kind === "input"
        ? describeInput(origin.index)
        : `a ${origin.kind === "constant" ? "constant" : "result"}`;
    throw new DTypeError(
      `${name}: dtypes that the device ${device.name} has are required, got ${aval} for ${what}; use float32, or run on the cpu device`,
    );
  }
}
