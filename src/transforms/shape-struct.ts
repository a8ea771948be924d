import { type ShapedArray, shapedArray } from "../core/aval.ts";
import { checkDtype, type DType } from "../core/dtype.ts";
import { InternalError } from "../core/errors.ts";
import { flatten, type TreeDef } from "../core/pytree.ts";
import { checkShape } from "../core/shape.ts";
import { flattenArrays, pathOf } from "./flatten.ts";

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

/** Types of arguments that may be described instead of given, and their structure. */
export function flattenDescribed(
  args: readonly unknown[],
  where: string,
): { readonly avals: readonly ShapedArray[]; readonly treeDef: TreeDef } {
  const { leaves, treeDef } = flatten(args);
  const avals = leaves.map((leaf, i) => {
    if (isShapeDtypeStruct(leaf)) return leaf.aval;
    const [x] = flattenArrays(leaf, where, `argument ${pathOf(treeDef, i)}`).arrays;
    if (x === undefined) throw new InternalError(`${where}: a leaf has no leaves`);
    return x.aval;
  });
  return { avals, treeDef };
}
