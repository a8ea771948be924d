import { besselFunctions } from "./functions/bessel.ts";
import { bitFunctions } from "./functions/bits.ts";
import { erfFunctions } from "./functions/erf.ts";
import { exponentialFunctions } from "./functions/exponential.ts";
import type { Functions } from "./functions/functions.ts";
import { gammaFunctions } from "./functions/gamma.ts";
import { hyperbolicFunctions } from "./functions/hyperbolic.ts";
import { incompleteFunctions } from "./functions/incomplete.ts";
import { integerFunctions } from "./functions/integers.ts";
import { narrowFunctions } from "./functions/narrow.ts";
import { roundingFunctions } from "./functions/rounding.ts";
import { trigonometricFunctions } from "./functions/trigonometric.ts";

const functions: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...bitFunctions,
    ...narrowFunctions,
    ...roundingFunctions,
    ...integerFunctions,
    ...exponentialFunctions,
    ...trigonometricFunctions,
    ...hyperbolicFunctions,
    ...erfFunctions,
    ...gammaFunctions,
    ...besselFunctions,
    ...incompleteFunctions,
  } satisfies Functions),
);

/** Functions of the library that each text calls, found once. */
const calls = new Map<string, readonly string[]>();

/** Names of the library's functions in a text. */
export function calledIn(text: string): readonly string[] {
  const found = new Set<string>();
  for (const [name] of text.matchAll(/\b[a-zA-Z][a-zA-Z0-9]*\b/g)) {
    if (functions.has(name)) found.add(name);
  }
  return [...found];
}

/** Text of the named functions and of those they call, each after what it calls. */
export function libraryText(names: Iterable<string>): string {
  const done = new Set<string>();
  const lines: string[] = [];
  const visit = (name: string): void => {
    const text = functions.get(name);
    if (done.has(name) || text === undefined) return;
    done.add(name);
    let inner = calls.get(name);
    if (inner === undefined) {
      inner = calledIn(text);
      calls.set(name, inner);
    }
    for (const other of inner) visit(other);
    lines.push(text);
  };
  for (const name of names) visit(name);
  return lines.join("\n");
}
