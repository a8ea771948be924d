import { type Functions, floatText, polynomialText } from "./functions.ts";

/* The fits are those of the cpu device, cut where float32 ends. */

/* (I0(x) - 1)/y in y = x^2/4, on [0, 16] */
const I0_SMALL = [
  1, 0.25, 0.0277777778, 0.00173611111, 0.0000694444444, 0.00000192901235, 3.93675989e-8,
  6.15118736e-10, 7.59405769e-12, 7.59407002e-14, 6.2759488e-16, 4.35949841e-18, 2.57223982e-20,
  1.34402251e-22,
];
/* (2 I1(x)/x - 1)/y in y = x^2/4, on [0, 16] */
const I1_SMALL = [
  0.5, 0.0833333333, 0.00694444444, 0.000347222222, 0.0000115740741, 2.75573192e-7, 4.92094988e-9,
  6.83465202e-11, 7.59406866e-13, 6.9035558e-15, 5.23132268e-17, 3.34423005e-19, 1.88077135e-21,
];
/* sqrt(x) e^-x I0(x) in the scaled 1/x, on [8, 20] */
const I0_MIDDLE = [
  0.403543279, 0.00208517898, 0.0000544491231, 0.00000305724887, 3.12984919e-7, 5.46362111e-8,
  1.13723403e-8,
];
const I1_MIDDLE = [
  0.385462537, -0.0059596238, -0.0000861541016, -0.00000404177106, -3.76835999e-7, -6.23081658e-8,
  -1.28089408e-8,
];
/* sqrt(x) e^-x I0(x) in 1/x, on [20, inf] */
const I0_LARGE = [
  0.39894228, 0.0498677851, 0.0280506291, 0.0292194061, 0.044742064, 0.0906196296, 0.227239571,
];
const I1_LARGE = [
  0.39894228, -0.149603355, -0.0467510485, -0.0409071683, -0.0575255435, -0.110754767, -0.268686453,
];

const rest = (middle: readonly number[], large: readonly number[]): string => `
  let z = 1.0 / size;
  let t = (z - 0.0875f) * ${floatText(1 / 0.0375)};
  let far = select(${polynomialText(large, "z")}, ${polynomialText(middle, "t")}, size < 20.0);`;

/** Modified Bessel functions of order 0 and 1, scaled by e^-|x|. */
export const besselFunctions: Functions = {
  besselI0eOf: `fn besselI0eOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  let size = withoutSign(x);
  if (size <= 8.0) {
    let y = 0.25 * size * size;
    return expOf(-size) * (1.0 + y * ${polynomialText(I0_SMALL, "y")});
  }
  if (sizeBits(x) == 0x7f800000u) { return 0.0; }${rest(I0_MIDDLE, I0_LARGE)}
  return far / sqrt(size);
}`,
  besselI1eOf: `fn besselI1eOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  let size = withoutSign(x);
  if (size <= 8.0) {
    let y = 0.25 * size * size;
    return withSign(expOf(-size) * (0.5 * size) * (1.0 + y * ${polynomialText(I1_SMALL, "y")}), x);
  }
  if (sizeBits(x) == 0x7f800000u) { return withSign(0.0, x); }${rest(I1_MIDDLE, I1_LARGE)}
  return withSign(far / sqrt(size), x);
}`,
};
