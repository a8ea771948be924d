import { type Functions, floatText, polynomialText } from "./functions.ts";

/* The fits are those of the cpu device, cut where float32 ends. */

/* log gamma(2 + t)/t in t, on [-0.5, 0.5] */
const LGAMMA_TWO = [
  0.422784335, 0.322467033, -0.0673523011, 0.0205808084, -0.00738555103, 0.00289051033,
  -0.00119275391, 0.000509669525, -0.000223154751, 0.0000994575091, -0.0000449263511,
  0.0000205072674,
];
/* digamma(x)/(x - root) in 2x - 3, on [1, 2] */
const DIGAMMA = [
  0.951055876, -0.211813711, 0.0601356211, -0.0185506154, 0.00593679528, -0.00193506666,
  0.00063688803, -0.000210748411, 0.0000699501887, -0.0000232582424, 0.00000774123222,
  -0.00000257809436, 8.58912735e-7, -2.86315276e-7, 9.54205097e-8, -3.16302027e-8, 1.05426876e-8,
];
/* B(2k) / (2k) from k = 1 */
const DIGAMMA_SERIES = [1 / 12, -1 / 120, 1 / 252, -1 / 240];
/* B(2k) / (2k (2k - 1)) from k = 1 */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680];
/* B(2k) / (2k)! from k = 1 */
const EULER_MACLAURIN = [
  1 / 12,
  -1 / 720,
  1 / 30240,
  -1 / 1209600,
  1 / 47900160,
  -691 / 1307674368000,
  1 / 74724249600,
];

