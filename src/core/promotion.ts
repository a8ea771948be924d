import { type DType, dtypeCount, dtypeInfo, isFloat, isInteger, type Kind } from "./dtype.ts";
import { ArgumentError, DTypeError, InternalError } from "./errors.ts";

/**
 * Dtype, and whether it is weak: gives way to a partner's, as that of a plain number does.
 *
 * Avals and arrays are of this form too.
 */
export interface ElementType {
  readonly dtype: DType;
  readonly weakType: boolean;
}

/**
 * Points of the promotion lattice, each with those directly above it.
 *
 * `int*` and `float*` are the weak integer and the weak float. Integers never widen a float, and
 * uint32 goes to int32, since there is no 64-bit integer. Source: JAX, "Type promotion
 * semantics", with the 64-bit integers taken out.
 */
const above = {
  bool: ["int*"],
  "int*": ["uint8", "int8"],
  uint8: ["uint16", "int16"],
  uint16: ["uint32", "int32"],
  uint32: ["int32"],
  int8: ["int16"],
  int16: ["int32"],
  int32: ["float*"],
  "float*": ["bfloat16", "float16"],
  bfloat16: ["float32"],
  float16: ["float32"],
  float32: ["float64"],
  float64: [],
} as const satisfies Record<string, readonly string[]>;

type Point = keyof typeof above;

const points = Object.keys(above) as Point[]; // the record has no other keys
const codeCount = 2 * dtypeCount;

/** Small integer for a dtype with its weakness; -1 is no such code. */
export function typeCode(dtype: DType, weakType: boolean): number {
  return 2 * dtypeInfo[dtype].code + (weakType ? 1 : 0);
}

/** The dtype and weakness behind each code that `typeCode` gives. Frozen. */
export const elementTypes: readonly ElementType[] = listElementTypes();

function listElementTypes(): ElementType[] {
  const types: ElementType[] = [];
  // The table of dtypes has no other keys.
  for (const dtype of Object.keys(dtypeInfo) as DType[]) {
    for (const weakType of [false, true]) {
      types[typeCode(dtype, weakType)] = Object.freeze({ dtype, weakType });
    }
  }
  return types;
}

/** Points at or above `point`. */
function upperSet(point: Point): Set<Point> {
  const found = new Set<Point>([point]);
  for (const reached of found) for (const next of above[reached]) found.add(next);
  return found;
}

/** Least upper bound of every two points. */
function tabulateBounds(): Record<Point, Record<Point, Point>> {
  const uppers = new Map(points.map((p) => [p, upperSet(p)]));
  const boundsOf = (a: Point): Record<Point, Point> => {
    const row: Partial<Record<Point, Point>> = {};
    for (const b of points) {
      const common = [...upperSet(a)].filter((p) => uppers.get(b)?.has(p));
      // What lies above a common bound is one too, so the least is the one below all of them.
      const least = common.find((p) => uppers.get(p)?.size === common.length);
      if (least === undefined) throw new InternalError(`promotion: no join of ${a} and ${b}`);
      row[b] = least;
    }
    return row as Record<Point, Point>; // every point had its turn
  };
  return Object.fromEntries(points.map((a) => [a, boundsOf(a)])) as ReturnType<
    typeof tabulateBounds
  >; // every point had its turn
}

/** Whether a type gives way to others; only numbers do, a bool never. */
function isWeak({ dtype, weakType }: ElementType): boolean {
  return weakType && (isFloat(dtype) || isInteger(dtype));
}

/** Point of a type that promotes at all; weak types go by family. */
function pointOf(type: ElementType): Point | null {
  const { dtype } = type;
  if (dtype === "key<fry>" || dtype === "float0") return null;
  if (!isWeak(type)) return dtype;
  return isFloat(dtype) ? "float*" : "int*";
}

function codeOfPoint(point: Point): number {
  if (point === "int*") return typeCode("int32", true);
  if (point === "float*") return typeCode("float32", true);
  return typeCode(point, false);
}

/**
 * Code of the join of every two codes, at `a * codeCount + b`; -1 where there is none.
 *
 * Two weak types join as their strong counterparts do and stay weak; one dtype beside itself is
 * strong if either is. Source: JAX, `lattice_result_type`.
 */
const standardJoins: Int8Array = tabulateJoins(tabulateBounds());

/** How dtypes promote: along the lattice, or only from weak to strong. */
export type PromotionMode = "standard" | "strict";

