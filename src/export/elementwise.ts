import type { ShapedArray } from "../core/aval.ts";
import { InternalError } from "../core/errors.ts";
import type { Primitive } from "../core/primitive.ts";
import { type Expr, opExpr, slotExpr } from "../core/scalar.ts";
import type { Emitter, Ref } from "./emitter.ts";
import { elementType, scalarWriters } from "./scalar-ops.ts";
import { compositions } from "./special-functions.ts";
import { tensorType } from "./tensor-types.ts";
import { operand, type Writer, type Written } from "./writer.ts";

const table = scalarWriters(compositions);

/** Writer of any primitive whose lowering is an expression of scalar operations. */
export const elementwise: Writer = {
  kind: "write",
  keys: false,
  write: (emitter: Emitter, eqn: Written<never>) => writeElementwise(emitter, eqn),
};

/** Write an elementwise equation by the expressions of its lowering. */
export function writeElementwise(
  e: Emitter,
  { prim, params, operands, outs }: Written<never>,
): readonly Ref[] {
  const shape = outs[0]?.shape ?? []; // all results have one shape
  const spread = operands.map((x) => spreadTo(e, x, shape));
  const memo = new Map<Expr, Ref>();
  return expressionsOf(prim, params, spread, outs).map((expr) =>
    writeExpr(e, expr, spread, shape, memo),
  );
}

function expressionsOf(
  { name, rules }: Primitive,
  params: object,
  operands: readonly Ref[],
  outs: readonly ShapedArray[],
): readonly Expr[] {
  const { lower } = rules;
  const slots = operands.map((x, i) => slotExpr(i, x.aval.dtype));
  if (lower.kind === "expression") return lower.build(slots, params, outs);
  if (lower.kind === "scalar") return outs.map(({ dtype }) => opExpr(lower.op, slots, dtype));
  throw new InternalError(`exportStableHLO: ${name} has no expression`);
}

/** A scalar beside arrays, as the index of a choice may be, repeated. */
function spreadTo(e: Emitter, x: Ref, shape: readonly number[]): Ref {
  return x.aval.ndim === 0 && shape.length > 0 ? e.broadcast(x, [], x.aval.withShape(shape)) : x;
}

function writeExpr(
  e: Emitter,
  expr: Expr,
  operands: readonly Ref[],
  shape: readonly number[],
  memo: Map<Expr, Ref>,
): Ref {
  switch (expr.kind) {
    case "slot":
      return operand(operands, expr.slot);
    case "const":
      return e.splat(expr.value, expr.dtype, shape);
    case "index": {
      const out = elementType(expr.dtype, shape);
      return e.value(`stablehlo.iota dim = ${expr.axis} : ${tensorType(out)}`, out);
    }
    case "op": {
      let out = memo.get(expr);
      if (out === undefined) {
        out = writeOp(e, expr, operands, shape, memo);
        memo.set(expr, out);
      }
      return out;
    }
    default:
      throw new InternalError(`exportStableHLO: an expression has a ${expr.kind}`);
  }
}

function writeOp(
  e: Emitter,
  { op, args, dtype }: Extract<Expr, { readonly kind: "op" }>,
  operands: readonly Ref[],
  shape: readonly number[],
  memo: Map<Expr, Ref>,
): Ref {
  const out = elementType(dtype, shape);
  const [first, exponent, mantissa] = args;
  if (op === "reducePrecision" && exponent?.kind === "const" && mantissa?.kind === "const") {
    const x = writeExpr(e, first as Expr, operands, shape, memo); // three operands
    const format = `e${exponent.value}m${mantissa.value}`;
    return e.value(
      `stablehlo.reduce_precision ${x.name}, format = ${format} : ${tensorType(out)}`,
      out,
    );
  }
  const written = args.map((arg) => writeExpr(e, arg, operands, shape, memo));
  return table[op](e, written, out);
}
