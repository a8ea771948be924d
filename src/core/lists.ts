import { InternalError } from "./errors.ts";

function requireLength(what: string, got: number, wanted: number): void {
  if (got === wanted) return;
  throw new InternalError(`${what}: lists must have one length, got ${wanted} and ${got}`);
}

/**
 * Pairs of the elements of two lists of one length.
 *
 * @throws InternalError if the lengths differ.
 */
export function zip<A, B>(as: readonly A[], bs: readonly B[]): [A, B][] {
  requireLength("zip", bs.length, as.length);
  return as.map((a, i) => [a, bs[i] as B]); // the lengths are equal
}

/**
 * Results of `f` over the elements of two lists of one length.
 *
 * @throws InternalError if the lengths differ.
 */
export function zipWith<A, B, R>(
  as: readonly A[],
  bs: readonly B[],
  f: (a: A, b: B, index: number) => R,
): R[] {
  requireLength("zipWith", bs.length, as.length);
  return as.map((a, i) => f(a, bs[i] as B, i)); // the lengths are equal
}

/** The firsts and the seconds of a list of pairs. */
export function unzip<A, B>(pairs: readonly (readonly [A, B])[]): [A[], B[]] {
  return [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
}

/**
 * Elements whose flag is true, then those whose flag is false, each in their own order.
 *
 * @throws InternalError if there is not one flag per element.
 */
export function partition<T>(flags: readonly boolean[], xs: readonly T[]): [T[], T[]] {
  requireLength("partition", flags.length, xs.length);
  const marked: T[] = [];
  const others: T[] = [];
  xs.forEach((x, i) => {
    (flags[i] ? marked : others).push(x);
  });
  return [marked, others];
}

/**
 * The list that `partition` took apart by the same flags.
 *
 * @throws InternalError if the flags do not use up both lists.
 */
export function unpartition<T>(
  flags: readonly boolean[],
  marked: readonly T[],
  others: readonly T[],
): T[] {
  requireLength("unpartition", flags.length, marked.length + others.length);
  const count = flags.filter(Boolean).length;
  requireLength("unpartition", marked.length, count);
  let i = 0;
  let j = 0;
  return flags.map((flag) => (flag ? marked[i++] : others[j++]) as T); // counted above
}
