import type { Output } from "../kernel/kernel.ts";
import type { Reduction, ReductionWriter } from "./reduction.ts";
import type { WideResult } from "./wide.ts";

/** The lines that store the results that have an element for each total. */
export function totalsLines(
  { kernel }: Reduction,
  writer: ReductionWriter,
  results: readonly WideResult[],
): string[] {
  const lines: string[] = [];
  const own = kernel.outputs.flatMap(({ view }, i) => (view === null ? [i] : []));
  const values = writer.once(
    own.map((i) => (kernel.outputs[i] as Output).value), // numbers come from the list
    lines,
  );
  own.forEach((i, k) => {
    lines.push((results[i] as WideResult).store("row", values[k] as string, writer.shader)); // one each
  });
  return lines;
}

/** The lines that store the results that have an element for each point, at point `r`. */
export function pointLines(
  { kernel, readers }: Reduction,
  writer: ReductionWriter,
  results: readonly WideResult[],
  r: string,
): string[] {
  const lines: string[] = [];
  const own = kernel.outputs.flatMap(({ view }, i) => (view === null ? [] : [i]));
  const places = writer.places(
    own.map((i) => readers.ofOutput(i)),
    r,
    lines,
  );
  const inner: string[] = [];
  const values = writer.at(
    r,
    own.map((i) => (kernel.outputs[i] as Output).value), // numbers come from the list
    inner,
  );
  own.forEach((i, k) => {
    const place = places[k] as string; // one each, as the values
    inner.push((results[i] as WideResult).store(place, values[k] as string, writer.shader));
  });
  return [...lines, "{", ...inner, "}"];
}
