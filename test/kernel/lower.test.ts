import { makeJaxpr, type NDArray, numpy as np } from "udiff";
import { expect, test } from "vitest";
import type { ClosedJaxpr } from "../../src/core/primitive.ts";
import { cpuDevice } from "../../src/cpu/device.ts";
import { inlineCalls } from "../../src/kernel/inline.ts";
import { lowerProgram } from "../../src/kernel/lower.ts";
import { lifetimes, valuesRead } from "../../src/kernel/plan.ts";
import { printProgram } from "../../src/kernel/print.ts";
import type { Program } from "../../src/kernel/program.ts";
import { jit } from "../../src/transforms/index.ts";

// What a program is lowered to may become better; what must hold of it is tested here.

const x = np.array([
  [1, 2, 3],
  [4, 5, 6],
]);
const y = np.array([10, 20, 30]);
const limits = { buffers: 8 };
const host = (v: NDArray) => v as never;

const staged = (f: (...xs: NDArray[]) => unknown, ...args: NDArray[]): ClosedJaxpr =>
  makeJaxpr(f)(...args);

/** Functions that between them use every way to lower, and arguments for them. */
const functions: Readonly<Record<string, readonly [(...xs: NDArray[]) => unknown, ...NDArray[]]>> =
  {
    chain: [(a) => np.tanh((a as NDArray).mul(2).add(1)), x],
    shared: [
      (a) => {
        const s = np.sin(a as NDArray);
        return [s, s.mul(s), np.sum(s)];
      },
      x,
    ],
    view: [(a) => np.flip((a as NDArray).T, { axis: 0 }), x],
    "view of work": [
      (a) =>
        np
          .sin(a as NDArray)
          .T.reshape([-1])
          .add(1),
      x,
    ],
    reduction: [(a) => np.sum(np.square(a as NDArray), { axis: 0 }).mul(2), x],
    broadcast: [(a, b) => (a as NDArray).add(b as NDArray).mul(np.max(a as NDArray)), x, y],
    routine: [(a, b) => np.matmul(np.exp((a as NDArray).div(6)), b as NDArray).add(1), x, y],
    sorted: [(a) => np.sort((a as NDArray).neg(), { axis: 1 }), x],
    constant: [(a) => (a as NDArray).add(y), x],
    "argument as result": [(a) => [a, (a as NDArray).T], x],
    "number as result": [(_) => [np.float32(2), np.zeros([2, 2])], x],
    "no result": [() => [], x],
    call: [(a) => jit((v: NDArray) => np.sin(v).mul(2))(a as NDArray).add(1), x],
    several: [
      (a) => {
        const s = np.cumsum(a as NDArray, { axis: 1 });
        return [s.mul(2), np.mean(s), s.T];
      },
      x,
    ],
  };

test.each(Object.entries(functions))(
  "%s: the program gives what the function gives",
  (_, [f, ...args]) => {
    const program = lowerProgram(staged(f, ...args), limits);
    const outs = cpuDevice.compile(program).run(args.map(host));
    const want = [f(...args)].flat() as NDArray[];
    expect(outs.map((v) => v.js())).toEqual(want.map((v) => v.js()));
    expect(outs.map((v) => `${v.aval}`)).toEqual(want.map((v) => `${v.aval}`));
    // A second run must not see what the first one left in shared memory.
    expect(
      cpuDevice
        .compile(program)
        .run(args.map(host))
        .map((v) => v.js()),
    ).toEqual(want.map((v) => v.js()));
  },
);

test.each(Object.entries(functions))(
  "%s: values are written once, and before they are read",
  (_, [f, ...args]) => {
    const { values, steps, outputs } = lowerProgram(staged(f, ...args), limits);
    const ready = new Set<number>();
    values.forEach(({ origin }, i) => {
      if (origin.kind !== "step") ready.add(i);
    });
    for (const step of steps) {
      for (const value of valuesRead(step)) expect(ready.has(value), `%${value}`).toBe(true);
      for (const value of step.results) {
        expect(ready.has(value), `%${value} again`).toBe(false);
        ready.add(value);
      }
    }
    for (const { value } of outputs) expect(ready.has(value)).toBe(true);
  },
);

