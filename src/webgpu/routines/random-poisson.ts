import type { RoutineParams } from "../../core/routines.ts";
import type { ScalarOp } from "../../core/scalar.ts";
import type { Reference } from "../../kernel/program.ts";
import type { RoutineEmitter } from "../routine.ts";
import { Shader } from "../shader.ts";
import { spell } from "../spell.ts";
import { writeElements } from "./elements.ts";
import { addressText, coordinateLines, viewOf } from "./places.ts";
import { addStream, floatText } from "./random-stream.ts";
import { Sequence } from "./sequence.ts";

/**
 * Poisson draws from the same bits as the interpreter: Knuth's product below a mean of 10,
 * transformed rejection from there on.
 */
export const randomPoisson: RoutineEmitter<RoutineParams["randomPoisson"]> = (step, context) => {
  const operands = step.operands as [Reference, Reference, Reference, Reference]; // as the primitive says
  const [out] = step.results as [number];
  const sequence = new Sequence(context);
  const { shape, size } = context.aval(out);
  if (size === 0) return sequence.compiled;
  const shader = new Shader(context);
  shader.value(out, "read_write");
  addStream(shader, "float32");
  shader.global(drawFunctions(shader));
  writeElements(sequence, "randomPoisson", shader, out, (lines) => {
    const places = coordinateLines("e", shape, "c", lines);
    const [k0, k1, index, rate] = operands.map((x) =>
      shader.load(x.value, x.aval.dtype, addressText(viewOf(x), places)),
    );
    return `poissonDraw(vec2u(${k0}, ${k1}), ${index}, ${rate})`;
  });
  return sequence.compiled;
};

function drawFunctions(shader: Shader): string {
  const call = (op: ScalarOp, ...args: readonly string[]): string =>
    spell(op, args, "float32", "float32", shader);
  return `const maxRounds = 2147483647;
fn byProduct(start: vec2u, index: u32, rate: f32) -> i32 {
  var key = start;
  var count = 0;
  var sum = 0.0;
  while (sum > -rate && count < maxRounds) {
    count++;
    let u = uniformDraw(childOf(key, 1u), index);
    // The logarithm of 0 ends the loop as -inf would.
    if (u == 0.0) { break; }
    sum = sum + ${call("log", "u")};
    key = childOf(key, 0u);
  }
  return count - 1;
}
fn byRejection(start: vec2u, index: u32, rate: f32) -> i32 {
  var key = start;
  let logRate = ${call("log", "rate")};
  let b = ${floatText(0.931)} + ${floatText(2.53)} * ${call("sqrt", "rate")};
  let a = ${floatText(-0.059)} + ${floatText(0.02483)} * b;
  let inverse = ${floatText(1.1239)} + ${floatText(1.1328)} / (b - ${floatText(3.4)});
  let limit = ${floatText(0.9277)} - ${floatText(3.6224)} / (b - 2.0);
  for (var turn = 0; turn < maxRounds; turn++) {
    let u = uniformDraw(childOf(key, 1u), index) - 0.5;
    let v = uniformDraw(childOf(key, 2u), index);
    key = childOf(key, 0u);
    let shifted = 0.5 - abs(u);
    let slope = 2.0 * a / shifted + b;
    let k = floor(slope * u + rate + ${floatText(0.43)});
    if (shifted >= ${floatText(0.07)} && v <= limit) { return i32(k); }
    if (k < 0.0 || (shifted < ${floatText(0.013)} && v > shifted)) { continue; }
    let ratio = v * inverse / (a / (shifted * shifted) + b);
    let next = k + 1.0;
    let s = ${call("log", "ratio")};
    let t = -rate + k * logRate - ${call("lgamma", "next")};
    if (s <= t) { return i32(k); }
  }
  return -1;
}
fn poissonDraw(key: vec2u, index: u32, rate: f32) -> i32 {
  let bits = bitcast<u32>(rate);
  if ((bits << 1u) == 0u) { return 0; }
  // No round would accept NaN; draws of an infinite mean are not numbers, which convert to 0.
  if ((bits & 0x7fffffffu) > 0x7f800000u) { return -1; }
  if (bits == 0x7f800000u) { return 0; }
  if (rate < 10.0) { return byProduct(key, index, rate); }
  return byRejection(key, index, rate);
}`;
}
