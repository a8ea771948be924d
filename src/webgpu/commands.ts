import type { Host } from "./host.ts";
import type { Pipeline } from "./pipelines.ts";
import type { Memory } from "./pool.ts";

/** Where a binding of a command finds its memory. */
export type Resource =
  /** Memory that may be another at each run, by the number of its value. */
  | { readonly kind: "value"; readonly value: number }
  /** Memory that stays. */
  | { readonly kind: "fixed"; readonly memory: Memory };

/** How many bind groups a command keeps. */
const capacity = 8;

/** A dispatch made ready. */
export class Command {
  readonly label: string;
  readonly pipeline: Pipeline;
  private readonly workgroups: readonly [number, number, number];
  private readonly resources: readonly Resource[];
  /** Where the device finds the grid, for work that may have to be left out. */
  private readonly indirect: { readonly memory: Memory; readonly offset: number } | null;
  /** The values whose memory may change. */
  private readonly values: readonly number[];
  private readonly groups: { readonly ids: readonly number[]; readonly group: GPUBindGroup }[] = [];

  constructor(
    label: string,
    pipeline: Pipeline,
    workgroups: readonly [number, number, number],
    resources: readonly Resource[],
    indirect: { readonly memory: Memory; readonly offset: number } | null = null,
  ) {
    this.indirect = indirect;
    this.label = label;
    this.pipeline = pipeline;
    this.workgroups = workgroups;
    this.resources = resources;
    this.values = resources.flatMap((r) => (r.kind === "value" ? [r.value] : []));
  }

  /** Write the command to a pass whose pipeline is its own; `memory` is that of each value. */
  encode(pass: GPUComputePassEncoder, memory: readonly (Memory | null)[], gpu: GPUDevice): void {
    if (this.resources.length > 0) pass.setBindGroup(0, this.groupFor(memory, gpu));
    if (this.indirect !== null) {
      pass.dispatchWorkgroupsIndirect(this.indirect.memory.gpu, this.indirect.offset);
      return;
    }
    const [x, y, z] = this.workgroups;
    pass.dispatchWorkgroups(x, y, z);
  }

  private groupFor(memory: readonly (Memory | null)[], gpu: GPUDevice): GPUBindGroup {
    const { values, groups } = this;
    for (let i = groups.length - 1; i >= 0; i--) {
      const { ids, group } = groups[i] as (typeof groups)[number]; // i runs over the list
      let same = true;
      for (let k = 0; same && k < ids.length; k++) {
        same = memory[values[k] as number]?.id === ids[k]; // as many ids as values
      }
      if (same) return group;
    }
    const memoryOf = (value: number): Memory => memory[value] as Memory; // bound, so it has memory
    const entries = this.resources.map(
      (resource, binding): GPUBindGroupEntry => ({
        binding,
        resource: {
          buffer: (resource.kind === "fixed" ? resource.memory : memoryOf(resource.value)).gpu,
        },
      }),
    );
    const group = gpu.createBindGroup({ layout: this.pipeline.layout, entries });
    if (groups.length >= capacity) groups.shift();
    groups.push({ ids: values.map((value) => memoryOf(value).id), group });
    return group;
  }
}

/** Write commands in order: in one pass, or in one for each where they are timed. */
export function encodeCommands(
  encoder: GPUCommandEncoder,
  commands: readonly Command[],
  memory: readonly (Memory | null)[],
  { gpu, profiler }: Host,
  program: string,
): void {
  if (profiler.isOn) {
    for (const command of commands) {
      const timestampWrites = profiler.writesFor(program, command.label);
      const pass = encoder.beginComputePass({ timestampWrites });
      pass.setPipeline(command.pipeline.gpu);
      command.encode(pass, memory, gpu);
      pass.end();
    }
    return;
  }
  const pass = encoder.beginComputePass();
  let pipeline: Pipeline | null = null;
  for (const command of commands) {
    if (command.pipeline !== pipeline) {
      pipeline = command.pipeline;
      pass.setPipeline(pipeline.gpu);
    }
    command.encode(pass, memory, gpu);
  }
  pass.end();
}
