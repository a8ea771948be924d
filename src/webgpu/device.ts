import { DeviceArray } from "../core/array.ts";
import type { ShapedArray } from "../core/aval.ts";
import type { TypedArray } from "../core/dtype.ts";
import type { View } from "../core/view.ts";
import { lowerCopy } from "../kernel/copy.ts";
import type { Device, DeviceExecutable, Program } from "../kernel/program.ts";
import { type Reader, WebGpuBuffer } from "./buffer.ts";
import { WebGpuExecutable } from "./executable.ts";
import type { Host } from "./host.ts";
import type { Features, Limits } from "./step.ts";
import { deviceDtypes, storageBytes } from "./storage.ts";
import { decode, encode, hasElements } from "./transfer.ts";

/** The webgpu device: programs as compute shaders on one GPUDevice. */
export class WebGpuDevice implements Device, Host, Reader {
  readonly name = "webgpu";
  readonly dtypes = deviceDtypes;
  readonly gpu: GPUDevice;
  readonly limits: Limits;
  readonly features: Features;
  private readonly pipelines = new Map<string, GPUComputePipeline>();
  private readonly free = new Map<number, GPUBuffer[]>();
  private readonly collected: FinalizationRegistry<GPUBuffer>;

  constructor(gpu: GPUDevice) {
    this.gpu = gpu;
    this.limits = gpu.limits;
    this.features = {
      processor: gpu.adapterInfo.isFallbackAdapter,
      subgroups: gpu.features.has("subgroups" as GPUFeatureName),
    };
    this.collected = new FinalizationRegistry((memory) => this.release(memory));
  }

  upload(data: TypedArray, aval: ShapedArray): DeviceArray {
    if (!hasElements(aval.dtype)) return new DeviceArray(aval, null, null, 0);
    if (aval.ndim === 0 && aval.dtype !== "key<fry>") {
      return new DeviceArray(aval, null, null, data[0] as number); // one element
    }
    const memory = this.take(storageBytes(aval));
    this.gpu.queue.writeBuffer(memory, 0, encode(data, aval));
    return this.wrap(aval, memory, null);
  }

  compile(program: Program): DeviceExecutable {
    return new WebGpuExecutable(program, this);
  }

  contiguous(x: DeviceArray): DeviceArray {
    if (x.layout === null) return x;
    const copy = this.compile(lowerCopy(x.aval));
    return copy.run([x])[0] as DeviceArray; // one result
  }

  async wait(): Promise<void> {
    await this.gpu.queue.onSubmittedWorkDone();
  }

  /** An array over memory that belongs to it alone from now on. */
  wrap(aval: ShapedArray, memory: GPUBuffer, layout: View | null): DeviceArray {
    const buffer = new WebGpuBuffer(memory, memory.size, this);
    this.collected.register(buffer, memory, buffer);
    return new DeviceArray(aval, buffer, layout, 0);
  }

  /** Memory of at least `bytes` bytes, of undefined contents. */
  take(bytes: number): GPUBuffer {
    const size = Math.ceil(bytes / 4) * 4;
    return (
      this.free.get(size)?.pop() ??
      this.gpu.createBuffer({
        size,
        usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
      })
    );
  }

  /** Give memory back to the pool. */
  release(memory: GPUBuffer): void {
    const list = this.free.get(memory.size) ?? [];
    list.push(memory);
    this.free.set(memory.size, list);
  }

  async read(memory: GPUBuffer, aval: ShapedArray, view: View | null): Promise<TypedArray> {
    if (view !== null) {
      const source = new DeviceArray(aval, new WebGpuBuffer(memory, memory.size, this), view, 0);
      const copy = this.contiguous(source).buffer as WebGpuBuffer; // of this device
      return this.read(copy.memory, aval, null);
    }
    const size = storageBytes(aval);
    const staging = this.gpu.createBuffer({
      size,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    const encoder = this.gpu.createCommandEncoder();
    encoder.copyBufferToBuffer(memory, 0, staging, 0, size);
    this.gpu.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const out = decode(staging.getMappedRange().slice(0), aval);
    staging.destroy();
    return out;
  }

  /** The pipeline of a shader, compiled once for its text. */
  pipeline(code: string, label: string): GPUComputePipeline {
    let pipeline = this.pipelines.get(code);
    if (pipeline === undefined) {
      const module = this.gpu.createShaderModule({ code, label });
      pipeline = this.gpu.createComputePipeline({
        label,
        layout: "auto",
        compute: { module, entryPoint: "main" },
      });
      this.pipelines.set(code, pipeline);
    }
    return pipeline;
  }
}
