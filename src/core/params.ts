/**
 * Whether two sets of parameters say the same: equal primitives, lists and plain objects of
 * such; programs, functions and all other objects by identity.
 */
export function sameParams(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!sameParams(a[i], b[i])) return false;
    return true;
  }
  if (!isPlain(a) || !isPlain(b)) return false;
  let count = 0;
  for (const key in a) {
    if (!Object.hasOwn(b, key) || !sameParams(a[key], b[key])) return false;
    count++;
  }
  for (const _ in b) count--;
  return count === 0;
}

/** Small integer that equal parameters share; unequal ones mostly differ. */
export function hashParams(value: unknown): number {
  if (typeof value === "number") return Math.imul(value | 0, 0x9e3779b1) ^ (value * 8191);
  if (typeof value === "boolean") return value ? 0x51ed : 0xa3c7;
  if (typeof value === "string") {
    let hash = value.length;
    for (let i = 0; i < value.length; i++) hash = (Math.imul(hash, 31) + value.charCodeAt(i)) | 0;
    return hash;
  }
  if (Array.isArray(value)) {
    let hash = value.length;
    for (let i = 0; i < value.length; i++) hash = mix(hash, hashParams(value[i]));
    return hash;
  }
  if (isPlain(value)) {
    let hash = 7;
    for (const key in value) hash = mix(hash, hashParams(value[key]));
    return hash;
  }
  return 0;
}

/** Combine two hashes. */
export function mix(a: number, b: number): number {
  return (Math.imul(a, 0x85ebca6b) ^ Math.imul(b, 0xc2b2ae35) ^ (a >>> 15)) | 0;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
