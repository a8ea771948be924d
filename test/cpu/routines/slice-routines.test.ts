import { expect, test } from "vitest";
import type { AssembleParams } from "../../../src/core/routines.ts";
import { broadcastView, contiguousView, reverseView } from "../../../src/core/view.ts";
import { sliceRoutines } from "../../../src/cpu/routines/slice-routines.ts";
import { address, forEachIndex, numbers, operand, runRoutine, scattered } from "./host.ts";
import { generator, shuffle } from "./window-cases.ts";

const { assemble, dynamicSlice, dynamicUpdateSlice } = sliceRoutines;
const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

test("assemble fills the result and copies strided parts to strided places", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const draw = generator(seed);
    const ndim = draw(5);
    const shape = Array.from({ length: ndim }, () => 1 + draw(9));
    const parts = Array.from({ length: 1 + draw(3) }, (_, operandIndex) => {
      const from = shape.map(() => 1 + draw(9));
      const steps = shape.map(() => 1 + draw(2));
      const toSteps = shape.map(() => 1 + draw(3));
      const starts = from.map((extent) => draw(extent));
      const to = shape.map((extent) => draw(extent));
      const counts = shape.map((extent, i) => {
        const room = Math.ceil((extent - to[i]!) / toSteps[i]!);
        const there = Math.ceil((from[i]! - starts[i]!) / steps[i]!);
        return draw(9) === 0 ? 0 : Math.min(room, there);
      });
      return { from, part: { operand: 1 + operandIndex, starts, counts, steps, to, toSteps } };
    });
    const operands = parts.map(({ from }, i) => {
      const inOrder = operand(numbers(count(from), seed + i), from);
      const order = shuffle([...from.keys()], draw);
      return draw(2) === 0 ? inOrder : scattered(inOrder, order);
    });
    const view = contiguousView(shape);
    const expected = new Float32Array(count(shape)).fill(5);
    parts.forEach(({ part }, i) => {
      const x = operands[i]!;
      forEachIndex(part.counts, (index) => {
        const from = index.map((k, axis) => part.starts[axis]! + k * part.steps[axis]!);
        const to = index.map((k, axis) => part.to[axis]! + k * part.toSteps[axis]!);
        expected[address(view, to)] = x.data[address(x.view, from)]!;
      });
    });
    const params: AssembleParams = { fill: 0, parts: parts.map(({ part }) => part) };
    const [out] = runRoutine(
      assemble,
      [operand([5], []), ...operands],
      [["float32", shape]],
      params,
    );
    expect(out, `seed ${seed}`).toEqual(expected);
  }
});

test("assemble reads repeated and reversed operands", () => {
  const row = operand([1, 2, 3], [3]);
  const repeated = { ...row, view: broadcastView(row.view, [2, 3], [1]) };
  const backwards = { ...row, view: reverseView(broadcastView(row.view, [1, 3], [1]), [1]) };
  const whole = (rows: number, operandIndex: number, at: number) => ({
    operand: operandIndex,
    starts: [0, 0],
    counts: [rows, 3],
    steps: [1, 1],
    to: [at, 0],
    toSteps: [1, 1],
  });
  const [out] = runRoutine(assemble, [repeated, backwards], [["float32", [3, 3]]], {
    fill: null,
    parts: [whole(2, 0, 0), whole(1, 1, 2)],
  });
  expect([...(out ?? [])]).toEqual([1, 2, 3, 1, 2, 3, 3, 2, 1]);
});

test("assemble fills with minus zero, and keys with both words", () => {
  const params: AssembleParams = { fill: 0, parts: [] };
  const [zeros] = runRoutine(assemble, [operand([-0], [])], [["float32", [2]]], params);
  expect([...(zeros ?? [])].every((v) => Object.is(v, -0))).toBe(true);
  const key = { ...operand([], [], "key<fry>"), data: Uint32Array.of(8, 9) };
  const [out] = runRoutine(assemble, [key], [["key<fry>", [2]]], params);
  expect([...(out ?? [])]).toEqual([8, 9, 8, 9]);
});

test("dynamic slices and updates clamp their starts", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const draw = generator(seed);
    const ndim = draw(5);
    const shape = Array.from({ length: ndim }, () => 1 + draw(8));
    const sizes = shape.map((extent) => (draw(20) === 0 ? 0 : 1 + draw(extent)));
    const starts = shape.map((extent) => draw(extent + 6) - 3);
    const inside = starts.map((s, i) => Math.min(Math.max(s, 0), shape[i]! - sizes[i]!));
    const inOrder = operand(numbers(count(shape), seed), shape);
    const order = shuffle([...shape.keys()], draw);
    const x = draw(2) === 0 ? inOrder : scattered(inOrder, order);
    const box = operand(numbers(count(sizes), seed + 1), sizes);
    const read = new Float32Array(count(sizes));
    const written = new Float32Array(count(shape));
    const view = contiguousView(shape);
    forEachIndex(shape, (index) => {
      written[address(view, index)] = x.data[address(x.view, index)]!;
    });
    forEachIndex(sizes, (offset) => {
      const at = offset.map((k, i) => k + inside[i]!);
      read[address(box.view, offset)] = x.data[address(x.view, at)]!;
      written[address(view, at)] = box.data[address(box.view, offset)]!;
    });
    const places = starts.map((s) => operand([s], [], "int32"));
    const params = { sliceSizes: sizes };
    const [slice] = runRoutine(dynamicSlice, [x, ...places], [["float32", sizes]], params);
    expect(slice, `seed ${seed}`).toEqual(read);
    const update = [x, box, ...places];
    const [out] = runRoutine(dynamicUpdateSlice, update, [["float32", shape]], {});
    expect(out, `seed ${seed}`).toEqual(written);
  }
});

test("dynamic slices of keys move both words", () => {
  const keys = { ...operand([], [3], "key<fry>"), data: Uint32Array.of(1, 2, 3, 4, 5, 6) };
  const at = operand([1], [], "int32");
  const [slice] = runRoutine(dynamicSlice, [keys, at], [["key<fry>", [2]]], { sliceSizes: [2] });
  expect([...(slice ?? [])]).toEqual([3, 4, 5, 6]);
  const one = { ...operand([], [1], "key<fry>"), data: Uint32Array.of(7, 8) };
  const [out] = runRoutine(dynamicUpdateSlice, [keys, one, at], [["key<fry>", [3]]], {});
  expect([...(out ?? [])]).toEqual([1, 2, 7, 8, 5, 6]);
});
