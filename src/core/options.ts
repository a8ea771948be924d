import { ArgumentError } from "./errors.ts";

/**
 * Check the trailing options object that a user gave: undefined, or a plain object whose names
 * are all among `allowed`. The values are for the function itself to check.
 *
 * @throws ArgumentError in the name of `where` if it is anything else; the message lists the names.
 */
export function checkOptions(where: string, options: unknown, allowed: readonly string[]): void {
  if (options === undefined) return;
  if (!isPlainObject(options)) {
    throw new ArgumentError(
      `${where}: options must be a plain object, got ${kindOf(options)}; ${advice(allowed)}`,
    );
  }
  for (const name in options) {
    if (allowed.includes(name)) continue;
    throw new ArgumentError(`${where}: unknown option ${JSON.stringify(name)}; ${advice(allowed)}`);
  }
}

/** Whether a value is an object as braces make it. */
function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A value as the message names it. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return value.constructor?.name ?? "an object";
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function advice(allowed: readonly string[]): string {
  if (allowed.length === 0) return "there are none, leave it out";
  return `the names allowed are ${allowed.join(", ")}`;
}
