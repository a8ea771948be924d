import type { Lanes, UnaryText } from "../../../src/kernel/elementary/lanes.ts";
import { elementary } from "../../../src/kernel/elementary/table.ts";

/** Lanes that write JavaScript: each operation is a line, its value a name or a constant. */
class TextLanes implements Lanes<string, string, string, string> {
  readonly lines: string[] = [];
  readonly used = new Set<string>();
  private readonly known = new Map<string, string>();

  /** Name of the value of an expression, which is computed once. */
  private put(text: string): string {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const name = `v${this.lines.length}`;
    this.lines.push(`const ${name} = ${text};`);
    this.known.set(text, name);
    return name;
  }

  private number(value: number): string {
    if (Number.isNaN(value)) return "Number.NaN";
    if (!Number.isFinite(value)) {
      return value > 0 ? "Number.POSITIVE_INFINITY" : "Number.NEGATIVE_INFINITY";
    }
    return String(value);
  }

  private use(name: string): string {
    this.used.add(name);
    return name;
  }

  private rounded(text: string): string {
    return this.put(`${this.use("fround")}(${text})`);
  }

  float = (value: number): string => this.number(Math.fround(value));
  integer = (value: number): string => this.number(value);
  double = (value: number): string => this.number(value);
  add = (x: string, y: string): string => this.rounded(`${x} + ${y}`);
  sub = (x: string, y: string): string => this.rounded(`${x} - ${y}`);
  mul = (x: string, y: string): string => this.rounded(`${x} * ${y}`);
  div = (x: string, y: string): string => this.rounded(`${x} / ${y}`);
  sqrt = (x: string): string => this.rounded(`Math.sqrt(${x})`);
  abs = (x: string): string => this.put(`Math.abs(${x})`);
  atMost = (x: string, y: string): string => this.put(`${y} < ${x} ? ${y} : ${x}`);
  atLeast = (x: string, y: string): string => this.put(`${x} < ${y} ? ${y} : ${x}`);
  withSign = (x: string, y: string): string => {
    const size = this.abs(x);
    if (Number(y) < 0) return this.put(`-${size}`);
    return this.put(`${this.use("isNegative")}(${y}) ? -${size} : ${size}`);
  };
  less = (x: string, y: string): string => this.put(`${x} < ${y}`);
  equal = (x: string, y: string): string => this.put(`${x} === ${y}`);
  choose = (which: string, x: string, y: string): string =>
    x === y ? x : this.put(`${which} ? ${x} : ${y}`);
  bits = (x: string): string => this.put(`${this.use("bitsOf")}(${x})`);
  fromBits = (x: string): string => this.put(`${this.use("fromBits")}(${x})`);
  toFloat = (x: string): string => this.rounded(x);
  addInteger = (x: string, y: string): string => this.put(`(${x} + ${y}) | 0`);
  subInteger = (x: string, y: string): string => this.put(`(${x} - ${y}) | 0`);
  and = (x: string, y: string): string => this.put(`${x} & ${y}`);
  xor = (x: string, y: string): string => this.put(`${x} ^ ${y}`);
  shiftLeft = (x: string, count: number): string => this.put(`${x} << ${count}`);
  shiftRight = (x: string, count: number): string => this.put(`${x} >> ${count}`);
  equalInteger = (x: string, y: string): string => this.put(`${x} === ${y}`);
  widen = (x: string): string => x;
  narrow = (x: string): string => this.rounded(x);
  addDouble = (x: string, y: string): string => this.put(`${x} + ${y}`);
  subDouble = (x: string, y: string): string => this.put(`${x} - ${y}`);
  mulDouble = (x: string, y: string): string => this.put(`${x} * ${y}`);
  divDouble = (x: string, y: string): string => this.put(`${x} / ${y}`);
  lowBits = (x: string): string => this.put(`${this.use("lowBits")}(${x})`);
  orMath = (fine: string, x: string, name: string, operand: string): string =>
    this.put(`${fine} ? ${x} : ${this.use("fround")}(Math.${name}(${operand}))`);
}

/** The source of src/kernel/elementary/float32.ts. */
export function float32Source(): string {
  const used = new Set<string>();
  const functions = Object.entries(elementary).map(([name, text]: [string, UnaryText]) => {
    const on = new TextLanes();
    const result = text(on, "x");
    for (const each of on.used) used.add(each);
    return [
      `/** What \`${name}\` of table.ts is on one number, which must be a float32. */`,
      `export function ${name}(x: number): number {`,
      ...on.lines.map((line) => `  ${line}`),
      `  return ${result};`,
      "}",
    ].join("\n");
  });
  const helpers = ["bitsOf", "fromBits", "isNegative", "lowBits"].filter((name) => used.has(name));
  return [
    "// Written by scripts/float32-functions.ts: change the texts that table.ts names, and run it.",
    `import { ${helpers.join(", ")} } from "./numbers.ts";`,
    "",
    "const { fround } = Math;",
    "",
    functions.join("\n\n"),
    "",
  ].join("\n");
}
