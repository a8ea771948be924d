import * as lax from "udiff/lax";
import { jvp, makeJaxpr, vjp, vmap } from "udiff/transforms";
import { expect, test } from "vitest";
import type { NDArray } from "../../../src/core/value.ts";
import { generator, shuffle } from "../../cpu/routines/window-cases.ts";
import { array, floats, values } from "./arrays.ts";

type Draw = (n: number) => number;
type Pairs = readonly [readonly number[], readonly number[]];

interface Case {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly options: { readonly contract: Pairs; readonly batch: Pairs };
}

/** Multiples of 1/8 in doubles: sums of their products are exact in any order. */
function grid(shape: readonly number[], draw: Draw): NDArray {
  const size = shape.reduce((a, b) => a * b, 1);
  return array(
    "float64",
    Array.from({ length: size }, () => (draw(33) - 16) / 8),
    shape,
  );
}

/** Operands with any number of batch, contracted and free axes, in any order. */
function drawCase(draw: Draw): Case {
  const extents = (n: number) => Array.from({ length: n }, () => 1 + draw(4));
  const [batch, contract] = [extents(draw(3)), extents(draw(3))];
  const operand = () => {
    const all = [...batch, ...contract, ...extents(draw(3))];
    const order = shuffle(
      all.map((_, i) => i),
      draw,
    );
    const at = (i: number) => order.indexOf(i);
    return {
      shape: order.map((i) => all[i]!),
      batch: batch.map((_, i) => at(i)),
      contract: contract.map((_, i) => at(batch.length + i)),
    };
  };
  const [x, y] = [operand(), operand()];
  return {
    x: x.shape,
    y: y.shape,
    options: { contract: [x.contract, y.contract], batch: [x.batch, y.batch] },
  };
}

const inner = (a: NDArray, b: NDArray) => {
  const ys = values(b);
  return values(a).reduce((sum, x, i) => sum + x * ys[i]!, 0);
};

test("tangents are linear in each operand, cotangents their adjoints, for any axes", () => {
  const draw = generator(1);
  for (let turn = 0; turn < 150; turn++) {
    const { x: sx, y: sy, options } = drawCase(draw);
    const label = JSON.stringify({ sx, sy, options });
    const [x, y, dx, dy] = [sx, sy, sx, sy].map((s) => grid(s, draw)) as [
      NDArray,
      NDArray,
      NDArray,
      NDArray,
    ];
    const f = (a: NDArray, b: NDArray) => lax.dotGeneral(a, b, options);
    const [out, tangent] = jvp(f, [x, y], [dx, dy]);
    expect(values(tangent), label).toEqual(values(lax.add(f(dx, y), f(x, dy))));
    const ct = grid(out.shape, draw);
    const [cx, cy] = vjp(f, x, y)[1](ct);
    expect([cx.shape, cy.shape], label).toEqual([sx, sy]);
    expect(inner(cx, dx) + inner(cy, dy), label).toBe(inner(ct, tangent));
  }
});

test("a mapped axis of either operand is a loop", () => {
  const draw = generator(2);
  for (let turn = 0; turn < 150; turn++) {
    const { x: sx, y: sy, options } = drawCase(draw);
    const axes = [sx, sy].map((s) => (draw(3) === 0 ? null : draw(s.length + 1)));
    if (axes[0] === null && axes[1] === null) continue;
    const [x, y] = [sx, sy].map((s, i) =>
      grid(axes[i] === null ? s : s.toSpliced(axes[i]!, 0, 2), draw),
    ) as [NDArray, NDArray];
    const f = (a: NDArray, b: NDArray) => lax.dotGeneral(a, b, options);
    const pick = (a: NDArray, axis: number | null | undefined, i: number) =>
      axis == null ? a : lax.indexInDim(a, i, { axis, keepdims: false });
    const each = [0, 1].map((i) => f(pick(x, axes[0], i), pick(y, axes[1], i)));
    const out = vmap(f, { inAxes: axes })(x, y);
    expect(out.shape).toEqual([2, ...each[0]!.shape]);
    expect(values(out), JSON.stringify({ sx, sy, options, axes })).toEqual(each.flatMap(values));
  }
});

