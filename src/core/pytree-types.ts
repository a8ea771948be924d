/** What arrays, traced arrays and descriptions of arrays have in common. */
export interface ArrayShaped {
  readonly shape: readonly number[];
  readonly dtype: unknown;
}

/**
 * Types that are leaves of a pytree whatever is in them. Instances of classes in general cannot be
 * told from plain objects by type.
 */
export type Opaque =
  | string
  | number
  | bigint
  | boolean
  | symbol
  | ((...args: never[]) => unknown)
  | ArrayShaped
  | ArrayBuffer
  | ArrayBufferView
  | Date
  | RegExp
  | Error
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | PromiseLike<unknown>;

/** Nested arrays and plain objects of leaves. An interface is one of them only by `CheckTree`. */
export type Tree<Leaf> =
  | Leaf
  | null
  | undefined
  | readonly Tree<Leaf>[]
  | { readonly [key: string]: Tree<Leaf> };

/** `T` where every leaf is a `Leaf`, and `never` at the places where one is not. */
export type CheckTree<T, Leaf> =
  IsAny<T> extends true
    ? T
    : T extends Leaf | null | undefined
      ? T
      : T extends Opaque
        ? never
        : T extends object
          ? { [K in keyof T]: CheckTree<T[K], Leaf> }
          : never;

/**
 * `T` with every leaf of type `From` replaced by `To`; tuples, optional and readonly properties
 * stay what they are, and so does every other leaf.
 */
export type MapLeaves<T, From, To> =
  IsAny<T> extends true
    ? T
    : T extends From
      ? To
      : T extends Opaque | null | undefined
        ? T
        : T extends object
          ? { [K in keyof T]: MapLeaves<T[K], From, To> }
          : T;

/** `T` with `To` for every leaf, whatever it is. */
export type ReplaceLeaves<T, To> = MapLeaves<T, Opaque, To>;

/**
 * What may be passed where a function takes a `T`: at every `Leaf` a `Like` too.
 *
 * Numbers stay numbers: a function that asks for one cannot be given an array.
 */
export type Relaxed<T, Leaf, Like> =
  IsAny<T> extends true
    ? T
    : T extends Leaf
      ? T | Like
      : T extends Opaque | null | undefined
        ? T
        : T extends object
          ? { [K in keyof T]: Relaxed<T[K], Leaf, Like> }
          : T;

/**
 * What a transform gives for a `T`: a `Leaf` at every `Like`. `T` itself where that changes
 * nothing, so that named types and classes keep their names.
 */
export type Strict<T, Leaf, Like> =
  T extends MapLeaves<T, Like, Leaf> ? T : MapLeaves<T, Like, Leaf>;

/** Union of the types of the leaves of `T`, five levels down; below that, unknown. */
export type LeavesOf<T, Depth extends readonly unknown[] = [0, 0, 0, 0, 0]> =
  IsAny<T> extends true
    ? T
    : T extends null | undefined
      ? never
      : T extends Opaque
        ? T
        : Depth extends readonly [unknown, ...infer Less]
          ? T extends readonly (infer Item)[]
            ? LeavesOf<Item, Less>
            : T extends object
              ? { [K in keyof T]-?: LeavesOf<T[K], Less> }[keyof T]
              : T
          : unknown;

/** Union of what `U` has at the places where `T` has leaves; as deep as `LeavesOf`. */
export type PlacesOf<T, U, Depth extends readonly unknown[] = [0, 0, 0, 0, 0]> =
  IsAny<T> extends true
    ? T
    : T extends null | undefined
      ? never
      : T extends Opaque
        ? U
        : Depth extends readonly [unknown, ...infer Less]
          ? T extends readonly (infer Item)[]
            ? U extends readonly (infer Other)[]
              ? PlacesOf<Item, Other, Less>
              : never
            : T extends object
              ? U extends object
                ? {
                    [K in keyof T]-?: K extends keyof U ? PlacesOf<T[K], U[K], Less> : never;
                  }[keyof T]
                : never
              : U
          : unknown;

type IsAny<T> = 0 extends 1 & T ? true : false;
