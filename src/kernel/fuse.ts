import { byteWidth } from "../core/dtype.ts";
import { isContiguous, type View } from "../core/view.ts";
import { alignLoops, type Link } from "./align.ts";
import { compactLoads, valuesOf, withValues } from "./compact.ts";
import {
  bytesPerElement,
  type FusionLimits,
  fitsOneKernel,
  isCheapAgain,
  mayFitOneKernel,
  rowsAreShort,
  wouldFitOneKernel,
} from "./fusion-cost.ts";
import type { Kernel, Load } from "./kernel.ts";
import { mergeKernels } from "./merge.ts";
import { valuesRead } from "./plan.ts";
import type { Program, ProgramValue, Step } from "./program.ts";
import { squeezeKernel, unsqueezeKernel } from "./squeeze.ts";
import { type Node, StepGraph } from "./step-graph.ts";
import { inlineProducer } from "./substitute.ts";

type KernelStep = Extract<Step, { kind: "kernel" }>;
type RoutineStep = Extract<Step, { kind: "routine" }>;

/** How many values of one producer may be computed where they are read. */
const maxInlined = 4;

/**
 * Join steps that read what others write, so that it need not be written.
 *
 * Four ways, each a question of cost: a cheap elementwise producer is computed where it is read;
 * kernels whose loops match become one, with the stages of both; and the kernel that reads a
 * product over axes becomes its epilogue. Numbers stay what they were, bit for bit.
 */
export function fuseSteps(program: Program, limits: FusionLimits): Program {
  return new Fusion(program, limits).run();
}

class Fusion {
  private readonly program: Program;
  private readonly limits: FusionLimits;
  private readonly graph: StepGraph;

  constructor(program: Program, limits: FusionLimits) {
    this.program = program;
    this.limits = limits;
    this.graph = new StepGraph(
      program.steps.map((step) =>
        step.kind === "kernel" ? { ...step, kernel: squeezeKernel(step.kernel) } : step,
      ),
      program.outputs.map(({ value }) => value),
    );
  }

  run(): Program {
    for (const node of this.graph.nodes) this.absorb(node);
    for (const node of this.graph.nodes.toReversed()) if (node.alive) this.drop(node);
    return { ...this.program, steps: this.graph.steps() };
  }

  /** Join a step with those it reads from, as long as any will. */
  private absorb(node: Node): void {
    // A step that did not join once is not asked again.
    const asked = new Set<Node>();
    let changed = true;
    while (changed && node.alive) {
      changed = false;
      if (node.step.kind !== "kernel") return;
      for (const value of new Set(valuesRead(node.step))) {
        const producer = this.graph.producer(value);
        if (producer === undefined || producer === node || asked.has(producer)) continue;
        asked.add(producer);
        if (!this.join(producer, node, node.step)) continue;
        changed = true;
        break;
      }
    }
  }

  private join(producer: Node, node: Node, consumer: KernelStep): boolean {
    const { step } = producer;
    if (step.kind === "routine") return this.intoEpilogue(producer, step, node, consumer);
    if (step.kind !== "kernel" || !mayFitOneKernel(step.kernel, consumer.kernel)) return false;
    return this.merge(producer, step, node, consumer) || this.inline(step, node, consumer);
  }

  /** Make one kernel of two whose loops match. */
  private merge(producer: Node, first: KernelStep, node: Node, second: KernelStep): boolean {
    if (!wouldFitOneKernel(first.kernel, second.kernel)) return false;
    const links = linksOf(first, second);
    const axes = alignLoops(first.kernel, second.kernel, links);
    if (axes === null) return false;
    const keep = first.results.flatMap((value, output) =>
      this.graph.isReadBeside(value, node) ? [output] : [],
    );
    const kernel = mergeKernels(first.kernel, second.kernel, links, axes, keep);
    if (kernel === null) return false;
    const kept = keep.map((output) => first.results[output] as number); // outputs and results pair
    const results = [...kept, ...second.results];
    if (!this.isWorthwhile(first.kernel, second.kernel, kernel, results.length)) return false;
    return this.graph.join(producer, node, { kind: "kernel", kernel, results });
  }

  private isWorthwhile(first: Kernel, second: Kernel, merged: Kernel, results: number): boolean {
    if (!this.fits(merged, results)) return false;
    const storing = merged.outputs.some(({ view }) => view !== null) ? 1 : 0;
    if (merged.stages.length + storing > 1 && !rowsAreShort(merged)) return false;
    // What the first computes over the whole loop is computed in every pass of the second.
    const overWhole = first.outputs
      .filter(({ view }) => view !== null || first.stages.length === 0)
      .map(({ value }) => value);
    return isCheapAgain(overWhole, second.stages.length + storing - 1);
  }

  /** Compute a value of an elementwise producer where it is read. */
  private inline(first: KernelStep, node: Node, second: KernelStep): boolean {
    if (first.kernel.stages.length > 0) return false;
    const links = linksOf(first, second);
    if (links.length > maxInlined) return false;
    if (!links.every((link) => this.mayCompute(first, link, node, second))) return false;
    const replaced = inlineProducer(first.kernel, second.kernel, links);
    if (replaced === null || !this.fits(replaced, second.results.length)) return false;
    this.graph.change(node, { ...second, kernel: replaced });
    const producer = this.graph.producer(first.results[0] ?? -1);
    if (producer !== undefined) this.drop(producer);
    return true;
  }

