import * as lax from "udiff/lax";
import * as np from "udiff/numpy";
import { jvp, vjp, vmap } from "udiff/transforms";
import { expect, test } from "vitest";
import { generator, type WindowCase, windowCase } from "../../cpu/routines/window-cases.ts";

type Arrays = ReturnType<typeof np.array>;
type Draw = (n: number) => number;

const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const flat = (x: Arrays) => [...x.dataSync()];

/** Multiples of 1/64 in [-2, 2], in doubles: sums of them are exact. */
function floats(shape: readonly number[], draw: Draw): Arrays {
  const data = Float64Array.from({ length: count(shape) }, () => (draw(257) - 128) / 64);
  return np.array(data).reshape(shape);
}

function places(shape: readonly number[], draw: Draw): Arrays {
  return np.array(Int32Array.from({ length: count(shape) }, () => draw(8) - 2)).reshape(shape);
}

interface Argument {
  readonly shape: readonly number[];
  readonly make: (shape: readonly number[], draw: Draw) => Arrays;
}

/** `f` mapped over a random choice of axes, none or any of each argument, is a loop. */
function expectLoop(
  f: (...xs: Arrays[]) => Arrays,
  parameters: readonly Argument[],
  draw: Draw,
  label: string,
): void {
  const size = 1 + draw(3);
  const axes = parameters.map(({ shape }) => (draw(3) === 0 ? null : draw(shape.length + 1)));
  if (!axes.some((axis) => axis !== null)) axes[0] = 0;
  const xs = parameters.map(({ shape, make }, i) => {
    const axis = axes[i]!;
    return make(axis === null ? shape : shape.toSpliced(axis, 0, size), draw);
  });
  const out = vmap(f, { inAxes: axes })(...xs);
  const each = lax.unstack(out);
  expect(each.length).toBe(size);
  each.forEach((got, i) => {
    const example = xs.map((x, k) => {
      const axis = axes[k]!;
      return axis === null ? x : lax.indexInDim(x, i, { axis, keepdims: false });
    });
    const expected = f(...example);
    expect(got.shape, label).toEqual(expected.shape);
    expect(flat(got), `${label}, axes [${axes}], example ${i}`).toEqual(flat(expected));
  });
}

/** The pullback is the adjoint of the pushforward. */
function expectAdjoint(
  f: (...xs: Arrays[]) => Arrays,
  xs: readonly Arrays[],
  draw: Draw,
  label: string,
): void {
  const inner = (a: Arrays, b: Arrays) => {
    const other = flat(b);
    return flat(a).reduce((sum, v, i) => sum + v * other[i]!, 0);
  };
  const tangents = xs.map((x) => floats(x.shape, draw));
  const [out, tangent] = jvp(f, [...xs], tangents);
  const ct = floats(out.shape, draw);
  const [, pull] = vjp(f, ...xs);
  const cts = pull(ct) as Arrays[];
  const reverse = cts.reduce((sum, c, i) => sum + inner(c, tangents[i]!), 0);
  expect(Math.abs(inner(ct, tangent) - reverse), label).toBeLessThan(1e-9);
}

const gatherDims = (c: WindowCase) => ({
  offsetDims: c.offsetDims,
  collapsedSliceDims: c.collapsed,
  startIndexMap: c.map,
  operandBatchingDims: c.batching[0],
  startIndicesBatchingDims: c.batching[1],
});

const scatterDims = (c: WindowCase) => ({
  updateWindowDims: c.offsetDims,
  insertedWindowDims: c.collapsed,
  scatterDimsToOperandDims: c.map,
  operandBatchingDims: c.batching[0],
  scatterIndicesBatchingDims: c.batching[1],
});

const indexShape = (c: WindowCase) => [...c.batchShape, c.map.length];
const modes = ["clip", "fill"] as const;
const cases = 60;

