import { DeviceError } from "../core/errors.ts";
import type { Faults } from "./faults.ts";
import { failed, ours } from "./faults.ts";
import type { Binding, Dispatch } from "./step.ts";

/** A compiled shader. */
export interface Pipeline {
  readonly gpu: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  /** What the GPU found wrong with it, once that is known. */
  failure: DeviceError | null;
}

/** How many shaders are kept beyond those that programs hold. */
const capacity = 4096;

/** Pipelines by the text of their shader and what it does to its bindings, compiled once each. */
export class Pipelines {
  private readonly gpu: GPUDevice;
  private readonly faults: Faults;
  private readonly known = new Map<string, Pipeline>();
  private readonly layouts = new Map<
    string,
    { readonly group: GPUBindGroupLayout; readonly pipeline: GPUPipelineLayout }
  >();

  constructor(gpu: GPUDevice, faults: Faults) {
    this.gpu = gpu;
    this.faults = faults;
  }

  /**
   * The pipeline of a dispatch of the program `name`.
   *
   * @throws DeviceError if it binds more buffers than the device allows.
   */
  of({ code, label, bindings }: Dispatch, name: string): Pipeline {
    const most = this.gpu.limits.maxStorageBuffersPerShaderStage;
    if (bindings.length > most) {
      throw new DeviceError(
        `webgpu: kernel ${label} of ${name} binds ${bindings.length} buffers, more than maxStorageBuffersPerShaderStage, ${most} on this device; ` +
          `split the function, or, where the adapter has more, request it with initWebGPU({ requiredLimits: { maxStorageBuffersPerShaderStage: ${bindings.length} } })`,
      );
    }
    const accesses = bindings.map((binding) => (isWritten(binding) ? "w" : "r")).join("");
    const key = `${accesses}:${code}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    if (this.known.size >= capacity) {
      const [oldest] = this.known.keys();
      this.known.delete(oldest as string); // the map is full, so there is one
    }
    const pipeline = this.compile(code, `${ours} ${label} of ${name}`, accesses, (message) =>
      failed(`kernel ${label} of ${name}`, message),
    );
    this.known.set(key, pipeline);
    return pipeline;
  }

  private compile(
    code: string,
    label: string,
    accesses: string,
    describe: (message: string) => DeviceError,
  ): Pipeline {
    const layout = this.layoutOf(accesses);
    return this.faults.watch(
      "validation",
      () => {
        const module = this.gpu.createShaderModule({ code, label });
        const gpu = this.gpu.createComputePipeline({
          label,
          layout: layout.pipeline,
          compute: { module, entryPoint: "main" },
        });
        return { gpu, layout: layout.group, failure: null } as Pipeline; // its failure is set below
      },
      describe,
      (error, pipeline) => {
        pipeline.failure = error;
      },
    );
  }

  private layoutOf(accesses: string): {
    readonly group: GPUBindGroupLayout;
    readonly pipeline: GPUPipelineLayout;
  } {
    let layout = this.layouts.get(accesses);
    if (layout === undefined) {
      const entries = [...accesses].map(
        (access, binding): GPUBindGroupLayoutEntry => ({
          binding,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: access === "w" ? "storage" : "read-only-storage" },
        }),
      );
      const group = this.gpu.createBindGroupLayout({ entries });
      layout = { group, pipeline: this.gpu.createPipelineLayout({ bindGroupLayouts: [group] }) };
      this.layouts.set(accesses, layout);
    }
    return layout;
  }
}

function isWritten(binding: Binding): boolean {
  return "access" in binding && binding.access === "read_write";
}
