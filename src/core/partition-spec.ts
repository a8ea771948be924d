import { ArgumentError, ShapeError } from "./errors.ts";

/** What one dimension is divided by: nothing, an axis of the mesh, or several, the first one slowest. */
export type SpecEntry = null | string | readonly string[];

/** Axes of a mesh for the leading dimensions of an array; those without an entry are not divided. */
export class PartitionSpec {
  readonly tag = "PartitionSpec";
  readonly entries: readonly SpecEntry[];

  /** @throws ArgumentError if an entry is neither null nor a name nor a list of names. */
  constructor(entries: readonly SpecEntry[]) {
    const isName = (x: unknown): boolean => typeof x === "string";
    for (const entry of entries) {
      if (entry === null || isName(entry) || (Array.isArray(entry) && entry.every(isName)))
        continue;
      throw new ArgumentError(
        `P: an entry must be null, the name of an axis of the mesh, or a list of names, got ${String(entry)}; write P("data", null)`,
      );
    }
    this.entries = entries;
  }

  /** The spec as it is written: `P("data", null)`. */
  toString(): string {
    return `P(${this.entries.map((entry) => JSON.stringify(entry)).join(", ")})`;
  }
}

/** Axes of a mesh, dimension by dimension: `P("data", null)`, `P(["data", "model"])`. */
export function P(...entries: readonly SpecEntry[]): PartitionSpec {
  return new PartitionSpec(entries);
}

/** Devices in a grid: extents by the names of its axes, the last one fastest. */
export type Mesh = Readonly<Record<string, number>>;

/** @throws ArgumentError unless every extent is a positive integer. */
export function checkMesh(mesh: Mesh, where: string): ReadonlyMap<string, number> {
  const entries = Object.entries(mesh);
  for (const [name, extent] of entries) {
    if (Number.isSafeInteger(extent) && extent > 0) continue;
    throw new ArgumentError(
      `${where}: extents of a mesh must be positive integers, got ${String(extent)} for axis ${JSON.stringify(name)}; write { data: 4 }`,
    );
  }
  return new Map(entries);
}

/** What each dimension is divided by. An open one (null) is left to the partitioner. */
export type Division = readonly (readonly string[] | null)[];

/**
 * The axes of a spec for each dimension of an array.
 *
 * @throws ArgumentError for an axis that the mesh does not have or that occurs twice; ShapeError
 * where there are more entries than dimensions, or a dimension is not a multiple. `what` is the
 * array as messages name it.
 */
export function divisionOf(
  spec: PartitionSpec | null,
  shape: readonly number[],
  mesh: ReadonlyMap<string, number> | null,
  what: string,
): Division {
  const entries = spec?.entries ?? [];
  if (entries.length > shape.length) {
    throw new ShapeError(
      `${what}: a spec of at most ${shape.length} entries is required for [${shape}], got ${spec}; one for each dimension`,
    );
  }
  const division = shape.map((_, i): readonly string[] => {
    const entry = entries[i] ?? null;
    if (entry === null) return [];
    return typeof entry === "string" ? [entry] : entry;
  });
  checkDivision(division, shape, mesh, what);
  return division;
}

/** @throws as `divisionOf`. Without a mesh extents are not looked at. */
export function checkDivision(
  division: Division,
  shape: readonly number[],
  mesh: ReadonlyMap<string, number> | null,
  what: string,
): void {
  const all = division.flatMap((axes) => axes ?? []);
  const twice = all.find((name, i) => all.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new ArgumentError(
      `${what}: an axis may divide one dimension only, got ${JSON.stringify(twice)} twice; leave one out`,
    );
  }
  if (mesh === null) return;
  division.forEach((axes, i) => {
    let count = 1;
    for (const name of axes ?? []) count *= extentOf(name, mesh, what);
    const extent = shape[i] as number; // one entry for each dimension
    if (extent % count === 0) return;
    throw new ShapeError(
      `${what}: dimension ${i} must be a multiple of ${count}, the devices along ${axes?.join(" and ")}, got extent ${extent} of [${shape}]; pad it, or divide another dimension`,
    );
  });
}

function extentOf(name: string, mesh: ReadonlyMap<string, number>, what: string): number {
  const extent = mesh.get(name);
  if (extent !== undefined) return extent;
  const known = [...mesh.keys()].map((axis) => JSON.stringify(axis)).join(", ");
  throw new ArgumentError(
    `${what}: an axis of the mesh is required, got ${JSON.stringify(name)}; ${known === "" ? "name a mesh" : `use ${known}`}`,
  );
}
