import { pushAddress } from "./code.ts";
import { type LaneDType, type Value, widthOf } from "./lane-dtypes.ts";
import type { Lane, LaneWriter, Level } from "./lane-writer.ts";

/** Load four elements of a row, from `index + offset` on. */
export function loadEach(
  on: LaneWriter,
  dtype: LaneDType,
  row: number,
  index: number,
  offset: number,
): Value {
  const width = widthOf(dtype);
  const load = (name: "v128.load" | "v128.load32_zero", more: number): Lane =>
    on.make(2, (code) => {
      pushAddress(code, row, index, width);
      code.at(name, offset * width + more);
    });
  if (dtype === "float64") return [load("v128.load", 0), load("v128.load", 16)];
  if (dtype !== "bool") return [load("v128.load", 0)];
  const halves = on.apply("i16x8.extend_low_i8x16_u", load("v128.load32_zero", 0));
  return [on.apply("i32x4.ne", on.apply("i32x4.extend_low_i16x8_u", halves), on.integer(0))];
}

/** Load one element and repeat it. */
export function loadOne(on: LaneWriter, dtype: LaneDType, level: Level, address: number): Value {
  const load = (name: "v128.load8_splat" | "v128.load32_splat" | "v128.load64_splat"): Lane =>
    on.make(level, (code) => code.get(address).at(name));
  if (dtype === "float64") {
    const both = load("v128.load64_splat");
    return [both, both];
  }
  if (dtype !== "bool") return [load("v128.load32_splat")];
  return [on.apply("i32x4.ne", load("v128.load8_splat"), on.integer(0))];
}

/** Store four elements of a row, from `index + offset` on. */
export function store(
  on: LaneWriter,
  dtype: LaneDType,
  value: Value,
  row: number,
  index: number,
  offset: number,
): void {
  const { code } = on;
  const width = widthOf(dtype);
  if (dtype === "bool") {
    const ones = on.integer(1).local;
    pushAddress(code, row, index, width);
    code
      .get((value[0] as Lane).local)
      .get(ones)
      .op("v128.and"); // truth values are one vector
    code.get(ones).op("i16x8.narrow_i32x4_u").get(ones).op("i8x16.narrow_i16x8_u");
    code.laneAt("v128.store32_lane", 0, offset);
    return;
  }
  value.forEach(({ local }, half) => {
    pushAddress(code, row, index, width);
    code.get(local).at("v128.store", offset * width + 16 * half);
  });
}
