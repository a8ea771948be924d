import type { DeviceArray } from "../core/array.ts";
import type { Cost } from "../core/backend.ts";
import { costOf } from "../kernel/cost.ts";
import { printProgram } from "../kernel/print.ts";
import type { CompileSettings, DeviceExecutable, Program } from "../kernel/program.ts";
import { WebGpuBuffer } from "./buffer.ts";
import { type Form, formOf, standardForm } from "./form.ts";
import type { Host } from "./host.ts";
import type { Dispatch } from "./step.ts";
import { Variant } from "./variant.ts";

/** For how many forms of its operands a program is compiled before layouts are copied away. */
const capacity = 8;

/** A program on the device: one set of shaders for each form that its operands come in. */
export class WebGpuExecutable implements DeviceExecutable {
  private readonly program: Program;
  private readonly device: Host;
  private readonly name: string;
  private readonly donated: readonly boolean[];
  private readonly copies: boolean;
  private readonly variants: Variant[] = [];
  private last: Variant | null = null;

  /** `copies` says that the program is a copy, which no layout may send to another copy. */
  constructor(program: Program, device: Host, { name, donated }: CompileSettings, copies = false) {
    this.program = program;
    this.device = device;
    this.name = name ?? "a program";
    this.donated = donated ?? [];
    this.copies = copies;
  }

  run(operands: readonly DeviceArray[]): readonly DeviceArray[] {
    this.device.faults.check();
    for (const x of operands) x.checkUsable();
    if (this.program.contiguous) return this.runContiguous(operands);
    const variant = this.known(operands);
    if (variant !== null) return variant.run(operands);
    const layouts = operands.filter(({ layout }) => layout !== null).length;
    if (layouts > 0 && this.variants.length >= capacity) {
      if (!this.copies) return this.runContiguous(operands);
      this.variants.shift();
    }
    return this.variantFor(operands.map(formOf)).run(operands);
  }

  toString(): string {
    return printProgram(this.program);
  }

  get cost(): Cost {
    return { ...costOf(this.program), kernels: this.dispatches.length };
  }

  get shaders(): string {
    return this.dispatches
      .map(({ label, workgroups, code }) => `// ${label} by [${workgroups}]\n${code}`)
      .join("\n");
  }

  /** What is dispatched where operands are row-major. */
  private get dispatches(): readonly Dispatch[] {
    const forms = this.program.inputs.map(standardForm);
    const variant = this.variants.find((known) => known.hasForms(forms)) ?? this.variantFor(forms);
    return variant.units.flatMap(({ dispatches }) => dispatches);
  }

  /** Run on copies where operands are not row-major. */
  private runContiguous(operands: readonly DeviceArray[]): readonly DeviceArray[] {
    const arrays = operands.map((x) => (x.layout === null ? x : this.device.contiguous(x)));
    const results = (this.known(arrays) ?? this.variantFor(arrays.map(formOf))).run(arrays);
    arrays.forEach(({ buffer }, i) => {
      const original = operands[i]?.buffer;
      if (buffer === original) return;
      // The queue runs in order, so memory may be given back before it is read.
      for (const over of this.donated[i] === true ? [buffer, original] : [buffer]) {
        const isOnly = operands.filter((x) => x.buffer === over).length < 2;
        if (over instanceof WebGpuBuffer && over.isGivable && isOnly) over.dispose();
      }
    });
    return results;
  }

  private known(operands: readonly DeviceArray[]): Variant | null {
    if (this.last?.fits(operands) === true) return this.last;
    const found = this.variants.find((variant) => variant.fits(operands)) ?? null;
    this.last = found;
    return found;
  }

  private variantFor(forms: readonly Form[]): Variant {
    const variant = new Variant(this.program, forms, this.device, this.name, this.donated);
    this.variants.push(variant);
    this.last = variant;
    return variant;
  }
}
