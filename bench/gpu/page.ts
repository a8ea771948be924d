/** Runs in the browser: checks every result, then times the libraries in turn. */
import { jaxJs } from "./jax-js.ts";
import { tfjs } from "./tfjs.ts";
import { udiff } from "./udiff.ts";
import { makeInputs, reference, type Workload } from "./workloads.ts";

/** One line of the table. */
export interface Line {
  readonly workload: Workload;
  readonly kernels: number;
  /** Medians in milliseconds; words where a library fails or is wrong. */
  readonly times: Readonly<Record<string, number | string>>;
}

const rounds = 9;
const workloads: readonly Workload[] = ["matmul", "chain", "softmax", "mlp"];

/** Time every workload. */
export async function bench(): Promise<Line[]> {
  const inputs = makeInputs();
  const contenders = [await udiff(inputs), await jaxJs(inputs), await tfjs(inputs)];
  const lines: Line[] = [];
  for (const workload of workloads) {
    const expected = reference(workload, inputs);
    const times: Record<string, number | string> = {};
    const samples = new Map<string, number[]>();
    for (const contender of contenders) {
      try {
        const wrong = difference(await contender.read(workload), expected);
        if (wrong !== null) throw new Error(`WRONG: ${wrong}`);
        for (let k = 0; k < 3; k++) await contender.run(workload);
        samples.set(contender.name, []);
      } catch (error) {
        times[contender.name] = error instanceof Error ? error.message : String(error);
      }
    }
    for (let round = 0; round < rounds; round++) {
      for (const contender of contenders) {
        const list = samples.get(contender.name);
        if (list === undefined) continue;
        const begin = performance.now();
        await contender.run(workload);
        list.push(performance.now() - begin);
      }
    }
    for (const [name, list] of samples) {
      times[name] = list.sort((p, q) => p - q)[Math.floor(list.length / 2)]!;
    }
    lines.push({ workload, kernels: contenders[0]!.kernels![workload], times });
  }
  return lines;
}

/** The first element that is off by more than float32 explains; null if there is none. */
function difference(
  got: readonly ArrayLike<number>[],
  expected: readonly ArrayLike<number>[],
): string | null {
  if (got.length !== expected.length) return `${got.length} results of ${expected.length}`;
  for (const [k, values] of expected.entries()) {
    if (got[k]!.length !== values.length) return `result ${k} has ${got[k]!.length} elements`;
    for (let i = 0; i < values.length; i++) {
      const error = Math.abs(got[k]![i]! - values[i]!);
      // Not `>`: NaN is wrong too.
      if (!(error <= 1e-4 + 1e-3 * Math.abs(values[i]!))) {
        return `result ${k}, element ${i} is ${got[k]![i]} instead of ${values[i]}`;
      }
    }
  }
  return null;
}

Object.assign(globalThis, { bench });
