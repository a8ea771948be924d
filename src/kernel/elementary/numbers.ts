import type { Lanes } from "./lanes.ts";

const { fround } = Math;
const single = new Float32Array(1);
const singleBits = new Int32Array(single.buffer);
const double = new Float64Array(1);
const doubleWords = new Int32Array(double.buffer);
/** Which of the two words of a double holds its low bits. */
const lowWord = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 0 : 1;

/** One lane: JavaScript's numbers. */
export const numbers: Lanes<number, number, boolean, number> = {
  float: fround,
  integer: (value) => value,
  double: (value) => value,
  add: (x, y) => fround(x + y),
  sub: (x, y) => fround(x - y),
  mul: (x, y) => fround(x * y),
  div: (x, y) => fround(x / y),
  sqrt: (x) => fround(Math.sqrt(x)),
  abs: Math.abs,
  atMost: (x, y) => (y < x ? y : x),
  atLeast: (x, y) => (x < y ? y : x),
  withSign: (x, y) => (y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x)),
  less: (x, y) => x < y,
  equal: (x, y) => x === y,
  choose: (which, x, y) => (which ? x : y),
  bits(x) {
    single[0] = x;
    return singleBits[0] as number; // a view of one element, here and below
  },
  fromBits(x) {
    singleBits[0] = x;
    return single[0] as number;
  },
  toFloat: fround,
  addInteger: (x, y) => (x + y) | 0,
  subInteger: (x, y) => (x - y) | 0,
  and: (x, y) => x & y,
  xor: (x, y) => x ^ y,
  shiftLeft: (x, count) => x << count,
  shiftRight: (x, count) => x >> count,
  equalInteger: (x, y) => x === y,
  widen: (x) => x,
  narrow: fround,
  addDouble: (x, y) => x + y,
  subDouble: (x, y) => x - y,
  mulDouble: (x, y) => x * y,
  divDouble: (x, y) => x / y,
  lowBits(x) {
    double[0] = x;
    return doubleWords[lowWord] as number; // a view of two elements
  },
  orMath: (fine, x, name, operand) => (fine ? x : fround(Math[name](operand))),
};
