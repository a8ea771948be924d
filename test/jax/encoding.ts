import * as udiff from "udiff";

/** A number as the JSON files write it: what JSON has no form for is a string. */
export type EncodedNumber = number | "nan" | "inf" | "-inf" | "-0";

/** An array: elements in row-major order. */
export interface EncodedArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly EncodedNumber[];
  readonly weak?: boolean;
}

/** An argument of a call. Numbers, booleans, strings and lists stand for themselves. */
export type EncodedArgument =
  | EncodedArray
  | { readonly key: number }
  | { readonly keys: readonly [seed: number, count: number]; readonly at?: number }
  | { readonly fn: string }
  | { readonly number: EncodedNumber }
  | { readonly object: Readonly<Record<string, EncodedArgument>> }
  | readonly EncodedArgument[]
  | number
  | boolean
  | string
  | null;

/** A result: arrays, keys by their words, plain JavaScript values, and lists of these. */
export type EncodedResult =
  | EncodedArray
  | { readonly keyData: EncodedArray }
  | { readonly static: unknown }
  | readonly EncodedResult[];

/** What the runner uses of an array. */
export interface TestArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly weakType: boolean;
  dataSync(): ArrayLike<number | boolean>;
  reshape(shape: readonly number[]): TestArray;
  slice(...parts: unknown[]): TestArray;
}

/** A function of the library, called by name with whatever the case says. */
export type LibraryFunction = (...args: unknown[]) => unknown;

/** The library as names only; whether one exists is what the tests find out. */
const library = udiff as unknown as Readonly<Record<string, unknown>>;

/** Functions of more than one call, beside the namespaces; filled by `programs.ts`. */
export const programs = new Map<string, LibraryFunction>();

/** A function by its name in the cases, `np.sum` or `scipy.special.erf`; undefined if there is none. */
export function find(name: string): LibraryFunction | undefined {
  if (name.startsWith("program.")) return programs.get(name.slice("program.".length));
  let here: unknown = library;
  for (const part of name.split(".")) {
    if (here === null || (typeof here !== "object" && typeof here !== "function")) return undefined;
    here = (here as Record<string, unknown>)[here === library && part === "np" ? "numpy" : part];
  }
  return typeof here === "function" ? (here as LibraryFunction) : undefined;
}

/** The function of that name. @throws Error if the library has none. */
export function resolve(name: string): LibraryFunction {
  const found = find(name);
  if (found === undefined) throw new Error(`the library has no ${name}`);
  return found;
}

/** A number of the JSON files as a JavaScript number. */
export function decodeNumber(x: EncodedNumber): number {
  if (typeof x === "number") return x;
  return { nan: Number.NaN, inf: Infinity, "-inf": -Infinity, "-0": -0 }[x];
}

const typed: Readonly<Record<string, (data: readonly number[]) => ArrayBufferView>> = {
  float32: (data) => Float32Array.from(data),
  float64: (data) => Float64Array.from(data),
  int8: (data) => Int8Array.from(data),
  uint8: (data) => Uint8Array.from(data),
  int16: (data) => Int16Array.from(data),
  uint16: (data) => Uint16Array.from(data),
  int32: (data) => Int32Array.from(data),
  uint32: (data) => Uint32Array.from(data),
};

/** The array of the library that an encoded one stands for. */
export function decodeArray(x: EncodedArray): TestArray {
  const array = resolve("np.array");
  const data = x.data.map(decodeNumber);
  if (x.weak) return weakScalar(x.dtype, data[0] ?? 0);
  // Scalars are numbers, whose values are known on every device.
  if (x.shape.length === 0 && x.dtype !== "bool") {
    return array(data[0], { dtype: x.dtype }) as TestArray;
  }
  const make = typed[x.dtype];
  const flat = make
    ? array(make(data))
    : array(x.dtype === "bool" ? data.map((v) => v !== 0) : data, { dtype: x.dtype });
  return (flat as TestArray).reshape(x.shape);
}

/** A weakly typed scalar array: a literal beside a bool is a weak integer, alone a weak float. */
export function weakScalar(dtype: string, value: number): TestArray {
  const array = resolve("np.array");
  const scalar = dtype === "int32" ? resolve("np.add")(array(false), value) : array(value);
  return scalar as TestArray;
}

/** The argument that an encoded one stands for. */
export function decode(x: EncodedArgument): unknown {
  if (x === null || typeof x !== "object") return x;
  if (Array.isArray(x)) return x.map((part: EncodedArgument) => decode(part));
  const one = x as Exclude<typeof x, readonly EncodedArgument[]>;
  if ("dtype" in one) return decodeArray(one);
  if ("key" in one) return resolve("random.key")(one.key);
  if ("keys" in one) {
    const [seed, count] = one.keys;
    const keys = resolve("random.split")(resolve("random.key")(seed), count) as TestArray;
    return one.at === undefined ? keys : keys.slice(one.at);
  }
  if ("fn" in one) return resolve(one.fn);
  if ("number" in one) return decodeNumber(one.number);
  return decodeOptions(one.object);
}

/** An object of options, or of dimension numbers. */
export function decodeOptions(
  options: Readonly<Record<string, EncodedArgument>>,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).map(([name, x]) => [name, decode(x)]));
}

/** Whether a value of the library is an array, by what the runner needs of one. */
export function isTestArray(x: unknown): x is TestArray {
  return typeof x === "object" && x !== null && "dtype" in x && "shape" in x;
}
