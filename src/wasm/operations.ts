import type { Expr, ScalarOp } from "../core/scalar.ts";
import { elementaryText } from "../kernel/elementary/table.ts";
import { operandDtype } from "../kernel/kernel.ts";
import { convert } from "./conversions.ts";
import type { Plain } from "./instructions.ts";
import { callEach } from "./lane-calls.ts";
import type { LaneDType, Value } from "./lane-dtypes.ts";
import type { Lane, LaneWriter, Wide } from "./lane-writer.ts";

type Instructions = { readonly [Op in ScalarOp]?: Plain };

/** Operations that are one instruction, by the dtype of their operands. */
const instructions: Readonly<Record<LaneDType, Instructions>> = {
  float32: {
    neg: "f32x4.neg",
    abs: "f32x4.abs",
    floor: "f32x4.floor",
    ceil: "f32x4.ceil",
    trunc: "f32x4.trunc",
    roundEven: "f32x4.nearest",
    sqrt: "f32x4.sqrt",
    add: "f32x4.add",
    sub: "f32x4.sub",
    mul: "f32x4.mul",
    div: "f32x4.div",
    max: "f32x4.max",
    min: "f32x4.min",
    eq: "f32x4.eq",
    ne: "f32x4.ne",
    lt: "f32x4.lt",
    le: "f32x4.le",
    gt: "f32x4.gt",
    ge: "f32x4.ge",
  },
  float64: {
    neg: "f64x2.neg",
    abs: "f64x2.abs",
    floor: "f64x2.floor",
    ceil: "f64x2.ceil",
    trunc: "f64x2.trunc",
    roundEven: "f64x2.nearest",
    sqrt: "f64x2.sqrt",
    add: "f64x2.add",
    sub: "f64x2.sub",
    mul: "f64x2.mul",
    div: "f64x2.div",
    max: "f64x2.max",
    min: "f64x2.min",
    eq: "f64x2.eq",
    ne: "f64x2.ne",
    lt: "f64x2.lt",
    le: "f64x2.le",
    gt: "f64x2.gt",
    ge: "f64x2.ge",
  },
  int32: {
    neg: "i32x4.neg",
    abs: "i32x4.abs",
    not: "v128.not",
    add: "i32x4.add",
    sub: "i32x4.sub",
    mul: "i32x4.mul",
    max: "i32x4.max_s",
    min: "i32x4.min_s",
    and: "v128.and",
    or: "v128.or",
    xor: "v128.xor",
    eq: "i32x4.eq",
    ne: "i32x4.ne",
    lt: "i32x4.lt_s",
    le: "i32x4.le_s",
    gt: "i32x4.gt_s",
    ge: "i32x4.ge_s",
  },
  uint32: {
    neg: "i32x4.neg",
    not: "v128.not",
    add: "i32x4.add",
    sub: "i32x4.sub",
    mul: "i32x4.mul",
    max: "i32x4.max_u",
    min: "i32x4.min_u",
    and: "v128.and",
    or: "v128.or",
    xor: "v128.xor",
    eq: "i32x4.eq",
    ne: "i32x4.ne",
    lt: "i32x4.lt_u",
    le: "i32x4.le_u",
    gt: "i32x4.gt_u",
    ge: "i32x4.ge_u",
  },
  // True is all ones: the greatest number without sign.
  bool: {
    not: "v128.not",
    and: "v128.and",
    or: "v128.or",
    xor: "v128.xor",
    max: "v128.or",
    min: "v128.and",
    eq: "i32x4.eq",
    ne: "v128.xor",
    lt: "i32x4.lt_u",
    le: "i32x4.le_u",
    gt: "i32x4.gt_u",
    ge: "i32x4.ge_u",
  },
};

/** The instruction that an operation on two operands of a dtype is. */
export function instructionOf(op: ScalarOp, dtype: LaneDType): Plain | null {
  return instructions[dtype][op] ?? null;
}

const shifts = {
  shiftLeft: "i32x4.shl",
  shiftRightLogical: "i32x4.shr_u",
  shiftRightArithmetic: "i32x4.shr_s",
} as const;

/** Write an operation. What has no form on lanes calls the function of the interpreter for each. */
export function operation(
  on: LaneWriter,
  node: Extract<Expr, { kind: "op" }>,
  operands: readonly Value[],
): Value {
  // Dtypes are among those of lanes: see `unsupported` in pass.ts.
  const dtype = node.dtype as LaneDType;
  const operand = operandDtype(node) as LaneDType;
  const { op, args } = node;
  const x = operands[0] as Value; // operations have one at least
  if (op === "convert") return convert(on, operand, dtype, x);
  if (op === "bitcast" && operand !== "float64" && operand !== "bool") return x;
  if (op === "select") return select(on, operands);
  const count = args[1];
  if (op in shifts && count?.kind === "const" && count.value >= 0 && count.value < 32) {
    return [on.shift(shifts[op as keyof typeof shifts], x[0] as Lane, count.value)]; // of 32 bits
  }
  const text = operand === "float32" ? elementaryText(op) : null;
  if (text !== null) return [text(on, x[0] as Lane)]; // float32 has one vector
  const name = instructions[operand][op];
  if (name !== undefined) {
    const made = x.map((_, half) => on.apply(name, ...operands.map((v) => v[half] as Lane)));
    const [low, high] = made;
    if (dtype === "bool" && low !== undefined && high !== undefined) {
      return [on.narrowMask(low, high)];
    }
    return made;
  }
  if (op === "sign" && operand === "float32") return [signOf(on, x[0] as Lane)]; // one vector
  if (op === "isFinite" && operand.startsWith("float")) return [finite(on, operand, x)];
  if (op === "rsqrt" && operand === "float64") {
    return on.divDouble(on.double(1), on.wide("f64x2.sqrt", x as Wide)); // of float64
  }
  return callEach(
    on,
    { op, dtype, operand },
    args.map(({ dtype: own }) => own as LaneDType),
    operands,
  );
}

function select(on: LaneWriter, operands: readonly Value[]): Value {
  const [which, x, y] = operands as [Value, Value, Value]; // it has three
  const mask = which[0] as Lane; // truth values are one vector
  const masks = x.length === 2 ? on.wideMask(mask) : [mask];
  return x.map(
    (half, i) => on.apply("v128.bitselect", half, y[i] as Lane, masks[i] as Lane), // as many as of x
  );
}

/** -1, 1, or the number itself where it is a zero or NaN. */
function signOf(on: LaneWriter, x: Lane): Lane {
  const above = on.choose(on.less(on.float(0), x), on.float(1), x);
  return on.choose(on.less(x, on.float(0)), on.float(-1), above);
}

function finite(on: LaneWriter, dtype: LaneDType, x: Value): Lane {
  if (dtype === "float32") return on.less(on.abs(x[0] as Lane), on.float(Infinity)); // one vector
  const [low, high] = on.wide("f64x2.lt", on.wide("f64x2.abs", x as Wide), on.double(Infinity)); // float64 has two
  return on.narrowMask(low, high);
}
