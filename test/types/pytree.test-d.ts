import { expectTypeOf, test } from "vitest";
import type {
  CheckTree,
  LeavesOf,
  MapLeaves,
  Relaxed,
  ReplaceLeaves,
  Strict,
  Tree,
} from "../../src/core/pytree-types.ts";
import { map, mapWithPath, Partial } from "../../src/tree/index.ts";

/** Stands for the library's array: a class with private parts and methods. */
declare class Arr {
  private readonly secret: number;
  readonly shape: readonly number[];
  readonly dtype: "float32";
  add(other: ArrLike): Arr;
}
type ArrLike = Arr | number | boolean;

interface Layer {
  w: Arr;
  b?: Arr | undefined;
}
interface Params {
  readonly layers: readonly Layer[];
  scale: [Arr, Arr];
  none: null;
}

interface LinkedList {
  head: Arr;
  tail: LinkedList | null;
}

test("Relaxed takes numbers at the arrays of an interface", () => {
  type R = Relaxed<Params, Arr, ArrLike>;
  expectTypeOf<R["scale"]>().toEqualTypeOf<[ArrLike, ArrLike]>();
  expectTypeOf<R["none"]>().toEqualTypeOf<null>();
  expectTypeOf<{
    layers: { w: number }[];
    scale: [1, true];
    none: null;
  }>().toExtend<R>();
  expectTypeOf<Params>().toExtend<R>();
  expectTypeOf<Relaxed<Arr, Arr, ArrLike>>().toEqualTypeOf<ArrLike>();
  expectTypeOf<Relaxed<number, Arr, ArrLike>>().toEqualTypeOf<number>();
  expectTypeOf<Relaxed<Arr[], Arr, ArrLike>>().toEqualTypeOf<ArrLike[]>();
  expectTypeOf<Relaxed<string | Arr, Arr, ArrLike>>().toEqualTypeOf<string | ArrLike>();
  expectTypeOf<Relaxed<unknown, Arr, ArrLike>>().toEqualTypeOf<unknown>();
});

test("Relaxed refuses what is no array, and a missing property", () => {
  const take = (_: Relaxed<Params, Arr, ArrLike>) => {};
  // @ts-expect-error a string is no array
  take({ layers: [{ w: "1" }], scale: [1, 2], none: null });
  // @ts-expect-error scale is a pair
  take({ layers: [], scale: [1], none: null });
  // @ts-expect-error layers are missing
  take({ scale: [1, 2], none: null });
});

test("Strict gives arrays for numbers and leaves everything else its name", () => {
  expectTypeOf<Strict<number, Arr, ArrLike>>().toEqualTypeOf<Arr>();
  expectTypeOf<Strict<boolean, Arr, ArrLike>>().toEqualTypeOf<Arr>();
  expectTypeOf<Strict<ArrLike, Arr, ArrLike>>().toEqualTypeOf<Arr>();
  expectTypeOf<Strict<Params, Arr, ArrLike>>().toEqualTypeOf<Params>();
  expectTypeOf<Strict<{ a: number; b: [Arr, boolean] }, Arr, ArrLike>>().toEqualTypeOf<{
    a: Arr;
    b: [Arr, Arr];
  }>();
  expectTypeOf<Strict<{ a?: number | null }, Arr, ArrLike>>().toEqualTypeOf<{ a?: Arr | null }>();
  expectTypeOf<Strict<null, Arr, ArrLike>>().toEqualTypeOf<null>();
});

test("Strict keeps a class with private parts", () => {
  class Model {
    private readonly cache = new Map<string, Arr>();
    readonly w: Arr;
    constructor(w: Arr) {
      this.w = w;
      this.cache.set("w", w);
    }
  }
  expectTypeOf<Strict<Model, Arr, ArrLike>>().toEqualTypeOf<Model>();
  expectTypeOf<Model>().toExtend<Relaxed<Model, Arr, ArrLike>>();
});

