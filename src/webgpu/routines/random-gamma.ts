import type { DType } from "../../core/dtype.ts";
import { literalValue } from "../../core/number.ts";
import type { RoutineParams } from "../../core/routines.ts";
import type { ScalarOp } from "../../core/scalar.ts";
import type { Reference } from "../../kernel/program.ts";
import type { RoutineEmitter } from "../routine.ts";
import { Shader } from "../shader.ts";
import { spell } from "../spell.ts";
import { numberText } from "./constants.ts";
import { writeElements } from "./elements.ts";
import { addressText, coordinateLines, viewOf } from "./places.ts";
import { addStream, floatText } from "./random-stream.ts";
import { Sequence } from "./sequence.ts";

/**
 * Gamma draws, or their logarithms, by the rejection loop of the interpreter, from the same bits and
 * rounded after each operation.
 */
export const randomGamma: RoutineEmitter<RoutineParams["randomGamma"]> = (step, context) => {
  const operands = step.operands as [Reference, Reference, Reference]; // as the primitive says
  const [out] = step.results as [number];
  const sequence = new Sequence(context);
  const { dtype, shape, size } = context.aval(out);
  if (size === 0) return sequence.compiled;
  const shader = new Shader(context);
  shader.value(out, "read_write");
  addStream(shader, dtype);
  shader.global(drawFunction(shader, dtype, step.params.logSpace));
  writeElements(sequence, "randomGamma", shader, out, (lines) => {
    const places = coordinateLines("e", shape, "c", lines);
    const [k0, k1, alpha] = operands.map((x) =>
      shader.load(x.value, x.aval.dtype, addressText(viewOf(x), places)),
    );
    return `gammaDraw(vec2u(${k0}, ${k1}), ${alpha})`;
  });
  return sequence.compiled;
};

function drawFunction(shader: Shader, dtype: DType, logSpace: boolean): string {
  const call = (op: ScalarOp, ...args: readonly string[]): string =>
    spell(op, args, "float32", "float32", shader);
  const constant = (x: number): string => floatText(literalValue(x, dtype));
  const nan = numberText(shader, "nan", Number.NaN, "float32");
  const none = logSpace ? numberText(shader, "none", -Infinity, "float32") : "0.0";
  const boosted = logSpace
    ? [
        "var boost = 0.0;",
        "let negative = -u;",
        `let logarithm = rounded(${call("log1p", "negative")});`,
        "if (alpha < 1.0 && logarithm != 0.0) { boost = rounded(logarithm * rounded(1.0 / alpha)); }",
        `let parts = rounded(rounded(${call("log", "d")}) + rounded(${call("log", "v")}));`,
        "return rounded(parts + boost);",
      ]
    : [
        "var boost = 1.0;",
        "let rest = rounded(1.0 - u);",
        "let exponent = rounded(1.0 / alpha);",
        `if (alpha < 1.0) { boost = rounded(${call("pow", "rest", "exponent")}); }`,
        "return rounded(rounded(d * v) * boost);",
      ];
  return `fn gammaDraw(start: vec2u, alpha: f32) -> f32 {
  let bits = bitcast<u32>(alpha);
  if ((bits << 1u) == 0u) { return ${none}; }
  if (bits > 0x7f800000u) { return ${nan}; }
  var boosted = alpha;
  if (alpha < 1.0) { boosted = rounded(alpha + 1.0); }
  let d = rounded(boosted - ${constant(1 / 3)});
  let c = rounded(${constant(1 / 3)} / rounded(${call("sqrt", "d")}));
  let spare = childOf(start, 1u);
  var key = childOf(start, 0u);
  var v = 1.0;
  loop {
    let w = uniformDraw(childOf(key, 2u), 0u);
    var next = childOf(key, 1u);
    key = childOf(key, 0u);
    var x = 0.0;
    var cube = -1.0;
    while (cube <= 0.0) {
      x = normalDraw(childOf(next, 1u), 0u);
      next = childOf(next, 0u);
      cube = rounded(1.0 + rounded(x * c));
    }
    let square = rounded(x * x);
    v = rounded(rounded(cube * cube) * cube);
    let squeeze = rounded(1.0 - rounded(${constant(0.0331)} * rounded(square * square)));
    if (w < squeeze) { break; }
    let inner = rounded(rounded(1.0 - v) + rounded(${call("log", "v")}));
    let bound = rounded(rounded(square * 0.5) + rounded(d * inner));
    if (w == 0.0 || rounded(${call("log", "w")}) < bound) { break; }
  }
  let u = uniformDraw(spare, 0u);
  ${boosted.join("\n  ")}
}`;
}
