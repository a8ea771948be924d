import type { TypedArray } from "../core/dtype.ts";

/** What is read or written over a loop: at `offset + sum of index * strides`. */
export interface Reader {
  readonly offset: number;
  /** Over the axes of the loop. */
  readonly strides: readonly number[];
}

/**
 * Elements that a kernel reads; the addresses themselves where there is no data, which is how a
 * loop reads its own indices.
 */
export interface Source extends Reader {
  readonly data: TypedArray | null;
}

/** Extents of some nested loops and, for each reader, its strides over them. */
export interface Nest {
  readonly extents: readonly number[];
  readonly size: number;
  readonly strides: readonly (readonly number[])[];
}

/** Loops over axes `from` to `to` of `space`, neighbours merged where every reader allows it. */
export function nestOf(
  space: readonly number[],
  readers: readonly Reader[],
  from: number,
  to: number,
): Nest {
  const extents: number[] = [];
  const strides: number[][] = readers.map(() => []);
  let size = 1;
  for (let axis = from; axis < to; axis++) {
    const extent = space[axis] as number; // axis runs within the space
    size *= extent;
    if (extent === 1) continue;
    const last = extents.length - 1;
    const stepOf = (reader: Reader): number => reader.strides[axis] as number; // over all axes
    const merges =
      last >= 0 && readers.every((reader, k) => strides[k]?.[last] === stepOf(reader) * extent);
    if (merges) extents[last] = (extents[last] as number) * extent;
    else extents.push(extent);
    readers.forEach((reader, k) => {
      const own = strides[k] as number[]; // one list for each reader
      if (merges) own[last] = stepOf(reader);
      else own.push(stepOf(reader));
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

/** Whether reading along the kept axes touches memory in smaller steps than along the reduced. */
export function readsAcross(readers: readonly number[], outer: Nest, inner: Nest): boolean {
  const stepOf = (nest: Nest, reader: number): number =>
    Math.abs(nest.strides[reader]?.at(-1) ?? 0);
  return (
    readers.every((reader) => stepOf(outer, reader) <= stepOf(inner, reader)) &&
    readers.some((reader) => stepOf(outer, reader) !== stepOf(inner, reader))
  );
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

/** Loops of a kernel over its sources: parallel axes, then reduced ones. */
export interface Nests {
  readonly sources: readonly Source[];
  readonly outer: Nest;
  readonly inner: Nest;
}

/** Memory that a kernel writes a result to, row-major from element `start` on. */
export interface Sink {
  readonly data: TypedArray;
  readonly start: number;
}
