import type { Nest } from "../kernel/nest.ts";
import type { Shader } from "./shader.ts";

/**
 * Writes where readers are at a position of a nest: one text for each of `wanted`, null where the
 * position makes no difference. Names start with `prefix`.
 */
export function placesIn(
  nest: Nest,
  wanted: readonly number[],
  at: string,
  prefix: string,
  shader: Shader,
  lines: string[],
): (string | null)[] {
  const { extents, strides } = nest;
  const coordinates = new Map<number, string>();
  let rest = at;
  let known = extents.length;
  /** Index along a loop; the ones inside it are taken off first. */
  const coordinate = (axis: number): string => {
    while (known > axis) {
      known--;
      if (known === 0) {
        coordinates.set(0, rest);
        break;
      }
      const extent = shader.count(extents[known] as number); // known counts the loops
      lines.push(`let ${prefix}q${known} = ${rest} / ${extent};`);
      lines.push(`let ${prefix}i${known} = ${rest} - ${prefix}q${known} * ${extent};`);
      coordinates.set(known, `${prefix}i${known}`);
      rest = `${prefix}q${known}`;
    }
    return coordinates.get(axis) as string; // found above
  };
  return wanted.map((reader) => {
    const own = strides[reader] as readonly number[]; // one list for each reader
    if (own.every((stride) => stride === 0)) return null;
    if (isRowMajor(extents, own)) return at;
    const terms: string[] = [];
    for (let axis = extents.length - 1; axis >= 0; axis--) {
      const stride = own[axis] as number; // one for each loop
      if (stride === 0) continue;
      const index = coordinate(axis);
      terms.push(stride === 1 ? index : `${index} * ${shader.count(stride)}`);
    }
    return terms.reverse().join(" + ");
  });
}

/** A place, moved by an offset; null is no place but the start. */
export function withOffset(place: string | null, offset: number, shader: Shader): string {
  if (place === null) return shader.count(offset);
  return offset === 0 ? place : `${place} + ${shader.count(offset)}`;
}

function isRowMajor(extents: readonly number[], strides: readonly number[]): boolean {
  let step = 1;
  for (let axis = extents.length - 1; axis >= 0; axis--) {
    if (strides[axis] !== step) return false;
    step *= extents[axis] as number; // axis runs over the loops
  }
  return true;
}
