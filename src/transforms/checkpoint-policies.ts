import { checkpointNameP } from "./checkpoint-name.ts";
import type { CheckpointPolicy } from "./checkpoint-primitive.ts";

/** Keep every intermediate value, as without `checkpoint`. */
export const everythingSaveable: CheckpointPolicy = () => true;

/** Keep nothing but the arguments; what `checkpoint` does by itself. */
export const nothingSaveable: CheckpointPolicy = () => false;

/** Keep the results of matrix products and convolutions. */
export const dotsSaveable: CheckpointPolicy = ({ name }) =>
  name === "dot_general" || name === "conv_general_dilated";

/** The same as `dotsSaveable`. */
export const checkpointDots: CheckpointPolicy = dotsSaveable;

/** Keep the results of matrix products without batch axes, as those with weights are. */
export const dotsWithNoBatchDimsSaveable: CheckpointPolicy = ({ name }, params) => {
  if (name !== "dot_general") return false;
  const { batch } = params as { readonly batch: readonly (readonly number[])[] }; // of `dotGeneralP`
  return batch.every((axes) => axes.length === 0);
};

/** The name that `checkpointName` gave, or null for any other equation. */
function nameOf(prim: Parameters<CheckpointPolicy>[0], params: object): string | null {
  if (prim !== checkpointNameP) return null;
  return (params as { readonly name: string }).name; // of `checkpointNameP`
}

/** Keep the values that `checkpointName` gave one of these names, and nothing else. */
export function saveOnlyTheseNames(...names: readonly string[]): CheckpointPolicy {
  return (prim, params) => names.includes(nameOf(prim, params) ?? "");
}

/** Keep the values that `checkpointName` gave any name but these, and nothing without a name. */
export function saveAnyNamesButThese(...names: readonly string[]): CheckpointPolicy {
  return (prim, params) => {
    const name = nameOf(prim, params);
    return name !== null && !names.includes(name);
  };
}

/** Keep everything but the values that `checkpointName` gave one of these names. */
export function saveAnythingExceptTheseNames(...names: readonly string[]): CheckpointPolicy {
  return (prim, params) => !names.includes(nameOf(prim, params) ?? "");
}

/** Keep what either of two policies keeps. */
export function saveFromBothPolicies(
  first: CheckpointPolicy,
  second: CheckpointPolicy,
): CheckpointPolicy {
  return (prim, params) => first(prim, params) || second(prim, params);
}
