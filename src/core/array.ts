import { type ShapedArray, shapedArray } from "./aval.ts";
import type { Buffer } from "./backend.ts";
import { type DType, hostArray, type TypedArray } from "./dtype.ts";
import { ArgumentError, DeviceError, ShapeError } from "./errors.ts";
import { formatArray } from "./format-array.ts";
import { literalValue } from "./number.ts";
import { type ArrayLike, type ConcreteArray, NDArray, type Nested } from "./value.ts";
import { isContiguous, type View } from "./view.ts";

/**
 * Concrete array: a buffer on a device and an affine view of it.
 *
 * An array of one repeated number holds it in `value` and has no buffer: scalars, and what is
 * broadcast from them. Arithmetic on scalars allocates nothing else, and `np.zeros` no memory.
 */
export class DeviceArray extends NDArray implements ConcreteArray {
  override readonly owner = null;
  override readonly aval: ShapedArray;
  /** Null if every element is `value`. */
  readonly buffer: Buffer | null;
  /** Null if the elements are the buffer's first ones in row-major order. */
  readonly layout: View | null;
  /** Every element, where there is no buffer; booleans are 0 and 1. */
  readonly value: number;
  private gone: string | null = null;

  constructor(aval: ShapedArray, buffer: Buffer | null, layout: View | null, value: number) {
    super();
    this.aval = aval;
    this.buffer = buffer;
    this.layout = layout;
    this.value = value;
  }

  override concrete(): this {
    return this;
  }

  override get device(): string {
    return this.buffer === null ? "cpu" : this.buffer.device;
  }

  override js(): Nested {
    return nest(this.dataSync(), this.aval);
  }

  override item(): number | boolean {
    if (this.size !== 1) {
      throw new ShapeError(`item: an array of one element is required, got ${this.aval}; use js()`);
    }
    const value = this.buffer === null ? this.number() : (this.dataSync()[0] as number);
    return this.dtype === "bool" ? value !== 0 : value;
  }

  override dataSync(): TypedArray {
    this.checkUsable();
    if (this.buffer !== null) return this.buffer.readSync(this.aval, this.layout);
    const data = hostArray(this.dtype, this.size);
    return this.value === 0 && !Object.is(this.value, -0) ? data : data.fill(this.value);
  }

  override async data(): Promise<TypedArray> {
    this.checkUsable();
    return this.buffer === null ? this.dataSync() : this.buffer.read(this.aval, this.layout);
  }

  override async jsAsync(): Promise<Nested> {
    return nest(await this.data(), this.aval);
  }

  override toString(): string {
    this.checkUsable();
    return this.device === "cpu"
      ? formatArray(this.dataSync(), this.shape, this.dtype)
      : `${this.aval} on ${this.device}`;
  }

  /** What Node prints for the array. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    if (this.gone !== null) return `Array(${this.gone})`;
    const indent = "Array(".length;
    const text =
      this.device === "cpu"
        ? formatArray(this.dataSync(), this.shape, this.dtype, indent)
        : this.toString();
    return `Array(${text}, ${this.dtype})`;
  }

  override dispose(): void {
    this.invalidate("was disposed of");
    this.buffer?.dispose();
  }

  /** The same memory as another array: under another type of that many elements, by `layout`. */
  over(aval: ShapedArray, layout: View | null): DeviceArray {
    this.buffer?.share?.();
    return new DeviceArray(aval, this.buffer, plainLayout(layout), this.value);
  }

  /** Refuse later uses because the array `reason` ("was donated to ..."). */
  invalidate(reason: string): void {
    this.gone ??= reason;
  }

  /** Whether the array was donated or disposed of. */
  get isDeleted(): boolean {
    return this.gone !== null;
  }

  /** @throws DeviceError if the array was donated or disposed of. */
  checkUsable(): void {
    if (this.gone !== null) {
      throw new DeviceError(
        `array: ${this.aval} ${this.gone} and cannot be used again; keep a copy, or do not give it away`,
      );
    }
  }

  private number(): number {
    this.checkUsable();
    return this.value;
  }
}

/** The layout, or null where it is what null stands for. */
export function plainLayout(layout: View | null): View | null {
  return layout !== null && layout.offset === 0 && isContiguous(layout) ? null : layout;
}

/** Array of rank 0. The number is converted as a literal is; booleans are 0 and 1. */
export function scalarArray(value: number, dtype: DType, weakType = false): DeviceArray {
  return new DeviceArray(shapedArray([], dtype, weakType), null, null, literalValue(value, dtype));
}

const weakFloat = shapedArray([], "float32", true);
const plainBool = shapedArray([], "bool", false);

/**
 * The array that an argument of `where` is: arrays are themselves, a number is a weak float32
 * scalar, a boolean a bool.
 *
 * @throws ArgumentError if it is none of these, as a list is not.
 */
export function asArray(x: ArrayLike, where = "array"): NDArray {
  if (x instanceof NDArray) return x;
  if (typeof x === "number") return new DeviceArray(weakFloat, null, null, Math.fround(x));
  if (typeof x === "boolean") return new DeviceArray(plainBool, null, null, x ? 1 : 0);
  throw notAnArray(where, x);
}

/** The error for an argument that is no array. */
export function notAnArray(where: string, x: unknown): ArgumentError {
  const kind = Array.isArray(x) ? "a list" : x == null ? String(x) : `a ${typeof x}`;
  const advice = Array.isArray(x) ? "wrap it in numpy.array" : "pass one, or a plain number";
  return new ArgumentError(`${where}: an array is required, got ${kind}; ${advice}`);
}

/** Nested lists of the elements; booleans for bool, pairs of words for keys. */
function nest(data: TypedArray, aval: ShapedArray): Nested {
  const shape = aval.dtype === "key<fry>" ? [...aval.shape, 2] : aval.shape;
  const leaf = (i: number): number | boolean => {
    const value = data[i] as number; // i runs over the elements
    return aval.dtype === "bool" ? value !== 0 : value;
  };
  let next = 0;
  const build = (axis: number): Nested => {
    const extent = shape[axis];
    if (extent === undefined) return leaf(next++);
    const list: Nested[] = [];
    for (let i = 0; i < extent; i++) list.push(build(axis + 1));
    return list;
  };
  if (aval.dtype === "float0") return [];
  return build(0);
}
