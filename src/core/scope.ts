import type { Buffer } from "./backend.ts";

/** Memory made while a scope is open, to be freed at its end. */
export interface Scope {
  readonly outer: Scope | null;
  readonly made: Set<Buffer>;
}

let current: Scope | null = null;

/** Open a scope, which must be closed in a `finally`. */
export function openScope(): Scope {
  current = { outer: current, made: new Set() };
  return current;
}

/** Close a scope: what it made is freed, but for `kept`, which the scope around it gets. */
export function closeScope({ outer, made }: Scope, kept: ReadonlySet<Buffer>): void {
  current = outer;
  for (const buffer of made) {
    if (!kept.has(buffer)) buffer.dispose();
    else outer?.made.add(buffer);
  }
}

/** Tell the open scope, if there is one, of memory that an array was made over. */
export function adopt(buffer: Buffer): void {
  current?.made.add(buffer);
}

/** Run `body` outside of all scopes: what it makes outlives them. */
export function outsideScopes<T>(body: () => T): T {
  const saved = current;
  current = null;
  try {
    return body();
  } finally {
    current = saved;
  }
}
