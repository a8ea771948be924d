import type { Sink, Source } from "../kernel/nest.ts";
import { type Code, register, runUniform } from "./instructions.ts";

/** Fill the registers of what does not differ between elements, `n` elements of each. */
export function prepare(code: Code, sources: readonly Source[], n: number): void {
  for (const leaf of code.uniformLeaves) {
    const place = register(leaf.register);
    if (leaf.kind === "const") place.fill(leaf.value, 0, n);
    else if (leaf.kind === "slot") {
      const { data, offset } = sources[leaf.slot] as Source; // one for each load
      place.fill(data?.[offset] as number, 0, n); // arrays have elements
    }
  }
  runUniform(code, n);
}

/** Store the results of `count` elements at `position` of each sink. */
export function store(
  { roots }: Code,
  sinks: readonly Sink[],
  position: number,
  count: number,
): void {
  roots.forEach((root, i) => {
    const { data, start } = sinks[i] as Sink; // one for each output
    const at = start + position;
    const values = register(root);
    if (count >= 16) data.set(values.subarray(0, count), at);
    else for (let k = 0; k < count; k++) data[at + k] = values[k] as number;
  });
}
