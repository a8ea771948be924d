import * as lax from "udiff/lax";
import { jvp, vjp, vmap } from "udiff/transforms";
import { expect, test } from "vitest";
import type { ConvParams } from "../../../src/core/routines.ts";
import type { NDArray } from "../../../src/core/value.ts";
import { forEachIndex } from "../../cpu/routines/host.ts";
import { generator } from "../../cpu/routines/window-cases.ts";
import { array, values } from "./arrays.ts";

type Draw = (n: number) => number;

const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** Multiples of 1/8 in [-2, 2], in doubles: sums of their products are exact in any order. */
function grid(shape: readonly number[], draw: Draw): NDArray {
  const data = Array.from({ length: count(shape) }, () => (draw(33) - 16) / 8);
  return array("float64", data, shape);
}

interface Case {
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly out: readonly number[];
  readonly options: ConvParams;
}

function drawCase(draw: Draw): Case {
  const rank = draw(4);
  const groups = 1 + draw(3);
  const byFeature = draw(2) === 0;
  const inputs = 1 + draw(3);
  const outputs = groups * (1 + draw(3));
  const batch = (byFeature ? 1 : groups) * (1 + draw(2));
  const list = (f: () => number) => Array.from({ length: rank }, f);
  const windowStrides = list(() => 1 + draw(3));
  const lhsDilation = list(() => 1 + draw(2));
  const rhsDilation = list(() => 1 + draw(2));
  const window = list(() => 1 + draw(3));
  const padding = list(() => 0).map(() => [draw(4) - 1, draw(4) - 1] as const);
  const extents = list(() => 2 + draw(4));
  const out = extents.map((extent, i) => {
    const base = (extent - 1) * lhsDilation[i]! + 1 + padding[i]![0] + padding[i]![1];
    const span = (window[i]! - 1) * rhsDilation[i]! + 1;
    return base < span ? 0 : Math.floor((base - span) / windowStrides[i]!) + 1;
  });
  return {
    x: [batch, inputs * (byFeature ? groups : 1), ...extents],
    w: [outputs, inputs, ...window],
    out: [batch / (byFeature ? 1 : groups), outputs, ...out],
    options: {
      windowStrides,
      padding,
      lhsDilation,
      rhsDilation,
      featureGroupCount: byFeature ? groups : 1,
      batchGroupCount: byFeature ? 1 : groups,
    },
  };
}

/** The definition, element by element. */
function reference(x: NDArray, w: NDArray, { out, options }: Case): number[] {
  const [xs, ws] = [x.js(), w.js()];
  // biome-ignore lint/suspicious/noExplicitAny: nested lists of any depth
  const at = (nested: any, index: readonly number[]): number =>
    index.reduce((a, i) => a[i], nested);
  const { featureGroupCount, batchGroupCount } = options;
  const perGroup = out[1]! / Math.max(featureGroupCount, batchGroupCount);
  const result: number[] = [];
  forEachIndex(out, ([n, o, ...position]) => {
    const group = Math.floor(o! / perGroup);
    const image = batchGroupCount > 1 ? group * out[0]! + n! : n!;
    let sum = 0;
    forEachIndex(w.shape.slice(1), ([c, ...tap]) => {
      const channel = featureGroupCount > 1 ? group * w.shape[1]! + c! : c!;
      const place = tap.map(
        (k, i) =>
          (position[i]! * options.windowStrides[i]! +
            k * options.rhsDilation[i]! -
            options.padding[i]![0]) /
          options.lhsDilation[i]!,
      );
      const inside = place.every((p, i) => Number.isInteger(p) && p >= 0 && p < x.shape[i + 2]!);
      if (inside) sum += at(xs, [image, channel, ...place]) * at(ws, [o!, c!, ...tap]);
    });
    result.push(sum);
  });
  return result;
}

const inner = (a: NDArray, b: NDArray) => {
  const [xs, ys] = [values(a), values(b)];
  return xs.reduce((sum, x, i) => sum + x * ys[i]!, 0);
};

test("every choice of strides, padding, dilations and groups is the sum that defines it", () => {
  const draw = generator(1);
  for (let turn = 0; turn < 200; turn++) {
    const drawn = drawCase(draw);
    const [x, w] = [grid(drawn.x, draw), grid(drawn.w, draw)];
    const out = lax.convGeneralDilated(x, w, drawn.options);
    expect(out.shape, JSON.stringify(drawn)).toEqual(drawn.out);
    expect(values(out), JSON.stringify(drawn)).toEqual(reference(x, w, drawn));
  }
});

