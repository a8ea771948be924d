import { callerLine } from "./caller.ts";

/** Where an equation comes from: for printing and for messages. */
export interface Origin {
  /** Names of the scopes around it, from the outermost on: `loss/attention`; empty for none. */
  readonly scope: string;
  /** The line of the user's program that applied it; null where that was not recorded. */
  readonly line: string | null;
}

/** A name that what happens now belongs to. */
export interface NameScope {
  readonly name: string;
  readonly outer: NameScope | null;
}

let scope: NameScope | null = null;
let line: string | null = null;
let recording = false;

/** The innermost name scope. */
export function currentScope(): NameScope | null {
  return scope;
}

/** Run `body` in a scope of this name. */
export function inScope<T>(name: string, body: () => T): T {
  const saved = scope;
  scope = { name, outer: saved };
  try {
    return body();
  } finally {
    scope = saved;
  }
}

/** Whether equations remember the lines that they come from. */
export function recordsLines(): boolean {
  return recording;
}

/** Run `body` while equations remember their lines, which takes some microseconds for each. */
export function recordingLines<T>(body: () => T): T {
  const saved = recording;
  recording = true;
  try {
    return body();
  } finally {
    recording = saved;
  }
}

/** Origin of what happens now, its scopes seen from within `base`; null if nothing is known. */
export function originHere(base: NameScope | null): Origin | null {
  if (scope === base && line === null && !recording) return null;
  const names: string[] = [];
  for (let s = scope; s !== null && s !== base; s = s.outer) names.push(s.name);
  const known = line ?? (recording ? callerLine() : null);
  return names.length === 0 && known === null
    ? null
    : { scope: names.reverse().join("/"), line: known };
}

/** Run `body` as a part of what has this origin: inside of its scopes, and from its line. */
export function under<T>(origin: Origin, body: () => T): T {
  const [savedScope, savedLine] = [scope, line];
  if (origin.scope !== "") scope = { name: origin.scope, outer: scope };
  line = origin.line ?? line;
  try {
    return body();
  } finally {
    scope = savedScope;
    line = savedLine;
  }
}
