import { DeviceError } from "../core/errors.ts";
import { type Faults, failed, ours } from "./faults.ts";

/**
 * Work that may depend on what the device found out: it submits what leads to a word, gives the
 * memory that begins with the word, and is handed back whether it is not zero.
 */
export type Asking = Generator<GPUBuffer, void, boolean>;

interface Waiting {
  /** Number of the first array that the work makes. */
  readonly from: number;
  readonly name: string;
  /** Null if there is nothing to ask for. */
  readonly work: () => Asking | null;
}

/**
 * Keeps the order of what is handed to the queue of a device.
 *
 * Runs give their results at once, but a loop of unknown length must read back whether it goes
 * on. While one is pending, everything that is handed to the queue waits here behind it. Without
 * one, work is done when it is called for.
 */
export class WorkOrder {
  private readonly gpu: GPUDevice;
  private readonly faults: Faults;
  private readonly waiting: Waiting[] = [];
  private pending = false;
  private staging: GPUBuffer | null = null;

  constructor(gpu: GPUDevice, faults: Faults) {
    this.gpu = gpu;
    this.faults = faults;
  }

  /** Whether a loop is pending, so that work has to wait. */
  get isBusy(): boolean {
    return this.pending;
  }

  /** Do something to the queue, now or when its turn comes. */
  do(work: () => void): void {
    if (!this.pending) {
      work();
      return;
    }
    this.wait("a command", () => {
      work();
      return null;
    });
  }

  /** Do work that makes arrays and may ask, now or when its turn comes. */
  run(name: string, work: () => Asking | null): void {
    if (this.pending) this.wait(name, work);
    else this.begin({ from: this.faults.count, name, work });
  }

  /** When all that was handed over so far has reached the queue of the device. */
  async reached(): Promise<void> {
    if (!this.pending) return;
    await this.faults.wait(new Promise<void>((resolve) => this.do(resolve)));
  }

  private wait(name: string, work: () => Asking | null): void {
    this.waiting.push({ from: this.faults.count, name, work });
  }

  private begin({ from, name, work }: Waiting): void {
    const asking = work();
    if (asking !== null) this.advance(asking, from, name);
  }

  /** Let work go on until it asks, and answer when the answer is there. */
  private advance(asking: Asking, from: number, name: string, answer?: boolean): void {
    // The first call of a generator takes no answer.
    const step = answer === undefined ? asking.next() : asking.next(answer);
    if (step.done === true) return;
    this.pending = true;
    this.faults.unsettled = from;
    this.ask(step.value)
      .then((goesOn) => {
        this.pending = false;
        this.advance(asking, from, name, goesOn);
      })
      .catch((error: unknown) => {
        const known = error instanceof DeviceError ? error : failed(name, String(error));
        this.faults.suspect(from, known);
        this.pending = false;
      })
      .finally(() => this.proceed());
  }

  /** Do what waits, up to the next loop that asks. */
  private proceed(): void {
    while (!this.pending) {
      const next = this.waiting.shift();
      if (next === undefined) break;
      this.faults.unsettled = next.from;
      try {
        this.begin(next);
      } catch (error) {
        const known = error instanceof DeviceError ? error : failed(next.name, String(error));
        this.faults.suspect(next.from, known);
      }
    }
    if (!this.pending) this.faults.unsettled = null;
  }

  private async ask(memory: GPUBuffer): Promise<boolean> {
    this.staging ??= this.gpu.createBuffer({
      label: `${ours} answer`,
      size: 4,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    const { staging } = this;
    const encoder = this.gpu.createCommandEncoder({ label: `${ours} question` });
    encoder.copyBufferToBuffer(memory, 0, staging, 0, 4);
    this.gpu.queue.submit([encoder.finish()]);
    await this.faults.wait(staging.mapAsync(GPUMapMode.READ, 0, 4));
    const [word] = new Uint32Array(staging.getMappedRange(0, 4));
    staging.unmap();
    return word !== 0;
  }
}
