import { asArray, notAnArray, scalarArray } from "../../core/array.ts";
import { type ShapedArray, shapedArray } from "../../core/aval.ts";
import { type DType, dtypeInfo, type Kind } from "../../core/dtype.ts";
import { DTypeError, ShapeError } from "../../core/errors.ts";
import {
  definePrimitive,
  elementwise,
  type JvpRule,
  nonlinear,
  type PrimitiveOf,
  type SingleRules,
} from "../../core/primitive.ts";
import type { ScalarOp } from "../../core/scalar.ts";
import { type ArrayLike, NDArray } from "../../core/value.ts";

/** Shape rule of an elementwise primitive: operands alike, result likewise, weak if all are. */
export function sameAval(op: string, operands: readonly ShapedArray[]): ShapedArray {
  const [first, second] = operands;
  if (first === undefined) throw new ShapeError(`lax.${op}: needs at least one operand`);
  if (second === undefined || (second === first && operands.length === 2)) return first;
  let weak = true;
  for (const aval of operands) {
    if (aval.dtype !== first.dtype) {
      throw new DTypeError(
        `lax.${op}: operands must share a dtype, got ${operands.join(" and ")}; convert one with lax.convertElementType`,
      );
    }
    if (!sameExtents(aval.shape, first.shape)) {
      throw new ShapeError(
        `lax.${op}: operands must share a shape, got ${operands.join(" and ")}; broadcast first, or use numpy, which does`,
      );
    }
    weak &&= aval.weakType;
  }
  return weak ? first : first.strong();
}

function sameExtents(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, i) => extent === b[i]);
}

/** Kinds of dtypes that arithmetic is defined on. */
export const numeric: readonly Kind[] = ["float", "int", "uint"];
/** Kinds of dtypes that analysis is defined on. */
export const floating: readonly Kind[] = ["float"];
/** Kinds of dtypes that hold whole numbers. */
export const integral: readonly Kind[] = ["int", "uint"];
/** Kinds of dtypes whose bits can be combined. */
export const bitwise: readonly Kind[] = ["bool", "int", "uint"];
/** Kinds of dtypes that have an order. */
export const ordered: readonly Kind[] = ["float", "int", "uint", "bool"];

/** @throws DTypeError unless the dtype of `aval` is of one of `kinds`. */
export function requireKind(op: string, aval: ShapedArray, kinds: readonly Kind[]): void {
  if (kinds.includes(dtypeInfo[aval.dtype].kind)) return;
  const wanted = kinds.map((kind) => kindNames[kind]).join(" or ");
  throw new DTypeError(
    `lax.${op}: ${wanted} dtype is required, got ${aval}; convert with lax.convertElementType`,
  );
}

const kindNames: Readonly<Record<Kind, string>> = {
  float: "a float",
  int: "a signed integer",
  uint: "an unsigned integer",
  bool: "a bool",
  key: "a key",
  void: "a float0",
};

/**
 * An elementwise primitive of one scalar operation on operands of `kinds`, result alike.
 *
 * `label` is the name of the public function, for messages.
 */
export function elementwisePrimitive<N extends number>(
  name: string,
  op: ScalarOp,
  kinds: readonly Kind[],
  rules: { readonly jvp: JvpRule<N, object> } & Partial<SingleRules<N, object>>,
  label: string = op,
): PrimitiveOf<N, object> {
  return definePrimitive<N, object>(name, {
    abstractEval(operands) {
      const aval = sameAval(label, operands as readonly ShapedArray[]); // a tuple of avals
      requireKind(label, aval, kinds);
      return aval;
    },
    transpose: nonlinear,
    batch: elementwise,
    lower: { kind: "scalar", op },
    ...rules,
  });
}

/** A comparison: as `elementwisePrimitive`, giving bool; its derivative is zero. */
export function comparisonPrimitive(
  name: string,
  op: ScalarOp,
  kinds: readonly Kind[],
): PrimitiveOf<2, object> {
  return definePrimitive<2, object>(name, {
    abstractEval(operands) {
      const aval = sameAval(op, operands);
      requireKind(op, aval, kinds);
      return aval.withDtype("bool", aval.weakType);
    },
    jvp: { kind: "zero" },
    transpose: nonlinear,
    batch: elementwise,
    lower: { kind: "scalar", op },
  });
}

/** A rank-0 array of `value` in the dtype and weak type of `aval`. */
export function scalarLike(value: number, aval: ShapedArray): NDArray {
  return scalarArray(value, aval.dtype, aval.weakType);
}

/** Whether an argument is an array, not a plain number or boolean. */
export function isArray(x: ArrayLike): x is NDArray {
  return x instanceof NDArray;
}

/**
 * Operands of a strict primitive: arrays stay as they are, numbers and booleans become scalars
 * of the dtype of the first array among them. Only booleans may stand beside bools.
 */
export function operands(op: string, args: readonly ArrayLike[]): NDArray[] {
  const array = args.find(isArray);
  if (array === undefined) return args.map((x) => asArray(x, `lax.${op}`));
  return args.map((x) => (isArray(x) ? x : literalBeside(op, x, array.aval)));
}

/** A literal in the dtype of the array beside it. @throws DTypeError if it does not fit there. */
export function literalBeside(op: string, x: number | boolean, aval: ShapedArray): NDArray {
  checkLiteral(op, x, aval);
  return scalarArray(Number(x), aval.dtype, true);
}

/** @throws DTypeError if a literal does not fit into the dtype of the array beside it. */
export function checkLiteral(op: string, x: number | boolean, aval: ShapedArray): void {
  if (typeof x !== "number" && typeof x !== "boolean") throw notAnArray(`lax.${op}`, x);
  const { kind } = dtypeInfo[aval.dtype];
  const fits =
    kind === "float" ||
    (typeof x === "boolean" ? kind === "bool" : kind !== "bool" && Number.isInteger(x));
  if (fits) return;
  throw new DTypeError(
    `lax.${op}: operands must share a dtype, got ${aval} and the literal ${x}; convert the array with lax.convertElementType, or use numpy, which promotes`,
  );
}

/** The scalar type of a dtype. */
export function scalarAval(dtype: DType, weakType = false): ShapedArray {
  return shapedArray([], dtype, weakType);
}