let mode: PromotionMode = "standard";
let joins = standardJoins;
let strictJoins: Int8Array | null = null;

/** How dtypes promote now. */
export function promotionMode(): PromotionMode {
  return mode;
}

/** Promote in another way from now on; gives the way before. */
export function switchPromotion(to: PromotionMode): PromotionMode {
  const saved = mode;
  mode = to;
  if (to === "strict") strictJoins ??= restrict(standardJoins);
  joins = to === "strict" && strictJoins !== null ? strictJoins : standardJoins;
  return saved;
}

/** The joins that take nothing but a weak type to another. Source: JAX, the strict lattice. */
function restrict(table: Int8Array): Int8Array {
  return table.map((code, k) => {
    const a = elementTypes[Math.floor(k / codeCount)] as ElementType; // k runs over pairs of codes
    const b = elementTypes[k % codeCount] as ElementType;
    if (a.dtype === b.dtype) return code;
    if (isWeak(a) && isWeak(b)) return code;
    return (isWeak(a) && givesWayTo(a, b)) || (isWeak(b) && givesWayTo(b, a)) ? code : -1;
  });
}

/** Whether a weak type stays within its kind beside a strong one, or goes from integer to float. */
function givesWayTo(weak: ElementType, strong: ElementType): boolean {
  return isFloat(strong.dtype) || (isInteger(strong.dtype) && isInteger(weak.dtype));
}

function tabulateJoins(bounds: Bounds): Int8Array {
  const table = new Int8Array(codeCount * codeCount).fill(-1);
  elementTypes.forEach((a, i) => {
    elementTypes.forEach((b, j) => {
      table[i * codeCount + j] = join(a, b, bounds);
    });
  });
  return table;
}

type Bounds = ReturnType<typeof tabulateBounds>;

function join(a: ElementType, b: ElementType, bounds: Bounds): number {
  const weak = isWeak(a) && isWeak(b);
  if (a.dtype === b.dtype) return typeCode(a.dtype, weak);
  const p = pointOf(weak ? { dtype: a.dtype, weakType: false } : a);
  const q = pointOf(weak ? { dtype: b.dtype, weakType: false } : b);
  if (p === null || q === null) return -1;
  return codeOfPoint(bounds[p][q]) | (weak ? 1 : 0); // the lowest bit of a code is its weakness
}

/** Code of the type that two codes promote to, or -1 if they have none in common. */
export function joinCodes(a: number, b: number): number {
  return joins[a * codeCount + b] as number; // codes are below codeCount, see typeCode
}

/**
 * Type that two types promote to, one of the frozen `elementTypes`: nothing is allocated.
 *
 * @throws DTypeError if they have none: a random key or `float0` beside anything else.
 */
export function resultType2(
  dtypeA: DType,
  weakA: boolean,
  dtypeB: DType,
  weakB: boolean,
  where = "resultType",
): ElementType {
  const code = joinCodes(typeCode(dtypeA, weakA), typeCode(dtypeB, weakB));
  if (code < 0) throw noCommonType(dtypeA, dtypeB, where);
  return elementTypes[code] as ElementType; // a code of the table
}

function noCommonType(a: DType, b: DType, where: string): DTypeError {
  const advice =
    a === "float0" || b === "float0"
      ? "float0 is the gradient of an integer and holds nothing, so leave it out"
      : a === "key<fry>" || b === "key<fry>"
        ? "a random key is not a number: draw from it, or take its words with random.keyData"
        : "promotion is strict here: convert one of them with astype";
  return new DTypeError(`${where}: dtypes must have one in common, got ${a} and ${b}; ${advice}`);
}

/**
 * Type that all of `items` promote to; that of the only one unchanged.
 *
 * The order does not matter, as long as the weak types are int32 and float32, which is all that
 * numbers give.
 *
 * @throws DTypeError if there are no items, or no common type.
 */
export function resultType(items: readonly ElementType[], where = "resultType"): ElementType {
  const [first, ...rest] = items;
  if (first === undefined) {
    throw new DTypeError(`${where}: at least one dtype is required, got none; pass an array`);
  }
  let code = typeCode(first.dtype, first.weakType);
  for (const { dtype, weakType } of rest) {
    const joined = joinCodes(code, typeCode(dtype, weakType));
    // Codes that are not negative are codes of the table, here and below.
    if (joined < 0) throw noCommonType((elementTypes[code] as ElementType).dtype, dtype, where);
    code = joined;
  }
  return elementTypes[code] as ElementType;
}

