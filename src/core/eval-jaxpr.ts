import { DeviceArray } from "./array.ts";
import { InternalError } from "./errors.ts";
import { under } from "./origin.ts";
import type { ClosedJaxpr, Jaxpr } from "./primitive.ts";
import { bindEqn } from "./trace.ts";
import type { NDArray } from "./value.ts";
import type { Atom, Literal, Var } from "./var.ts";

/** A literal as an array. */
export function literalArray({ aval, value }: Literal): NDArray {
  return new DeviceArray(aval, null, null, value);
}

/** Values of variables while a program is walked. */
export class Environment<T> {
  private readonly values = new Map<Var, T>();

  /** The value of a bound variable. */
  get(variable: Var): T {
    const value = this.values.get(variable);
    if (value === undefined)
      throw new InternalError("jaxpr: a variable is read before it is bound");
    return value;
  }

  /** The value, or undefined if the variable is not bound. */
  find(variable: Var): T | undefined {
    return this.values.get(variable);
  }

  set(variable: Var, value: T): void {
    this.values.set(variable, value);
  }

  delete(variable: Var): void {
    this.values.delete(variable);
  }
}

/** Run a program by binding its equations under the current trace. */
export function evalJaxpr(
  { jaxpr, consts }: ClosedJaxpr,
  args: readonly NDArray[],
): readonly NDArray[] {
  const env = new Environment<NDArray>();
  const read = (atom: Atom): NDArray =>
    atom.tag === "Literal" ? literalArray(atom) : env.get(atom);
  bindAll(env, jaxpr.constvars, consts);
  bindAll(env, jaxpr.invars, args);
  const last = lastUses(jaxpr);
  jaxpr.eqns.forEach((eqn, i) => {
    const bindHere = () => bindEqn(eqn.prim, eqn.inputs.map(read), eqn.params);
    const outs = eqn.origin === undefined ? bindHere() : under(eqn.origin, bindHere);
    bindAll(env, eqn.outs, outs);
    for (const variable of last[i] ?? []) env.delete(variable);
  });
  return jaxpr.outvars.map(read);
}

/** Give each variable its value. */
export function bindAll<T>(
  env: Environment<T>,
  variables: readonly Var[],
  values: readonly T[],
): void {
  if (variables.length !== values.length) {
    throw new InternalError(`jaxpr: ${variables.length} values are needed, got ${values.length}`);
  }
  for (let i = 0; i < variables.length; i++) {
    env.set(variables[i] as Var, values[i] as T); // i runs over both, which are as long
  }
}

/** For each equation, the variables that nothing after it reads. */
export function lastUses(jaxpr: Jaxpr): Var[][] {
  const seen = new Set<Var>();
  for (const atom of jaxpr.outvars) if (atom.tag === "Var") seen.add(atom);
  const last: Var[][] = jaxpr.eqns.map(() => []);
  for (let i = jaxpr.eqns.length - 1; i >= 0; i--) {
    const eqn = jaxpr.eqns[i];
    if (eqn === undefined) continue;
    for (const variable of [...eqn.outs, ...eqn.inputs]) {
      if (variable.tag === "Var" && !seen.has(variable)) {
        seen.add(variable);
        last[i]?.push(variable);
      }
    }
  }
  return last;
}
