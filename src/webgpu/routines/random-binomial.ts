import type { RoutineParams } from "../../core/routines.ts";
import type { Reference } from "../../kernel/program.ts";
import type { RoutineEmitter } from "../routine.ts";
import { Shader } from "../shader.ts";
import { spell } from "../spell.ts";
import { writeElements } from "./elements.ts";
import { addressText, coordinateLines, viewOf } from "./places.ts";
import { addStream, floatText } from "./random-stream.ts";
import { Sequence } from "./sequence.ts";

/**
 * Binomial draws from the same bits as the interpreter: sums of geometric draws up to a mean of 10,
 * transformed rejection from there on.
 *
 * Draws under one key are rejected together: as many rounds are made as the slowest of them needs,
 * and the last accepted one counts. So the first shader finds the number of rounds, the second
 * makes them.
 */
export const randomBinomial: RoutineEmitter<RoutineParams["randomBinomial"]> = (step, context) => {
  const operands = step.operands as [Reference, Reference, Reference, Reference]; // as the primitive says
  const [out] = step.results as [number];
  const sequence = new Sequence(context);
  const { shape, size } = context.aval(out);
  const keys = operands[0].aval.size;
  if (size === 0 || keys === 0) return sequence.compiled;
  const rounds = sequence.memory(keys);
  const clear = new Shader(context);
  const cleared = clear.scratch(rounds, "u32", "read_write");
  sequence.each("randomBinomial clear", clear, keys, [`${cleared}[e] = 0u;`]);

  const find = begin(context);
  const found = find.scratch(rounds, "atomic<u32>", "read_write");
  const lines: string[] = [];
  parameterLines(operands, shape, size / keys, find, lines);
  sequence.each("randomBinomial rounds", find, size, [
    ...lines,
    `atomicMax(&${found}[keyNumber], roundsOf(key, index, trials, chance));`,
  ]);

  const draw = begin(context);
  draw.value(out, "read_write");
  const wanted = draw.scratch(rounds, "u32", "read");
  writeElements(sequence, "randomBinomial", draw, out, (body) => {
    parameterLines(operands, shape, size / keys, draw, body);
    return `binomialDraw(key, index, trials, chance, ${wanted}[keyNumber])`;
  });
  return sequence.compiled;
};

function begin(context: ConstructorParameters<typeof Shader>[0]): Shader {
  const shader = new Shader(context);
  addStream(shader, "float32");
  shader.global(drawFunctions(shader));
  return shader;
}

/** Lines that read the key and the parameters of draw `e`, of which each key has `perKey`. */
function parameterLines(
  [k0, k1, counts, chances]: readonly [Reference, Reference, Reference, Reference],
  shape: readonly number[],
  perKey: number,
  shader: Shader,
  lines: string[],
): void {
  lines.push(`let keyNumber = e / ${perKey}u;`, `let index = e % ${perKey}u;`);
  const keyPlaces = coordinateLines("keyNumber", k0.aval.shape, "k", lines);
  const places = coordinateLines("e", shape, "c", lines);
  const read = (x: Reference, at: readonly string[]): string =>
    shader.load(x.value, x.aval.dtype, addressText(viewOf(x), at));
  lines.push(
    `let key = vec2u(${read(k0, keyPlaces)}, ${read(k1, keyPlaces)});`,
    `let trials = ${read(counts, places)};`,
    `let chance = ${read(chances, places)};`,
  );
}

/** ln k! less Stirling's formula, for k from 0 to 9. */
const stirlingTails = [
  0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509,
  0.0166446911898211, 0.0138761288230707, 0.0118967099458917, 0.010411265261972,
  0.00925546218271273, 0.00833056343336287,
];

