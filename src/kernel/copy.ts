import type { ShapedArray } from "../core/aval.ts";
import { slotExpr } from "../core/scalar.ts";
import type { Program } from "./program.ts";

/** Program that copies its input, as it lies, to row-major memory. */
export function lowerCopy(aval: ShapedArray): Program {
  return {
    inputs: [aval],
    contiguous: false,
    values: [
      { aval, origin: { kind: "input", index: 0 } },
      { aval, origin: { kind: "step" } },
    ],
    steps: [
      {
        kind: "kernel",
        kernel: {
          space: aval.shape,
          parallel: aval.ndim,
          loads: [{ source: 0, dtype: aval.dtype, map: { kind: "own", order: null } }],
          stages: [],
          outputs: [{ value: slotExpr(0, aval.dtype), dtype: aval.dtype, view: null }],
        },
        results: [1],
      },
    ],
    outputs: [{ value: 1, aval, view: null }],
  };
}
