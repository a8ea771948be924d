import type { ClosedJaxpr } from "../core/primitive.ts";
import { currentTrace } from "../core/trace.ts";
import { onClear } from "./caches.ts";

/** What tells apart the programs that one transform makes of a program. */
export type DerivedKey = readonly (boolean | number | string | object | null)[];

/**
 * Things made from programs by the transforms, each made once.
 *
 * Kept with the program they come from, and told apart by flags, small integers and identities,
 * and by the mapped axes around, which custom rules may ask for. What closes over traced values, as
 * a custom rule can make it, belongs to one call and is not kept.
 */
export class Derived<T> {
  private table = new WeakMap<ClosedJaxpr, { readonly key: DerivedKey; readonly made: T }[]>();

  constructor() {
    onClear(() => {
      this.table = new WeakMap();
    });
  }

  get(program: ClosedJaxpr, flags: DerivedKey, make: () => T): T {
    const list = this.table.get(program) ?? [];
    const axes = currentTrace().namedAxes();
    const key = axes.length === 0 ? flags : [...flags, ...axes];
    const found = list.find((entry) => sameKey(entry.key, key));
    if (found !== undefined) return found.made;
    const made = make();
    if (isClosed(made)) {
      list.push({ key, made });
      this.table.set(program, list);
    }
    return made;
  }
}

function sameKey(a: DerivedKey, b: DerivedKey): boolean {
  return a.length === b.length && a.every((x, i) => x === b[i]);
}

/** Whether no program in a structure of lists and objects has a traced constant. */
function isClosed(made: unknown): boolean {
  if (Array.isArray(made)) return made.every(isClosed);
  if (typeof made !== "object" || made === null) return true;
  if (isProgram(made)) return made.consts.every((x) => x.owner === null);
  return Object.getPrototypeOf(made) !== Object.prototype || Object.values(made).every(isClosed);
}

function isProgram(x: object): x is ClosedJaxpr {
  return "jaxpr" in x && "consts" in x;
}
