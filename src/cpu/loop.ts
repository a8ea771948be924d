import type { TypedArray } from "../core/dtype.ts";
import { register } from "./instructions.ts";

/**
 * Elements a register is filled from: `data[offset + sum of index * strides]`, or that address
 * itself where there is no data, which is how a loop reads its own indices.
 */
export interface Source {
  readonly data: TypedArray | null;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Extents of some nested loops and, for each source, its strides over them. */
export interface Nest {
  readonly extents: readonly number[];
  readonly size: number;
  readonly strides: readonly (readonly number[])[];
}

/** Loops over axes `from` to `to` of `space`, neighbours merged where every source allows it. */
export function nestOf(
  space: readonly number[],
  sources: readonly Source[],
  from: number,
  to: number,
): Nest {
  const extents: number[] = [];
  const strides: number[][] = sources.map(() => []);
  let size = 1;
  for (let axis = from; axis < to; axis++) {
    const extent = space[axis] as number; // axis runs within the space
    size *= extent;
    if (extent === 1) continue;
    const last = extents.length - 1;
    const merges =
      last >= 0 &&
      sources.every((s, k) => strides[k]?.[last] === (s.strides[axis] as number) * extent);
    if (merges) extents[last] = (extents[last] as number) * extent;
    else extents.push(extent);
    sources.forEach((s, k) => {
      const own = strides[k] as number[]; // one list for each source
      if (merges) own[last] = s.strides[axis] as number;
      else own.push(s.strides[axis] as number);
    });
  }
  return { extents, size, strides };
}

/** Address of the element at row-major `position` of a nest, relative to the source's offset. */
export function addressAt(nest: Nest, source: number, position: number): number {
  const strides = nest.strides[source] as readonly number[]; // one list for each source
  let address = 0;
  let rest = position;
  for (let axis = nest.extents.length - 1; axis >= 0; axis--) {
    const extent = nest.extents[axis] as number; // axis runs over the nest's own
    address += (rest % extent) * (strides[axis] as number);
    rest = Math.floor(rest / extent);
  }
  return address;
}

/** The loop's own index along an axis, as a source. */
export function indexSource(axis: number, rank: number): Source {
  const strides = new Array<number>(rank).fill(0);
  strides[axis] = 1;
  return { data: null, offset: 0, strides };
}

/** The same sources seen from a point of some other loops. */
export function shiftSources(sources: readonly Source[], nest: Nest, position: number): Source[] {
  return sources.map((source, k) => ({
    ...source,
    offset: source.offset + addressAt(nest, k, position),
  }));
}

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
