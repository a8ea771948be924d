import { checkpoint, grad, lax, type NDArray, numpy as np, vmap } from "udiff";
import { expectTypeOf, test } from "vitest";

const x = np.ones([3]);

test("scan keeps the types of the carry and of the results", () => {
  const [c, ys] = lax.scan((s: NDArray, v: NDArray) => [s.add(v), { y: v }] as const, 0, x);
  expectTypeOf(c).toEqualTypeOf<NDArray>();
  expectTypeOf(ys.y).toEqualTypeOf<NDArray>();
  const [state, none] = lax.scan(
    ({ h, n }: { h: NDArray; n: NDArray }) => [{ h: n, n: h }, null] as const,
    { h: 0, n: 1 },
    null,
    { length: 3 },
  );
  expectTypeOf(state.h).toEqualTypeOf<NDArray>();
  expectTypeOf(none).toEqualTypeOf<null>();
  // Parameters without annotations take their types from the first carry and from the slices.
  const [last] = lax.scan((s, v) => [s.add(v), null] as const, 0, x);
  expectTypeOf(last).toEqualTypeOf<NDArray>();
  // @ts-expect-error: the next carry has another structure
  lax.scan((s: NDArray) => [[s], null] as const, 0, x);
  // @ts-expect-error: a body gives the carry and a result
  lax.scan((s: NDArray) => s, 0, x);
  // @ts-expect-error: there is no such option
  lax.scan((s: NDArray) => [s, null] as const, 0, x, { lenght: 3 });
});

test("loops and choices give what their bodies give", () => {
  expectTypeOf(lax.foriLoop(0, 3, (i, c) => c.add(i), 0)).toEqualTypeOf<NDArray>();
  expectTypeOf(
    lax.whileLoop(
      ({ a }) => np.less(a, 3),
      ({ a }) => ({ a: a.add(1) }),
      { a: x },
    ),
  ).toEqualTypeOf<{ a: NDArray }>();
  const picked = lax.cond(
    true,
    (v: NDArray) => ({ y: v }),
    (v: NDArray) => ({ y: v.mul(2) }),
    3,
  );
  expectTypeOf(picked).toEqualTypeOf<{ y: NDArray }>();
  expectTypeOf(lax.switch(0, [(v: NDArray) => v], 1)).toEqualTypeOf<NDArray>();
  expectTypeOf(lax.map((v: NDArray) => ({ v }), x)).toEqualTypeOf<{ v: NDArray }>();
  // @ts-expect-error: an operand is missing
  lax.cond(
    true,
    (v: NDArray) => v,
    (v: NDArray) => v,
  );
});

test("checkpoint keeps the type of the function", () => {
  const f = checkpoint((p: { w: NDArray }, v: NDArray) => np.sum(p.w.mul(v)));
  expectTypeOf(f({ w: 1 }, x)).toEqualTypeOf<NDArray>();
  expectTypeOf(grad(f)({ w: x }, x)).toEqualTypeOf<{ w: NDArray }>();
  expectTypeOf(vmap(f)({ w: x }, x)).toEqualTypeOf<NDArray>();
});
