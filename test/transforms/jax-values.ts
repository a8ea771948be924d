import { readFileSync } from "node:fs";
import { NDArray, tree } from "udiff";
import { expect } from "vitest";

/** An array as `make-jax-values.py` writes it; of float0 there are no numbers. */
export interface Encoded {
  readonly aval: string;
  readonly data?: readonly number[];
}

/** A collective, the shape and mapped axis of its argument, and what JAX answers. */
export interface CollectiveCase {
  readonly shape: readonly number[];
  readonly axis: number;
  readonly out: Encoded;
  readonly pulled: Encoded;
}

/** What JAX answers. */
export const jaxValues = JSON.parse(
  readFileSync(new URL("jax-values.json", import.meta.url), "utf8"),
) as {
  readonly collectives: Readonly<Record<string, CollectiveCase>>;
  readonly integers: Readonly<Record<string, unknown>>;
};

/** Types and numbers of the arrays of a tree, in the form of the file. */
export function encode(x: unknown): unknown {
  return tree.map((leaf: unknown): unknown => {
    if (!(leaf instanceof NDArray)) return leaf;
    const aval = `${leaf.dtype}[${leaf.shape}]`;
    return leaf.dtype === "float0" ? { aval } : { aval, data: Array.from(leaf.dataSync()) };
  }, x);
}

/** Compare a tree of arrays with an answer of JAX, types and all. */
export function expectJax(actual: unknown, expected: unknown): void {
  expect(encode(actual)).toEqual(expected);
}
