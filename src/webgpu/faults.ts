import { DeviceError } from "../core/errors.ts";

/** Memory handed out while something was wrong, by its numbers, and what was wrong. */
interface Suspicion {
  readonly from: number;
  to: number;
  readonly error: DeviceError;
}

/**
 * What went wrong on a device, and which arrays it may have spoilt.
 *
 * A GPU reports its errors later than the calls that caused them. Arrays are numbered as they are
 * made, so that an error spoils those made from its cause on until it became known; reading or
 * using one of them is refused with that error. Others stay usable.
 */
export class Faults {
  /** The loss of the device, once there is no way back. */
  lost: DeviceError | null = null;
  /** Number of the first array whose work has not reached the queue yet; null: all has. */
  unsettled: number | null = null;
  private readonly gpu: GPUDevice;
  private readonly suspicions: Suspicion[] = [];
  private readonly waiting = new Set<Promise<void>>();
  private readonly hanging = new Set<(error: DeviceError) => void>();
  private next = 0;
  private settled = 0;

  constructor(gpu: GPUDevice, isShared: boolean) {
    this.gpu = gpu;
    gpu.lost.then(({ reason, message }) => {
      const why = oneLine(message === "" ? reason : `${reason}: ${message}`);
      this.lost = new DeviceError(
        `webgpu: the device was lost (${why}); call initWebGPU() again and make the arrays anew`,
      );
      for (const reject of this.hanging) reject(this.lost);
      this.hanging.clear();
    });
    gpu.addEventListener?.("uncapturederror", (event) => {
      const { message } = (event as GPUUncapturedErrorEvent).error;
      // A page that shares its device makes errors of its own.
      if (isShared && !message.includes(ours)) return;
      event.preventDefault?.();
      this.suspect(this.settled, failed("a command", message));
    });
  }

  /** Number of an array that is being made. */
  serial(): number {
    return this.next++;
  }

  /** Number of the array that is made next. */
  get count(): number {
    return this.next;
  }

  /** @throws DeviceError if the device is lost. */
  check(): void {
    if (this.lost !== null) throw this.lost;
  }

  /** What may have spoilt the array of this number. */
  errorOf(serial: number): DeviceError | null {
    for (const { from, to, error } of this.suspicions) {
      if (serial >= from && serial < to) return error;
    }
    return null;
  }

  /** Every array made since `from` is spoilt. */
  suspect(from: number, error: DeviceError): void {
    const suspicion = { from, to: Number.POSITIVE_INFINITY, error };
    this.suspicions.push(suspicion);
    // Some engines report in the middle of the call, whose arrays have no numbers yet.
    queueMicrotask(() => {
      suspicion.to = this.next;
    });
  }

  /**
   * Run `body`; what the GPU finds wrong with it becomes an error that `describe` words, and spoils
   * the arrays made since `from`.
   */
  watch<T>(
    filter: GPUErrorFilter,
    body: () => T,
    describe: (message: string) => DeviceError,
    onError: (error: DeviceError, result: T) => void = () => {},
    from = this.next,
  ): T {
    this.gpu.pushErrorScope(filter);
    let found: Promise<GPUError | null>;
    let result: T;
    try {
      result = body();
    } finally {
      found = this.gpu.popErrorScope();
    }
    this.expect(
      found.then((problem) => {
        if (problem === null) return;
        const error = describe(oneLine(problem.message));
        this.suspect(from, error);
        onError(error, result);
      }),
    );
    return result;
  }

  /** Until every error of what was done so far is known. @throws DeviceError if the device is lost. */
  async known(): Promise<void> {
    while (this.waiting.size > 0) await this.wait(Promise.all(this.waiting));
    this.check();
  }

  /** Wait for the GPU; a loss of the device rejects instead of hanging. */
  async wait<T>(work: Promise<T>): Promise<T> {
    const next = this.unsettled ?? this.next;
    const result = await new Promise<T>((resolve, reject) => {
      if (this.lost !== null) return reject(this.lost);
      this.hanging.add(reject);
      work
        .then(resolve, (error: unknown) => {
          // Work of a lost device may fail before the loss is announced.
          const fallback = new DeviceError(`webgpu: the work failed: ${oneLine(String(error))}`);
          setTimeout(() => reject(this.lost ?? fallback), lossDelay);
        })
        .finally(() => this.hanging.delete(reject));
    });
    this.settled = Math.max(this.settled, next);
    return result;
  }

  private expect(proof: Promise<void>): void {
    const settled = proof
      .catch(() => {}) // the device was lost, which `loss` reports
      .finally(() => this.waiting.delete(settled));
    this.waiting.add(settled);
  }
}

/** Milliseconds within which a loss is announced after the work it broke. */
const lossDelay = 50;

/** Part of every label, by which errors are known to be of this library. */
export const ours = "udiff";

/** An error of a piece of work, in the words of the GPU. */
export function failed(what: string, message: string): DeviceError {
  return new DeviceError(
    `webgpu: ${what} failed: ${oneLine(message)}; results of it cannot be read`,
  );
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
