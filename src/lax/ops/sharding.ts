import { asArray } from "../../core/array.ts";
import { type Division, divisionOf, type PartitionSpec } from "../../core/partition-spec.ts";
import {
  batchRule,
  definePrimitive,
  linear,
  type PrimitiveOf,
  transposeRule,
} from "../../core/primitive.ts";
import { bind1 } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";

/** Parameters of a constraint: axes of the mesh for each dimension, null where it is open. */
export interface ShardingParams {
  readonly division: Division;
}

/** Identity that says where an exported program divides a value among devices. */
export const shardingConstraintP: PrimitiveOf<1, ShardingParams> = definePrimitive<
  1,
  ShardingParams
>("sharding_constraint", {
  abstractEval: ([x]) => x,
  jvp: linear,
  transpose: transposeRule((ct, _, params) => [bind1(shardingConstraintP, ct, params)]),
  batch: batchRule(([x], [d], { division }) => {
    if (d === null) return [bind1(shardingConstraintP, x, { division }), null];
    return [bind1(shardingConstraintP, x, { division: division.toSpliced(d, 0, null) }), d];
  }),
  lower: { kind: "view", apply: (view) => view },
});

/**
 * `x`, which an exported program is to keep divided among devices as `spec` says. Without a mesh,
 * and wherever the program runs here, it is `x`.
 *
 * @throws ShapeError for more entries than dimensions; ArgumentError for an axis named twice.
 */
export function withShardingConstraint(x: ArrayLike, spec: PartitionSpec): NDArray {
  const array = asArray(x, "withShardingConstraint");
  const division = divisionOf(spec, array.shape, null, "withShardingConstraint");
  return bind1(shardingConstraintP, array, { division });
}
