import { asArray } from "../core/array.ts";
import { ArgumentError } from "../core/errors.ts";
import { bindMany } from "../core/trace.ts";
import { NDArray } from "../core/value.ts";
import { debugPrintP } from "../lax/control/debug-primitives.ts";
import { isArrayLike } from "../lax/control/host-function.ts";
import { escapeBraces, parseFormat } from "../lax/control/print-format.ts";
import { describe } from "../transforms/flatten.ts";

const where = "debug.print";

/**
 * Print a line with the values of `args` when the program that this is part of runs; when, how
 * often and in which order is as for `debug.callback`.
 *
 * `{}` stands for the next argument, `{1}` for the argument of that number, `{name}` for the
 * property of the last argument, a plain object; `{x:.3f}` and `{x:.3e}` give a scalar with so many
 * digits, `{{` and `}}` are braces. Trees of arrays print like the literals that make them.
 *
 * @throws ArgumentError if a field has no argument, or an argument no field.
 *
 * @example
 * jit((x) => (debug.print("x is {x} or {:.2f}", x, { x }), np.sin(x)))(1); // x is 1.0 or 1.00
 */
export function print(format: string, ...args: readonly unknown[]): void {
  bindPrint(format, args, false);
}

/** `print` whose lines no device may ever take out of order. */
print.ordered = function orderedPrint(format: string, ...args: readonly unknown[]): void {
  bindPrint(format, args, true);
};

function bindPrint(format: string, args: readonly unknown[], ordered: boolean): void {
  if (typeof format !== "string") {
    throw new ArgumentError(
      `${where}: a format must be a string, got ${describe(format)}; pass debug.print("{}", value)`,
    );
  }
  const operands: NDArray[] = [];
  const values = new Fields(args);
  const text = parseFormat(format, where)
    .map((piece) => {
      if (piece.kind === "text") return escapeBraces(piece.text);
      const value = values.at(piece.name);
      if (piece.spec === "") return show(value, operands);
      if (!isArrayLike(value) || asArray(value).ndim > 0) {
        throw new ArgumentError(
          `${where}: a field with digits must be a scalar, got ${describe(value)} for {${piece.name}:${piece.spec}}; print it whole`,
        );
      }
      return `{${operands.push(asArray(value)) - 1}:${piece.spec}}`;
    })
    .join("");
  values.checkRead();
  bindMany(debugPrintP, operands, { format: text, mapped: [], ordered });
}

/** Arguments by what fields call them, and which of them were asked for. */
class Fields {
  private readonly positional: readonly unknown[];
  private readonly named: ReadonlyMap<string, unknown>;
  private readonly read = new Set<number | string>();
  private next = 0;

  constructor(args: readonly unknown[]) {
    const last = args.at(-1);
    const isNamed = typeof last === "object" && last !== null && isPlain(last);
    this.named = new Map(isNamed ? Object.entries(last) : []);
    this.positional = args;
  }

  at(name: string): unknown {
    const index = name === "" ? this.next++ : /^\d+$/.test(name) ? Number(name) : null;
    if (index === null && this.named.has(name)) {
      this.read.add(name);
      return this.named.get(name);
    }
    if (index !== null && index < this.positional.length) {
      this.read.add(index);
      return this.positional[index];
    }
    throw new ArgumentError(
      `${where}: a value must be given for each field, got none for {${name}}; pass it ${index === null ? "as a property of the last argument" : "behind the format"}`,
    );
  }

  /** @throws ArgumentError if there is an argument that no field asked for. */
  checkRead(): void {
    const { positional, named, read } = this;
    const last = positional.length - 1;
    positional.forEach((_, i) => {
      if (read.has(i)) return;
      const names = i === last ? [...named.keys()] : [];
      const unread = names.filter((name) => !read.has(name));
      if (i === last && named.size > 0 && unread.length === 0) return;
      const what = unread.length > 0 ? unread.join(", ") : `argument ${i}`;
      throw new ArgumentError(
        `${where}: a field must stand for each value, got none for ${what}; write {} or {name} in the format, which is no template string`,
      );
    });
  }
}

/** Format text of a value; arrays in it become operands. */
function show(value: unknown, operands: NDArray[]): string {
  if (isArrayLike(value)) return `{${operands.push(asArray(value)) - 1}}`;
  const nested = (item: unknown): string => show(item, operands);
  if (Array.isArray(value)) return `[${value.map(nested).join(", ")}]`;
  if (typeof value === "object" && value !== null && isPlain(value)) {
    const entries = Object.entries(value).map(
      ([key, item]) => `${escapeBraces(key)}: ${nested(item)}`,
    );
    return `{{${entries.join(", ")}}}`;
  }
  return escapeBraces(String(value));
}

function isPlain(value: object): boolean {
  return !(value instanceof NDArray) && Object.getPrototypeOf(value) === Object.prototype;
}
