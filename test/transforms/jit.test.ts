import {
  grad,
  jit,
  jvp,
  type NDArray,
  numpy as np,
  ShapeDtypeStruct,
  TracerLeakError,
  vjp,
  vmap,
} from "udiff";
import { expect, test } from "vitest";
import { JitCache } from "../../src/transforms/jit-cache.ts";

const x = np.array([1, 2, 3]);

/** A jitted function and how often it was traced. */
function counted<Args extends readonly unknown[]>(
  f: (...args: Args) => NDArray,
  options: Parameters<typeof jit>[1] = {},
) {
  let traces = 0;
  const g = jit((...args: Args) => {
    traces++;
    return f(...args);
  }, options);
  return { g, traces: () => traces };
}

test("one program for each structure, shape, dtype and weak type", () => {
  const { g, traces } = counted((v: { a: NDArray; b?: NDArray }) => v.a.mul(2));
  const calls = [
    { a: x },
    { a: x.mul(3) },
    { a: np.ones([2]) },
    { a: x, b: x },
    { a: x.astype("float16") },
    { a: np.float32(1) },
  ];
  for (let round = 0; round < 3; round++) for (const call of calls) g(call);
  expect(traces()).toBe(5);
  // Numbers are weak, and any of them is the same program.
  const scalar = counted((v: NDArray) => v.mul(2));
  for (const v of [1, 2.5, np.float32(1), Number.NaN]) scalar.g(v);
  expect(scalar.traces()).toBe(2);
});

test("static arguments make programs by value: primitives, functions, and what has equals", () => {
  class Size {
    readonly n: number;
    constructor(n: number) {
      this.n = n;
    }
    hash(): number {
      return this.n;
    }
    equals(other: unknown): boolean {
      return other instanceof Size && other.n === this.n;
    }
  }
  const bySize = counted((v: NDArray, size: Size) => np.tile(v, size.n), { staticArgnums: 1 });
  const shapes = [2, 3, 2].map((n) => bySize.g(x, new Size(n)).shape[0]);
  expect([shapes, bySize.traces()]).toEqual([[6, 9, 6], 2]);
  const byFunction = counted((v: NDArray, h: (v: NDArray) => NDArray) => h(v), {
    staticArgnums: -1,
  });
  expect([byFunction.g(x, np.sin), byFunction.g(x, np.cos), byFunction.g(x, np.sin)].length).toBe(
    3,
  );
  expect(byFunction.traces()).toBe(2);
  const byName = counted(
    (v: NDArray, o: { power: number; scale: NDArray }) => np.power(v, o.power).mul(o.scale),
    { staticArgnames: "power" },
  );
  for (const scale of [2, 5]) {
    expect(byName.g(x, { power: 2, scale: np.float32(scale) }).js()).toEqual(
      [1, 4, 9].map((v) => v * scale),
    );
  }
  byName.g(x, { power: 3, scale: np.float32(2) });
  expect(byName.traces()).toBe(2);
});

test("donated arrays are gone after the call, under transforms they are not", () => {
  const { g } = counted((v: NDArray) => v.add(1), { donateArgnums: 0 });
  const a = np.array([1, 2]);
  expect(g(a).js()).toEqual([2, 3]);
  expect(() => a.js()).toThrow(/was donated/);
  const b = np.array([1, 2]);
  grad((v: NDArray) => np.sum(g(v)))(b);
  expect(b.js()).toEqual([1, 2]);
  expect(g(b).js()).toEqual([2, 3]);
});

test("what a function throws while it is staged leaves no program behind", () => {
  let fail = true;
  const { g, traces } = counted((v: NDArray) => {
    if (fail) throw new Error("mine");
    return v.add(1);
  });
  expect(() => g(x)).toThrow("mine");
  fail = false;
  expect([g(x).js(), g(x).js(), traces()]).toEqual([[2, 3, 4], [2, 3, 4], 2]);
});

test("values of an enclosing transform that are closed over are traced once while it runs", () => {
  let y: NDArray = x;
  const { g, traces } = counted((v: NDArray) => v.mul(y).add(y));
  const outer = (v: NDArray): NDArray => {
    y = v;
    return np.sum(
      g(x)
        .add(g(x.mul(2)))
        .add(g(x)),
    );
  };
  for (let step = 1; step < 4; step++) {
    expect(grad(outer)(x.mul(step)).js()).toEqual([7, 11, 15]);
    expect(traces()).toBe(step);
  }
  expect(vmap(outer)(np.stack([x, x.mul(2)])).js()).toEqual([4 * 14 + 3 * 6, 8 * 14 + 6 * 6]);
  expect(jit(outer)(x).item()).toBe(4 * 14 + 3 * 6);
  // Outside of a transform what is closed over is a constant as any other.
  y = x;
  expect(g(x).js()).toEqual([2, 6, 12]);
});

