import { MissingRuleError } from "../core/errors.ts";
import type { ClosedJaxpr, Eqn, Primitive } from "../core/primitive.ts";
import { stage } from "../core/stage.ts";
import { bindEqn } from "../core/trace.ts";
import type { NDArray } from "../core/value.ts";
import type { Atom, Var } from "../core/var.ts";
import { moveAxis } from "../lax/ops/layout.ts";
import { primitives } from "../primitives.ts";
import { batchFlat } from "../transforms/vmap.ts";
import { writeElementwise } from "./elementwise.ts";
import type { Emitter, Ref } from "./emitter.ts";
import { physical } from "./tensor-types.ts";
import type { WriteEquation, Writer } from "./writer.ts";
import { writers } from "./writers.ts";

const byPrimitive: ReadonlyMap<Primitive, Writer> = new Map(
  Object.entries(primitives).map(([name, prim]) => [
    prim as Primitive,
    writers[name as keyof typeof primitives], // one of the table's own names
  ]),
);

/** Write the equations of a program in place; gives its results. */
export function writeProgram(
  e: Emitter,
  { jaxpr, consts }: ClosedJaxpr,
  operands: readonly Ref[],
): readonly Ref[] {
  const values = new Map<Var, Ref>();
  jaxpr.constvars.forEach((v, i) => {
    values.set(v, held(e.array(consts[i] as NDArray))); // one for each variable
  });
  jaxpr.invars.forEach((v, i) => {
    values.set(v, operands[i] as Ref); // one for each input
  });
  const read = (atom: Atom): Ref =>
    // Every variable is bound before it is read.
    atom.tag === "Literal" ? e.splat(atom.value, atom.aval.dtype) : (values.get(atom) as Ref);
  for (const eqn of jaxpr.eqns) {
    const outs = writeEquation(e, eqn, eqn.inputs.map(read));
    eqn.outs.forEach((v, i) => {
      values.set(v, outs[i] as Ref); // one for each result
    });
  }
  return jaxpr.outvars.map(read);
}

function held({ name, aval }: Ref): Ref {
  return { name, aval: physical(aval) };
}

function writeEquation(e: Emitter, eqn: Eqn, operands: readonly Ref[]): readonly Ref[] {
  const { prim, params } = eqn;
  const entry = byPrimitive.get(prim) ?? byLowering(prim);
  if (entry.kind === "refused") {
    throw new MissingRuleError(`exportStableHLO: ${prim.name} cannot be exported: ${entry.reason}`);
  }
  const outs = eqn.outs.map(({ aval }) => physical(aval));
  const hasKeys = [...eqn.inputs, ...eqn.outs].some(({ aval }) => aval.dtype === "key<fry>");
  if (hasKeys && !entry.keys) return writeOnWords(e, eqn, operands);
  return entry.write(e, { prim, params: params as never, operands, outs }); // as the writer was declared
}

/** How a primitive is written that the library does not know: as it lowers. */
function byLowering({ name, rules }: Primitive): Writer {
  const write = (body: WriteEquation<never>): Writer => ({
    kind: "write",
    keys: true,
    write: body,
  });
  const { lower } = rules;
  switch (lower.kind) {
    case "scalar":
    case "expression":
      return write(writeElementwise);
    case "compose":
      return write((e, { params, operands }) =>
        e.compose(operands, (xs) => lower.apply(xs, params)),
      );
    case "call":
      return write((e, { params, operands }) => e.inline(lower.body(params), operands));
    case "barrier":
      return write((_, { operands }) => operands);
    default:
      return {
        kind: "refused",
        reason: `it is a primitive of another library that lowers by "${lower.kind}"; give ${name} a lowering by "compose"`,
      };
  }
}

/** A primitive that moves keys, on the two words of each: they are one more, mapped, axis. */
function writeOnWords(e: Emitter, { prim, params, inputs, outs }: Eqn, operands: readonly Ref[]) {
  const isKey = inputs.map(({ aval }) => aval.dtype === "key<fry>");
  const program = stage(
    (xs) =>
      batchFlat(
        (slices) => bindEqn(prim, slices, params),
        xs.map((x, i) => [x, isKey[i] ? x.ndim - 1 : null]),
        { size: 2, name: null },
      ).map(([x, dim], i) => {
        const isWords = outs[i]?.aval.dtype === "key<fry>";
        return isWords && dim !== null ? moveAxis(x, dim, x.ndim - 1) : x;
      }),
    operands.map(({ aval }) => aval),
  );
  return writeProgram(e, program, operands);
}
