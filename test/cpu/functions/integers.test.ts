import { expect, test } from "vitest";
import * as conversion from "../../../src/cpu/functions/conversion.ts";
import * as integers from "../../../src/cpu/functions/integers.ts";
import { jaxSamples } from "./references.ts";

const types = [
  { name: "int8", bits: 8, wrap: conversion.wrapInt8, saturate: conversion.floatToInt8 },
  { name: "int16", bits: 16, wrap: conversion.wrapInt16, saturate: conversion.floatToInt16 },
  { name: "int32", bits: 32, wrap: conversion.wrapInt32, saturate: conversion.floatToInt32 },
  { name: "uint8", bits: 8, wrap: conversion.wrapUint8, saturate: conversion.floatToUint8 },
  { name: "uint16", bits: 16, wrap: conversion.wrapUint16, saturate: conversion.floatToUint16 },
  { name: "uint32", bits: 32, wrap: conversion.wrapUint32, saturate: conversion.floatToUint32 },
];

test.each(types)("division, remainder and product of $name answer as JAX", ({ name, wrap }) => {
  const { x, y, div, rem, mul } = jaxSamples.integers[name]! as Record<string, number[]>;
  const signed = name.startsWith("i");
  const divide = signed ? integers.divideInt32 : integers.divideUint32;
  const remainder = signed ? integers.remainderInt32 : integers.remainderUint32;
  const multiply = signed ? integers.multiplyInt32 : integers.multiplyUint32;
  expect(x!.map((a, i) => wrap(divide(a, y![i]!)))).toEqual(div);
  expect(x!.map((a, i) => remainder(a, y![i]!))).toEqual(rem);
  expect(x!.map((a, i) => wrap(multiply(a, y![i]!)))).toEqual(mul);
});

test.each(types)("shifts of $name answer as JAX, also past the width", ({ name, bits }) => {
  const sample = jaxSamples.integers[name]!;
  const signed = name.startsWith("i");
  const run = (f: (x: number, count: number, bits: number) => number) =>
    sample.value!.map((x, i) => f(x, sample.count![i]!, bits));
  const left = signed ? integers.shiftLeftSigned : integers.shiftLeftUnsigned;
  const logical = signed ? integers.shiftRightLogicalSigned : integers.shiftRightLogicalUnsigned;
  const arithmetic = signed
    ? integers.shiftRightArithmeticSigned
    : integers.shiftRightArithmeticUnsigned;
  expect(run(left)).toEqual(sample.shiftLeft);
  expect(run(logical)).toEqual(sample.shiftRightLogical);
  expect(run(arithmetic)).toEqual(sample.shiftRightArithmetic);
});

test.each(types)(
  "populationCount and countLeadingZeros of $name answer as JAX",
  ({ name, bits }) => {
    const sample = jaxSamples.integers[name]!;
    expect(sample.one!.map((x) => integers.populationCount(x, bits))).toEqual(
      sample.populationCount,
    );
    expect(sample.one!.map((x) => integers.countLeadingZeros(x, bits))).toEqual(sample.clz);
  },
);

test("high words agree with exact products", () => {
  const edges = [0, 1, 2, 65535, 65536, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff];
  const random = Array.from({ length: 40 }, (_, i) => Math.imul(i * 2 + 1, 0x9e3779b1) >>> 0);
  const values = [...edges, ...random];
  for (const x of values)
    for (const y of values) {
      const unsigned = Number((BigInt(x) * BigInt(y)) >> 32n);
      const signed = Number((BigInt(x | 0) * BigInt(y | 0)) >> 32n);
      expect(integers.multiplyHighUint32(x, y), `${x}, ${y}`).toBe(unsigned);
      expect(integers.multiplyHighInt32(x | 0, y | 0), `${x | 0}, ${y | 0}`).toBe(signed);
    }
});

test("powerInt32 wraps like the exact power", () => {
  for (const base of [0, 1, -1, 2, 3, -3, 7, 65536, 0x7fffffff, -0x80000000])
    for (const exponent of [0, 1, 2, 3, 5, 31, 32, 33, 100]) {
      const exact = Number(BigInt.asIntN(32, BigInt(base) ** BigInt(exponent)));
      expect(integers.powerInt32(base, exponent), `${base}^${exponent}`).toBe(exact);
    }
  expect(integers.powerInt32(3, 4294967295)).toBe(-1431655765);
  expect([0, 1, -1, -1, 5].map((x, i) => integers.powerInt32(x, -1 - i))).toEqual([
    -1, 1, -1, 1, 0,
  ]);
});