test("more results than are computed at a time are all there, in place", () => {
  const draw = generator(7);
  for (const [inputs, groups] of [
    [100, 1],
    [50, 2],
  ] as const) {
    const drawn: Case = {
      x: [1, inputs * groups, 160],
      w: [3 * groups, inputs, 6],
      out: [1, 3 * groups, 156],
      options: {
        windowStrides: [1],
        padding: [[1, 0]],
        lhsDilation: [1],
        rhsDilation: [1],
        featureGroupCount: groups,
        batchGroupCount: 1,
      },
    };
    const [x, w] = [grid(drawn.x, draw), grid(drawn.w, draw)];
    const wanted = reference(x, w, drawn);
    expect(values(lax.convGeneralDilated(x, w, drawn.options))).toEqual(wanted);
    const turned = lax.transpose(
      lax.reshape(lax.transpose(x, [0, 2, 1]), [1, 160, inputs * groups]),
      [0, 2, 1],
    );
    expect(values(lax.convGeneralDilated(turned, w, drawn.options))).toEqual(wanted);
  }
});

test("tangents are linear in each operand, cotangents their adjoints", () => {
  const draw = generator(2);
  for (let turn = 0; turn < 120; turn++) {
    const drawn = drawCase(draw);
    const label = JSON.stringify(drawn);
    const [x, w, dx, dw] = [drawn.x, drawn.w, drawn.x, drawn.w].map((s) => grid(s, draw)) as [
      NDArray,
      NDArray,
      NDArray,
      NDArray,
    ];
    const f = (a: NDArray, b: NDArray) => lax.convGeneralDilated(a, b, drawn.options);
    const tangent = jvp(f, [x, w], [dx, dw])[1];
    expect(values(tangent), label).toEqual(values(lax.add(f(dx, w), f(x, dw))));
    const ct = grid(drawn.out, draw);
    const [cx, cw] = vjp(f, x, w)[1](ct);
    expect(cx.shape, label).toEqual(drawn.x);
    expect(cw.shape, label).toEqual(drawn.w);
    expect(inner(cx, dx) + inner(cw, dw), label).toBe(inner(ct, tangent));
  }
});

test("a mapped axis of either operand is a loop", () => {
  const draw = generator(3);
  for (let turn = 0; turn < 120; turn++) {
    const drawn = drawCase(draw);
    const label = JSON.stringify(drawn);
    const size = 1 + draw(3);
    const axes = [drawn.x, drawn.w].map((s) => (draw(3) === 0 ? null : draw(s.length + 1)));
    if (axes.every((axis) => axis === null)) (axes as (number | null)[])[0] = 0;
    const [x, w] = [drawn.x, drawn.w].map((shape, i) =>
      grid(axes[i] === null ? shape : shape.toSpliced(axes[i]!, 0, size), draw),
    ) as [NDArray, NDArray];
    const f = (a: NDArray, b: NDArray) => lax.convGeneralDilated(a, b, drawn.options);
    const out = vmap(f, { inAxes: axes })(x, w);
    const pick = (a: NDArray, axis: number | null | undefined, i: number) =>
      axis == null ? a : lax.indexInDim(a, i, { axis, keepdims: false });
    lax.unstack(out).forEach((got, i) => {
      expect(values(got), `${label} ${axes} ${i}`).toEqual(
        values(f(pick(x, axes[0], i), pick(w, axes[1], i))),
      );
    });
    expect(out.shape[0]).toBe(size);
  }
});

test("a mapped axis of extent 0 gives nothing, of the right shape", () => {
  const x = array("float32", [], [0, 2, 4, 5]);
  const f = (a: NDArray) => lax.convGeneralDilated(a, w, { featureGroupCount: 2 });
  const w = array("float32", Array(6).fill(1), [2, 1, 3]);
  expect(vmap(f)(lax.reshape(x, [0, 1, 2, 20])).shape).toEqual([0, 1, 2, 18]);
});

test("any order of axes, in strings or lists, is the same convolution", () => {
  const draw = generator(4);
  const [x, w] = [grid([2, 3, 5, 4], draw), grid([4, 3, 2, 3], draw)];
  const plain = lax.convGeneralDilated(x, w, { windowStrides: [2, 1], padding: "SAME" });
  const nhwc = lax.convGeneralDilated(
    lax.transpose(x, [0, 2, 3, 1]),
    lax.transpose(w, [2, 3, 1, 0]),
    { windowStrides: [2, 1], padding: "SAME", dimensionNumbers: ["NHWC", "HWIO", "NHWC"] },
  );
  expect(values(lax.transpose(nhwc, [0, 3, 1, 2]))).toEqual(values(plain));
  const listed = lax.convGeneralDilated(lax.transpose(x, [3, 1, 0, 2]), w, {
    windowStrides: [2, 1],
    padding: "same" as "SAME",
    dimensionNumbers: { lhsSpec: [2, 1, 3, 0], rhsSpec: [0, 1, 2, 3], outSpec: [1, 0, 2, 3] },
  });
  expect(values(lax.transpose(listed, [1, 0, 2, 3]))).toEqual(values(plain));
});

