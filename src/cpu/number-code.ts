import type { DType } from "../core/dtype.ts";
import type { ScalarOp } from "../core/scalar.ts";

/** Ints of an instruction: code, and five fields whose meaning depends on it. */
export const width = 6;

/** Codes that are not arithmetic; `load` and `store` have one for each class of typed array. */
export const codes = {
  call: 0,
  select: 17,
  move: 19,
  jump: 20,
  jumpIfZero: 21,
  nextUp: 22,
  nextDown: 23,
  branch: 24,
  load: 25,
  store: 29,
  moveRow: 33,
  copyRow: 34,
  clamp: 35,
  scaleAdd: 36,
  round: 37,
} as const;

/** Arithmetic that is written out below; everything else calls its scalar function. */
export const arithmetic: { readonly [Key in `${ScalarOp} ${DType}`]?: number } = {
  "add float32": 1,
  "sub float32": 2,
  "mul float32": 3,
  "div float32": 4,
  "add float64": 5,
  "sub float64": 6,
  "mul float64": 7,
  "div float64": 8,
  "add int32": 9,
  "sub int32": 10,
  "lt bool": 11,
  "le bool": 12,
  "gt bool": 13,
  "ge bool": 14,
  "eq bool": 15,
  "ne bool": 16,
  "neg float32": 18,
  "neg float64": 18,
};

/** Added to the codes of `load` and `store`: each then meets one class of typed array only. */
export function kindOf(dtype: DType): number {
  if (dtype === "float32") return 0;
  if (dtype === "float64") return 1;
  return dtype === "int32" ? 2 : 3;
}

/** The code that converts between dtypes whose numbers are the same, or rounded to single; else null. */
export function conversionCode(from: DType, to: DType): number | null {
  if (to === "float64" || (to === "int32" && from === "bool")) return codes.move;
  return to === "float32" ? codes.round : null;
}

const one = [2] as const;
const two = [2, 3] as const;
const three = [2, 3, 4] as const;

/** The fields of an instruction that are registers it reads. */
export function readsOf(code: number): readonly number[] {
  if (code === codes.call || code === codes.select) return three;
  if (code < codes.select || code === codes.scaleAdd) return two;
  if (code === codes.nextUp || code === codes.nextDown) return two;
  if (code === codes.jump) return [];
  return code >= codes.store && code < codes.moveRow ? [1, 2] : one;
}
