import type { DType } from "../core/dtype.ts";
import type { Shape } from "../core/shape.ts";
import { type ArrayLike, NDArray } from "../core/value.ts";
import { astype } from "./creation.ts";
import { add, divide, multiply, negative, subtract } from "./elementwise-arithmetic.ts";
import {
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  notEqual,
} from "./elementwise-comparison.ts";
import {
  type MeanOptions,
  max,
  mean,
  min,
  type ReductionOptions,
  type SumOptions,
  sum,
} from "./reductions.ts";
import { reshape, transpose } from "./shape.ts";

declare module "../core/value.ts" {
  interface NDArray {
    /** Sum; see `numpy.add`. */
    add(y: ArrayLike): NDArray;
    /** Difference; see `numpy.subtract`. */
    sub(y: ArrayLike): NDArray;
    /** Product; see `numpy.multiply`. */
    mul(y: ArrayLike): NDArray;
    /** Quotient, always a float; see `numpy.divide`. */
    div(y: ArrayLike): NDArray;
    /** Negative; see `numpy.negative`. */
    neg(): NDArray;
    /** Whether elements are equal; see `numpy.equal`. */
    equal(y: ArrayLike): NDArray;
    /** Whether elements differ; see `numpy.notEqual`. */
    notEqual(y: ArrayLike): NDArray;
    /** Whether elements are smaller; see `numpy.less`. */
    less(y: ArrayLike): NDArray;
    /** Whether elements are smaller or equal; see `numpy.lessEqual`. */
    lessEqual(y: ArrayLike): NDArray;
    /** Whether elements are larger; see `numpy.greater`. */
    greater(y: ArrayLike): NDArray;
    /** Whether elements are larger or equal; see `numpy.greaterEqual`. */
    greaterEqual(y: ArrayLike): NDArray;
    /** Sum over axes; see `numpy.sum`. */
    sum(options?: SumOptions): NDArray;
    /** Mean over axes; see `numpy.mean`. */
    mean(options?: MeanOptions): NDArray;
    /** Largest element over axes; see `numpy.max`. */
    max(options?: ReductionOptions): NDArray;
    /** Smallest element over axes; see `numpy.min`. */
    min(options?: ReductionOptions): NDArray;
    /** The same elements under another shape; see `numpy.reshape`. */
    reshape(shape: number | Shape): NDArray;
    /** Axes reordered; see `numpy.transpose`. */
    transpose(axes?: readonly number[] | null): NDArray;
    /** The axes in the opposite order. */
    readonly T: NDArray;
    /** Another dtype; see `numpy.astype`. */
    astype(dtype: DType): NDArray;
  }
}

/** Put methods on all arrays. */
export function installMethods(methods: object): void {
  for (const name of Reflect.ownKeys(methods)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(methods, name);
    Object.defineProperty(NDArray.prototype, name, { ...descriptor, enumerable: false });
  }
}

installMethods({
  add(this: NDArray, y: ArrayLike): NDArray {
    return add(this, y);
  },
  sub(this: NDArray, y: ArrayLike): NDArray {
    return subtract(this, y);
  },
  mul(this: NDArray, y: ArrayLike): NDArray {
    return multiply(this, y);
  },
  div(this: NDArray, y: ArrayLike): NDArray {
    return divide(this, y);
  },
  neg(this: NDArray): NDArray {
    return negative(this);
  },
  equal(this: NDArray, y: ArrayLike): NDArray {
    return equal(this, y);
  },
  notEqual(this: NDArray, y: ArrayLike): NDArray {
    return notEqual(this, y);
  },
  less(this: NDArray, y: ArrayLike): NDArray {
    return less(this, y);
  },
  lessEqual(this: NDArray, y: ArrayLike): NDArray {
    return lessEqual(this, y);
  },
  greater(this: NDArray, y: ArrayLike): NDArray {
    return greater(this, y);
  },
  greaterEqual(this: NDArray, y: ArrayLike): NDArray {
    return greaterEqual(this, y);
  },
  sum(this: NDArray, options?: SumOptions): NDArray {
    return sum(this, options);
  },
  mean(this: NDArray, options?: MeanOptions): NDArray {
    return mean(this, options);
  },
  max(this: NDArray, options?: ReductionOptions): NDArray {
    return max(this, options);
  },
  min(this: NDArray, options?: ReductionOptions): NDArray {
    return min(this, options);
  },
  reshape(this: NDArray, shape: number | Shape): NDArray {
    return reshape(this, shape);
  },
  transpose(this: NDArray, axes?: readonly number[] | null): NDArray {
    return transpose(this, axes);
  },
  get T(): NDArray {
    return transpose(this as unknown as NDArray); // it is installed on arrays
  },
  astype(this: NDArray, dtype: DType): NDArray {
    return astype(this, dtype);
  },
});
