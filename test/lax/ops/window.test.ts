import * as lax from "udiff/lax";
import { grad, jvp, vjp, vmap } from "udiff/transforms";
import { expect, test } from "vitest";
import type { WindowParams } from "../../../src/core/routines.ts";
import type { NDArray } from "../../../src/core/value.ts";
import { forEachIndex } from "../../cpu/routines/host.ts";
import { generator } from "../../cpu/routines/window-cases.ts";
import { array, floats, values } from "./arrays.ts";

type Draw = (n: number) => number;

const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** Small integers in doubles, so that sums are exact and ties frequent. */
function grid(shape: readonly number[], draw: Draw): NDArray {
  return array(
    "float64",
    Array.from({ length: count(shape) }, () => draw(9) - 4),
    shape,
  );
}

interface Case extends WindowParams {
  readonly shape: readonly number[];
}

function drawCase(draw: Draw): Case {
  const rank = draw(4);
  const list = (f: () => number) => Array.from({ length: rank }, f);
  return {
    shape: list(() => 1 + draw(5)),
    windowDimensions: list(() => 1 + draw(3)),
    windowStrides: list(() => 1 + draw(3)),
    padding: list(() => 0).map(() => [draw(4) - 1, draw(3)] as const),
    baseDilation: list(() => 1 + draw(3)),
    windowDilation: list(() => 1 + draw(2)),
  };
}

const rest = ({ windowDimensions, windowStrides, padding, baseDilation, windowDilation }: Case) =>
  [windowDimensions, windowStrides, padding, { baseDilation, windowDilation }] as const;

/** For each window, the row-major positions of its elements, in the order of the window. */
function windowsOf(c: Case): { shape: number[]; windows: number[][] } {
  const shape = c.shape.map((extent, i) => {
    const base = (extent - 1) * c.baseDilation[i]! + 1 + c.padding[i]![0] + c.padding[i]![1];
    const span = (c.windowDimensions[i]! - 1) * c.windowDilation[i]! + 1;
    return base < span ? 0 : Math.floor((base - span) / c.windowStrides[i]!) + 1;
  });
  const windows: number[][] = [];
  forEachIndex(shape, (result) => {
    const elements: number[] = [];
    forEachIndex(c.windowDimensions, (tap) => {
      const place = tap.map(
        (k, i) =>
          (result[i]! * c.windowStrides[i]! + k * c.windowDilation[i]! - c.padding[i]![0]) /
          c.baseDilation[i]!,
      );
      if (place.every((p, i) => Number.isInteger(p) && p >= 0 && p < c.shape[i]!)) {
        elements.push(place.reduce((at, p, i) => at * c.shape[i]! + p, 0));
      }
    });
    windows.push(elements);
  });
  return { shape, windows };
}

const folds = {
  add: [lax.add, 0, (a: number, b: number) => a + b],
  mul: [lax.mul, 1, (a: number, b: number) => a * b],
  max: [lax.max, -Infinity, (a: number, b: number) => Math.max(a, b)],
  min: [lax.min, Infinity, (a: number, b: number) => Math.min(a, b)],
} as const;

test.each(Object.entries(folds))(
  "%s of every kind of windows is the fold that defines it",
  (_, fold) => {
    const [op, init, f] = fold;
    const draw = generator(1);
    for (let turn = 0; turn < 150; turn++) {
      const c = drawCase(draw);
      const x = grid(c.shape, draw);
      const { shape, windows } = windowsOf(c);
      const out = lax.reduceWindow(x, init, op, ...rest(c));
      expect(out.shape, JSON.stringify(c)).toEqual(shape);
      const xs = values(x);
      const wanted = windows.map((w) => w.map((i) => xs[i]!).reduce(f, init));
      expect(
        values(out).map((v) => v + 0),
        JSON.stringify(c),
      ).toEqual(wanted.map((v) => v + 0));
    }
  },
);

/** Position of the winner: the earlier one unless it is not at least (most) the later. */
function winner(xs: readonly number[], window: readonly number[], sign: number): number {
  return window.reduce((a, b) => (sign * xs[a]! >= sign * xs[b]! ? a : b));
}

test.each([
  ["max", 1],
  ["min", -1],
] as const)("the derivative of %s goes to the first winner of each window", (name, sign) => {
  const [op, init] = folds[name];
  const draw = generator(2);
  for (let turn = 0; turn < 100; turn++) {
    const c = drawCase(draw);
    const x = grid(c.shape, draw);
    const t = grid(c.shape, draw);
    const { shape, windows } = windowsOf(c);
    const ct = grid(shape, draw);
    const [xs, ts, cs] = [values(x), values(t), values(ct)];
    const f = (a: NDArray) => lax.reduceWindow(a, init, op, ...rest(c));
    const tangent = windows.map((w) => (w.length === 0 ? 0 : ts[winner(xs, w, sign)]!));
    expect(values(jvp(f, [x], [t])[1]), JSON.stringify(c)).toEqual(tangent);
    const cotangent = xs.map(() => 0);
    windows.forEach((w, i) => {
      if (w.length > 0) cotangent[winner(xs, w, sign)]! += cs[i]!;
    });
    const back = vjp(f, x)[1](ct)[0];
    expect(back.shape).toEqual(c.shape);
    expect(values(back), JSON.stringify(c)).toEqual(cotangent);
  }
});

