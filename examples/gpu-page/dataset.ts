/** The digits as one file of bytes: held-out ones first, each as its label and 784 grey values. */
import type { Digits } from "../digits.ts";

/** Digits to train on, and digits that training never sees. */
export interface Dataset {
  readonly train: Digits;
  readonly test: Digits;
}

const record = 785;
const heldOut = 1000;

/** The file of a dataset with a thousand held-out digits. */
export function pack({ train, test }: Dataset): Uint8Array {
  const bytes = new Uint8Array((test.count + train.count) * record);
  [test, train].forEach(({ count, pixels, labels }, part) => {
    for (let k = 0; k < count; k++) {
      const at = (part * test.count + k) * record;
      bytes[at] = labels[k] as number; // k runs over the digits
      for (let p = 0; p < 784; p++) bytes[at + 1 + p] = Math.round(255 * pixels[k * 784 + p]!); // as above
    }
  });
  return bytes;
}

/** The dataset of a file. */
export function unpack(bytes: Uint8Array): Dataset {
  const digits = (from: number, to: number): Digits => {
    const count = to - from;
    const pixels = new Float32Array(count * 784);
    const labels = new Int32Array(count);
    for (let k = 0; k < count; k++) {
      const at = (from + k) * record;
      labels[k] = bytes[at] as number; // within the file
      for (let p = 0; p < 784; p++) pixels[k * 784 + p] = (bytes[at + 1 + p] as number) / 255;
    }
    return { count, pixels, labels };
  };
  return { test: digits(0, heldOut), train: digits(heldOut, bytes.length / record) };
}

/** Fetch the dataset that lies beside the page. */
export async function fetchDataset(): Promise<Dataset> {
  const response = await fetch("digits.bin");
  if (!response.ok) throw new Error(`digits.bin: ${response.status} ${response.statusText}`);
  return unpack(new Uint8Array(await response.arrayBuffer()));
}
