import { checkOptions } from "../core/options.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { add, mul, sub } from "../lax/ops/arith.ts";
import { max, min } from "../lax/ops/extrema.ts";
import { scatterAdd } from "../lax/ops/gather.ts";
import { scatter, scatterMul, scatterSub } from "../lax/ops/scatter.ts";
import { scatterMax, scatterMin } from "../lax/ops/scatter-extrema.ts";
import { divide } from "./elementwise-arithmetic.ts";
import { power } from "./elementwise-power.ts";
import type { IndexPart } from "./index-parts.ts";
import { type IndexOptions, indexNames, readIndex } from "./index-read.ts";
import { type UpdateKind, updateIndex } from "./index-update.ts";
import { constantLike } from "./promote.ts";

const setting: UpdateKind = { name: "set", combine: null, scatter };
const adding: UpdateKind = { name: "add", combine: add, scatter: scatterAdd };
const subtracting: UpdateKind = { name: "sub", combine: sub, scatter: scatterSub };
const multiplying: UpdateKind = { name: "mul", combine: mul, scatter: scatterMul };
const lowering: UpdateKind = { name: "min", combine: min, scatter: scatterMin };
const raising: UpdateKind = { name: "max", combine: max, scatter: scatterMax };

/**
 * Places of an array, to be read or updated: `x.at(1).set(0)` is a new array, `x` stays.
 *
 * Values broadcast to the shape of the index, the result has the dtype of the array. Of updates of
 * one place all are combined; `set` keeps the last. Places outside are left out by default.
 */
export class IndexUpdate {
  private readonly array: NDArray;
  private readonly parts: readonly IndexPart[];

  constructor(array: NDArray, parts: readonly IndexPart[]) {
    this.array = array;
    this.parts = parts;
  }

  /** The array with the values at these places. */
  set(values: ArrayLike, options?: IndexOptions): NDArray {
    return updateIndex(setting, this.array, this.parts, values, options);
  }

  /** The array with the values added. */
  add(values: ArrayLike, options?: IndexOptions): NDArray {
    return updateIndex(adding, this.array, this.parts, values, options);
  }

  /** The array with the values subtracted. */
  sub(values: ArrayLike, options?: IndexOptions): NDArray {
    return updateIndex(subtracting, this.array, this.parts, values, options);
  }

  /** The same as `sub`. */
  subtract(values: ArrayLike, options?: IndexOptions): NDArray {
    return this.sub(values, options);
  }

  /** The array with these places multiplied. */
  mul(values: ArrayLike, options?: IndexOptions): NDArray {
    return updateIndex(multiplying, this.array, this.parts, values, options);
  }

  /** The same as `mul`. */
  multiply(values: ArrayLike, options?: IndexOptions): NDArray {
    return this.mul(values, options);
  }

  /** The array with these places divided, as a float. */
  div(values: ArrayLike, options?: IndexOptions): NDArray {
    return divide(this.array, this.factors(values, options));
  }

  /** The same as `div`. */
  divide(values: ArrayLike, options?: IndexOptions): NDArray {
    return this.div(values, options);
  }

  /** The array with these places raised to powers. */
  pow(values: ArrayLike, options?: IndexOptions): NDArray {
    return power(this.array, this.factors(values, options));
  }

  /** The same as `pow`. */
  power(values: ArrayLike, options?: IndexOptions): NDArray {
    return this.pow(values, options);
  }

  /** The array with the smaller of element and value at these places. */
  min(values: ArrayLike, options?: IndexOptions): NDArray {
    return updateIndex(lowering, this.array, this.parts, values, options);
  }

  /** The array with the larger of element and value at these places. */
  max(values: ArrayLike, options?: IndexOptions): NDArray {
    return updateIndex(raising, this.array, this.parts, values, options);
  }

  /** The array with `f`, an elementwise function, of the elements at these places, once each. */
  apply(f: (x: NDArray) => ArrayLike, options?: IndexOptions): NDArray {
    return this.set(f(readIndex("at().apply", this.array, this.parts)), options);
  }

  /** The elements at these places. */
  get(options?: IndexOptions): NDArray {
    checkOptions("at().get", options, indexNames);
    return readIndex("at().get", this.array, this.parts, options);
  }

  /** Ones, with the product of the values at each of these places. */
  private factors(values: ArrayLike, options: IndexOptions | undefined): NDArray {
    return updateIndex(multiplying, constantLike(this.array, 1), this.parts, values, options);
  }
}