/**
 * Dtype that two strong dtypes promote to.
 *
 * @throws DTypeError if they have none in common.
 */
export function promoteTypes(a: DType, b: DType, where = "promoteTypes"): DType {
  return resultType2(a, false, b, false, where).dtype;
}

const boolType = elementTypes[typeCode("bool", false)] as ElementType; // filled above, as all are
const weakInt = elementTypes[typeCode("int32", true)] as ElementType;
const weakFloat = elementTypes[typeCode("float32", true)] as ElementType;

/**
 * Type that a JavaScript number or boolean takes beside partners of the given dtypes.
 *
 * A boolean is a bool. A number with an integer value is a weak integer beside integers and
 * bools, so that `int32 * 2` stays int32; any other number, and every number beside a float or
 * alone, is a weak float. -0 has an integer value; NaN and the infinities have not.
 */
export function literalType(value: number | boolean, partners: readonly DType[]): ElementType {
  if (typeof value === "boolean") return boolType;
  if (partners.length === 0 || !Number.isInteger(value) || partners.some(isFloat)) return weakFloat;
  return weakInt;
}

/** Type that a JavaScript number or boolean takes beside one partner; see `literalType`. */
export function literalTypeBeside(value: number | boolean, partner: DType): ElementType {
  if (typeof value === "boolean") return boolType;
  return Number.isInteger(value) && !isFloat(partner) ? weakInt : weakFloat;
}

/**
 * Floating-point dtype in which a function such as `sqrt` works on `dtype`: itself for floats,
 * float32 for integers and bool of every width.
 *
 * @throws DTypeError for keys and `float0`.
 */
export function toInexact(dtype: DType, where = "toInexact"): DType {
  if (isFloat(dtype)) return dtype;
  if (dtype === "bool" || isInteger(dtype)) return "float32";
  throw new DTypeError(
    `${where}: a dtype of numbers is required, got ${dtype}; it has no floating-point form`,
  );
}

/** Bits of the significand of each floating-point dtype, the leading one included. */
const significandBits: Partial<Record<DType, number>> = {
  bfloat16: 8,
  float16: 11,
  float32: 24,
  float64: 53,
};

/**
 * Whether every value of `from` is also one of `to`, as in NumPy's safe casting. Keys and
 * `float0` convert to nothing but themselves.
 */
export function canCast(from: DType, to: DType): boolean {
  if (from === to) return true;
  const source = dtypeInfo[from];
  const target = dtypeInfo[to];
  if (target.kind === "key" || target.kind === "void" || target.kind === "bool") return false;
  const places = significandBits[to];
  switch (source.kind) {
    case "bool":
      return true;
    case "float":
      return target.kind === "float" && source.bits < target.bits;
    case "uint":
      if (places !== undefined) return source.bits <= places;
      return source.bits < target.bits;
    case "int":
      if (places !== undefined) return source.bits <= places;
      return target.kind === "int" && source.bits < target.bits;
    default:
      return false;
  }
}

/** Families of dtypes that `isSubdtype` asks for. */
export type DTypeFamily =
  | "bool"
  | "signedInteger"
  | "unsignedInteger"
  | "integer"
  | "floating"
  | "inexact"
  | "number"
  | "key";

/** Kinds of dtype in each family; a bool is not a number here, as in NumPy. */
const familyKinds: Readonly<Record<DTypeFamily, readonly Kind[]>> = {
  bool: ["bool"],
  signedInteger: ["int"],
  unsignedInteger: ["uint"],
  integer: ["int", "uint"],
  floating: ["float"],
  inexact: ["float"],
  number: ["int", "uint", "float"],
  key: ["key"],
};

/**
 * Whether `dtype` belongs to `family`, or is that dtype itself.
 *
 * @throws ArgumentError if `family` is neither a family nor a dtype.
 */
export function isSubdtype(dtype: DType, family: DTypeFamily | DType): boolean {
  if (dtype === family) return true;
  // Both tables have just the keys of their types.
  if (Object.hasOwn(familyKinds, family)) {
    return familyKinds[family as DTypeFamily].includes(dtypeInfo[dtype].kind);
  }
  if (Object.hasOwn(dtypeInfo, family)) return false;
  throw new ArgumentError(
    `isSubdtype: a dtype or a family of them is required, got ${String(family)}; ` +
      `use one of ${Object.keys(familyKinds).join(", ")}`,
  );
}
