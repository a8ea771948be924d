import type { TypedArray } from "../core/dtype.ts";
import { addressAt, type Nest, type Source } from "../kernel/nest.ts";
import { register } from "./instructions.ts";

/** Fill a register from `start` with elements `position` to `position + count` of a nest. */
export function fill(
  place: number,
  start: number,
  { data, offset }: Source,
  nest: Nest,
  source: number,
  position: number,
  count: number,
): void {
  const out = register(place);
  const strides = nest.strides[source] as readonly number[]; // one list for each source
  const last = strides.length - 1;
  const extent = last < 0 ? 1 : (nest.extents[last] as number);
  const step = last < 0 ? 0 : (strides[last] as number);
  let done = 0;
  while (done < count) {
    const at = position + done;
    const inRow = at % extent;
    const run = Math.min(extent - inRow, count - done);
    const address = offset + addressAt(nest, source, at);
    fillRun(out, start + done, data, address, step, run);
    done += run;
  }
}

function fillRun(
  out: Float64Array,
  start: number,
  data: TypedArray | null,
  address: number,
  step: number,
  count: number,
): void {
  if (data === null) {
    for (let i = 0; i < count; i++) out[start + i] = address + i * step;
  } else if (step === 0) {
    out.fill(data[address] as number, start, start + count); // within the view, as all below
  } else if (step === 1 && count >= 16) {
    out.set(data.subarray(address, address + count), start);
  } else {
    for (let i = 0; i < count; i++) out[start + i] = data[address + i * step] as number;
  }
}

/** Store a register from `start` on to elements `position` to `position + count` of a nest. */
export function spill(
  values: Float64Array,
  start: number,
  data: TypedArray,
  base: number,
  nest: Nest,
  source: number,
  position: number,
  count: number,
): void {
  const strides = nest.strides[source] as readonly number[]; // one list for each source
  const last = strides.length - 1;
  const extent = last < 0 ? 1 : (nest.extents[last] as number);
  const step = last < 0 ? 0 : (strides[last] as number);
  let done = 0;
  while (done < count) {
    const at = position + done;
    const run = Math.min(extent - (at % extent), count - done);
    const address = base + addressAt(nest, source, at);
    for (let i = 0; i < run; i++) data[address + i * step] = values[start + done + i] as number;
    done += run;
  }
}