/** Whether two temporaries that share memory are ever needed at once. */
function overlaps(program: Program): boolean {
  const { slots } = lifetimes(program);
  const born = new Map<number, number>();
  const died = new Map<number, number>();
  program.steps.forEach((step, i) => {
    for (const value of step.results) born.set(value, i);
    for (const value of [...valuesRead(step), ...step.results]) died.set(value, i);
  });
  const used = [...born.keys()].filter((value) => slots[value] !== null);
  return used.some((a) =>
    used.some(
      (b) =>
        a !== b &&
        slots[a] === slots[b] &&
        (born.get(a) as number) <= (died.get(b) as number) &&
        (born.get(b) as number) <= (died.get(a) as number),
    ),
  );
}

test("temporaries share memory where their lives do not overlap, results never", () => {
  // Products of matrices are steps of their own, so that each leaves a temporary.
  const chain = (a: NDArray): NDArray =>
    Array.from({ length: 8 }).reduce<NDArray>((v) => np.matmul(v, v), a);
  const square = np.eye(3);
  const long = lowerProgram(
    staged((a) => chain(a as NDArray), square),
    limits,
  );
  const { slots, bytes } = lifetimes(long);
  expect(overlaps(long)).toBe(false);
  const temporaries = slots.filter((slot) => slot !== null);
  expect([temporaries.length, new Set(temporaries).size, bytes]).toEqual([7, 2, 2 * 36]);
  const kept = lowerProgram(
    staged((a) => {
      const b = np.matmul(a as NDArray, a as NDArray);
      const c = np.matmul(b, b);
      return [np.matmul(c, b), c];
    }, square),
    limits,
  );
  expect(overlaps(kept)).toBe(false);
  for (const { value } of kept.outputs) expect(lifetimes(kept).slots[value]).toBe(null);
  for (const [f, ...args] of Object.values(functions)) {
    expect(overlaps(lowerProgram(staged(f, ...args), limits))).toBe(false);
  }
});

test("calls and compositions are put in place, and what nobody reads goes", () => {
  const made = staged((a) => {
    np.cos(a as NDArray);
    return jit((v: NDArray) => jit((w: NDArray) => np.sin(w))(v).add(y))(a as NDArray);
  }, x);
  const { eqns, constants, uses, outvars } = inlineCalls(made);
  expect(eqns.map(({ prim }) => prim.name)).toEqual(["sin", "broadcast_in_dim", "add"]);
  expect([...constants.values()].map((v) => v === y)).toEqual([true]);
  expect(eqns.map(({ outs }) => uses.get(outs[0] as never))).toEqual([1, 1, 1]);
  expect(outvars.length).toBe(1);
});

test("a call used twice has variables of its own each time", () => {
  const inner = jit((v: NDArray) => np.sin(v).mul(v));
  const { eqns } = inlineCalls(staged((a) => inner(inner(a as NDArray)), x));
  const outs = eqns.flatMap((eqn) => eqn.outs);
  expect([outs.length, new Set(outs).size]).toEqual([4, 4]);
});

test("views cost nothing: a program of views alone has no step", () => {
  const { steps } = lowerProgram(
    staged((a) => np.flip((a as NDArray).T, { axis: 0 }), x),
    limits,
  );
  expect(steps).toEqual([]);
});

test("elementwise work is one kernel, printed as text", () => {
  const program = lowerProgram(
    staged((a) => np.exp((a as NDArray).mul(2)).sub(1), x),
    limits,
  );
  expect(printProgram(program)).toMatchInlineSnapshot(`
    "%0: float32[2,3] = input 0
    %1: float32[2,3] = kernel
      for [2,3]
      x0: float32 = %0{[2,3] by [3,1]}
      v0: float32 = mul x0 2
      v1: float32 = exp v0
      v2: float32 = sub v1 1
      store v2
    return %1{[2,3] by [3,1]}"
  `);
});
