import type { Code } from "./code.ts";
import type { LaneDType, Value } from "./lane-dtypes.ts";
import { type Import, type Lane, type LaneWriter, levelOf } from "./lane-writer.ts";

/**
 * An operation without a form on lanes: a call of the interpreter's function for each of the four
 * elements, which are numbers on the way.
 */
export function callEach(
  on: LaneWriter,
  wanted: Import,
  dtypes: readonly LaneDType[],
  operands: readonly Value[],
): Value {
  const f = on.imported(wanted);
  const level = levelOf(operands.flat());
  const { dtype } = wanted;
  const halves = dtype === "float64" ? [0, 1] : [0];
  return halves.map((half) =>
    on.make(level, (code) => {
      const made = code.local("v128");
      const lanes = dtype === "float64" ? 2 : 4;
      for (let i = 0; i < lanes; i++) {
        code.get(made);
        if (dtype === "bool") code.i32(0);
        // Elements count through both halves; the function ignores operands it does not have.
        for (let k = 0; k < 3; k++) {
          const operand = operands[k];
          if (operand === undefined) code.f64(0);
          else pushNumber(code, dtypes[k] as LaneDType, operand, half * 2 + i); // one for each
        }
        code.call(f);
        replace(code, dtype as LaneDType, i); // of lanes, as its operands
        code.set(made);
      }
      code.get(made);
    }),
  );
}

/** Push an element as a number. */
function pushNumber(code: Code, dtype: LaneDType, value: Value, element: number): void {
  const wide = dtype === "float64";
  const { local } = value[wide ? element >> 1 : 0] as Lane; // as many as the dtype has
  code.get(local);
  switch (dtype) {
    case "float64":
      code.lane("f64x2.extract_lane", element & 1);
      return;
    case "float32":
      code.lane("f32x4.extract_lane", element).op("f64.promote_f32");
      return;
    case "uint32":
      code.lane("i32x4.extract_lane", element).op("f64.convert_i32_u");
      return;
    case "bool":
      code.lane("i32x4.extract_lane", element).i32(1).op("i32.and").op("f64.convert_i32_s");
      return;
    default:
      code.lane("i32x4.extract_lane", element).op("f64.convert_i32_s");
  }
}

/** Put the number on the stack into a lane of the vector below it. */
function replace(code: Code, dtype: LaneDType, index: number): void {
  switch (dtype) {
    case "float64":
      code.lane("f64x2.replace_lane", index);
      return;
    case "float32":
      code.op("f32.demote_f64").lane("f32x4.replace_lane", index);
      return;
    case "uint32":
      code.op("i32.trunc_sat_f64_u").lane("i32x4.replace_lane", index);
      return;
    case "bool":
      // Below the number is a zero, from which its truth is taken: all ones for 1.
      code.f64(0).op("f64.ne").op("i32.sub").lane("i32x4.replace_lane", index);
      return;
    default:
      code.op("i32.trunc_sat_f64_s").lane("i32x4.replace_lane", index);
  }
}
