import {
  checkpoint,
  customJvp,
  debug,
  debugInfs,
  debugNans,
  grad,
  jit,
  lax,
  type NDArray,
  NonFiniteError,
  namedScope,
  numpy as np,
  vmap,
} from "udiff";
import { expect, test } from "vitest";

/** The error of `f`. */
function failure(f: () => unknown): NonFiniteError {
  try {
    f();
  } catch (error) {
    if (error instanceof NonFiniteError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** What it says under `debugNans`, without the line. */
const message = (f: () => unknown): string =>
  failure(() => debugNans(f)).message.replace(/, at .*$/, "");

function bad(x: NDArray): NDArray {
  const y = x.mul(2);
  return np.log(y.neg()).add(1);
}

/** The line of this file that an error names. */
const lineOf = (error: NonFiniteError): number =>
  Number(/:(\d+):\d+\)?$/.exec(error.line ?? "")?.[1]);
/** The line that calls. */
const here = (): number =>
  Number(/nans\.test\.ts:(\d+)/.exec((new Error().stack ?? "").split("\n")[2] ?? "")?.[1]);

test("the operation is named that gives the first NaN, eagerly and in compiled programs", () => {
  // The primitives that JAX names.
  expect(message(() => bad(np.float32(1)))).toMatchInlineSnapshot(
    `"debugNans: every result must be a number, got NaN from log in float32[]; it was given -2.0"`,
  );
  expect(message(() => jit(bad)(1))).toMatchInlineSnapshot(
    `"debugNans: every result must be a number, got NaN from log in float32[], in jit of bad; it was given -2.0"`,
  );
  expect(message(() => grad((x: NDArray) => np.sqrt(x).mul(0))(0))).toMatchInlineSnapshot(
    `"debugNans: every result must be a number, got NaN from mul in float32[]; it was given 0.0, inf"`,
  );
  expect(message(() => np.array(Number.NaN).add(1))).toMatchInlineSnapshot(
    `"debugNans: every result must be a number, got NaN from add in float32[]; it was given nan, 1.0"`,
  );
  expect(message(() => vmap(jit(bad))(np.arange(3)))).toMatchInlineSnapshot(
    `"debugNans: every result must be a number, got NaN from log in float32[3] at [1]; it was given [ 0. -2. -4.]"`,
  );
  expect(message(() => checkpoint(bad)(1))).toMatchInlineSnapshot(
    `"debugNans: every result must be a number, got NaN from log in float32[]; it was given -2.0"`,
  );
  const f = customJvp((x: NDArray) => np.sqrt(x)).defJvp(
    ([x]: readonly NDArray[], [t]: readonly NDArray[]) => [
      np.sqrt(x as NDArray),
      np.log(t as NDArray),
    ],
  );
  expect(message(() => jit(f)(-1))).toMatchInlineSnapshot(
    `"debugNans: every result must be a number, got NaN from sqrt in float32[], in jit of call; it was given -1.0"`,
  );
});

test("loops and choices say in which turn or branch", () => {
  const turns = (z: NDArray, reverse: boolean): unknown =>
    lax.scan((c: NDArray, x: NDArray) => [np.log(c), x] as const, z, np.arange(4), { reverse });
  expect(message(() => turns(np.float32(2), false))).toMatchInlineSnapshot(
    `"debugNans: every result must be a number, got NaN from log in float32[], in turn 2 of scan; it was given -0.36651292"`,
  );
  expect(message(() => jit((z: NDArray) => turns(z, true))(2))).toMatchInlineSnapshot(
    `"debugNans: every result must be a number, got NaN from log in float32[], in turn 1 of scan, in jit of anonymous; it was given -0.36651292"`,
  );
  const loop = (z: NDArray): NDArray =>
    lax.whileLoop(
      (c: NDArray) => c.less(3),
      (c: NDArray) =>
        lax.cond(
          c.less(2),
          (v: NDArray) => np.sqrt(v.sub(2)),
          (v: NDArray) => v.sub(0.5),
          c,
        ),
      z,
    );
  expect(message(() => namedScope("solver", () => jit(loop)(2)))).toMatchInlineSnapshot(
    `"debugNans: every result must be a number, got NaN from sqrt in float32[], in branch 1 of cond, in turn 1 of while, in jit of loop, in scope solver; it was given -0.5"`,
  );
});

test("the line is that of the operation, jitted, differentiated or staged before", () => {
  const f = (x: NDArray): NDArray => np.sqrt(x.mul(0)).mul(0);
  const line = here() - 1;
  const compiled = jit(f);
  const derivative = jit(grad(f));
  compiled(1);
  derivative(1);
  expect(lineOf(failure(() => debugNans(() => derivative(1))))).toBe(line);
  expect(lineOf(failure(() => debugNans(() => grad(compiled)(1))))).toBe(line);
  expect(lineOf(failure(() => debugNans(() => grad(f)(1))))).toBe(line);
  const error = failure(() => debugNans(() => jit(vmap(grad(compiled)))(np.ones([2]))));
  expect(lineOf(error)).toBe(line);
  expect(error.primitive).toBe("mul");
  expect(error.line).toMatch(/nans\.test\.ts:\d+:\d+/);
});

test("what reaches no result is not seen in a compiled program, and is seen eagerly", () => {
  const f = (x: NDArray): NDArray => np.where(true, x, np.log(x.neg()));
  expect(debugNans(() => jit(f)(1)).js()).toBe(1);
  expect(message(() => f(np.float32(1)))).toMatchInlineSnapshot(
    `"debugNans: every result must be a number, got NaN from log in float32[]; it was given -1.0"`,
  );
});

test("infinities are looked for when they are asked for", () => {
  const f = jit((x: NDArray) => np.ones([2, 3]).div(x));
  expect(debugNans(() => f(0)).js()).toEqual(f(0).js());
  expect(failure(() => debugInfs(() => f(0))).message).toMatch(
    /debugInfs: .* got an infinity from div in float32\[2,3\] at \[0, 0\], in jit of/,
  );
  expect(debugInfs(() => np.log(np.float32(-1))).js()).toBeNaN();
  for (const x of [0, -1]) {
    expect(() => debugNans(() => debugInfs(() => np.log(np.float32(x))))).toThrow(NonFiniteError);
    expect(() => debugInfs(() => debugNans(() => np.log(np.float32(x))))).toThrow(NonFiniteError);
  }
});

test("callbacks are called once, though the program runs again", () => {
  const seen: unknown[] = [];
  const f = jit((x: NDArray) => {
    const y = lax.scan(
      (c: NDArray, _: null) => {
        debug.callback((v) => seen.push(v.js()), c);
        return [np.log(c), null] as const;
      },
      x,
      null,
      { length: 3 },
    )[0];
    return y;
  });
  failure(() => debugNans(() => f(2)));
  expect(seen.slice(0, 2)).toEqual([2, Math.fround(Math.log(2))]);
  expect(seen.length).toBe(3);
});

test("the value comes out where there is none, and nothing of the mode is left", () => {
  const f = jit((x: NDArray) => np.sin(x));
  expect(debugNans(() => f(1)).js()).toBe(f(1).js());
  failure(() => debugNans(() => bad(np.float32(1))));
  expect(bad(np.float32(1)).js()).toBeNaN();
  expect(jit(bad)(1).js()).toBeNaN();
});

test("it goes around transformations and synchronous functions", () => {
  expect(() => jit((x: NDArray) => debugNans(() => x))(1)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: debugNans: a call outside of transformations is required, got one inside of staging; put it around the call of the transformed function]`,
  );
  expect(() => debugNans(async () => 1)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: debugNans: a synchronous function is required, got one that returns a promise; await data before the call and pass it as an argument]`,
  );
  expect(() => debugInfs(1 as never)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: debugInfs: a function is required, got number 1; pass the function itself, not its result]`,
  );
});
