import type { KernelTime } from "../core/backend.ts";
import { getEvaluator } from "../core/trace.ts";

/** What `profile` measured. */
export class Profile<T> {
  /** What the function returned. */
  readonly result: T;
  /** Each kernel that ran, in order. */
  readonly kernels: readonly KernelTime[];

  constructor(result: T, kernels: readonly KernelTime[]) {
    this.result = result;
    this.kernels = kernels;
  }

  /** Trace in JSON, which chrome://tracing and ui.perfetto.dev open: one row for each device. */
  get trace(): string {
    const rows = [...new Set(this.kernels.map(({ device }) => device))];
    const names = rows.map((name, tid) => ({
      ph: "M",
      name: "thread_name",
      pid: 0,
      tid,
      args: { name },
    }));
    const events = this.kernels.map(({ device, program, kernel, start, duration }) => ({
      ph: "X",
      name: kernel,
      cat: program,
      pid: 0,
      tid: rows.indexOf(device),
      ts: start,
      dur: duration,
      args: { program },
    }));
    return JSON.stringify({ displayTimeUnit: "ns", traceEvents: [...names, ...events] });
  }

  /** Table of the kernels that took longest, times added up. */
  toString(): string {
    const sums = new Map<string, { count: number; time: number }>();
    for (const { program, kernel, duration } of this.kernels) {
      const key = `${kernel} of ${program}`;
      const sum = sums.get(key) ?? { count: 0, time: 0 };
      sums.set(key, { count: sum.count + 1, time: sum.time + duration });
    }
    const lines = [...sums].sort(([, a], [, b]) => b.time - a.time);
    return lines
      .map(([key, { count, time }]) => `${time.toFixed(1).padStart(12)} us ${count} x ${key}`)
      .join("\n");
  }
}

/**
 * Run `f`, wait for it, and time every kernel that it runs on the devices that can: webgpu, where
 * it has the feature timestamp-query. Timed kernels run one after the other, so the whole takes
 * longer than it does untimed.
 *
 * @throws DeviceError if a device that kernels run on cannot time them.
 */
export async function profile<T>(f: () => T | Promise<T>): Promise<Profile<T>> {
  const evaluator = getEvaluator();
  evaluator.startProfile();
  let result: T;
  try {
    result = await f();
  } catch (error) {
    await evaluator.stopProfile().catch(() => {}); // what went wrong first is what counts
    throw error;
  }
  return new Profile(result, await evaluator.stopProfile());
}
