import type { ShapedArray } from "../core/aval.ts";
import type { DType } from "../core/dtype.ts";
import type { Division, Mesh } from "../core/partition-spec.ts";
import type { TreeDef } from "../core/pytree.ts";
import { pathOf } from "../transforms/flatten.ts";
import { physical } from "./tensor-types.ts";

/** An argument, result or constant of an exported program. */
export interface TensorDescription {
  /** Where it is in its tree: `arg0.w`, `out[1]`. */
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Whether these are the words of random keys, two along the last axis. */
  readonly key?: true;
  /** Axes of the mesh for each dimension, where the program is divided among devices. */
  readonly division?: Division;
}

/**
 * A tree with the number of an argument or result at each leaf: lists and objects are themselves,
 * null is null, nodes of other types are `{ "custom": name, "children": [...] }`.
 */
export type TreeDescription =
  | number
  | null
  | readonly TreeDescription[]
  | { readonly [key: string]: TreeDescription | string };

/** What the text of a program does not say: names, trees, and how it is divided. */
export interface ExportDescription {
  readonly format: "udiff-stablehlo-1";
  readonly name: string;
  readonly inputs: readonly TensorDescription[];
  readonly outputs: readonly TensorDescription[];
  /** Further arguments of the program, after the inputs: arrays of the side file, by name. */
  readonly constants: readonly TensorDescription[];
  readonly inTree: TreeDescription;
  readonly outTree: TreeDescription;
  readonly mesh: Mesh | null;
  readonly numPartitions: number;
}

/** Describe the leaves of a tree. */
export function describeLeaves(
  treeDef: TreeDef,
  avals: readonly ShapedArray[],
  divisions: readonly (Division | null)[],
  nameOf: (path: string) => string,
): readonly TensorDescription[] {
  return avals.map((aval, i) => {
    const { dtype, shape } = physical(aval);
    const division = divisions[i] ?? null;
    return {
      name: nameOf(pathOf(treeDef, i)),
      dtype,
      shape,
      ...(aval.dtype === "key<fry>" ? { key: true as const } : {}),
      ...(division === null ? {} : { division }),
    };
  });
}

/** A tree with its leaves numbered in order. */
export function describeTree(treeDef: TreeDef): TreeDescription {
  let next = 0;
  const visit = (def: TreeDef): TreeDescription => {
    switch (def.kind) {
      case "leaf":
        return next++;
      case "null":
        return null;
      case "array":
        return def.children.map(visit);
      case "object":
        return Object.fromEntries(
          def.keys.map((key, i) => [key, visit(def.children[i] as TreeDef)]),
        ); // one each
      case "custom":
        return { custom: def.type?.name ?? "node", children: def.children.map(visit) };
      default:
        def.kind satisfies never;
        return null;
    }
  };
  return visit(treeDef);
}