test("a mapped product is one product, without transposes or broadcasts", () => {
  const x = array("float32", Array(24).fill(1), [2, 3, 4]);
  const y = array("float32", Array(40).fill(1), [2, 4, 5]);
  const f = vmap((a: NDArray, b: NDArray) => lax.dot(a, b));
  expect(String(makeJaxpr(f)(x, y)).match(/= (\w+)/g)).toEqual(["= dot_general"]);
  const g = vmap((a: NDArray) => lax.dot(a, lax.indexInDim(y, 0, { keepdims: false })));
  expect(String(makeJaxpr(g)(x))).not.toMatch(/transpose|broadcast/);
});

test("shapes follow batch, then free axes; an empty contraction is an outer product", () => {
  const x = floats(1, 2);
  const y = floats(3, 4, 5);
  expect(lax.dotGeneral(x, y).js()).toEqual([
    [3, 4, 5],
    [6, 8, 10],
  ]);
  expect(lax.dot(x, x).item()).toBe(5);
  expect(values(lax.dot(array("float32", [], [2, 0]), array("float32", [], [0, 2])))).toEqual([
    0, 0, 0, 0,
  ]);
});

test("a preferred dtype holds sums, and cotangents come back in the operands'", () => {
  const x = array("float16", [300, 300], [2]);
  expect(lax.dot(x, x).item()).toBe(Infinity);
  const f = (a: NDArray, b: NDArray) => lax.dot(a, b, { preferredElementType: "float32" });
  const [out, pull] = vjp(f, x, x);
  expect([out.dtype, out.item()]).toEqual(["float32", 180000]);
  const [cx, cy] = pull(array("float32", [0.5], []));
  expect([cx.dtype, cy.dtype, ...values(cx)]).toEqual(["float16", "float16", 150, 150]);
  const small = array("int8", [100, 100, 100]);
  expect(lax.dot(small, small).item()).toBe(48);
  expect(lax.dot(small, small, { preferredElementType: "int32" }).item()).toBe(30000);
  const bools = array("bool", [1, 0, 1]);
  expect(lax.dot(bools, array("bool", [0, 1, 0])).item()).toBe(false);
  expect(lax.dot(bools, array("bool", [0, 1, 1])).item()).toBe(true);
});

test("what does not fit is refused by name", () => {
  const x = array("float32", [1, 2, 3, 4, 5, 6], [2, 3]);
  const cases: (() => unknown)[] = [
    () => lax.dot(x, x),
    () =>
      lax.dotGeneral(x, x, {
        contract: [
          [0, 0],
          [0, 1],
        ],
      }),
    () => lax.dotGeneral(x, x, { contract: [[0], []] }),
    () => lax.dotGeneral(x, x, { contract: [[0], [2]] }),
    () => lax.dot(x, lax.convertElementType(x, "int32")),
    () => lax.dot(x, floats(1, 2, 3), { preferredElementType: "float16" }),
    () => lax.dot(x, array("float32", [1], [])),
    () => lax.batchMatmul(x, array("float32", [1], [1, 1, 1])),
  ];
  const messages = cases.map((f) => {
    try {
      return f();
    } catch (e) {
      return String(e);
    }
  });
  expect(messages.join("\n")).toMatchInlineSnapshot(`
    "ShapeError: lax.dotGeneral: paired axes must have equal extents, got float32[2,3] and float32[2,3] with contracting axes [1] and [0]; transpose or slice an operand
    ShapeError: lax.dotGeneral: distinct axes below 2 are required, got [0,0]; name each axis from 0 at most once
    ShapeError: lax.dotGeneral: contracting axes must come in pairs, got [0] and []; name each axis once, in pairs
    ShapeError: lax.dotGeneral: distinct axes below 2 are required, got [2]; name each axis from 0 at most once
    ShapeError: lax.dotGeneral: paired axes must have equal extents, got float32[2,3] and int32[2,3] with contracting axes [1] and [0]; transpose or slice an operand
    DTypeError: lax.dotGeneral: preferredElementType must be of the operands' kind, or a float beside integers, and not narrower, got float16 for float32; convert the operands first
    ShapeError: lax.dot: operands of one or two axes are required, got float32[2,3] and float32[]; use lax.dotGeneral
    ShapeError: lax.batchMatmul: operands of one rank, at least 2, are required, got float32[2,3] and float32[1,1,1]; broadcast the leading axes first"
  `);
});
