import {
  grad,
  jit,
  lax,
  makeJaxpr,
  type NDArray,
  namedCall,
  namedScope,
  numpy as np,
  vmap,
} from "udiff";
import { expect, test } from "vitest";

const f = (x: NDArray): NDArray =>
  namedScope("outer", () => {
    const y = np.sin(x);
    return namedScope("inner", () => np.cos(y)).mul(2);
  });

test("programs are printed with the scopes of their equations", () => {
  expect(String(makeJaxpr(f)(1))).toMatchInlineSnapshot(`
    "{ lambda ; a:f32~[]. let
        b:f32~[] = sin a            # [outer]
        c:f32~[] = cos b            # [outer/inner]
        d:f32~[] = mul c 2.0:f32~[] # [outer]
      in (d,) }"
  `);
});

test("scopes go through every transformation", () => {
  expect(String(makeJaxpr(grad(f))(1))).toMatchInlineSnapshot(`
    "{ lambda ; a:f32~[]. let
        b:f32~[] = sin a                     # [outer]
        c:f32~[] = cos a                     # [outer]
        d:f32~[] = cos b                     # [outer/inner]
        e:f32~[] = sin b                     # [outer/inner]
        _:f32~[] = mul d 2.0:f32~[]          # [outer]
        f:f32~[] = mul 1.0:f32~[] 2.0:f32~[] # [outer]
        g:f32~[] = neg f                     # [outer/inner]
        h:f32~[] = mul g e                   # [outer/inner]
        i:f32~[] = mul h c                   # [outer]
      in (i,) }"
  `);
  expect(
    String(makeJaxpr(vmap(jit(namedCall(f, { name: "model" }))))(np.ones([2]))),
  ).toMatchInlineSnapshot(`
    "{ lambda ; a:f32[2]. let
        b:f32[2] = jit[name=model jaxpr=
          { lambda ; a:f32[2]. let
              b:f32[2] = sin a                                          # [model/outer]
              c:f32[2] = cos b                                          # [model/outer/inner]
              d:f32[2] = broadcast_in_dim[dims=() shape=(2,)] 2.0:f32[] # [model/outer]
              e:f32[2] = mul c d                                        # [model/outer]
            in (e,) }
        ] a
      in (b,) }"
  `);
});

test("scopes of a nested program are those within it, whoever calls it", () => {
  const inner = jit((x: NDArray) => namedScope("inner", () => np.sin(x)));
  const text = String(
    makeJaxpr((x: NDArray) =>
      namedScope("one", () => inner(x)).add(namedScope("two", () => inner(x))),
    )(1),
  );
  expect(text).toMatchInlineSnapshot(`
    "{ lambda ; a:f32~[]. let
        b:f32~[] = jit[name=anonymous jaxpr= # [one]
          { lambda ; a:f32~[]. let
              b:f32~[] = sin a # [inner]
            in (b,) }
        ] a
        c:f32~[] = jit[name=anonymous jaxpr= # [two]
          { lambda ; a:f32~[]. let
              b:f32~[] = sin a # [inner]
            in (b,) }
        ] a
        d:f32~[] = add b c
      in (d,) }"
  `);
  const loop = (x: NDArray): NDArray =>
    namedScope(
      "loop",
      () =>
        lax.scan((c: NDArray, _: null) => [namedScope("step", () => np.sin(c)), null], x, null, {
          length: 2,
        })[0],
    );
  expect(String(makeJaxpr(loop)(1))).toMatchInlineSnapshot(`
    "{ lambda ; a:f32~[]. let
        b:f32~[] = scan[length=2 reverse=false consts=0 carry=1 jaxpr= # [loop]
          { lambda ; a:f32~[]. let
              b:f32~[] = sin a # [step]
            in (b,) }
        ] a
      in (b,) }"
  `);
});

test("bodies that differ in their scopes alone are different programs", () => {
  const scanned = (name: string) => (x: NDArray) =>
    lax.scan((c: NDArray, _: null) => [namedScope(name, () => np.sin(c)), null], x, null, {
      length: 2,
    })[0];
  const text = String(makeJaxpr((x: NDArray) => scanned("a")(x).add(scanned("b")(x)))(1));
  expect(text).toContain("# [a]");
  expect(text).toContain("# [b]");
});

test("values are what they are without scopes, and a scope ends when its function throws", () => {
  expect(f(np.float32(1)).js()).toBe(
    np
      .cos(np.sin(np.float32(1)))
      .mul(2)
      .js(),
  );
  const error = new Error("inside");
  expect(() =>
    namedScope("left", () => {
      throw error;
    }),
  ).toThrow(error);
  expect(String(makeJaxpr(np.sin)(1))).not.toContain("#");
});

test("a named call keeps what its function takes and gives", () => {
  const g = namedCall(function model(x: NDArray, k: number) {
    return x.mul(k);
  });
  expect(g.name).toBe("model");
  expect(g(np.float32(2), 3).js()).toBe(6);
});

test("names are required", () => {
  expect(() => namedScope("", () => 1)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: namedScope: a name must be a string of at least one character, got the string ""; name what the function is for]`,
  );
  expect(() => namedScope("a", 1 as never)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: namedScope: a function is required, got number 1; pass the function itself, not its result]`,
  );
  expect(() => namedCall(() => 1)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: namedCall: a name must be a string of at least one character, got the string ""; name what the function is for]`,
  );
  expect(() => namedCall(f, { title: "x" } as never)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: namedCall: unknown option "title"; the names allowed are name]`,
  );
  expect(() => namedScope("a", async () => 1)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: namedScope: a synchronous function is required, got one that returns a promise; await data before the call and pass it as an argument]`,
  );
});

test("compiled programs name the scope of what each kernel gives, inside of calls and loops too", () => {
  const inner = jit((x: NDArray) => namedScope("inner", () => np.cumsum(x)));
  const g = jit((x: NDArray) => {
    const y = namedScope("outer", () => np.sum(inner(x)));
    return lax.scan(
      (c: NDArray, v: NDArray) => [namedScope("step", () => np.sin(c).mul(v)), null] as const,
      y,
      x,
    )[0];
  });
  expect(String(g.lower(np.ones([3])))).toMatchInlineSnapshot(`
    "{ lambda ; a:f32[3]. let
        b:f32[3] = jit[name=anonymous jaxpr= # [outer]
          { lambda ; a:f32[3]. let
              b:f32[3] = cumsum[axis=0 reverse=false] a # [inner]
            in (b,) }
        ] a
        c:f32[] = reduce_sum[axes=(0,)] b    # [outer]
        d:f32[] = scan[length=3 reverse=false consts=0 carry=1 jaxpr=
          { lambda ; a:f32[] b:f32[]. let
              c:f32[] = sin a   # [step]
              d:f32[] = mul c b # [step]
            in (d,) }
        ] c a
      in (d,) }

    %0: float32[3] = input 0
    %1: float32[3] = cumulative %0{[3] by [1]} # [outer/inner]
    %2: float32[] = kernel # [outer]
      for [] over [3]
      x0: float32 = %1{[3] by [1]}
      s0: float32 = reduce add x0
      store s0
    %3: float32[] = scan 3 with () from (%2{[] by []}) over (%0{[3] by [1]})
      body
        %0: float32[] = input 0
        %1: float32[] = input 1
        %2: float32[] = kernel # [step]
          for []
          x0: float32 = %0{[] by []}
          x1: float32 = %1{[] by []}
          v0: float32 = sin x0
          v1: float32 = mul v0 x1
          store v1
        return %2{[] by []}
    return %3{[] by []}"
  `);
});