function drawFunctions(shader: Shader): string {
  const log = (x: string): string => spell("log", [x], "float32", "float32", shader);
  const log1p = (x: string): string => spell("log1p", [x], "float32", "float32", shader);
  const sqrt = (x: string): string => spell("sqrt", [x], "float32", "float32", shader);
  const c = floatText;
  return `const maxRounds = 2147483647u;
const stirlingTails = array<f32, 10>(${stirlingTails.map(c).join(", ")});
fn isCount(x: f32) -> bool { return bitcast<u32>(x) < 0x7f800000u || bitcast<u32>(x) == 0x80000000u; }
fn rarer(p: f32) -> f32 { return select(1.0 - p, p, p < 0.5); }
fn usable(q: f32) -> f32 { return select(${c(0.01)}, q, isCount(q)); }
fn inverts(count: f32, q: f32) -> bool { return !isCount(count) || count * q <= 10.0; }
fn tailOf(k: f32) -> f32 {
  if (k <= 9.0) { return stirlingTails[u32(max(k, 0.0))]; }
  let square = (k + 1.0) * (k + 1.0);
  let inner = ${c(1 / 360)} - ${c(1 / 1260)} / square;
  return (${c(1 / 12)} - inner / square) / (k + 1.0);
}
fn propose(count: f32, p: f32, uniform: f32, v: f32) -> f32 {
  let mean = count * p;
  let spreadOf = mean * (1.0 - p);
  let deviation = ${sqrt("spreadOf")};
  let b = ${c(1.15)} + ${c(2.53)} * deviation;
  let a = ${c(-0.0873)} + ${c(0.0248)} * b + ${c(0.01)} * p;
  let u = uniform - 0.5;
  let us = 0.5 - abs(u);
  let k = floor((2.0 * a / us + b) * u + (mean + 0.5));
  if (us >= ${c(0.07)} && v <= ${c(0.92)} - ${c(4.2)} / b) { return k; }
  if (k < 0.0 || k > count) { return -1.0; }
  let odds = p / (1.0 - p);
  let alpha = (${c(2.83)} + ${c(5.1)} / b) * deviation;
  let mode = floor((count + 1.0) * p);
  let ratio = (v * alpha) / (a / (us * us) + b);
  let rest = (count - mode) + 1.0;
  let left = (count - k) + 1.0;
  let atMode = (mode + 1.0) / (odds * rest);
  let between = rest / left;
  let atK = (odds * left) / (k + 1.0);
  let height = ${log("ratio")};
  let sum = (mode + 0.5) * ${log("atMode")} + (count + 1.0) * ${log("between")} + (k + 0.5) * ${log("atK")};
  let bound = sum + tailOf(mode) + tailOf(count - mode) - tailOf(k) - tailOf(count - k);
  return select(-1.0, k, height <= bound);
}
fn byRejection(start: vec2u, index: u32, count: f32, q: f32, rounds: u32) -> vec2f {
  let inverted = inverts(count, q);
  let n = select(floor(count), 10000.0, inverted);
  let p = select(q, 0.5, inverted);
  var key = start;
  var drawn = -1.0;
  for (var round = 0u; round < rounds; round++) {
    let u = uniformDraw(childOf(key, 1u), index);
    let v = uniformDraw(childOf(key, 2u), index);
    key = childOf(key, 0u);
    let k = propose(n, p, u, v);
    if (k < 0.0) { continue; }
    drawn = k;
    if (rounds == maxRounds) { return vec2f(drawn, f32(round + 1u)); }
  }
  return vec2f(drawn, 0.0);
}
fn roundsOf(key: vec2u, index: u32, count: f32, p: f32) -> u32 {
  return u32(byRejection(key, index, count, usable(rarer(p)), maxRounds).y);
}
fn byInversion(start: vec2u, index: u32, count: f32, q: f32) -> f32 {
  let negated = -q;
  let logMiss = ${log1p("negated")};
  var key = start;
  var draws = 0.0;
  var sum = 0.0;
  while (sum <= count) {
    let u = uniformDraw(childOf(key, 0u), index);
    key = childOf(key, 1u);
    draws += 1.0;
    // The logarithm of 0, and a chance of 0, end the sum as infinity would.
    if (u == 0.0 || logMiss == 0.0) { break; }
    sum += ceil(${log("u")} / logMiss);
  }
  return draws - 1.0;
}
fn binomialDraw(key: vec2u, index: u32, count: f32, p: f32, rounds: u32) -> f32 {
  let q = rarer(p);
  let bits = bitcast<u32>(count);
  if (!isCount(q) || !(isCount(count) || bits == 0x7f800000u)) { return bitcast<f32>(0x7fc00000u + (bits & 0u)); }
  if (bits == 0x7f800000u) { return count; }
  var drawn = 0.0;
  if (inverts(count, q)) { drawn = byInversion(key, index, floor(count), q); }
  else { drawn = byRejection(key, index, count, q, rounds).x; }
  return select(floor(count) - drawn, drawn, p < 0.5);
}`;
}