test("types that hold themselves are followed as far as they are used", () => {
  expectTypeOf<Strict<LinkedList, Arr, ArrLike>>().toEqualTypeOf<LinkedList>();
  type Relaxation = NonNullable<Relaxed<LinkedList, Arr, ArrLike>["tail"]>["head"];
  expectTypeOf<Relaxation>().toEqualTypeOf<ArrLike>();
  expectTypeOf<MapLeaves<LinkedList, Arr, string>["head"]>().toEqualTypeOf<string>();
});

test("MapLeaves replaces leaves of one type and keeps the form of the tree", () => {
  type Mapped = MapLeaves<Params, Arr, string>;
  expectTypeOf<Mapped>().toEqualTypeOf<{
    readonly layers: readonly { w: string; b?: string | undefined }[];
    scale: [string, string];
    none: null;
  }>();
  expectTypeOf<MapLeaves<{ a: Map<string, Arr>; b: () => Arr }, Arr, string>>().toEqualTypeOf<{
    a: Map<string, Arr>;
    b: () => Arr;
  }>();
});

test("ReplaceLeaves replaces every leaf", () => {
  expectTypeOf<ReplaceLeaves<{ a: Arr; b: [string, Date]; c: null }, number>>().toEqualTypeOf<{
    a: number;
    b: [number, number];
    c: null;
  }>();
});

test("LeavesOf is the union of the leaves", () => {
  expectTypeOf<LeavesOf<Params>>().toEqualTypeOf<Arr>();
  expectTypeOf<LeavesOf<{ a: string; b: [number, null, { c?: Date }] }>>().toEqualTypeOf<
    string | number | Date
  >();
  expectTypeOf<LeavesOf<number>>().toEqualTypeOf<number>();
  expectTypeOf<LeavesOf<LinkedList>>().toEqualTypeOf<unknown>();
});

test("CheckTree takes interfaces, and gives never at the place of a wrong leaf", () => {
  expectTypeOf<Params>().toExtend<CheckTree<Params, Arr>>();
  expectTypeOf<CheckTree<{ a: Arr; b: string }, Arr>>().toEqualTypeOf<{ a: Arr; b: never }>();
  expectTypeOf<CheckTree<() => Arr, Arr>>().toEqualTypeOf<never>();
});

test("Tree takes nested literals", () => {
  expectTypeOf<{ a: Arr; b: [Arr, null, { c: Arr }] }>().toExtend<Tree<Arr>>();
  expectTypeOf<{ a: string }>().not.toExtend<Tree<Arr>>();
});

test("tree.map knows the leaves, the places in other trees, and the result", () => {
  const params = {} as { w: Arr; b: readonly Arr[] };
  expectTypeOf(map((x) => x.add(1), params)).toEqualTypeOf<{ w: Arr; b: readonly Arr[] }>();
  expectTypeOf(map((x) => x.shape.length, params)).toEqualTypeOf<{
    w: number;
    b: readonly number[];
  }>();
  map(
    (x, y) => {
      expectTypeOf(x).toEqualTypeOf<Arr>();
      expectTypeOf(y).toEqualTypeOf<string | { deep: Date }>();
    },
    params,
    {} as { w: string; b: { deep: Date }[] },
  );
  mapWithPath((path, x) => {
    expectTypeOf(path).toEqualTypeOf<readonly (string | number)[]>();
    expectTypeOf(x).toEqualTypeOf<Arr>();
  }, params);
  // @ts-expect-error the leaves are arrays, not strings
  map((x: string) => x, params);
});

test("a Partial is called with the arguments it still lacks", () => {
  const f = (a: Arr, b: number, c: string) => [a, b, c];
  const partial = Partial(f, {} as Arr, 1);
  expectTypeOf(partial).parameters.toEqualTypeOf<[c: string]>();
  // @ts-expect-error a string is no array
  Partial(f, "a");
});
