import { DeviceArray } from "../core/array.ts";
import type { ShapedArray } from "../core/aval.ts";
import { isFloat } from "../core/dtype.ts";
import { InternalError, MissingRuleError } from "../core/errors.ts";
import {
  type CommonRules,
  type Params,
  type Primitive,
  type Tangent,
  Zero,
} from "../core/primitive.ts";
import { bindEqn } from "../core/trace.ts";
import type { NDArray } from "../core/value.ts";
import { addAny } from "../lax/ops/arith.ts";
import { full } from "../lax/ops/broadcast.ts";

/** Results of a primitive and their tangents. */
export type Dual = readonly [outs: readonly NDArray[], tangents: readonly Tangent[]];

/**
 * Apply a primitive to primals and push tangents through it, under the current trace.
 *
 * At least one tangent is not zero. With `linearizing`, higher-order primitives keep what depends
 * on primals alone apart from what is linear in the tangents.
 */
export function pushForward(
  prim: Primitive,
  primals: readonly NDArray[],
  tangents: readonly Tangent[],
  params: Params,
  linearizing: boolean,
): Dual {
  const { rules } = prim;
  if (linearizing && rules.order === "higher") {
    const { linearize } = rules;
    if (linearize.kind === "absent") throw missing("linearize", prim, linearize.reason);
    return dropNonFloat(linearize.apply(primals, tangents, params));
  }
  const rule: CommonRules<number, Params>["jvp"] = rules.jvp;
  switch (rule.kind) {
    case "rule":
      return dropNonFloat(rule.apply(primals, tangents, params));
    case "absent":
      throw missing("jvp", prim, rule.reason);
    case "zero": {
      const outs = bindEqn(prim, primals, params);
      return [outs, outs.map(zeroTangent)];
    }
    case "linear": {
      const outs = bindEqn(prim, primals, params);
      const { positions } = rule;
      if (!tangents.some((t, i) => !(t instanceof Zero) && (positions?.includes(i) ?? true))) {
        return [outs, outs.map(zeroTangent)];
      }
      const mixed = primals.map((x, i) =>
        positions === null || positions.includes(i) ? instantiate(tangents[i] as Tangent) : x,
      );
      return dropNonFloat([outs, bindEqn(prim, mixed, params)]);
    }
    case "partials": {
      const outs = bindEqn(prim, primals, params);
      const out = outs[0] as NDArray; // partials belong to primitives of one result
      let sum: NDArray | null = null;
      if (isFloat(out.dtype)) {
        for (let i = 0; i < tangents.length; i++) {
          const t = tangents[i];
          const term = rule.terms[i];
          if (t === undefined || t instanceof Zero || term == null) continue;
          const part = term(t, primals, out, params);
          sum = sum === null ? part : addAny(sum, part);
        }
      }
      return [outs, [sum ?? zeroTangent(out)]];
    }
    default:
      rule satisfies never;
      throw new InternalError(`jvp: unknown rule kind on ${prim.name}`);
  }
}

/** Tangents of results that are not floats are zero, whatever a rule says of them. */
function dropNonFloat([outs, tangents]: Dual): Dual {
  const kept = outs.map((out, i) => {
    const t = tangents[i];
    return t === undefined || t instanceof Zero || !isFloat(out.dtype) ? zeroTangent(out) : t;
  });
  return [outs, kept];
}

/** The zero tangent of a value. */
export function zeroTangent(x: NDArray): Zero {
  return new Zero(x.aval.tangent());
}

/** A tangent as an array: zeros where it is symbolically zero. */
export function instantiate(t: Tangent): NDArray {
  return t instanceof Zero ? zerosOf(t.aval) : t;
}

/** An array of zeros; of no elements for float0. */
export function zerosOf(aval: ShapedArray): NDArray {
  if (aval.dtype === "float0") return new DeviceArray(aval, null, null, 0);
  return full(aval.shape, 0, aval.dtype);
}

/** The error for a rule that does not exist. */
export function missing(what: string, prim: Primitive, reason: string): MissingRuleError {
  return new MissingRuleError(`${what}: ${prim.name} has no ${what} rule: ${reason}`);
}