test("a program is the same whatever values it is closed over", () => {
  let y: NDArray = x;
  const cache = new JitCache(
    ((v: NDArray) => np.tanh(v.mul(y))) as (...args: never[]) => unknown,
    {},
  );
  const programs = new Set<unknown>();
  const outer = (v: NDArray): NDArray => {
    y = v;
    programs.add(cache.stagedFor([x]).program);
    return np.sum(cache.call([x]) as NDArray);
  };
  for (let i = 1; i < 5; i++) grad(outer)(x.mul(i));
  expect(programs.size).toBe(1);
  // The first of its inputs is the value that was closed over.
  const [program] = programs as Set<{ jaxpr: { invars: unknown[] }; consts: unknown[] }>;
  expect([program?.jaxpr.invars.length, program?.consts.length]).toEqual([2, 0]);
});

test("a value closed over is not kept once its transform is over", () => {
  let y: NDArray = x;
  const cache = new JitCache(((v: NDArray) => v.mul(y)) as (...args: never[]) => unknown, {});
  const staged = vmap((v: NDArray) => {
    y = v;
    const entry = cache.stagedFor([x]);
    expect(entry.closure.values().map((held) => held === v)).toEqual([true]);
    expect(entry.closure.isAlive).toBe(true);
    kept = entry;
    return v;
  });
  let kept = null as unknown as ReturnType<JitCache["stagedFor"]>;
  staged(x);
  expect(kept.closure.isAlive).toBe(false);
  expect(kept.program.consts).toEqual([]);
  y = x;
  expect((cache.call([x]) as NDArray).js()).toEqual([1, 4, 9]);
});

test("a value closed over that is used too late is a leak, and the next call works", () => {
  let y: NDArray = x;
  const f = jit((v: NDArray) => v.mul(y));
  grad((v: NDArray) => {
    y = v;
    return np.sum(f(x));
  })(x);
  expect(() => f(x)).toThrow(TracerLeakError);
  y = x;
  expect(f(x).js()).toEqual([1, 4, 9]);
});

test("closed-over values of several transforms go each their own way", () => {
  const value = (a: NDArray, b: NDArray): NDArray => {
    const h = jit((v: NDArray) => v.mul(a).mul(b));
    return np.sum(h(x).add(h(x.mul(2))));
  };
  const mixed = vmap((a: NDArray) =>
    grad((b: NDArray) => jit((c: NDArray) => value(a, c))(b))(np.float32(1)),
  );
  expect(mixed(np.array([1, 2])).js()).toEqual([18, 36]);
  expect(
    jvp((a: NDArray) => grad((b: NDArray) => value(a, b))(a), [np.float32(3)], [1])[1].item(),
  ).toBe(18);
});

test("the stages of a jitted function show and run its program", () => {
  const f = jit((v: NDArray, n: number) => ({ y: v.mul(n) }), { staticArgnums: 1 });
  const shape = new ShapeDtypeStruct([3], "float32");
  expect(String(f.evalShape(shape, 2) && (f.evalShape(shape, 2) as { y: unknown }).y)).toBe(
    "float32[3]",
  );
  const traced = f.trace(shape, 2);
  expect(String(traced)).toMatchInlineSnapshot(`
    "{ lambda ; a:f32[3]. let
        b:f32[3] = broadcast_in_dim[dims=() shape=(3,)] 2.0:f32[]
        c:f32[3] = mul a b
      in (c,) }"
  `);
  expect(traced.lower().cost.kernels).toBe(1);
  const lowered = f.lower(x, 2);
  expect(String(lowered.outInfo && (lowered.outInfo as { y: unknown }).y)).toBe("float32[3]");
  const compiled = lowered.compile();
  expect(compiled(x, 2).y.js()).toEqual([2, 4, 6]);
  expect(grad((v: NDArray) => np.sum(compiled(v, 2).y))(x).js()).toEqual([2, 2, 2]);
  expect(() => compiled(x, 3)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: anonymous: static arguments must be those it was lowered for; lower it again for others]`,
  );
  expect(() => compiled(np.ones([2]), 2)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: anonymous: argument [0] must have the shape of float32[3], got float32[2]; return one of that shape]`,
  );
  expect(() => compiled(x.astype("int32"), 2)).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: anonymous: argument [0] must have the dtype of float32[3], got int32[3]; convert it with astype]`,
  );
  expect(() => compiled([x] as never, 2)).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: anonymous: the arguments must have the structure * at [0], got [*]; pass a single leaf there]`,
  );
  expect(compiled(x, 2).y.js()).toEqual([2, 4, 6]);
});

test("a compiled program that closes over a traced value ends with its transform", () => {
  let compiled: ((v: NDArray) => NDArray) | undefined;
  const value = vjp((y: NDArray) => {
    const program = jit((v: NDArray) => v.mul(y))
      .lower(x)
      .compile();
    compiled = program;
    return program(x);
  }, x)[0];
  expect(value.js()).toEqual([1, 4, 9]);
  expect(() => compiled?.(x)).toThrowErrorMatchingInlineSnapshot(
    `[TracerLeakError: anonymous: the program closes over a traced value whose transformation has ended; lower it again]`,
  );
});
