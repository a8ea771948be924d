import { scalarArray } from "../core/array.ts";
import { ArgumentError, DTypeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { checkShape, describe } from "../core/shape.ts";
import { type ArrayLike, NDArray } from "../core/value.ts";
import { threefry2x32 } from "../lax/ops/bits.ts";
import { broadcastInDim } from "../lax/ops/broadcast.ts";
import { iota } from "../lax/ops/constants.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { indexInDim, stack } from "../lax/ops/in-dim.ts";
import { wrapKeyData as keysOf, keyData as wordsOf } from "../lax/ops/keys.ts";
import { reshape } from "../lax/ops/layout.ts";
import { concatenate, slice } from "../lax/ops/slice.ts";

/** Options of functions that make random words. */
export interface StreamOptions {
  /**
   * Whether element i of the words depends on the key and i alone; true. Without it the words are
   * those of JAX before `jax_threefry_partitionable`.
   */
  partitionable?: boolean | undefined;
}

/**
 * A random key made of a seed, an integer of which the low 32 bits count: dtype `key<fry>`.
 *
 * A key is used once: `split` it for more.
 */
export function key(seed: ArrayLike): NDArray {
  return keysOf(PRNGKey(seed));
}

/** The words of `key(seed)`, a uint32 array of shape `[2]`. */
export function PRNGKey(seed: ArrayLike): NDArray {
  if (typeof seed === "number" && !Number.isSafeInteger(seed)) {
    throw new ArgumentError(`random.key: the seed must be an integer, got ${seed}; round it`);
  }
  if (typeof seed !== "number" && !(seed instanceof NDArray)) {
    throw new ArgumentError(
      `random.key: the seed must be an integer or an array of rank 0, got ${describe(seed)}; pass a number`,
    );
  }
  const low = typeof seed === "number" ? seed >>> 0 : convertElementType(seed, "uint32");
  const word = low instanceof NDArray ? low : scalarArray(low, "uint32");
  return stack([scalarArray(0, "uint32"), word]);
}

/** The two words of each key, along a new last axis; words stay as they are. */
export function keyData(keys: NDArray): NDArray {
  return keyWords(keys, "random.keyData");
}

/** Keys made of pairs of uint32 words along the last axis. */
export function wrapKeyData(words: NDArray): NDArray {
  return keysOf(rawWords(words, "random.wrapKeyData"));
}

/** The same keys; where reuse is checked, the copies count as fresh. */
export function clone(keys: NDArray): NDArray {
  return keys;
}

/** Name of the generator behind a key: "fry", for Threefry-2x32. */
export function keyImpl(keys: NDArray): string {
  rawKey(keys, "random.keyImpl");
  return "fry";
}

/** The words of keys, or words as they are. @throws ArgumentError or DTypeError if it is neither. */
function keyWords(x: NDArray, where: string): NDArray {
  return x instanceof NDArray && x.dtype === "key<fry>" ? wordsOf(x) : rawWords(x, where);
}

function rawWords(x: NDArray, where: string): NDArray {
  if (!(x instanceof NDArray)) {
    throw new ArgumentError(
      `${where}: a random key is required, got ${describe(x)}; make one with random.key(seed)`,
    );
  }
  if (x.dtype === "uint32" && x.shape.at(-1) === 2) return x;
  throw new DTypeError(
    `${where}: a random key, or uint32 words of shape [..., 2], is required, got ${x.aval}; make one with random.key(seed)`,
  );
}

/** The two words of one key, as scalars. @throws DTypeError if it is no key, or more than one. */
export function rawKey(x: NDArray, where: string): readonly [NDArray, NDArray] {
  const words = keyWords(x, where);
  if (words.ndim !== 1) {
    throw new DTypeError(`${where}: one key is required, got ${x.aval}; use vmap for several`);
  }
  return [reshape(slice(words, [0], [1]), []), reshape(slice(words, [1], [2]), [])];
}

/** Two words for each position of `shape`, row-major: those of counters under a key. */
export function hash(
  k: NDArray,
  shape: readonly number[],
  where: string,
): readonly [NDArray, NDArray] {
  const [k0, k1] = rawKey(k, where);
  const size = shape.reduce((a, b) => a * b, 1);
  const low = reshape(iota("uint32", [size], 0), shape);
  // Arrays have fewer than 2^32 elements here, so the high word of the counter is 0.
  const high = broadcastInDim(scalarArray(0, "uint32"), shape, []);
  const spread = (x: NDArray): NDArray => broadcastInDim(x, shape, []);
  return threefry2x32(spread(k0), spread(k1), high, low);
}

/** Words as the former generator makes them: counters cut in halves, one for each word. */
export function formerWords(k: NDArray, count: number, where: string): NDArray {
  const [k0, k1] = rawKey(k, where);
  const half = Math.ceil(count / 2);
  const counters = iota("uint32", [2 * half], 0);
  // An odd count is padded with one counter that is 0.
  const padded =
    count % 2 === 0
      ? counters
      : concatenate([slice(counters, [0], [count]), iota("uint32", [1], 0)], 0);
  const spread = (x: NDArray): NDArray => broadcastInDim(x, [half], []);
  const [a, b] = threefry2x32(
    spread(k0),
    spread(k1),
    slice(padded, [0], [half]),
    slice(padded, [half], [2 * half]),
  );
  return slice(concatenate([a, b], 0), [0], [count]);
}

/** Keys of the same kind as `like`, from their words. */
function alike(like: NDArray, words: NDArray): NDArray {
  return like.dtype === "key<fry>" ? keysOf(words) : words;
}

/**
 * Several keys from one: `num` of them (2 by default), or an array of a shape.
 *
 * @throws DTypeError if `k` is no single key.
 */
export function split(
  k: NDArray,
  num: number | readonly number[] = 2,
  options: StreamOptions = {},
): NDArray {
  const where = "random.split";
  checkOptions(where, options, ["partitionable"]);
  const shape = checkShape(typeof num === "number" ? [num] : num, where);
  if (options.partitionable === false) {
    const size = shape.reduce((a, b) => a * b, 1);
    return alike(k, reshape(formerWords(k, 2 * size, where), [...shape, 2]));
  }
  const [a, b] = hash(k, shape, where);
  return alike(k, stack([a, b], { axis: shape.length }));
}

/** Two keys from one, for two draws. */
export function splitInTwo(k: NDArray): readonly [NDArray, NDArray] {
  const keys = split(k);
  const at = (i: number): NDArray => indexInDim(keys, i, { keepdims: false });
  return [at(0), at(1)];
}

/** A key that depends on `k` and on an integer, of which the low 32 bits count. */
export function foldIn(k: NDArray, data: ArrayLike): NDArray {
  const where = "random.foldIn";
  if (typeof data === "number" && !(Number.isSafeInteger(data) && data >= 0)) {
    throw new ArgumentError(
      `${where}: an integer from 0 is required, got ${data}; use its low 32 bits`,
    );
  }
  const [k0, k1] = rawKey(k, where);
  const word =
    typeof data === "number"
      ? scalarArray(data >>> 0, "uint32")
      : convertElementType(data, "uint32");
  const [a, b] = threefry2x32(k0, k1, scalarArray(0, "uint32"), word);
  return alike(k, stack([a, b]));
}