test("a mapped gather is a loop of gathers, whatever is mapped, twice over too", () => {
  for (let seed = 1; seed <= cases; seed++) {
    const c = windowCase(seed);
    const draw = generator(seed + 1000);
    const options = {
      dimensionNumbers: gatherDims(c),
      sliceSizes: c.sizes,
      mode: modes[seed % 2]!,
      fillValue: 9,
    };
    const f = (x: Arrays, i: Arrays) => lax.gather(x, i, options);
    const shape = indexShape(c);
    const label = `seed ${seed}`;
    expectLoop(
      f,
      [
        { shape: c.shape, make: floats },
        { shape, make: places },
      ],
      draw,
      label,
    );
    const both = vmap(f, { inAxes: [0, shape.length] });
    const twice = [
      { shape: [2, ...c.shape], make: floats },
      { shape: [...shape, 2], make: places },
    ];
    expectLoop(both, twice, draw, label);
  }
});

test("the pullback of a gather is the adjoint of its pushforward", () => {
  for (let seed = 1; seed <= cases; seed++) {
    const c = windowCase(seed);
    const draw = generator(seed + 2000);
    const indices = np.array(Int32Array.from(c.vectors)).reshape(indexShape(c));
    const options = {
      dimensionNumbers: gatherDims(c),
      sliceSizes: c.sizes,
      mode: modes[seed % 2]!,
      fillValue: 0,
    };
    expectAdjoint(
      (x) => lax.gather(x!, indices, options),
      [floats(c.shape, draw)],
      draw,
      `seed ${seed}`,
    );
  }
});

const scatters = {
  scatter: lax.scatter,
  scatterAdd: lax.scatterAdd,
  scatterSub: lax.scatterSub,
  scatterMul: lax.scatterMul,
  scatterMin: lax.scatterMin,
  scatterMax: lax.scatterMax,
};

test.each(Object.entries(scatters))("a mapped %s is a loop, whatever is mapped", (name, op) => {
  for (let seed = 1; seed <= cases; seed++) {
    const c = windowCase(seed);
    const draw = generator(seed + 3000);
    const options = { dimensionNumbers: scatterDims(c), mode: modes[seed % 2]! };
    const f = (x: Arrays, i: Arrays, u: Arrays) => op(x, i, u, options);
    const parameters = [
      { shape: c.shape, make: floats },
      { shape: indexShape(c), make: places },
      { shape: c.result, make: floats },
    ];
    expectLoop(f, parameters, draw, `${name}, seed ${seed}`);
  }
});

test.each(Object.entries(scatters))(
  "the pullback of %s is the adjoint of its pushforward",
  (name, op) => {
    for (let seed = 1; seed <= cases; seed++) {
      const c = windowCase(seed);
      const draw = generator(seed + 4000);
      const indices = np.array(Int32Array.from(c.vectors)).reshape(indexShape(c));
      const options = { dimensionNumbers: scatterDims(c), mode: modes[seed % 2]! };
      const [x, u] = [floats(c.shape, draw), floats(c.result, draw)];
      const label = `${name}, seed ${seed}`;
      // The product has no gradient in its updates, whose places may meet.
      if (name === "scatterMul") {
        expectAdjoint((y) => op(y!, indices, u, options), [x], draw, label);
      } else {
        expectAdjoint((y, v) => op(y!, indices, v!, options), [x, u], draw, label);
        expectAdjoint((v) => op(x, indices, v!, options), [u], draw, label);
      }
    }
  },
);

test("the tangent of a scatter is that of the written elements", () => {
  for (let seed = 1; seed <= cases; seed++) {
    const c = windowCase(seed);
    const draw = generator(seed + 5000);
    const indices = np.array(Int32Array.from(c.vectors)).reshape(indexShape(c));
    for (const op of [lax.scatter, lax.scatterAdd, lax.scatterSub]) {
      const options = { dimensionNumbers: scatterDims(c), mode: modes[seed % 2]! };
      const f = (x: Arrays, u: Arrays) => op(x, indices, u, options);
      const [x, tx] = [floats(c.shape, draw), floats(c.shape, draw)];
      const [u, tu] = [floats(c.result, draw), floats(c.result, draw)];
      const [out, tangent] = jvp(f, [x, u], [tx, tu]);
      // These are linear in both together.
      const moved = f(lax.add(x, tx), lax.add(u, tu));
      expect(flat(lax.sub(moved, out)), `seed ${seed}`).toEqual(flat(tangent));
    }
  }
});
