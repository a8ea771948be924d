import { DeviceArray } from "../core/array.ts";
import type { ShapedArray } from "../core/aval.ts";
import type { KernelTime } from "../core/backend.ts";
import type { TypedArray } from "../core/dtype.ts";
import { DTypeError } from "../core/errors.ts";
import { adopt } from "../core/scope.ts";
import { currentTrace, evalTrace } from "../core/trace.ts";
import type { View } from "../core/view.ts";
import { lowerCopy } from "../kernel/copy.ts";
import type { FusionLimits } from "../kernel/fusion-cost.ts";
import type { CompileSettings, Device, DeviceExecutable, Program } from "../kernel/program.ts";
import { languageFeatures } from "./adapter.ts";
import { Arena } from "./arena.ts";
import { WebGpuBuffer } from "./buffer.ts";
import { ConstantWords } from "./constant-words.ts";
import { Deliveries } from "./deliveries.ts";
import { WebGpuExecutable } from "./executable.ts";
import { Faults } from "./faults.ts";
import type { Host } from "./host.ts";
import { Lifetimes } from "./lifetimes.ts";
import { Pipelines } from "./pipelines.ts";
import { Pool } from "./pool.ts";
import { Profiler } from "./profiler.ts";
import { Readback } from "./readback.ts";
import { ScalarBlocks } from "./scalar-block.ts";
import type { Features, Limits } from "./step.ts";
import { deviceDtypes, storageBytes } from "./storage.ts";
import { encode, hasElements } from "./transfer.ts";
import { WorkOrder } from "./work-order.ts";

/** How a device is set up. */
export interface DeviceSettings {
  /** Whether others use the GPUDevice too. */
  readonly isShared: boolean;
  /** Bytes that arrays and temporaries may take together. */
  readonly memoryLimit: number;
}

/** The webgpu device: programs as compute shaders on one GPUDevice. */
export class WebGpuDevice implements Device, Host {
  readonly name = "webgpu";
  readonly dtypes = deviceDtypes;
  readonly gpu: GPUDevice;
  readonly limits: Limits;
  readonly features: Features;
  readonly fusion: FusionLimits;
  readonly faults: Faults;
  readonly order: WorkOrder;
  readonly pool: Pool;
  readonly lifetimes: Lifetimes;
  readonly arena: Arena;
  readonly pipelines: Pipelines;
  readonly constants: ConstantWords;
  readonly scalars: ScalarBlocks;
  readonly profiler: Profiler;
  private readonly readback: Readback;
  private readonly deliveries = new Deliveries();
  private readonly copies = new Map<ShapedArray, DeviceExecutable>();

  constructor(gpu: GPUDevice, { isShared, memoryLimit }: DeviceSettings) {
    this.gpu = gpu;
    this.limits = gpu.limits;
    // What shaders bind beside operands, numbers and results is left out by emitters where it does
    // not fit: extents as data, and the sums of parts.
    this.fusion = { buffers: gpu.limits.maxStorageBuffersPerShaderStage };
    this.features = {
      processor: gpu.adapterInfo.isFallbackAdapter,
      // The feature's name is newer than the types.
      subgroups:
        gpu.features.has("subgroups" as GPUFeatureName) && languageFeatures().has("subgroup_id"),
      quadsFrom: 2 ** 14,
    };
    this.faults = new Faults(gpu, isShared);
    this.order = new WorkOrder(gpu, this.faults);
    this.pool = new Pool(gpu, this.faults, this.order, memoryLimit);
    this.lifetimes = new Lifetimes(this.pool);
    this.pool.use(this.lifetimes);
    this.arena = new Arena(this.pool);
    this.pipelines = new Pipelines(gpu, this.faults);
    this.constants = new ConstantWords(gpu, this.pool, this.order);
    this.scalars = new ScalarBlocks(this.pool);
    this.profiler = new Profiler(gpu, this.faults);
    this.readback = new Readback(gpu, this.faults, this.order);
  }

  upload(data: TypedArray, aval: ShapedArray): DeviceArray {
    if (!this.dtypes.has(aval.dtype)) throw unsupported(aval);
    if (!hasElements(aval.dtype)) return new DeviceArray(aval, null, null, 0);
    if (aval.ndim === 0 && aval.dtype !== "key<fry>") {
      return new DeviceArray(aval, null, null, data[0] as number); // one element
    }
    return this.put(data, aval);
  }

  /** The array where its elements are row-major in memory, numbers included. */
  inMemory(x: DeviceArray): DeviceArray {
    return x.buffer === null ? this.put(x.dataSync(), x.aval) : this.contiguous(x);
  }

  private put(data: TypedArray, aval: ShapedArray): DeviceArray {
    this.faults.check();
    const memory = this.pool.take(storageBytes(aval), String(aval));
    const words = encode(data, aval);
    this.order.do(() => this.gpu.queue.writeBuffer(memory.gpu, 0, words));
    const buffer = new WebGpuBuffer(this, memory);
    // What is made while a function is staged becomes a constant of its program.
    if (currentTrace() === evalTrace) adopt(buffer);
    return new DeviceArray(aval, buffer, null, 0);
  }

  compile(program: Program, settings: CompileSettings = {}): DeviceExecutable {
    return new WebGpuExecutable(program, this, settings);
  }

  contiguous(x: DeviceArray): DeviceArray {
    if (x.layout === null) return x;
    let copy = this.copies.get(x.aval);
    if (copy === undefined) {
      copy = new WebGpuExecutable(lowerCopy(x.aval), this, { name: "copy" }, true);
      this.copies.set(x.aval, copy);
    }
    return copy.run([x])[0] as DeviceArray; // one result
  }

  deliver(
    operands: readonly DeviceArray[],
    call: (operands: readonly DeviceArray[]) => void,
  ): void {
    this.deliveries.add(operands, call);
  }

  delivered(): Promise<void> {
    return this.deliveries.done();
  }

  async wait(): Promise<void> {
    await this.order.reached();
    await this.faults.wait(this.gpu.queue.onSubmittedWorkDone());
    await this.faults.known();
  }

  async read(buffer: WebGpuBuffer, aval: ShapedArray, view: View | null): Promise<TypedArray> {
    if (view !== null) {
      const copy = this.contiguous(new DeviceArray(aval, buffer, view, 0)).buffer as WebGpuBuffer; // of this device
      const data = this.readback.read(copy, aval, this);
      copy.dispose();
      return data;
    }
    return this.readback.read(buffer, aval, this);
  }

  startProfile(): void {
    this.profiler.start();
  }

  async stopProfile(): Promise<readonly KernelTime[]> {
    await this.order.reached();
    return this.profiler.stop();
  }
}

function unsupported(aval: ShapedArray): DTypeError {
  return new DTypeError(
    `webgpu: a dtype that WGSL has is required, got ${aval}; use float32, or compute on the cpu device`,
  );
}
