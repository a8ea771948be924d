import { type DType, integerRange, isFloat, isInteger } from "../../src/core/dtype.ts";
import { literalValue } from "../../src/core/number.ts";
import {
  constExpr,
  type Expr,
  opExpr,
  type ScalarOp,
  scalarArity,
  slotExpr,
} from "../../src/core/scalar.ts";
import { contiguousView } from "../../src/core/view.ts";
import { spell } from "../../src/cpu/spell.ts";
import type { Kernel } from "../../src/kernel/kernel.ts";

/** Dtypes that scalar operations compute with on the device. */
export const scalarDtypes: readonly DType[] = [
  "float32",
  "float16",
  "bfloat16",
  "int32",
  "uint32",
  "int16",
  "uint16",
  "int8",
  "uint8",
  "bool",
];

/** Every scalar operation. */
export const scalarOps = Object.keys(scalarArity) as ScalarOp[];

const comparisons: readonly ScalarOp[] = ["eq", "ne", "lt", "le", "gt", "ge", "isFinite"];

/** Result dtypes of an operation on a dtype. */
export function resultDtypes(op: ScalarOp, operand: DType): readonly DType[] {
  const results =
    op === "convert" || op === "bitcast"
      ? scalarDtypes
      : comparisons.includes(op)
        ? (["bool"] as const)
        : [operand];
  return results.filter((result) => {
    if (operand === "bool" && !usesBool(op)) return false;
    if (op === "isFinite" && !isFloat(operand)) return false;
    if (op === "bitcast" && (operand === "bool" || result === "bool") && operand !== result)
      return false;
    return spell[op](result, operand) !== null;
  });
}

function usesBool(op: ScalarOp): boolean {
  const logic: readonly ScalarOp[] = ["not", "and", "or", "xor", "select", "convert", "max", "min"];
  return logic.includes(op) || comparisons.includes(op);
}

/** Edge values of a dtype. */
export function edgesOf(dtype: DType): number[] {
  if (dtype === "bool") return [0, 1];
  if (isInteger(dtype)) {
    const [low, high] = integerRange(dtype);
    const around = [low, low + 1, -2, -1, 0, 1, 2, 3, 7, 8, 15, 16, 31, 32, 33, high - 1, high];
    return [...new Set(around.map((x) => literalValue(x, dtype)))];
  }
  const sizes = [0, 2 ** -14, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 8, 10.5, 88, 90, 127, 128, 255];
  const large = [
    65504,
    2 ** 24,
    2147483520,
    2147483648,
    4294967040,
    4294967296,
    1e7,
    3e38,
    Infinity,
  ];
  return [...sizes, ...large]
    .flatMap((x) => [x, -x])
    .concat([NaN])
    .map((x) => literalValue(x, dtype));
}

/** Kernel of one operation over arrays of so many elements; the format of `reducePrecision` is given. */
export function kernelOf(
  op: ScalarOp,
  operand: DType,
  result: DType,
  size: number,
  format: readonly [number, number] = [5, 10],
): Kernel {
  const dtypes: DType[] =
    op === "select"
      ? ["bool", operand, operand]
      : new Array<DType>(op === "reducePrecision" ? 1 : scalarArity[op]).fill(operand);
  const slots: Expr[] = dtypes.map((dtype, slot) => slotExpr(slot, dtype));
  if (op === "reducePrecision") slots.push(...format.map((bits) => constExpr(bits, operand)));
  const view = contiguousView([size]);
  return {
    space: [size],
    parallel: 1,
    loads: dtypes.map((dtype, source) => ({ source, dtype, map: { kind: "view", view } })),
    stages: [],
    outputs: [{ value: opExpr(op, slots, result), dtype: result, view: null }],
  };
}
