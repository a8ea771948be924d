import { createRequire } from "node:module";
import { shuffle } from "./shuffle.ts";

/** Handwritten digits of 28 by 28 grey values from 0 to 1, row by row, and what they show. */
export interface Digits {
  readonly count: number;
  readonly pixels: Float32Array;
  readonly labels: Int32Array;
}

interface Mnist {
  readonly [digit: number]: { readonly length: number; get(i: number): number[] };
}

/**
 * The 10,000 digits of the package `mnist` in a fixed random order, cut in two: what to train on,
 * and `heldOut` digits that training never sees.
 */
export function loadDigits(heldOut: number): { readonly train: Digits; readonly test: Digits } {
  const mnist = createRequire(import.meta.url)("mnist") as Mnist;
  const all: [label: number, index: number][] = [];
  for (let label = 0; label < 10; label++) {
    const digits = mnist[label];
    for (let i = 0; i < (digits?.length ?? 0); i++) all.push([label, i]);
  }
  shuffle(all);
  const take = (list: typeof all): Digits => {
    const pixels = new Float32Array(list.length * 784);
    list.forEach(([label, i], k) => {
      pixels.set(mnist[label]?.get(i) ?? [], k * 784);
    });
    return { count: list.length, pixels, labels: Int32Array.from(list, ([label]) => label) };
  };
  return { train: take(all.slice(heldOut)), test: take(all.slice(0, heldOut)) };
}
