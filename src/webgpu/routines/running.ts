import { type DType, dtypeInfo } from "../../core/dtype.ts";
import type { CumulativeParams } from "../../core/routines.ts";
import type { Shader } from "../shader.ts";
import { spell } from "../spell.ts";
import { storageOf } from "../storage.ts";
import { numberText } from "./constants.ts";
import { fromOrderKey, orderKey, orderKeyFunctions, smallestLast } from "./order-keys.ts";

/** How the elements of a running reduction are combined; operands are names. */
export interface Running {
  readonly type: "f32" | "i32" | "u32";
  /** What changes no element that it is combined with, not even -0. */
  readonly identity: string;
  enter(value: string): string;
  combine(a: string, b: string): string;
  leave(running: string): string;
}

/** The arithmetic of `op` on values of `dtype`, in one shader. */
export function runningOf(op: CumulativeParams["op"], dtype: DType, shader: Shader): Running {
  const { value } = storageOf(dtype);
  const same = (x: string): string => x;
  const plain = { enter: same, leave: same };
  const type = value === "i32" || value === "u32" ? value : "f32";
  const isFloat = dtypeInfo[dtype].kind === "float";
  switch (op) {
    case "add": {
      const identity = isFloat ? numberText(shader, "identity", -0, dtype) : `${type}(0)`;
      return { ...plain, type, identity, combine: (a, b) => `(${a} + ${b})` };
    }
    case "mul":
      return { ...plain, type, identity: `${type}(1)`, combine: (a, b) => `(${a} * ${b})` };
    case "max":
    case "min": {
      // As keys, the largest of which wins: exact, and NaN wins over all.
      shader.global(orderKeyFunctions);
      const turn = (key: string): string => (op === "max" ? key : smallestLast(key, dtype));
      return {
        type: "u32",
        identity: "0u",
        enter: (x) => turn(orderKey(x, dtype, "signed")),
        combine: (a, b) => `max(${a}, ${b})`,
        leave: (key) => fromOrderKey(turn(key), dtype),
      };
    }
    case "logaddexp": {
      const identity = numberText(shader, "identity", -Infinity, dtype);
      shader.global(logAddExp(shader));
      return { ...plain, type: "f32", identity, combine: (a, b) => `logAddExp(${a}, ${b})` };
    }
    default:
      op satisfies never;
      return { ...plain, type, identity: "0", combine: same };
  }
}

/** log(exp(x) + exp(y)) without overflow: NaN and infinities are told by their bits. */
function logAddExp(shader: Shader): string {
  const exponential = spell("exp", ["distance"], "float32", "float32", shader);
  const logarithm = spell("log1p", ["share"], "float32", "float32", shader);
  return `fn logAddExp(x: f32, y: f32) -> f32 {
  let p = bitcast<u32>(x);
  let q = bitcast<u32>(y);
  if ((p & 0x7fffffffu) > 0x7f800000u) { return x; }
  if ((q & 0x7fffffffu) > 0x7f800000u) { return y; }
  if (p == 0x7f800000u || q == 0xff800000u) { return x; }
  if (q == 0x7f800000u || p == 0xff800000u) { return y; }
  let distance = -abs(x - y);
  let share = ${exponential};
  return max(x, y) + ${logarithm};
}`;
}
