import {
  debug,
  effectsBarrier,
  type NDArray,
  numpy as np,
  pureCallback,
  ShapeDtypeStruct,
} from "udiff";
import { expectTypeOf, test } from "vitest";

const x = np.ones([3]);

test("a debug callback gets arrays for arrays and numbers, and everything else as it is", () => {
  const out = debug.callback(
    (a, b, name, tree) => {
      expectTypeOf(a).toEqualTypeOf<NDArray>();
      expectTypeOf(b).toEqualTypeOf<NDArray>();
      expectTypeOf(name).toEqualTypeOf<string>();
      expectTypeOf(tree).toEqualTypeOf<{ w: NDArray; list: NDArray[] }>();
    },
    x,
    1,
    "name",
    { w: x, list: [x] },
  );
  expectTypeOf(out).toEqualTypeOf<void>();
  debug.callback.ordered(() => {}, x);
  // @ts-expect-error: the function wants an array, and gets a string
  debug.callback((v: NDArray) => v, "text");
  // @ts-expect-error: the function wants more than it gets
  debug.callback((a: NDArray, b: NDArray) => [a, b], x);
});

test("a format is a string, values are anything", () => {
  expectTypeOf(debug.print("{} {y}", x, { y: [x, 1] })).toEqualTypeOf<void>();
  // @ts-expect-error: the format comes first
  debug.print(x);
  expectTypeOf(effectsBarrier()).toEqualTypeOf<Promise<void>>();
});

test("a pure callback gives arrays where its results are described", () => {
  const one = pureCallback((a) => a.add(1), x, [x]);
  expectTypeOf(one).toEqualTypeOf<NDArray>();
  const struct = new ShapeDtypeStruct([2], "float32");
  const tree = pureCallback((a, b) => ({ u: a, v: [b, 1] }), { u: struct, v: [x, 1] }, [x, 2], {
    vmapMethod: "expandDims",
  });
  expectTypeOf(tree).toEqualTypeOf<{ u: NDArray; v: NDArray[] }>();
  // @ts-expect-error: there is no such way to map
  pureCallback((a) => a, x, [x], { vmapMethod: "parallel" });
  // @ts-expect-error: arguments are a list
  pureCallback((a) => a, x, x);
});
