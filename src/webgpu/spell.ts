import type { DType } from "../core/dtype.ts";
import { InternalError } from "../core/errors.ts";
import type { ScalarOp } from "../core/scalar.ts";
import type { Shader } from "./shader.ts";
import { storageOf } from "./storage.ts";

/** WGSL of one scalar operation; operands are names or literals. */
type Spelling = (args: readonly string[], operand: DType, result: DType, shader: Shader) => string;

const infix =
  (sign: string): Spelling =>
  ([a, b]) =>
    `(${a} ${sign} ${b})`;

const spellings: Partial<Record<ScalarOp, Spelling>> = {
  neg: ([a]) => `(-${a})`,
  add: infix("+"),
  sub: infix("-"),
  mul: infix("*"),
  div: infix("/"),
  sin: ([a]) => `sin(${a})`,
  exp: ([a]) => `exp(${a})`,
  eq: infix("=="),
  lt: infix("<"),
  gt: infix(">"),
  ge: infix(">="),
  le: infix("<="),
  min: ([a, b]) => `min(${a}, ${b})`,
  and: infix("&"),
  or: infix("|"),
  xor: infix("^"),
  max: ([a, b]) => `max(${a}, ${b})`,
  select: ([c, a, b]) => `select(${b}, ${a}, ${c})`,
  convert: ([a], _, result) => `${storageOf(result).value}(${a})`,
};

/**
 * WGSL of `op` on operands of dtype `operand` (that of its first operand that is not a condition),
 * giving a value of dtype `result`, rounded or wrapped to it. Library functions it calls are asked
 * for from `shader`.
 */
export function spell(
  op: ScalarOp,
  args: readonly string[],
  operand: DType,
  result: DType,
  shader: Shader,
): string {
  const spelling = spellings[op];
  if (spelling === undefined) throw new InternalError(`webgpu: ${op} has no spelling`);
  return spelling(args, operand, result, shader);
}

/** WGSL of a constant; what a compiler could refuse to fold comes from its bits. */
export function constantText(value: number, dtype: DType): string {
  switch (storageOf(dtype).value) {
    case "bool":
      return value === 0 ? "false" : "true";
    case "u32":
      return `${value}u`;
    case "i32":
      return value === -2147483648 ? "i32(-2147483648)" : `i32(${value})`;
    case "vec2u":
      return `vec2u(${value}u, 0u)`;
    case "f32":
      return Number.isFinite(value) ? `f32(${value})` : "0.0";
    default:
      throw new InternalError("webgpu: a constant of an unknown type");
  }
}
