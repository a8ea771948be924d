import type { ClosedJaxpr } from "../core/primitive.ts";

/** What tells apart the programs that one transform makes of a program. */
export type DerivedKey = readonly (boolean | number | string | object | null)[];

/**
 * Things made from programs by the transforms, each made once.
 *
 * Kept with the program they come from, and told apart by flags, small integers and identities.
 */
export class Derived<T> {
  private readonly table = new WeakMap<
    ClosedJaxpr,
    { readonly key: DerivedKey; readonly made: T }[]
  >();

  get(program: ClosedJaxpr, key: DerivedKey, make: () => T): T {
    const list = this.table.get(program) ?? [];
    const found = list.find((entry) => sameKey(entry.key, key));
    if (found !== undefined) return found.made;
    const made = make();
    list.push({ key, made });
    this.table.set(program, list);
    return made;
  }
}

function sameKey(a: DerivedKey, b: DerivedKey): boolean {
  return a.length === b.length && a.every((x, i) => x === b[i]);
}
