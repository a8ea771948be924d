import { ArgumentError } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import {
  checkMesh,
  type Division,
  divisionOf,
  type Mesh,
  PartitionSpec,
} from "../../core/partition-spec.ts";
import { type TreeDef, unflatten } from "../../core/pytree.ts";
import { flattenPrefix } from "../../core/pytree-prefix.ts";
import type { NDArray } from "../../core/value.ts";
import {
  type AnyFunction,
  callFlat,
  checkFunction,
  describe,
  flattenArrays,
  pathOf,
} from "../../transforms/flatten.ts";
import type { Given, PassedArgs } from "../../transforms/signatures.ts";
import { stageBody } from "./bodies.ts";
import { bindShardMap, partOf, within } from "./shard-map-primitive.ts";

/** Options of `shardMap`. */
export interface ShardMapOptions {
  readonly mesh: Mesh;
  /** One entry for each argument: a spec, or a tree of specs that begins as the argument does. */
  readonly inSpecs: readonly unknown[];
  /** A spec, or a tree of specs that begins as the result does. */
  readonly outSpecs: unknown;
}

/** Whether a leaf of a prefix tree is a spec. */
export const isSpec = (x: unknown): boolean => x instanceof PartitionSpec;

/** Specs of the leaves of a tree; null stands for "not divided". @throws ArgumentError for other leaves. */
export function specsOf(
  prefix: unknown,
  treeDef: TreeDef,
  where: string,
): readonly (PartitionSpec | null)[] {
  return flattenPrefix(prefix, treeDef, isSpec, where).map((leaf) => {
    if (leaf instanceof PartitionSpec || leaf === null) return leaf;
    if (leaf === undefined) return null;
    throw new ArgumentError(
      `${where}: a spec is required, got ${describe(leaf)}; write P("data", null), or null for what is not divided`,
    );
  });
}

/**
 * Function that gives each device of a mesh its parts of the arguments, runs `f` on them, and puts
 * the parts of the results together. `f` may use collectives over the axes of the mesh.
 *
 * What a spec does not divide, every device has as a whole; of a result it must be equal on all of
 * them, as after `lax.psum`. Here devices are simulated by mapping; an exported program divides
 * the work among real ones.
 *
 * @throws ShapeError if a dimension is no multiple of its devices; ArgumentError for an unknown axis.
 */
export function shardMap<Args extends readonly unknown[], Out>(
  f: (...args: Args) => Out,
  options: ShardMapOptions,
): (...args: PassedArgs<Args>) => Given<Out> {
  const where = "shardMap";
  checkFunction(f, where);
  checkOptions(where, options, ["mesh", "inSpecs", "outSpecs"]);
  const { mesh, inSpecs, outSpecs } = options;
  const sizes = checkMesh(mesh, where);
  return (...args) => {
    const { arrays, treeDef } = flattenArrays(args, where, "argument ");
    const specs = specsOf(inSpecs, treeDef, `${where}: inSpecs`);
    const divisions = arrays.map((x, i) =>
      divisionOf(specs[i] ?? null, x.shape, sizes, `${where}: argument ${pathOf(treeDef, i)}`),
    );
    let outDef: TreeDef | null = null;
    const staged = within(mesh, () =>
      stageBody(
        (xs) => {
          const result = callFlat(f as AnyFunction, treeDef, xs, { where });
          outDef = result.treeDef;
          return result.arrays;
        },
        arrays.map((x, i) => partOf(x.aval, divisions[i] as Division, mesh)), // one for each
      ),
    );
    const structure = outDef as unknown as TreeDef; // the function ran
    const parts = staged.program.jaxpr.outvars.map(({ aval }) => aval);
    const results = specsOf(outSpecs, structure, `${where}: outSpecs`).map((spec, i) => {
      const { shape } = parts[i] as NDArray["aval"]; // one for each leaf
      const count = (spec?.entries ?? []).map((entry) =>
        [entry ?? []].flat().reduce((product, name) => product * (sizes.get(name) ?? 1), 1),
      );
      const full = shape.map((extent, k) => extent * (count[k] ?? 1));
      return divisionOf(spec, full, sizes, `${where}: the result${pathOf(structure, i)}`);
    });
    const closed = staged.consts.map((x): Division => x.shape.map((): readonly string[] => []));
    const outs = bindShardMap([...staged.consts, ...arrays], {
      body: staged.program,
      mesh,
      inDivisions: [...closed, ...divisions],
      outDivisions: results,
    });
    return unflatten(structure, outs) as Given<Out>; // as the function gave
  };
}
