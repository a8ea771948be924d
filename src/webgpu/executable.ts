import { DeviceArray } from "../core/array.ts";
import type { Cost } from "../core/backend.ts";
import { InternalError } from "../core/errors.ts";
import { sameView, type View } from "../core/view.ts";
import { costOf } from "../kernel/cost.ts";
import { printProgram } from "../kernel/print.ts";
import type { DeviceExecutable, Program, ProgramValue } from "../kernel/program.ts";
import type { WebGpuBuffer } from "./buffer.ts";
import { compileSteps } from "./compile.ts";
import type { Host } from "./host.ts";
import { withLayouts } from "./specialise.ts";
import type { Compiled } from "./step.ts";
import { storageBytes, storageOf } from "./storage.ts";
import { encode, hasElements, scalarBits } from "./transfer.ts";

/** What a program is given in place of one input. */
interface Form {
  /** Whether it comes as one number in the block of scalars. */
  readonly scalar: boolean;
  /** Its layout, null if row-major. */
  readonly layout: View | null;
}

/** A program on the device: one set of shaders for each form that its operands come in. */
export class WebGpuExecutable implements DeviceExecutable {
  private readonly program: Program;
  private readonly device: Host;
  private readonly variants: Variant[] = [];

  constructor(program: Program, device: Host) {
    this.program = program;
    this.device = device;
  }

  run(operands: readonly DeviceArray[]): readonly DeviceArray[] {
    const arrays = operands.map((x) => {
      x.checkUsable();
      return this.program.contiguous ? this.device.contiguous(x) : x;
    });
    const forms = arrays.map(formOf);
    let variant = this.variants.find(({ forms: own }) => sameForms(own, forms));
    if (variant === undefined) {
      variant = new Variant(this.program, forms, this.device);
      this.variants.push(variant);
    }
    return variant.run(arrays);
  }

  toString(): string {
    return printProgram(this.program);
  }

  get cost(): Cost {
    return costOf(this.program);
  }
}

function formOf({ aval, buffer, layout }: DeviceArray): Form {
  const narrow = !hasElements(aval.dtype) || storageOf(aval.dtype).lanes > 1;
  const scalar = buffer === null || (aval.ndim === 0 && aval.dtype !== "key<fry>" && !narrow);
  return { scalar, layout: scalar ? null : layout };
}

function sameForms(a: readonly Form[], b: readonly Form[]): boolean {
  return a.every(({ scalar, layout }, i) => {
    const other = b[i] as Form; // as many operands as inputs
    if (scalar !== other.scalar) return false;
    if (layout === null || other.layout === null) return layout === other.layout;
    return sameView(layout, other.layout);
  });
}

class Variant {
  readonly forms: readonly Form[];
  private readonly program: Program;
  private readonly device: Host;
  private readonly scalars = new Map<number, number>();
  private readonly steps: readonly Compiled[];

  constructor(program: Program, forms: readonly Form[], device: Host) {
    this.forms = forms;
    this.device = device;
    this.program = withLayouts(
      program,
      forms.map(({ layout }) => layout),
    );
    this.program.values.forEach(({ origin, aval }, value) => {
      const isScalar =
        (origin.kind === "input" && forms[origin.index]?.scalar === true) ||
        (origin.kind === "constant" && origin.array.buffer === null);
      if (isScalar && !this.readByRoutine(value, aval.ndim)) {
        this.scalars.set(value, this.scalars.size);
      }
    });
    this.steps = compileSteps(this.program, this.scalars, device.limits, device.features);
  }

  run(operands: readonly DeviceArray[]): readonly DeviceArray[] {
    const { device, program } = this;
    const { gpu } = device;
    const encoder = gpu.createCommandEncoder();
    const block = device.take(Math.max(1, this.scalars.size) * 4);
    const words = new Uint32Array(Math.max(1, this.scalars.size));
    const memory: (GPUBuffer | null)[] = program.values.map(({ origin, aval }, value) => {
      if (origin.kind === "step") return device.take(storageBytes(aval));
      const array = origin.kind === "constant" ? origin.array : operands[origin.index];
      if (array === undefined) throw new InternalError("webgpu: an operand is missing");
      const position = this.scalars.get(value);
      if (array.buffer === null) {
        if (position === undefined) return this.filled(array);
        words[position] = scalarBits(array.value, aval.dtype);
        return null;
      }
      const { memory: own } = array.buffer as WebGpuBuffer; // the evaluator hands arrays of this device
      if (position === undefined) return own;
      encoder.copyBufferToBuffer(own, (array.layout?.offset ?? 0) * 4, block, position * 4, 4);
      return null;
    });
    gpu.queue.writeBuffer(block, 0, words);
    const pass = encoder.beginComputePass();
    for (const { dispatches, scratch } of this.steps) {
      const pieces = scratch.map((bytes) => device.take(bytes));
      for (const { code, label, bindings, workgroups } of dispatches) {
        const pipeline = device.pipeline(code, label);
        pass.setPipeline(pipeline);
        const resources = bindings.map((binding): GPUBuffer => {
          switch (binding.kind) {
            case "value":
              return memory[binding.value] as GPUBuffer; // in memory, or the shader would not bind it
            case "scratch":
              return pieces[binding.scratch] as GPUBuffer; // numbered by the step
            case "scalars":
              return block;
            case "data": {
              const data = device.take(binding.words.byteLength);
              gpu.queue.writeBuffer(data, 0, binding.words);
              return data;
            }
            default:
              binding satisfies never;
              throw new InternalError("webgpu: unknown kind of binding");
          }
        });
        if (resources.length > 0) {
          const layout = pipeline.getBindGroupLayout(0);
          const entries = resources.map((buffer, i) => ({ binding: i, resource: { buffer } }));
          pass.setBindGroup(0, gpu.createBindGroup({ layout, entries }));
        }
        pass.dispatchWorkgroups(...workgroups);
      }
    }
    pass.end();
    gpu.queue.submit([encoder.finish()]);
    return program.outputs.map(({ value, aval, view }) => {
      const { origin } = program.values[value] as ProgramValue; // outputs refer to values
      if (origin.kind !== "step") {
        const array = origin.kind === "constant" ? origin.array : operands[origin.index];
        if (array === undefined) throw new InternalError("webgpu: an operand is missing");
        return new DeviceArray(aval, array.buffer, view ?? array.layout, array.value);
      }
      return device.wrap(aval, memory[value] as GPUBuffer, view); // made above
    });
  }

  /** Memory for a number that a routine reads as an array. */
  private filled(array: DeviceArray): GPUBuffer {
    const memory = this.device.take(storageBytes(array.aval));
    this.device.gpu.queue.writeBuffer(memory, 0, encode(array.dataSync(), array.aval));
    return memory;
  }

  private readByRoutine(value: number, rank: number): boolean {
    return (
      rank > 0 &&
      this.program.steps.some(
        (step) =>
          step.kind === "routine" && step.operands.some(({ value: read }) => read === value),
      )
    );
  }
}
