import { type DType, dtypeCount, dtypeInfo, tangentDtype } from "./dtype.ts";

/**
 * Type of an array: shape, dtype, and whether the dtype is weak.
 *
 * Interned for life: there is one object for each type, so identity is equality and `id` is a
 * small integer to key tables with. Made by `shapedArray`.
 */
export class ShapedArray {
  readonly tag = "ShapedArray";
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly weakType: boolean;
  /** Number of elements. */
  readonly size: number;
  readonly ndim: number;

  /** Only for `shapedArray`, which interns. */
  constructor(id: number, shape: readonly number[], dtype: DType, weakType: boolean) {
    this.id = id;
    this.shape = shape;
    this.dtype = dtype;
    this.weakType = weakType;
    this.ndim = shape.length;
    let size = 1;
    for (const extent of shape) size *= extent;
    this.size = size;
  }

  /** The same type with another shape. */
  withShape(shape: readonly number[]): ShapedArray {
    return shapedArray(shape, this.dtype, this.weakType);
  }

  /** The same shape with another dtype, strong unless `weakType` is given. */
  withDtype(dtype: DType, weakType = false): ShapedArray {
    return shapedArray(this.shape, dtype, weakType);
  }

  /** The same type, not weak. */
  strong(): ShapedArray {
    return this.weakType ? shapedArray(this.shape, this.dtype, false) : this;
  }

  /** Type of tangents: the same for floats, `float0` of this shape for the rest. */
  tangent(): ShapedArray {
    const dtype = tangentDtype(this.dtype);
    return dtype === this.dtype ? this : shapedArray(this.shape, dtype, false);
  }

  /** Long form for messages: `float32[2,3]`. */
  toString(): string {
    return `${this.dtype}[${this.shape.join(",")}]`;
  }

  /** Short form for printed programs: `f32[2,3]`, with `~` after the dtype of a weak type. */
  toShortString(): string {
    const weak = this.weakType ? "~" : "";
    return `${dtypeInfo[this.dtype].short}${weak}[${this.shape.join(",")}]`;
  }
}

interface Node {
  aval: ShapedArray | null;
  next: Map<number, Node> | null;
}

const newNode = (): Node => ({ aval: null, next: null });
const roots: Node[] = Array.from({ length: 2 * dtypeCount }, newNode);
let nextId = 0;

/** The type with this shape and dtype. Extents must be integers from 0; nothing checks them here. */
export function shapedArray(shape: readonly number[], dtype: DType, weakType = false): ShapedArray {
  // The roots cover every code, weak and not.
  let node = roots[2 * dtypeInfo[dtype].code + (weakType ? 1 : 0)] as Node;
  for (let i = 0; i < shape.length; i++) {
    const extent = shape[i] as number; // i runs over the shape's own positions
    node.next ??= new Map();
    let child = node.next.get(extent);
    if (child === undefined) {
      child = newNode();
      node.next.set(extent, child);
    }
    node = child;
  }
  node.aval ??= new ShapedArray(nextId++, Object.freeze(shape.slice()), dtype, weakType);
  return node.aval;
}
