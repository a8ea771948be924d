import { type DType, isFloat } from "../../core/dtype.ts";
import { InternalError } from "../../core/errors.ts";
import { literalValue } from "../../core/number.ts";
import type { Shader } from "../shader.ts";
import { spell } from "../spell.ts";
import { narrowText } from "./wide-result.ts";

const threefry = `fn threefry(key: vec2u, counter: vec2u) -> vec2u {
  var keys = array<u32, 3>(key.x, key.y, key.x ^ key.y ^ 0x1bd11bdau);
  var turns = array<u32, 8>(13u, 15u, 26u, 6u, 17u, 29u, 16u, 24u);
  var a = counter.x + keys[0];
  var b = counter.y + keys[1];
  for (var group = 0u; group < 5u; group++) {
    for (var i = 0u; i < 4u; i++) {
      let turn = turns[(group % 2u) * 4u + i];
      a += b;
      b = ((b << turn) | (b >> (32u - turn))) ^ a;
    }
    a += keys[(group + 1u) % 3u];
    b += keys[(group + 2u) % 3u] + group + 1u;
  }
  return vec2u(a, b);
}`;

/** How the bits of a word become a uniform draw: as many as a dtype holds. */
const fractions: Readonly<Partial<Record<DType, string>>> = {
  float32: "f32(word >> 9u) * 0x1p-23f",
  float16: "f32((word & 0xffffu) >> 6u) * 0x1p-10f",
  bfloat16: "f32((word & 0xffu) >> 1u) * 0x1p-7f",
};

/** Bits of the fraction of a dtype's numbers below 1. */
const precision: Readonly<Partial<Record<DType, number>>> = {
  float32: 24,
  float16: 11,
  bfloat16: 8,
};

/**
 * Add the functions that draw from keys, from the same bits as the interpreter: `childOf(key, i)`,
 * `uniformDraw(key, i)` from 0 up to 1, `normalDraw(key, i)`, and `rounded(x)` to the dtype.
 */
export function addStream(shader: Shader, dtype: DType): void {
  const bits = precision[dtype];
  if (bits === undefined || !isFloat(dtype)) {
    throw new InternalError(`webgpu: no draws of ${dtype}`);
  }
  const lowest = -1 + 2 ** -bits;
  const width = literalValue(1 - lowest, dtype);
  const inverse = spell("erfInv", ["u"], "float32", "float32", shader);
  shader.global(threefry);
  shader.global(`fn rounded(x: f32) -> f32 { return ${narrowText("x", dtype, shader)}; }
fn childOf(key: vec2u, i: u32) -> vec2u { return threefry(key, vec2u(0u, i)); }
fn uniformDraw(key: vec2u, i: u32) -> f32 {
  let pair = threefry(key, vec2u(0u, i));
  let word = pair.x ^ pair.y;
  return ${fractions[dtype]};
}
fn normalDraw(key: vec2u, i: u32) -> f32 {
  let u = max(${floatText(lowest)}, rounded(rounded(uniformDraw(key, i) * ${floatText(width)}) + ${floatText(lowest)}));
  return rounded(${floatText(literalValue(Math.SQRT2, dtype))} * rounded(${inverse}));
}`);
}

/** A finite number as an f32. */
export function floatText(x: number): string {
  return `f32(${Math.fround(x)})`;
}
