import type { MapLeaves, Relaxed, Strict } from "../core/pytree-types.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import type { Argnums } from "./arguments.ts";

/** What may be passed for a parameter of type `T`: numbers and booleans wherever arrays stand. */
export type Passed<T> = Relaxed<T, NDArray, ArrayLike>;

/** Arguments of a transformed function: those of the function, numbers allowed for arrays. */
export type PassedArgs<Args extends readonly unknown[]> = { [I in keyof Args]: Passed<Args[I]> };

/** What a transform gives for a `T`: arrays at every leaf that may be a number. */
export type Given<T> = Strict<T, NDArray, ArrayLike>;

/** What a function of the host gets for arguments like these. */
export type GivenArgs<Args extends readonly unknown[]> = { [I in keyof Args]: Given<Args[I]> };

/**
 * `T`, which other arguments decide: nothing is inferred here. Unlike `NoInfer` it leaves nothing
 * around lists, whose entries other types map.
 */
export type Decided<T> = [T][T extends unknown ? 0 : never];

/** What a loop's body gets for a carry like `T`, and what it may give for the next one. */
export type CarryOf<T> = Given<Decided<T>>;
/** See `CarryOf`. */
export type NextOf<T> = Passed<Given<Decided<T>>>;

/** Gradients have arrays at every leaf, whatever kind of number stood there. */
export type Gradient<T> = MapLeaves<T, ArrayLike, NDArray>;

type IndexOf<Args extends readonly unknown[], N extends number> = `${N}` extends `-${infer M}`
  ? M extends "1"
    ? Args extends readonly [...unknown[], infer Last]
      ? Last
      : Args[number]
    : Args[number]
  : Args[N];

/** Gradients by the arguments that `N` names: one, or a tuple of them. */
export type GradientsBy<Args extends readonly unknown[], N extends Argnums> = N extends number
  ? Gradient<IndexOf<Args, N>>
  : N extends readonly number[]
    ? { -readonly [I in keyof N]: Gradient<IndexOf<Args, N[I] & number>> }
    : never;

/** Cotangents of all arguments. */
export type Cotangents<Args extends readonly unknown[]> = { [I in keyof Args]: Gradient<Args[I]> };

/** A Jacobian: for each leaf of the result, the tree of the argument. */
export type JacobianBy<Out, Args extends readonly unknown[], N extends Argnums> = MapLeaves<
  Out,
  ArrayLike,
  GradientsBy<Args, N>
>;

/** Options of transforms that differentiate. */
export interface GradOptions<N extends Argnums = Argnums> {
  /** Which arguments to differentiate by: a number, or a list of numbers; 0 by default. */
  readonly argnums?: N | undefined;
  /** Whether the function returns `[out, aux]`, of which only `out` is differentiated. */
  readonly hasAux?: boolean | undefined;
  /** Whether integer and boolean arguments are allowed; their gradients are float0. */
  readonly allowInt?: boolean | undefined;
}
