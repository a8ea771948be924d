import type { KernelTime } from "../core/backend.ts";
import { DeviceError } from "../core/errors.ts";
import type { Faults } from "./faults.ts";

/** How many dispatches one set of queries times. */
const capacity = 2048;

/** Times each dispatch with timestamp queries while it is on. */
export class Profiler {
  /** Whether dispatches are to be timed: each then gets a pass of its own. */
  isOn = false;
  private readonly gpu: GPUDevice;
  private readonly faults: Faults;
  private names: { readonly program: string; readonly kernel: string }[] = [];
  private sets: GPUQuerySet[] = [];

  constructor(gpu: GPUDevice, faults: Faults) {
    this.gpu = gpu;
    this.faults = faults;
  }

  /** Time dispatches from now on. @throws DeviceError if the device cannot. */
  start(): void {
    if (!this.gpu.features.has("timestamp-query")) {
      throw new DeviceError(
        "debug.profile: a device with the feature timestamp-query is required; request it for the device that initWebGPU is given",
      );
    }
    this.isOn = true;
    this.names = [];
  }

  /** Where the next dispatch writes when it began and ended. */
  writesFor(program: string, kernel: string): GPUComputePassTimestampWrites {
    const position = this.names.length;
    this.names.push({ program, kernel });
    const set = Math.floor(position / capacity);
    const slot = position % capacity;
    this.sets[set] ??= this.gpu.createQuerySet({ type: "timestamp", count: 2 * capacity });
    return {
      querySet: this.sets[set],
      beginningOfPassWriteIndex: 2 * slot,
      endOfPassWriteIndex: 2 * slot + 1,
    };
  }

  /** Stop timing; what was timed, in order. */
  async stop(): Promise<readonly KernelTime[]> {
    this.isOn = false;
    const { names, sets } = this;
    this.names = [];
    this.sets = [];
    const times: bigint[] = [];
    for (const [i, querySet] of sets.entries()) {
      const count = 2 * Math.min(capacity, names.length - i * capacity);
      const size = 8 * count;
      const resolved = this.gpu.createBuffer({
        size,
        usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
      });
      const staging = this.gpu.createBuffer({
        size,
        usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
      });
      const encoder = this.gpu.createCommandEncoder();
      encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
      encoder.copyBufferToBuffer(resolved, 0, staging, 0, size);
      this.gpu.queue.submit([encoder.finish()]);
      await this.faults.wait(staging.mapAsync(GPUMapMode.READ));
      times.push(...new BigUint64Array(staging.getMappedRange()));
      for (const resource of [querySet, resolved, staging]) resource.destroy();
    }
    const [origin = 0n] = times;
    const since = (i: number): number => Number((times[i] ?? origin) - origin) / 1e3;
    return names.map(({ program, kernel }, i) => ({
      device: "webgpu",
      program,
      kernel,
      start: since(2 * i),
      duration: since(2 * i + 1) - since(2 * i),
    }));
  }
}
