import type { ShapedArray } from "./aval.ts";
import { InternalError } from "./errors.ts";
import type { ClosedJaxpr, Eqn, Jaxpr } from "./primitive.ts";
import type { Atom, Var } from "./var.ts";

/**
 * Check that a program is well formed: every variable bound once and before it is read, every
 * equation of the types that its primitive's shape rule gives, nested programs likewise.
 *
 * @throws InternalError that names the equation.
 */
export function checkJaxpr({ jaxpr, consts }: ClosedJaxpr): void {
  if (consts.length !== jaxpr.constvars.length) {
    throw new InternalError(
      `jaxpr: ${jaxpr.constvars.length} constants are declared, got ${consts.length}`,
    );
  }
  consts.forEach((x, i) => {
    const v = jaxpr.constvars[i] as Var; // as many as constants
    if (x.aval !== v.aval)
      throw new InternalError(`jaxpr: constant ${i} is ${x.aval}, declared ${v.aval}`);
  });
  checkBody(jaxpr);
}

function checkBody(jaxpr: Jaxpr): void {
  const bound = new Set<Var>();
  const bindVar = (v: Var, where: string): void => {
    if (bound.has(v)) throw new InternalError(`jaxpr: a variable is bound twice, ${where}`);
    bound.add(v);
  };
  const read = (atom: Atom, where: string): ShapedArray => {
    if (atom.tag === "Literal") {
      if (atom.aval.ndim > 0) throw new InternalError(`jaxpr: a literal is ${atom.aval}, ${where}`);
    } else if (!bound.has(atom)) {
      throw new InternalError(`jaxpr: a variable is read before it is bound, ${where}`);
    }
    return atom.aval;
  };
  for (const v of [...jaxpr.constvars, ...jaxpr.invars]) bindVar(v, "by an input");
  jaxpr.eqns.forEach((eqn, i) => {
    const where = `in equation ${i}, ${eqn.prim.name}`;
    checkEqn(
      eqn,
      eqn.inputs.map((atom) => read(atom, where)),
      where,
    );
    for (const v of eqn.outs) bindVar(v, where);
  });
  for (const atom of jaxpr.outvars) read(atom, "by a result");
}

function checkEqn(
  { prim, params, outs }: Eqn,
  operands: readonly ShapedArray[],
  where: string,
): void {
  const derived = prim.rules.abstractEval(operands, params);
  if (derived.length !== outs.length) {
    throw new InternalError(
      `jaxpr: ${outs.length} results are bound, the shape rule gives ${derived.length}, ${where}`,
    );
  }
  outs.forEach((v, i) => {
    if (v.aval !== derived[i]) {
      throw new InternalError(
        `jaxpr: result ${i} is bound as ${v.aval}, the shape rule gives ${derived[i]}, ${where}`,
      );
    }
  });
  if (prim.rules.order === "first") return;
  for (const body of prim.rules.bodies(params)) checkJaxpr(body);
}
