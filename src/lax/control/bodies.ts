import type { ShapedArray } from "../../core/aval.ts";
import { InternalError } from "../../core/errors.ts";
import { hashJaxpr, sameJaxpr } from "../../core/hash-jaxpr.ts";
import { type ClosedJaxpr, type Tangent, Zero } from "../../core/primitive.ts";
import { constantsAsInputs, stage } from "../../core/stage.ts";
import { Tracer } from "../../core/tracer.ts";
import { NDArray } from "../../core/value.ts";
import { withWeakTypeOf } from "../../transforms/arguments.ts";
import { instantiate } from "../../transforms/pushforward.ts";

/** A staged body: what it closes over comes as leading inputs. */
export interface StagedBody {
  readonly program: ClosedJaxpr;
  /** Values of the leading inputs. */
  readonly consts: readonly NDArray[];
}

/** How many bodies are remembered before the table starts anew. */
const capacity = 1024;

let known = new Map<number, ClosedJaxpr[]>();
let count = 0;

/**
 * Stage a body.
 *
 * Equal bodies are one object, so that what is derived from them and compiled for them is found
 * again when eager code stages the same body anew at each call.
 */
export function stageBody(
  f: (xs: readonly NDArray[]) => readonly NDArray[],
  avals: readonly ShapedArray[],
): StagedBody {
  const staged = stage(f, avals);
  return { program: canonical(constantsAsInputs(staged)), consts: staged.consts };
}

/** The first program of this structure that was met. */
export function canonical(program: ClosedJaxpr): ClosedJaxpr {
  const key = hashJaxpr(program);
  const list = known.get(key) ?? [];
  const found = list.find((other) => sameJaxpr(other, program));
  if (found !== undefined) return found;
  if (count++ >= capacity) {
    known = new Map();
    count = 0;
  }
  known.set(key, [...list, program]);
  return program;
}

/**
 * Stage a program made of other programs, which close over no traced value, in another order of
 * inputs and results.
 */
export function derive(
  f: (xs: readonly NDArray[]) => readonly NDArray[],
  avals: readonly ShapedArray[],
): ClosedJaxpr {
  const made = stage(f, avals);
  if (made.consts.some((x) => x instanceof Tracer)) {
    throw new InternalError("control flow: a derived body closes over a traced value");
  }
  return made;
}

/** Types of the results of a program. */
export function outAvals({ jaxpr }: ClosedJaxpr): ShapedArray[] {
  return jaxpr.outvars.map((atom) => atom.aval);
}

/** Types of the inputs of a program. */
export function inAvals({ jaxpr }: ClosedJaxpr): ShapedArray[] {
  return jaxpr.invars.map((v) => v.aval);
}

/** Whether types agree one by one in shape and dtype; weakness is of no account to a body. */
export function sameTypes(a: readonly ShapedArray[], b: readonly ShapedArray[]): boolean {
  return a.length === b.length && a.every((aval, i) => aval.strong() === b[i]?.strong());
}

/** Whether tangents are there. */
export function arePresent(tangents: readonly Tangent[]): boolean[] {
  return tangents.map((t) => !(t instanceof Zero));
}

/** The tangents that are there. */
export function presentOf(tangents: readonly Tangent[]): NDArray[] {
  return tangents.filter((t) => t instanceof NDArray);
}

/** The entries whose flag is set. */
export function marked<T>(flags: readonly boolean[], xs: readonly T[]): T[] {
  return xs.filter((_, i) => flags[i] === true);
}

/** Whether either of two flags is set, place by place. */
export function either(a: readonly boolean[], b: readonly boolean[]): boolean[] {
  return a.map((flag, i) => flag || b[i] === true);
}

/** Tangents of values of the types `avals`: those given, in order, where `flags` says there is one. */
export function placeTangents(
  avals: readonly ShapedArray[],
  flags: readonly boolean[],
  given: readonly NDArray[],
): Tangent[] {
  let next = 0;
  return avals.map((aval, i) => (flags[i] ? given[next++] : undefined) ?? new Zero(aval.tangent()));
}

/** A tangent as an array of exactly the type that a carry has. */
export function asCarry(t: Tangent, aval: ShapedArray): NDArray {
  return withWeakTypeOf(instantiate(t), aval);
}

/**
 * The smallest set of flags that holds `start` and is closed under `step`: which parts of a carry
 * have a tangent, a mapped axis, or depend on what is not known.
 */
export function closure(
  start: readonly boolean[],
  step: (flags: readonly boolean[]) => readonly boolean[],
): boolean[] {
  let flags = [...start];
  for (;;) {
    const next = either(flags, step(flags));
    if (next.every((flag, i) => flag === flags[i])) return next;
    flags = next;
  }
}
