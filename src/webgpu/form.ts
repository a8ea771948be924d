import type { DeviceArray } from "../core/array.ts";
import type { ShapedArray } from "../core/aval.ts";
import { sameView, type View } from "../core/view.ts";
import { storageOf } from "./storage.ts";
import { hasElements } from "./transfer.ts";

/** What a program is given in place of one input. */
export interface Form {
  /** Whether it comes as one number in the block of scalars. */
  readonly scalar: boolean;
  /** Whether it is one number everywhere, without memory. */
  readonly number: boolean;
  /** Its layout, null if row-major. */
  readonly layout: View | null;
}

/** The form that an operand comes in. */
export function formOf({ aval, buffer, layout }: DeviceArray): Form {
  const number = buffer === null;
  const scalar = number || (aval.ndim === 0 && isWide(aval.dtype));
  return { scalar, number, layout: scalar ? null : layout };
}

/** The form of a row-major operand of this type that has memory. */
export function standardForm({ ndim, dtype }: ShapedArray): Form {
  return { scalar: ndim === 0 && isWide(dtype), number: false, layout: null };
}

/** Whether two forms are one. */
export function sameForm(a: Form, b: Form): boolean {
  if (a.scalar !== b.scalar || a.number !== b.number) return false;
  if (a.layout === null || b.layout === null) return a.layout === b.layout;
  return sameView(a.layout, b.layout);
}

/** Whether an operand comes in this form. */
export function hasForm({ aval, buffer, layout }: DeviceArray, form: Form): boolean {
  if ((buffer === null) !== form.number) return false;
  if (form.scalar) return buffer === null || (aval.ndim === 0 && isWide(aval.dtype));
  if (layout === null || form.layout === null) return layout === form.layout;
  return sameView(layout, form.layout);
}

/** Whether an element of the dtype is a word that the block of scalars can hold. */
function isWide(dtype: DeviceArray["dtype"]): boolean {
  return hasElements(dtype) && dtype !== "key<fry>" && storageOf(dtype).lanes === 1;
}
