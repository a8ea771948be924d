import { ArgumentError, InternalError } from "../core/errors.ts";
import { isLinear, Linear, type Primitive, type Tangent, Zero } from "../core/primitive.ts";
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
  const table: (NDArray | undefined)[] = new Array(tape.count);
  const accumulate = (x: TapeTracer, ct: NDArray): void => {
    const before = table[x.index];
    table[x.index] = before === undefined ? ct : addAny(before, ct);
  };
  results.forEach((result, i) => {
    const ct = cts[i];
    if (ct === undefined || ct instanceof Zero || !isOf(tape, result)) return;
    accumulate(result, ct);
  });
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i] as TapeNode; // i runs over the nodes
    if (node.outs.every(({ index }) => table[index] === undefined)) continue;
    const outCts = node.outs.map(({ index, aval }) => table[index] ?? new Zero(aval));
    for (const { index } of node.outs) table[index] = undefined;
    const operandCts = pullBack(tape, node, outCts);
    node.operands.forEach((x, k) => {
      const ct = operandCts[k];
      if (ct == null || ct instanceof Zero || !isOf(tape, x)) return;
      accumulate(x, ct);
    });
  }
  return inputs.map(({ index, aval }) => table[index] ?? new Zero(aval));
}

function isOf(tape: TapeTrace, x: Tangent): x is TapeTracer {
  return x instanceof TapeTracer && x.trace === tape;
}

/** Cotangents of the operands of one node. */
function pullBack(
  tape: TapeTrace,
  { prim, operands, params }: TapeNode,
  cts: readonly Tangent[],
): readonly (Tangent | null)[] {
  const rule = prim.rules.transpose;
  const marked = operands.map((x) => (isOf(tape, x) ? new Linear(x.aval) : x));
  switch (rule.kind) {
    case "rule": {
      marked.forEach((x, i) => {
        if (isLinear(x) && rule.positions !== null && !rule.positions.includes(i)) {
          throw notLinear(prim, `in operand ${i}`);
        }
      });
      return rule.apply(cts, marked, params);
    }
    case "bilinear": {
      const [x, y] = marked;
      const [ct] = cts;
      if (x === undefined || y === undefined || ct === undefined || ct instanceof Zero) {
        throw new InternalError(`transpose: ${prim.name} lacks an operand or a cotangent`);
      }
      if (isLinear(x)) {
        if (isLinear(y)) throw notLinear(prim, "in both operands together");
        return [rule.terms[0](ct, y, params, x.aval), null];
      }
      return [null, rule.terms[1](ct, x, params, y.aval)];
    }
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
