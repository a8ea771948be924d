/** What training draws from the digits. */
import { type NDArray, numpy as np } from "udiff";
import type { Digits } from "./digits.ts";

/** A batch, each digit moved by up to one pixel along both axes: what it shows stays the same. */
export function gatherBatch(
  digits: Digits,
  indices: readonly number[],
  moves: () => number,
  device?: string,
): [NDArray, NDArray] {
  const pixels = new Float32Array(indices.length * 784);
  indices.forEach((index, k) => {
    const shift = moves() + 28 * moves();
    const digit = digits.pixels.subarray(index * 784, (index + 1) * 784);
    // The margins of a digit are empty, so what runs over an edge is nothing.
    for (let p = Math.max(0, -shift); p < Math.min(784, 784 - shift); p++) {
      pixels[k * 784 + p + shift] = digit[p] as number; // within the digit
    }
  });
  const labels = Int32Array.from(indices, (index) => digits.labels[index] as number);
  return [
    np.array(pixels, { device }).reshape([indices.length, 784]),
    np.array(labels, { device }),
  ];
}

/** -1, 0 or 1, in an order that looks random and is the same every time. */
export function makeMoves(): () => number {
  let state = 7;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * 3) - 1;
  };
}
