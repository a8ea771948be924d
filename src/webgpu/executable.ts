import type { DeviceArray } from "../core/array.ts";
import type { Cost } from "../core/backend.ts";
import { costOf } from "../kernel/cost.ts";
import { printProgram } from "../kernel/print.ts";
import type { CompileSettings, DeviceExecutable, Program } from "../kernel/program.ts";
import { WebGpuBuffer } from "./buffer.ts";
import { formOf } from "./form.ts";
import type { Host } from "./host.ts";
import { Variant } from "./variant.ts";

/** For how many forms of its operands a program is compiled before layouts are copied away. */
const capacity = 8;

/** A program on the device: one set of shaders for each form that its operands come in. */
export class WebGpuExecutable implements DeviceExecutable {
  private readonly program: Program;
  private readonly device: Host;
  private readonly name: string;
  private readonly donated: readonly boolean[];
  private readonly variants: Variant[] = [];
  private last: Variant | null = null;

  constructor(program: Program, device: Host, { name, donated }: CompileSettings) {
    this.program = program;
    this.device = device;
    this.name = name ?? "a program";
    this.donated = donated ?? [];
  }

  run(operands: readonly DeviceArray[]): readonly DeviceArray[] {
    this.device.faults.check();
    for (const x of operands) x.checkUsable();
    if (this.program.contiguous) return this.runContiguous(operands);
    const variant = this.known(operands);
    if (variant !== null) return variant.run(operands);
    const layouts = operands.filter(({ layout }) => layout !== null).length;
    if (layouts > 0 && this.variants.length >= capacity) return this.runContiguous(operands);
    return this.variantFor(operands).run(operands);
  }

  toString(): string {
    return printProgram(this.program);
  }

  get cost(): Cost {
    return costOf(this.program);
  }

  /** Run on copies where operands are not row-major. */
  private runContiguous(operands: readonly DeviceArray[]): readonly DeviceArray[] {
    const arrays = operands.map((x) => (x.layout === null ? x : this.device.contiguous(x)));
    const results = (this.known(arrays) ?? this.variantFor(arrays)).run(arrays);
    arrays.forEach(({ buffer }, i) => {
      // The queue runs in order, so a copy may be given back before it is read.
      const isCopy = buffer !== operands[i]?.buffer && buffer instanceof WebGpuBuffer;
      if (isCopy && buffer.isGivable) buffer.dispose();
    });
    return results;
  }

  private known(operands: readonly DeviceArray[]): Variant | null {
    if (this.last?.fits(operands) === true) return this.last;
    const found = this.variants.find((variant) => variant.fits(operands)) ?? null;
    this.last = found;
    return found;
  }

  private variantFor(operands: readonly DeviceArray[]): Variant {
    const forms = operands.map(formOf);
    const variant = new Variant(this.program, forms, this.device, this.name, this.donated);
    this.variants.push(variant);
    this.last = variant;
    return variant;
  }
}
