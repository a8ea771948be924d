import { ArgumentError, InternalError } from "../core/errors.ts";
import { under } from "../core/origin.ts";
import {
  type Linear,
  type Params,
  type Primitive,
  type Tangent,
  type TransposeRule,
  Zero,
} from "../core/primitive.ts";
import type { NDArray } from "../core/value.ts";
import { addAny } from "../lax/ops/arith.ts";
import { missing } from "./pushforward.ts";
import { type TapeNode, type TapeTrace, TapeTracer } from "./tape.ts";

/**
 * Walk a tape backward: cotangents of its inputs, given those of its results.
 *
 * Runs under the current trace, each transpose rule at most once. `results` that are not of this
 * tape do not depend on its inputs.
 */
export function backward(
  tape: TapeTrace,
  nodes: readonly TapeNode[],
  inputs: readonly TapeTracer[],
  results: readonly Tangent[],
  cts: readonly Tangent[],
): Tangent[] {
  const table = new Array<NDArray | undefined>(tape.count);
  for (let i = 0; i < results.length; i++) {
    const ct = cts[i];
    if (ct !== undefined && !(ct instanceof Zero)) accumulate(tape, table, results[i], ct);
  }
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i] as TapeNode; // i runs over the nodes
    if (node.origin === null) passBack(tape, table, node);
    else under(node.origin, () => passBack(tape, table, node));
  }
  const pulled = new Array<Tangent>(inputs.length);
  for (let i = 0; i < inputs.length; i++) {
    const { index, aval } = inputs[i] as TapeTracer; // i runs over the inputs
    pulled[i] = table[index] ?? new Zero(aval);
  }
  return pulled;
}

/** Take the cotangents of a node's results from the table, and put in those of its operands. */
function passBack(tape: TapeTrace, table: (NDArray | undefined)[], node: TapeNode): void {
  const { out, x, y } = node;
  let outCts: Tangent[];
  if (out !== null) {
    const ct = table[out.index];
    if (ct === undefined) return;
    table[out.index] = undefined;
    const rule = node.prim.rules.transpose;
    if (rule.kind === "bilinear") {
      pullBilinear(tape, table, node, rule.terms, ct);
      return;
    }
    outCts = [ct];
  } else {
    const { outs } = node;
    if (outs.every(({ index }) => table[index] === undefined)) return;
    outCts = outs.map(({ index, aval }) => table[index] ?? new Zero(aval));
    for (const { index } of outs) table[index] = undefined;
  }
  const operandCts = pullBack(tape, node, outCts);
  if (x !== null) {
    accumulate(tape, table, x, operandCts[0]);
    if (y !== null) accumulate(tape, table, y, operandCts[1]);
    return;
  }
  const { operands } = node;
  for (let k = 0; k < operands.length; k++) accumulate(tape, table, operands[k], operandCts[k]);
}

/** Add a cotangent to that of `x`, if there is one and `x` is of this tape. */
function accumulate(
  tape: TapeTrace,
  table: (NDArray | undefined)[],
  x: Tangent | undefined,
  ct: Tangent | null | undefined,
): void {
  if (ct == null || ct instanceof Zero || !isOf(tape, x)) return;
  const before = table[x.index];
  table[x.index] = before === undefined ? ct : addAny(before, ct);
}

function isOf(tape: TapeTrace, x: Tangent | undefined): x is TapeTracer {
  return x instanceof TapeTracer && x.owner === tape;
}

type Bilinear = Extract<TransposeRule<number, Params>, { kind: "bilinear" }>["terms"];

function pullBilinear(
  tape: TapeTrace,
  table: (NDArray | undefined)[],
  node: TapeNode,
  terms: Bilinear,
  ct: NDArray,
): void {
  const { prim, params } = node;
  const x = node.x as NDArray; // bilinear primitives have two operands
  const y = node.y as NDArray;
  if (x.owner !== tape) accumulate(tape, table, y, terms[1](ct, x, params, y.aval));
  else if (y.owner !== tape) accumulate(tape, table, x, terms[0](ct, y, params, x.aval));
  else throw notLinear(prim, "in both operands together");
}

/** Cotangents of the operands of one node. */
function pullBack(
  tape: TapeTrace,
  node: TapeNode,
  cts: readonly Tangent[],
): readonly (Tangent | null)[] {
  const { prim, params } = node;
  const rule = prim.rules.transpose;
  switch (rule.kind) {
    case "rule": {
      const { operands } = node;
      const marked = new Array<NDArray | Linear>(operands.length);
      for (let i = 0; i < marked.length; i++) {
        const x = operands[i] as NDArray; // as long
        if (isOf(tape, x)) {
          if (rule.positions !== null && !rule.positions.includes(i)) {
            throw notLinear(prim, `in operand ${i}`);
          }
          marked[i] = x.linear;
        } else marked[i] = x;
      }
      return rule.apply(cts, marked, params);
    }
    case "bilinear":
      throw new InternalError(`transpose: ${prim.name} is bilinear and has several results`);
    case "nonlinear":
      throw notLinear(prim, "in its operands");
    case "absent":
      throw missing("transpose", prim, rule.reason);
    default:
      rule satisfies never;
      throw new InternalError(`transpose: unknown rule kind on ${prim.name}`);
  }
}

function notLinear(prim: Primitive, where: string): ArgumentError {
  return new ArgumentError(
    `transpose: a linear function is required, got ${prim.name}, which is not linear ${where}; use vjp to differentiate it, or mend the custom rule that applied it to a tangent`,
  );
}
