import type { DeviceArray } from "../core/array.ts";
import { getEvaluator } from "../core/trace.ts";

/**
 * Calls of functions of the host with values of the device: each happens when its values have
 * arrived, and after those that were asked for before it.
 */
export class Deliveries {
  private last: Promise<void> = Promise.resolve();
  private failure: { readonly error: unknown } | null = null;

  /** Call `call` with the arrays on the cpu. What they hold now is what it gets. */
  add(operands: readonly DeviceArray[], call: (operands: readonly DeviceArray[]) => void): void {
    const read = Promise.all(operands.map(onCpu));
    read.catch(() => {}); // it may have to wait for its turn to be told
    this.last = this.last.then(async () => {
      try {
        call(await read);
      } catch (error) {
        // biome-ignore lint/suspicious/noConsole: nobody waits here, and it must not go unseen
        console.error("a debug callback failed:", error);
        this.failure ??= { error };
      }
    });
  }

  /** Until all calls have happened. @throws what the first of them threw that failed. */
  async done(): Promise<void> {
    let last: Promise<void> | null = null;
    while (last !== this.last) {
      last = this.last;
      await last;
    }
    const { failure } = this;
    this.failure = null;
    if (failure !== null) throw failure.error;
  }
}

async function onCpu(x: DeviceArray): Promise<DeviceArray> {
  if (x.buffer === null) return x;
  const data = await x.data();
  return getEvaluator().upload(data, x.aval, "cpu") as DeviceArray; // the arrays of devices are these
}
