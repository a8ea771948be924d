import { type ShapedArray, shapedArray } from "../core/aval.ts";
import { checkDtype, type DType } from "../core/dtype.ts";
import { checkShape } from "../core/shape.ts";

/** Shape and dtype of an array that need not exist: what `evalShape` takes and gives. */
export class ShapeDtypeStruct {
  readonly tag = "ShapeDtypeStruct";
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly weakType: boolean;

  /** @throws ArgumentError or DTypeError if the shape or the dtype is none. */
  constructor(shape: readonly number[], dtype: DType, weakType = false) {
    this.shape = checkShape(shape, "ShapeDtypeStruct");
    this.dtype = checkDtype(dtype, "ShapeDtypeStruct");
    this.weakType = weakType;
  }

  /** The type it describes. */
  get aval(): ShapedArray {
    return shapedArray(this.shape, this.dtype, this.weakType);
  }

  /** The type, as messages write it. */
  toString(): string {
    return String(this.aval);
  }
}

/** Whether a leaf describes an array instead of being one. */
export function isShapeDtypeStruct(x: unknown): x is ShapeDtypeStruct {
  return x instanceof ShapeDtypeStruct;
}

/** The description of a type. */
export function structOf({ shape, dtype, weakType }: ShapedArray): ShapeDtypeStruct {
  return new ShapeDtypeStruct(shape, dtype, weakType);
}
