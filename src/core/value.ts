import type { ShapedArray } from "./aval.ts";
import type { DType, TypedArray } from "./dtype.ts";
import { ConcretizationError } from "./errors.ts";

/** Nested JavaScript numbers or booleans, as `x.js()` gives them. */
export type Nested = number | boolean | Nested[];

/** Whoever a value belongs to while it stands for something: a trace, alive until it ends. */
export interface Owner {
  readonly alive: boolean;
  /** What it does, for messages: "vmap", "differentiation". */
  readonly kind: string;
}

/** What `using` calls; engines that lack it lack `using` too. */
const disposeSymbol: typeof Symbol.dispose =
  Symbol.dispose ?? (Symbol.for("Symbol.dispose") as typeof Symbol.dispose); // never looked up there

/**
 * Array of numbers, concrete or traced: the type of everything a function of this library
 * takes and gives.
 *
 * Immutable. Arithmetic and other methods are installed by `udiff/numpy`.
 */
export abstract class NDArray {
  /** The trace this value belongs to, or null if it is concrete. */
  abstract readonly owner: Owner | null;
  /** Shape, dtype and weak type. */
  abstract readonly aval: ShapedArray;

  /** Extent of each axis. */
  get shape(): readonly number[] {
    return this.aval.shape;
  }

  /** Number of axes. */
  get ndim(): number {
    return this.aval.ndim;
  }

  /** Number of elements. */
  get size(): number {
    return this.aval.size;
  }

  /** Element type. */
  get dtype(): DType {
    return this.aval.dtype;
  }

  /** Whether the dtype gives way to that of a partner, as a plain number's does. */
  get weakType(): boolean {
    return this.aval.weakType;
  }

  /**
   * The array whose numbers this value has, or null if it has none yet: a concrete array is
   * its own, and a value under un-jitted differentiation is that of its primal.
   */
  abstract concrete(): ConcreteArray | null;

  /** Name of the device that holds the numbers. */
  get device(): string {
    return this.numbers("device").device;
  }

  /**
   * Nested JavaScript numbers or booleans, read at once.
   *
   * @throws ConcretizationError if the value is traced; DeviceError if its device reads later.
   */
  js(): Nested {
    return this.numbers("js").js();
  }

  /**
   * The only element as a JavaScript number or boolean.
   *
   * @throws ShapeError if there is not exactly one; ConcretizationError if the value is traced.
   */
  item(): number | boolean {
    return this.numbers("item").item();
  }

  /**
   * The elements in row-major order, read at once, in a typed array that the caller owns.
   *
   * @throws ConcretizationError if the value is traced; DeviceError if its device reads later.
   */
  dataSync(): TypedArray {
    return this.numbers("dataSync").dataSync();
  }

  /** The elements in row-major order, in a typed array that the caller owns. */
  async data(): Promise<TypedArray> {
    return this.numbers("data").data();
  }

  /** Nested JavaScript numbers or booleans. */
  async jsAsync(): Promise<Nested> {
    return this.numbers("jsAsync").jsAsync();
  }

  /** Refuses unless there is one concrete element: `x + 1`, `x < 0` and `Number(x)` end here. */
  [Symbol.toPrimitive](hint: "number" | "string" | "default"): string | number | boolean {
    if (hint === "string") return this.toString();
    return this.numbers("conversion to a number").item();
  }

  /**
   * Give the memory back at once; a later use of the array, or of one that shares its memory, is a
   * DeviceError. Does nothing to a traced value, whose memory is its program's business.
   */
  dispose(): void {}

  /** `dispose` at the end of the block, for `using x = ...`. */
  [disposeSymbol](): void {
    this.dispose();
  }

  private numbers(what: string): ConcreteArray {
    const array = this.concrete();
    if (array !== null) return array;
    throw new ConcretizationError(
      `${what}: a traced ${this.aval} has no value yet, but JavaScript asked for one; ` +
        "write np.add(x, y) for x + y and np.where for a branch on x, or declare the argument static",
    );
  }
}

/** What a concrete array answers itself; see the methods of `NDArray`. */
export interface ConcreteArray extends NDArray {
  readonly device: string;
  js(): Nested;
  item(): number | boolean;
  dataSync(): TypedArray;
  data(): Promise<TypedArray>;
  jsAsync(): Promise<Nested>;
}

/** Whatever may stand where an array is asked for; numbers and booleans are weakly typed scalars. */
export type ArrayLike = NDArray | number | boolean;