  private mayCompute(
    { kernel, results }: KernelStep,
    { slot, output }: Link,
    node: Node,
    { kernel: reader }: KernelStep,
  ): boolean {
    const root = kernel.outputs[output]?.value;
    const { map } = reader.loads[slot] as Load; // links name loads
    if (root === undefined || map.kind !== "view") return false;
    const value = results[output] as number; // outputs and results pair
    const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
    const passes = Math.max(1, reader.stages.length + (reader.outputs.length > 0 ? 1 : 0) - 1);
    const reads = Math.ceil(size(reader.space) / Math.max(1, size(kernel.space))) * passes;
    const isStored = this.graph.isReadBeside(value, node);
    // One number for all: executors compute what does not vary once.
    if (kernel.space.length === 0) return isCheapAgain([root], 1);
    // Nobody else wants it: it pays unless it is computed again and again.
    if (!isStored) return isCheapAgain([root], reads - 1);
    const cone = bytesPerElement({ loads: loadsOf(kernel, output) });
    return cone <= 4 && isCheapAgain([root], reads * 8);
  }

  /** Make the kernel that reads a product the last part of it. */
  private intoEpilogue(
    producer: Node,
    routine: RoutineStep,
    node: Node,
    { kernel, results }: KernelStep,
  ): boolean {
    if (routine.name !== "dot" && routine.name !== "conv") return false;
    if (routine.epilogue !== null || kernel.stages.length > 0) return false;
    const value = routine.results[0] as number; // products have one result
    const { aval } = this.program.values[value] as ProgramValue; // steps refer to values
    if (aval.size === 0) return false;
    const slots = kernel.loads.flatMap(({ source }, slot) => (source === value ? [slot] : []));
    const [slot] = slots;
    const shape = aval.shape.filter((extent) => extent !== 1);
    if (slots.length !== 1 || slot === undefined || !sameShape(shape, kernel.space)) return false;
    const load = kernel.loads[slot] as Load; // found above
    if (load.map.kind !== "view" || !isWhole(load.map.view)) return false;
    const keep = this.graph.isReadBeside(value, node);
    const whole = unsqueezeKernel(kernel, aval.shape);
    const outputs = keep
      ? [
          {
            value: { kind: "slot", slot, dtype: aval.dtype } as const,
            dtype: aval.dtype,
            view: null,
          },
          ...whole.outputs,
        ]
      : whole.outputs;
    const loads = whole.loads.map((other, i) => (i === slot ? { ...other, source: -1 } : other));
    const all = keep ? [value, ...results] : results;
    const epilogue = { kernel: { ...whole, loads, outputs }, slot };
    if (!this.fits(epilogue.kernel, all.length + 2)) return false;
    return this.graph.join(producer, node, { ...routine, results: all, epilogue });
  }

  /** Take the outputs that nobody reads out of a kernel, and kernels without outputs away. */
  private drop(producer: Node): void {
    const { step } = producer;
    if (step.kind !== "kernel") return;
    const used = step.results.flatMap((value, output) =>
      this.graph.isRead(value) ? [output] : [],
    );
    if (used.length === step.results.length) return;
    if (used.length === 0) {
      this.graph.remove(producer);
      return;
    }
    const outputs = used.map((output) => step.kernel.outputs[output] as Kernel["outputs"][number]); // they pair
    const results = used.map((output) => step.results[output] as number); // as above
    const rest = { ...step.kernel, outputs };
    const kernel = withValues(rest, rest.loads, valuesOf(rest));
    this.graph.change(producer, { kind: "kernel", kernel, results });
  }

  private fits(kernel: Kernel, results: number): boolean {
    return fitsOneKernel(kernel, results, this.limits, (value) => {
      const { aval, origin } = this.program.values[value] as ProgramValue; // loads read values
      const isGiven =
        origin.kind === "constant" || (origin.kind === "input" && !this.limits.inBody);
      return aval.ndim === 0 && byteWidth(aval.dtype) === 4 && isGiven;
    });
  }
}

/** The loads of one kernel that read outputs of another. */
function linksOf(producer: KernelStep, consumer: KernelStep): Link[] {
  return consumer.kernel.loads.flatMap(({ source }, slot) => {
    const output = producer.results.indexOf(source);
    return output < 0 ? [] : [{ slot, output }];
  });
}

/** Whether a view reads all elements of a value in order. */
function isWhole(view: View): boolean {
  return view.offset === 0 && isContiguous(view);
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, i) => extent === b[i]);
}

/** The loads that an output of an elementwise kernel takes. */
function loadsOf({ loads, outputs }: Kernel, output: number): readonly Load[] {
  const root = outputs[output]?.value;
  return root === undefined ? [] : compactLoads(loads, [root])[0];
}
