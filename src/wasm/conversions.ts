import type { LaneDType, Value } from "./lane-dtypes.ts";
import type { Lane, LaneWriter, Wide } from "./lane-writer.ts";

/** Values of one dtype as those of another: floats to integers truncate and saturate. */
export function convert(on: LaneWriter, from: LaneDType, to: LaneDType, x: Value): Value {
  if (from === to) return x;
  if (from === "float64") return fromDouble(on, to, x as Wide); // four float64 are two vectors
  const only = x[0] as Lane; // the others are one
  switch (to) {
    case "float64":
      return toDouble(on, from, only);
    case "float32":
      if (from === "bool") return [on.apply("v128.and", only, on.float(1))];
      return [on.apply(from === "int32" ? "f32x4.convert_i32x4_s" : "f32x4.convert_i32x4_u", only)];
    case "bool":
      if (from === "float32") return [on.apply("f32x4.ne", only, on.float(0))];
      return [on.apply("i32x4.ne", only, on.integer(0))];
    default:
      if (from === "bool") return [on.apply("v128.and", only, on.integer(1))];
      if (from !== "float32") return [only];
      return [
        on.apply(to === "int32" ? "i32x4.trunc_sat_f32x4_s" : "i32x4.trunc_sat_f32x4_u", only),
      ];
  }
}

function toDouble(on: LaneWriter, from: LaneDType, x: Lane): Wide {
  if (from === "float32") return on.widen(x);
  if (from === "bool") return on.wide("v128.and", on.wideMask(x), on.double(1));
  const name = from === "int32" ? "f64x2.convert_low_i32x4_s" : "f64x2.convert_low_i32x4_u";
  return [on.apply(name, x), on.apply(name, on.high(x))];
}

function fromDouble(on: LaneWriter, to: LaneDType, x: Wide): Value {
  if (to === "float32") return [on.narrow(x)];
  if (to === "bool") {
    const [low, high] = on.wide("f64x2.ne", x, on.double(0));
    return [on.narrowMask(low, high)];
  }
  const name = to === "int32" ? "i32x4.trunc_sat_f64x2_s_zero" : "i32x4.trunc_sat_f64x2_u_zero";
  return [on.lows(on.apply(name, x[0]), on.apply(name, x[1]))];
}
