import { getEvaluator } from "../core/trace.ts";

/** How often caches were cleared: what was made before the last time is made anew. */
let epoch = 0;
const listeners: (() => void)[] = [];

/** Number of times caches were cleared so far. */
export function cacheEpoch(): number {
  return epoch;
}

/** Run `forget` whenever caches are cleared; for tables that live as long as the library. */
export function onClear(forget: () => void): void {
  listeners.push(forget);
}

/**
 * Forget every program that was staged, transformed or compiled, eager operations included.
 *
 * The next call of a jitted function traces it again, as after a change of something that it
 * closes over.
 */
export function clearCaches(): void {
  epoch++;
  for (const forget of listeners) forget();
  getEvaluator().clear();
}
