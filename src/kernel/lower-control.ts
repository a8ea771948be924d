import type { ClosedJaxpr, ControlForm } from "../core/primitive.ts";
import type { ControlStep, Program, Reference } from "./program.ts";

/** The step of a control equation on these operands; `lower` makes programs of its bodies. */
export function controlStep(
  form: ControlForm,
  operands: readonly Reference[],
  results: readonly number[],
  lower: (body: ClosedJaxpr) => Program,
): ControlStep {
  switch (form.kind) {
    case "cond": {
      const [index, ...rest] = operands as readonly [Reference, ...Reference[]]; // the shape rule asks for an index
      return {
        kind: "cond",
        index,
        branches: form.branches.map(lower),
        operands: rest,
        results,
      };
    }
    case "while": {
      const { condConsts, bodyConsts } = form;
      return {
        kind: "while",
        cond: lower(form.cond),
        body: lower(form.body),
        condConsts: operands.slice(0, condConsts),
        bodyConsts: operands.slice(condConsts, condConsts + bodyConsts),
        carry: operands.slice(condConsts + bodyConsts),
        results,
      };
    }
    default: {
      const { consts, carry, length, reverse } = form;
      return {
        kind: "scan",
        body: lower(form.body),
        length,
        reverse,
        consts: operands.slice(0, consts),
        init: operands.slice(consts, consts + carry),
        xs: operands.slice(consts + carry),
        results,
      };
    }
  }
}