test("patches hold each window, feature by feature", () => {
  const x = array("float32", [1, 2, 3, 4, 10, 20, 30, 40], [1, 2, 4]);
  const out = lax.convGeneralDilatedPatches(x, [2], [1], [[0, 1]]);
  expect(out.js()).toEqual([
    [
      [1, 2, 3, 4],
      [2, 3, 4, 0],
      [10, 20, 30, 40],
      [20, 30, 40, 0],
    ],
  ]);
});

test("sums run wider than float16 and wrap in int8; a preferred dtype is kept", () => {
  const half = array("float16", [2048, 1, 1, 1], [1, 1, 4]);
  const ones = array("float16", [1, 1, 1, 1], [1, 1, 4]);
  expect(values(lax.convGeneralDilated(half, ones))).toEqual([2052]);
  const x = array("int8", [100, 100, 100], [1, 1, 3]);
  expect(values(lax.convGeneralDilated(x, x))).toEqual([48]);
  const wide = lax.convGeneralDilated(x, x, { preferredElementType: "int32" });
  expect([wide.dtype, ...values(wide)]).toEqual(["int32", 30000]);
  const f = (a: NDArray) => lax.convGeneralDilated(a, ones, { preferredElementType: "float32" });
  const [out, pull] = vjp(f, half);
  expect(out.dtype).toBe("float32");
  expect(pull(array("float32", [2], [1, 1, 1]))[0].dtype).toBe("float16");
});

test("what does not fit is refused by name", () => {
  const x = array("float32", Array(24).fill(0), [1, 2, 3, 4]);
  const w = array("float32", Array(18).fill(0), [2, 1, 3, 3]);
  expect(() => lax.convGeneralDilated(x, w)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.convGeneralDilated: the input must have the weights' input features times featureGroupCount, got 2 and 1 times 1 for float32[1,2,3,4] and float32[2,1,3,3] (batch and features, outputs and inputs first); check dimensionNumbers]`,
  );
  expect(() =>
    lax.convGeneralDilated(x, w, { featureGroupCount: 2, windowStrides: [1] }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.convGeneralDilated: windowStrides must have one positive integer for each of 2 axes, got [1]; write 1 where nothing is meant]`,
  );
  expect(() =>
    lax.convGeneralDilated(x, w, { dimensionNumbers: ["NHWC", "HWIO", "NHC"] }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: lax.convGeneralDilated: dimensionNumbers must have one letter for each of 4 axes, N, C, H, W in some order, got "NHC"; for images write ["NCHW", "OIHW", "NCHW"] or ["NHWC", "HWIO", "NHWC"]]`,
  );
  expect(() => lax.conv(x, w, [1, 1], "FULL" as "SAME")).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: lax.convGeneralDilated: padding must be "VALID", "SAME", "SAME_LOWER" or pairs, got "FULL"; use one of these]`,
  );
  expect(() =>
    lax.convGeneralDilated(x, lax.convertElementType(w, "float64")),
  ).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: lax.convGeneralDilated: operands must share a dtype, got float32[1,2,3,4] and float64[2,1,3,3]; convert one with lax.convertElementType]`,
  );
});

test("group counts that divide nothing are refused", () => {
  const x = array("float32", Array(12).fill(0), [1, 4, 3]);
  const w = array("float32", Array(6).fill(0), [3, 2, 1]);
  expect(() => lax.convGeneralDilated(x, w, { featureGroupCount: 2 })).toThrow(
    /group counts must divide the output features.*got 3 outputs and a batch of 1/,
  );
  expect(() => lax.convGeneralDilated(x, w, { featureGroupCount: 2, batchGroupCount: 3 })).toThrow(
    /one of them 1/,
  );
  expect(() => lax.convGeneralDilated(x, w, { featureGroupCount: 0 })).toThrow(/integers from 1/);
});

test("the gaps of a dilated input are no elements: infinite weights that meet them give no NaN", () => {
  // Values of JAX.
  const x = lax.full([1, 1, 3], 1);
  const w = array("float32", [1, Infinity, 2], [1, 1, 3]);
  const out = lax.convGeneralDilated(x, w, { lhsDilation: [2], padding: [[1, 1]] });
  expect(values(out)).toEqual([Infinity, 3, Infinity, 3, Infinity]);
});

test("a dilated input of more results than are computed at a time is all there, in place", () => {
  const draw = generator(11);
  const drawn: Case = {
    x: [1, 8, 150, 40],
    w: [3, 8, 3, 2],
    out: [1, 3, 299, 80],
    options: {
      windowStrides: [1, 1],
      padding: [
        [1, 1],
        [1, 1],
      ],
      lhsDilation: [2, 2],
      rhsDilation: [1, 1],
      featureGroupCount: 1,
      batchGroupCount: 1,
    },
  };
  const [x, w] = [grid(drawn.x, draw), grid(drawn.w, draw)];
  expect(values(lax.convGeneralDilated(x, w, drawn.options))).toEqual(reference(x, w, drawn));
});