test("derivatives of sums and products of windows agree with those of the definition", () => {
  const draw = generator(3);
  for (let turn = 0; turn < 80; turn++) {
    const c = drawCase(draw);
    const x = grid(c.shape, draw);
    const { shape, windows } = windowsOf(c);
    const ct = grid(shape, draw);
    const [xs, cs] = [values(x), values(ct)];
    for (const name of ["add", "mul"] as const) {
      const [op, init] = folds[name];
      const wanted = xs.map(() => 0);
      windows.forEach((w, i) => {
        w.forEach((at, k) => {
          const others = name === "add" ? 1 : w.reduce((p, o, j) => (j === k ? p : p * xs[o]!), 1);
          wanted[at]! += cs[i]! * others;
        });
      });
      const f = (a: NDArray) => lax.reduceWindow(a, init, op, ...rest(c));
      const back = values(vjp(f, x)[1](ct)[0]);
      expect(
        back.map((v) => v + 0),
        `${name} ${JSON.stringify(c)}`,
      ).toEqual(wanted.map((v) => v + 0));
    }
  }
});

test("a mapped axis is a loop, also for what selects and scatters", () => {
  const draw = generator(4);
  for (let turn = 0; turn < 80; turn++) {
    const c = drawCase(draw);
    const axis = draw(c.shape.length + 1);
    const x = grid(c.shape.toSpliced(axis, 0, 2), draw);
    const ct = grid(windowsOf(c).shape, draw);
    for (const f of [
      (a: NDArray) => lax.reduceWindowSum(a, ...rest(c)),
      (a: NDArray) => lax.reduceWindowMax(a, ...rest(c)),
      (a: NDArray) => lax.selectAndScatterAdd(ct, a, "ge", ...rest(c)),
      (a: NDArray) => lax.selectAndGatherAdd(lax.neg(a), a, "le", ...rest(c)),
    ]) {
      const out = vmap(f, { inAxes: axis })(x);
      const each = [0, 1].map((i) => f(lax.indexInDim(x, i, { axis, keepdims: false })));
      expect(values(out), JSON.stringify(c)).toEqual(each.flatMap(values));
    }
  }
});

test("padding and gaps hold a start that is not neutral", () => {
  const x = floats(1, 2, 3);
  const out = lax.reduceWindow(x, 10, "add", [2], [1], [[1, 0]]);
  expect(values(out)).toEqual([10 + 10 + 1, 10 + 1 + 2, 10 + 2 + 3]);
  const gaps = lax.reduceWindow(x, 10, "add", [2], [1], "VALID", { baseDilation: [2] });
  expect(values(gaps)).toEqual([21, 22, 22, 23]);
  expect(values(lax.reduceWindow(x, 2, "max", [1], [1], [[1, 1]]))).toEqual([2, 2, 2, 3, 2]);
});

test("ties of a max-pool give all to the first, NaN wins", () => {
  const sum = (x: NDArray) => lax.reduceSum(lax.reduceWindowMax(x, [2], [1]), [0]);
  expect(values(grad(sum)(floats(3, 3, 3)))).toEqual([1, 1, 0]);
  expect(values(lax.reduceWindowMax(floats(1, NaN, 0, 2), [2]))).toEqual([NaN, NaN, 2]);
  expect(values(lax.reduceWindowMin(floats(1, NaN, 0, -0), [2]))).toEqual([NaN, NaN, -0]);
});

test("integers and booleans reduce by their own operations", () => {
  const ints = array("int8", [100, 100, 6, 5]);
  expect(values(lax.reduceWindow(ints, 0, lax.add, [2]))).toEqual([-56, 106, 11]);
  expect(values(lax.reduceWindow(ints, 0, "xor", [2]))).toEqual([0, 98, 3]);
  expect(values(lax.reduceWindow(ints, -1, "and", [2]))).toEqual([100, 4, 4]);
  const bools = array("bool", [1, 0, 0, 1]);
  expect(values(lax.reduceWindow(bools, false, "or", [2]))).toEqual([1, 0, 1]);
  expect(values(lax.reduceWindow(bools, false, "max", [3], [1], "SAME"))).toEqual([1, 1, 1, 1]);
});

test("what does not fit is refused by name", () => {
  const x = array("float32", [1, 2, 3, 4], [2, 2]);
  expect(() => lax.reduceWindowSum(x, [2])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.reduceWindowSum: windowDimensions must have one positive integer for each of 2 axes, got [2]; write 1 where nothing is meant]`,
  );
  expect(() => lax.reduceWindowSum(x, [2, 0])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.reduceWindowSum: windowDimensions must have one positive integer for each of 2 axes, got [2,0]; write 1 where nothing is meant]`,
  );
  expect(() => lax.reduceWindow(x, 0, lax.sub, [2, 2])).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: lax.reduceWindow: the operation must be one of add, mul, max, min, and, or, xor, or the lax function of one, got sub; reduce slices of the windows for any other]`,
  );
  expect(() => lax.selectAndScatterAdd(x, x, "ge", [2, 2])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.selectAndScatterAdd: the first operand must have shape [1,1] with these windows, got [2,2]; slice or pad it]`,
  );
  expect(() => lax.reduceWindow(x, 0, "or", [1, 1])).toThrow(/a bool or a signed integer/);
});
