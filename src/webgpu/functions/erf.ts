import { type Functions, floatText, polynomialText } from "./functions.ts";

/* The fits are those of the cpu device, cut where float32 ends. */

/* erf(x)/x - 1 in x^2, on [0, 1] */
const ERF = [
  0.128379167, -0.376126389, 0.112837917, -0.0268661706, 0.00522397762, -0.000854832698,
  0.000120553311, -0.0000149255953, 0.00000164610005, -1.63503127e-7, 1.46597753e-8,
];
/* (x + 2) e^(x^2) erfc(x) in the scaled 1/(x + 2), on [0.5, 2] */
const ERFC_NEAR = [
  1.25367975, 0.258643789, 0.02693788, 0.000178618296, -0.00021572887, -7.21137618e-7,
  0.00000240452367, -1.12014728e-7, -2.39796107e-8,
];
/* (x + 1) e^(x^2) erfc(x) in the scaled 1/(x + 1), on [2, 28] */
const ERFC_FAR = [
  0.674968935, 0.0931316884, 0.000122075274, -0.0021049924, -0.0000092462274, 0.0000874941744,
  -0.00000544537004, -0.00000448694714, 9.19796383e-7, 1.79176843e-7, -1.03222318e-7, 5.73588719e-9,
  7.93665884e-9,
];
const FAR_MIDDLE = (1 / 3 + 1 / 29) / 2;
const FAR_HALF = (1 / 3 - 1 / 29) / 2;

/* Giles, Approximating the erfinv function (2012), single precision, the constant one first. */
const GILES_NEAR = [
  1.50140941, 0.246640727, -4.17768164e-3, -1.25372503e-3, 2.1858087e-4, -4.39150654e-6,
  -3.5233877e-6, 3.43273939e-7, 2.81022636e-8,
];
const GILES_FAR = [
  2.83297682, 1.00167406, 9.43887047e-3, -7.6224613e-3, 5.73950773e-3, -3.67342844e-3,
  1.34934322e-3, 1.00950558e-4, -2.00214257e-4,
];

/** The error function, its complement and its inverse. */
export const erfFunctions: Functions = {
  erfNear: `fn erfNear(x: f32) -> f32 {
  let z = x * x;
  return x + x * ${polynomialText(ERF, "z")};
}`,
  /** erfc from 0.5 on; the square is that of a number of 12 bits, which is exact, and the rest. */
  erfcTail: `fn erfcTail(x: f32) -> f32 {
  let a = cutFloat(x);
  let b = expOf((a - x) * (a + x));
  var value = 0.0;
  var z = 0.0;
  if (x < 2.0) {
    z = 1.0 / (x + 2.0);
    let t = (z - 0.325f) * ${floatText(1 / 0.075)};
    value = ${polynomialText(ERFC_NEAR, "t")};
  } else {
    z = 1.0 / (x + 1.0);
    let t = (z - ${floatText(FAR_MIDDLE)}) * ${floatText(1 / FAR_HALF)};
    value = ${polynomialText(ERFC_FAR, "t")};
  }
  let n = floor(-a * a * 1.44269504f + 0.5);
  let r = (-a * a - n * 0.693359375f) + n * 2.12194440e-4f;
  return scaleByPower(expOf(r) * b * (z * value), i32(n));
}`,
  erfOf: `fn erfOf(x: f32) -> f32 {
  if (isNan(x) || sizeBits(x) < 0x20000000u) { return x * 1.12837917f; }
  let size = abs(x);
  if (size < 1.0) { return erfNear(x); }
  if (size > 4.0) { return withSign(1.0, x); }
  return withSign(1.0 - erfcTail(size), x);
}`,
  erfcOf: `fn erfcOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  if (x < 0.5) {
    if (x > -1.0) { return 1.0 - erfNear(x); }
    if (x < -4.0) { return 2.0; }
    return 2.0 - erfcTail(-x);
  }
  if (x > 10.5) { return 0.0; }
  return erfcTail(x);
}`,
  erfInvOf: `fn erfInvOf(x: f32) -> f32 {
  let size = sizeBits(x);
  if (size > 0x3f800000u) { return fromBits(0x7fc00000u); }
  if (size == 0x3f800000u) { return bitcast<f32>(bitcast<u32>(x) | 0x7f800000u); }
  let w = -log1pOf(-(x * x));
  if (w < 5.0) {
    let z = w - 2.5;
    return ${polynomialText(GILES_NEAR, "z")} * x;
  }
  let z = sqrt(w) - 3.0;
  return ${polynomialText(GILES_FAR, "z")} * x;
}`,
};
