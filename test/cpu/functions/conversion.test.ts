import { expect, test } from "vitest";
import * as conversion from "../../../src/cpu/functions/conversion.ts";
import { jaxSamples } from "./references.ts";

const floats = [NaN, Infinity, -Infinity, 3e9, -3e9, 5e9, 2.9, -2.9, 300, -300, -1, 127.5, 70000];
const integers = [-3000000001, -129, -1, 0, 127, 128, 300, 65535, 65536, 2147483648, 4294967295];
const types = [
  {
    name: "int8",
    wrap: conversion.wrapInt8,
    saturate: conversion.floatToInt8,
    bits: 8,
    signed: true,
  },
  {
    name: "int16",
    wrap: conversion.wrapInt16,
    saturate: conversion.floatToInt16,
    bits: 16,
    signed: true,
  },
  {
    name: "int32",
    wrap: conversion.wrapInt32,
    saturate: conversion.floatToInt32,
    bits: 32,
    signed: true,
  },
  {
    name: "uint8",
    wrap: conversion.wrapUint8,
    saturate: conversion.floatToUint8,
    bits: 8,
    signed: false,
  },
  {
    name: "uint16",
    wrap: conversion.wrapUint16,
    saturate: conversion.floatToUint16,
    bits: 16,
    signed: false,
  },
  {
    name: "uint32",
    wrap: conversion.wrapUint32,
    saturate: conversion.floatToUint32,
    bits: 32,
    signed: false,
  },
];

test.each(types)("floats become $name as in JAX: truncated, saturated, NaN to 0", (type) => {
  expect(floats.map(type.saturate)).toEqual(jaxSamples.integers[type.name]!.fromFloat);
});

test.each(types)(
  "float to $name is exact at both ends of the range",
  ({ saturate, bits, signed }) => {
    const low = signed ? -(2 ** (bits - 1)) : 0;
    const high = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
    const near = [low - 1, low - 0.5, low, low + 0.5, high - 0.5, high, high + 0.5, high + 1];
    const inside = signed ? low + 1 : 0;
    expect(near.map(saturate)).toEqual([low, low, low, inside, high - 1, high, high, high]);
    expect(Object.is(saturate(-0), 0)).toBe(true);
    expect(Object.is(saturate(-0.5), 0)).toBe(true);
  },
);

test.each(types)("integers become $name by their low bits", ({ name, wrap, bits, signed }) => {
  expect(integers.map(wrap)).toEqual(jaxSamples.integers[name]!.wrapped);
  const exact = (x: number) =>
    Number(signed ? BigInt.asIntN(bits, BigInt(x)) : BigInt.asUintN(bits, BigInt(x)));
  const wide = [2 ** 53 - 1, -(2 ** 53) + 1, 2 ** 40 + 129, -(2 ** 33) - 32769];
  expect(wide.map(wrap)).toEqual(wide.map(exact));
});
