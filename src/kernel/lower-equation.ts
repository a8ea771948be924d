import type { ShapedArray } from "../core/aval.ts";
import type { ClosedJaxpr, Params, Primitive } from "../core/primitive.ts";
import type { RoutineName } from "../core/routines.ts";
import { opExpr, slotExpr } from "../core/scalar.ts";
import type { FusionLimits } from "./fusion-cost.ts";
import type { Load } from "./kernel.ts";
import { lowerProgram } from "./lower.ts";
import { controlStep } from "./lower-control.ts";
import { isControl, type Program, type ProgramValue, type Step } from "./program.ts";
import { reduceKernel } from "./reduce.ts";

/**
 * Lower one equation to a program of one step that reads its operands as they lie, or row-major
 * if it is control flow.
 *
 * Null where the primitive is not one step: it looks at its operand differently, or is made of
 * other primitives.
 */
export function lowerEquation(
  prim: Primitive,
  operands: readonly ShapedArray[],
  params: Params,
  outs: readonly ShapedArray[],
  limits: FusionLimits,
): Program | null {
  const values: ProgramValue[] = [
    ...operands.map((aval, index) => ({ aval, origin: { kind: "input", index } as const })),
    ...outs.map((aval) => ({ aval, origin: { kind: "step" } as const })),
  ];
  const results = outs.map((_, i) => operands.length + i);
  const step = stepOf(prim, operands, params, outs, results, limits);
  if (step === null) return null;
  return {
    inputs: operands,
    contiguous: isControl(step),
    values,
    steps: [step],
    outputs: outs.map((aval, i) => ({ value: operands.length + i, aval, view: null })),
  };
}

function stepOf(
  prim: Primitive,
  operands: readonly ShapedArray[],
  params: Params,
  outs: readonly ShapedArray[],
  results: readonly number[],
  limits: FusionLimits,
): Step | null {
  const { lower } = prim.rules;
  const [first] = operands;
  const [out] = outs;
  const loads: Load[] = operands.map((aval, source) => ({
    source,
    dtype: aval.dtype,
    map: { kind: "own", order: null },
  }));
  if (lower.kind === "reduce" && first !== undefined) {
    const kernel = reduceKernel(
      first,
      lower.op,
      lower.axes(params),
      loads,
      slotExpr(0, first.dtype),
    );
    return { kind: "kernel", kernel, results };
  }
  if (lower.kind === "routine") {
    return {
      kind: "routine",
      name: lower.name as RoutineName, // primitives name routines of core/routines.ts
      params: lower.params === undefined ? params : lower.params(params, operands),
      operands: operands.map((aval, value) => ({ value, aval, view: null })),
      results,
      epilogue: null,
    };
  }
  if (lower.kind === "control") {
    const references = operands.map((aval, value) => ({ value, aval, view: null }));
    const lowerBody = (body: ClosedJaxpr): Program =>
      lowerProgram(body, { ...limits, inBody: true });
    return controlStep(lower.form(params), references, results, lowerBody);
  }
  if (out === undefined || (lower.kind !== "scalar" && lower.kind !== "expression")) return null;
  const slots = operands.map((aval, slot) => slotExpr(slot, aval.dtype));
  const exprs =
    lower.kind === "scalar"
      ? [opExpr(lower.op, slots, out.dtype)]
      : lower.build(slots, params, outs);
  return {
    kind: "kernel",
    kernel: {
      space: out.shape,
      parallel: out.ndim,
      loads,
      stages: [],
      outputs: exprs.map((value, i) => ({ value, dtype: (outs[i] ?? out).dtype, view: null })),
    },
    results,
  };
}