/** log gamma, its derivatives and the Hurwitz zeta function, as the cpu device forms them. */
export const gammaFunctions: Functions = {
  lgammaTwo: `fn lgammaTwo(t: f32) -> f32 { return t * ${polynomialText(LGAMMA_TWO, "t")}; }`,
  lgammaOnePlus: `fn lgammaOnePlus(a: f32) -> f32 {
  if (a < 0.5) { return lgammaTwo(a) - log1pOf(a); }
  return lgammaOfPositive(a + 1.0);
}`,
  /** log gamma(a) - (a - 1/2) log a + a - log(2 pi)/2 for a >= 8. */
  stirlingRest: `fn stirlingRest(a: f32) -> f32 {
  let z = 1.0 / (a * a);
  return ${polynomialText(STIRLING, "z")} / a;
}`,
  lgammaOfPositive: `fn lgammaOfPositive(x: f32) -> f32 {
  if (x >= 8.0) {
    if (x > 1e30f) { return x * (logOf(x) - 1.0); }
    return (x - 0.5) * (logOf(x) - 1.0) + (0.418938533f + stirlingRest(x));
  }
  if (x >= 1.5) {
    var product = 1.0;
    var base = x;
    while (base >= 2.5) {
      base -= 1.0;
      product *= base;
    }
    let value = lgammaTwo(base - 2.0);
    if (product == 1.0) { return value; }
    return logOf(product) + value;
  }
  if (x >= 0.5) { return lgammaTwo(x - 1.0) - log1pOf(x - 1.0); }
  if (sizeBits(x) < 0x20000000u) { return -logOf(x); }
  return lgammaTwo(x) - logOf(x * (1.0 + x));
}`,
  lgammaOf: `fn lgammaOf(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  if (isNan(x)) { return x; }
  if ((bits & 0x7fffffffu) == 0u || (bits & 0x7fffffffu) == 0x7f800000u) {
    return fromBits(0x7f800000u);
  }
  if (bits < 0x80000000u) { return lgammaOfPositive(x); }
  if (sizeBits(x) < 0x20000000u) { return -logOf(negated(x)); }
  if (x > -0.5) { return lgammaTwo(x) - logOf(-x * (1.0 + x)); }
  let distance = x - round(x);
  if (distance == 0.0) { return fromBits(0x7f800000u); }
  let sine = sinNearPi(abs(distance));
  return logOf(3.14159265f / (-x * sine)) - lgammaOfPositive(-x);
}`,
  /** sin(pi x) for x from 0 to 1/2. */
  sinNearPi: `fn sinNearPi(x: f32) -> f32 {
  if (x <= 0.25) { return sinNear(3.14159265f * x); }
  return cosNear(3.14159265f * (0.5 - x));
}`,
  /** log a - digamma(a) for a >= 10. */
  logMinusDigamma: `fn logMinusDigamma(a: f32) -> f32 {
  let z = 1.0 / (a * a);
  return 0.5 / a + z * ${polynomialText(DIGAMMA_SERIES, "z")};
}`,
  digammaOfPositive: `fn digammaOfPositive(x: f32) -> f32 {
  if (x >= 10.0) { return logOf(x) - logMinusDigamma(x); }
  var sum = 0.0;
  var base = x;
  if (x < 1.0) {
    sum = -1.0 / x;
    base = x + 1.0;
    // What the sum lost of x moves the digamma of 1 + x, and is nothing beside 1/x.
  }
  while (base > 2.0) {
    base -= 1.0;
    sum += 1.0 / base;
  }
  let t = 2.0 * (base - 1.5);
  return sum + ((base - 1.46163213f) - 1.15648735e-8f) * ${polynomialText(DIGAMMA, "t")};
}`,
  digammaOf: `fn digammaOf(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  if (isNan(x) || bits == 0x7f800000u) { return x; }
  if ((bits & 0x7fffffffu) == 0u || bits == 0xff800000u) { return fromBits(0x7fc00000u); }
  if (bits < 0x80000000u) { return digammaOfPositive(x); }
  if (x > -1e-9f) { return -1.0 / x; }
  let distance = x - round(x);
  if (distance == 0.0) { return fromBits(0x7fc00000u); }
  let size = abs(distance);
  var cotangent = 0.0;
  if (size <= 0.25) {
    cotangent = cosNear(3.14159265f * size) / sinNear(3.14159265f * size);
  } else {
    cotangent = sinNear(3.14159265f * (0.5 - size)) / cosNear(3.14159265f * (0.5 - size));
  }
  return digammaOfPositive(1.0 - x) - withSign(3.14159265f * cotangent, distance);
}`,
  eulerMaclaurin: `const eulerMaclaurin = array<f32, ${EULER_MACLAURIN.length}>(
  ${EULER_MACLAURIN.map(floatText).join(", ")});`,
  /** The sum of ((q + k)/unit)^-s for positive q. */
  positiveZeta: `fn positiveZeta(s: f32, q: f32, unit: f32) -> f32 {
  if (sizeBits(q) == 0x7f800000u || sizeBits(s) == 0x7f800000u) {
    if (q > 1.0) { return 0.0; }
    if (q == 1.0) { return 1.0; }
    return fromBits(0x7f800000u);
  }
  // The integral of the powers: the first terms are too small to be told from none.
  if (q > 1e8f) {
    if (unit == 1.0) { return powOf(q, 1.0 - s) / (s - 1.0); }
    return powOf(q / unit, -s) * (q / (s - 1.0));
  }
  var a = q;
  var sum = 0.0;
  var term = powOf(a / unit, -s);
  for (var i = 0; i < 6 || a < 6.0; i++) {
    if (term <= sum * 1e-9f) { return sum; }
    sum += term;
    a += 1.0;
    term = powOf(a / unit, -s);
  }
  var correction = 0.5 * term;
  var factor = (s * term) / a;
  var table = eulerMaclaurin;
  for (var k = 0u; k < ${EULER_MACLAURIN.length}u; k++) {
    let part = factor * table[k];
    correction += part;
    if (abs(part) < correction * 1e-9f) { break; }
    let two = 2.0 * f32(k);
    factor *= ((s + two + 1.0) / a) * ((s + two + 2.0) / a);
  }
  return sum + (correction + (term * a) / (s - 1.0));
}`,
  isOdd: "fn isOdd(x: f32) -> bool { return abs(x) < 16777216.0 && (i32(x) & 1) != 0; }",
  zetaOf: `fn zetaOf(s: f32, q: f32) -> f32 {
  if (bitcast<u32>(s) == 0x3f800000u) { return fromBits(0x7f800000u); }
  if (isNan(s) || isNan(q)) { return fromBits(0x7fc00000u); }
  if (s < 1.0) { return fromBits(0x7fc00000u); }
  if (q > 0.0) { return positiveZeta(s, q, 1.0); }
  let low = floor(q);
  let isWhole = sizeBits(s) == 0x7f800000u || floor(s) == s;
  let isEven = isWhole && sizeBits(s) != 0x7f800000u && !isOdd(s);
  if (low == q) { return fromBits(select(0x7fc00000u, 0x7f800000u, isEven)); }
  if (!isWhole) { return fromBits(0x7fc00000u); }
  let fraction = q - low;
  let mirrored = positiveZeta(s, 1.0 - fraction, 1.0) - positiveZeta(s, 1.0 - q, 1.0);
  return positiveZeta(s, fraction, 1.0) + select(-mirrored, mirrored, isEven);
}`,
  polygammaOf: `fn polygammaOf(m: f32, x: f32) -> f32 {
  if (isNan(m) || isNan(x)) { return fromBits(0x7fc00000u); }
  if (m == 0.0) { return digammaOf(x); }
  if (m < 0.0 || (sizeBits(m) < 0x7f800000u && m != floor(m))) { return fromBits(0x7fc00000u); }
  let order = m + 1.0;
  let sign = select(-1.0, 1.0, sizeBits(m) < 0x7f800000u && isOdd(m));
  if (x > 0.0 && sizeBits(x) < 0x7f800000u && m < 3e5f) {
    // m!/x^(m+1) factor by factor, its exponent apart, so that only the result may leave the floats.
    var digits = positiveZeta(order, x, x) / x;
    var exponent = 0;
    for (var k = 1.0; k <= m; k += 1.0) {
      digits *= k / x;
      let e = i32(sizeBits(digits) >> 23u) - 127;
      if (e > 60 || e < -60) {
        if (e < -126 || e > 127) { break; }
        digits = scaleByPower(digits, -e);
        exponent += e;
      }
    }
    return sign * scaleByPower(digits, exponent);
  }
  let series = zetaOf(order, x);
  let size = abs(series);
  if (sizeBits(series) >= 0x7f800000u || size == 0.0) { return sign * series; }
  var factorial = 1.0;
  for (var k = 2.0; k <= m && k < 40.0; k += 1.0) { factorial *= k; }
  return sign * factorial * series;
}`,
};
