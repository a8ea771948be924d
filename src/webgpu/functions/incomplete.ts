import { type Functions, polynomialText } from "./functions.ts";

/* Row k: C_k of Temme's expansion in powers of eta, for a >= 100 and |eta| <= 0.5. */
const UNIFORM = [
  [
    -0.333333333, 0.0833333333, -0.0148148148, 0.00115740741, 0.000352733686, -0.000178755144,
    0.0000391926318, -0.00000218544851, -0.00000185406221, 8.29671134e-7,
  ],
  [
    -0.00185185185, -0.00347222222, 0.00264550265, -0.000990226337, 0.000205761317, -4.01877572e-7,
    -0.0000180985503,
  ],
  [0.00413359788, -0.00268132716, 0.000771604938],
] as const;

const [C0, C1, C2] = UNIFORM;

const slopeText = (coefficients: readonly number[]): string =>
  polynomialText(
    coefficients.slice(1).map((c, i) => c * (i + 1)),
    "eta",
  );

/** Incomplete gamma and beta functions, in the forms of the cpu device. */
export const incompleteFunctions: Functions = {
  /** log(1 + u) - u without cancellation. */
  log1pMinus: `fn log1pMinus(u: f32) -> f32 {
  if (!(u > -0.5 && u < 1.0)) { return log1pOf(u) - u; }
  let s = u / (2.0 + u);
  let square = s * s;
  var sum = 0.0;
  var power = s * square;
  for (var n = 3.0; n < 40.0; n += 2.0) {
    let next = sum + power / n;
    if (next == sum) { break; }
    sum = next;
    power *= square;
  }
  return 2.0 * sum - s * u;
}`,
  gammaLeading: `fn gammaLeading(a: f32, x: f32) -> f32 {
  if (a >= 8.0) {
    let u = (x - a) / a;
    var exponent = 0.0;
    if (u < -0.5) { exponent = logOf(x / a) - u; } else { exponent = log1pMinus(u); }
    return expOf(a * exponent - stirlingRest(a)) / (2.50662827f * sqrt(a));
  }
  if (x > 150.0) { return 0.0; }
  var gamma = 1.0;
  var rest = a;
  while (rest >= 1.0) {
    gamma *= rest;
    rest -= 1.0;
  }
  let half = expOf(-0.5 * x);
  return powOf(x, a) * half * (half / gamma) * expOf(-lgammaOnePlus(rest));
}`,
  gammaSeries: `fn gammaSeries(a: f32, x: f32) -> f32 {
  var sum = 1.0;
  var term = 1.0;
  var r = a + 1.0;
  for (var i = 0; i < 10000; i++) {
    term *= x / r;
    sum += term;
    if (!(term > sum * 1e-9f)) { break; }
    r += 1.0;
  }
  return sum;
}`,
  gammaFraction: `fn gammaFraction(a: f32, x: f32) -> f32 {
  var b = x + 1.0 - a;
  var d = 1.0 / b;
  var term = d;
  var sum = d;
  for (var i = 1.0; i < 10000.0; i += 1.0) {
    let numerator = i * (a - i);
    b += 2.0;
    let next = 1.0 / (numerator * d + b);
    term *= -numerator * d * next;
    d = next;
    sum += term;
    if (abs(term) <= abs(sum) * 1e-9f) { break; }
  }
  return sum;
}`,
  isUniform: "fn isUniform(a: f32, x: f32) -> bool { return a >= 100.0 && abs(x - a) < 0.4 * a; }",
  etaOf: `fn etaOf(u: f32) -> f32 {
  let eta = sqrt(max(0.0, -2.0 * log1pMinus(u)));
  return select(eta, -eta, u < 0.0);
}`,
  uniformCorrection: `fn uniformCorrection(a: f32, eta: f32) -> f32 {
  let z = 1.0 / a;
  let total = ${polynomialText(C0, "eta")} + z * (${polynomialText(C1, "eta")}
    + z * ${polynomialText(C2, "eta")});
  return (expOf(-0.5 * a * eta * eta) / (2.50662827f * sqrt(a))) * total;
}`,
  igammaOf: `fn igammaOf(a: f32, x: f32) -> f32 {
  if (isNan(a) || isNan(x) || a < 0.0 || x < 0.0 || (a == 0.0 && x == 0.0)) {
    return fromBits(0x7fc00000u);
  }
  if (x == 0.0) { return 0.0; }
  if (sizeBits(x) == 0x7f800000u || a == 0.0) { return 1.0; }
  if (sizeBits(a) == 0x7f800000u) { return 0.0; }
  if (isUniform(a, x)) {
    let eta = etaOf((x - a) / a);
    return 0.5 * erfcOf(-eta * sqrt(0.5 * a)) - uniformCorrection(a, eta);
  }
  let g = gammaLeading(a, x);
  if (x >= 1.0 && x > a) {
    if (g == 0.0) { return 1.0; }
    return 1.0 - g * a * gammaFraction(a, x);
  }
  if (g == 0.0) { return 0.0; }
  return g * gammaSeries(a, x);
}`,
  igammacOf: `fn igammacOf(a: f32, x: f32) -> f32 {
  if (isNan(a) || isNan(x) || a < 0.0 || x < 0.0 || (a == 0.0 && x == 0.0)) {
    return fromBits(0x7fc00000u);
  }
  if (sizeBits(x) == 0x7f800000u || a == 0.0) { return 0.0; }
  if (x == 0.0 || sizeBits(a) == 0x7f800000u) { return 1.0; }
  if (isUniform(a, x)) {
    let eta = etaOf((x - a) / a);
    return 0.5 * erfcOf(eta * sqrt(0.5 * a)) + uniformCorrection(a, eta);
  }
  if (x >= 1.1 && x >= a) {
    let g = gammaLeading(a, x);
    if (g == 0.0) { return 0.0; }
    return g * a * gammaFraction(a, x);
  }
  if (x < 1.1) {
    var isSmall = 1.1 * x >= a;
    if (x < 0.5) { isSmall = -0.4 / logOf(x) >= a; }
    if (isSmall) { return smallUpper(a, x); }
  }
  let g = gammaLeading(a, x);
  if (g == 0.0) { return 1.0; }
  return 1.0 - g * gammaSeries(a, x);
}`,
  smallUpper: `fn smallUpper(a: f32, x: f32) -> f32 {
  let exponent = a * logOf(x) - lgammaOnePlus(a);
  var sum = 0.0;
  var power = 1.0;
  for (var n = 1.0; n < 60.0; n += 1.0) {
    power *= -x / n;
    let term = power / (a + n);
    sum += term;
    if (abs(term) < abs(sum) * 1e-9f) { break; }
  }
  return -expm1Of(exponent) - a * sum * expOf(exponent);
}`,
  logOverDigamma: `fn logOverDigamma(a: f32, x: f32) -> f32 {
  if (a < 10.0) { return logOf(x) - digammaOf(a); }
  let u = (x - a) / a;
  var value = 0.0;
  if (abs(u) < 0.5) {
    value = log1pOf(u);
  } else if (x / a > 1e-30f) {
    value = logOf(x / a);
  } else {
    value = logOf(x) - logOf(a);
  }
  return value + logMinusDigamma(a);
}`,
  gammaSeriesSlope: `fn gammaSeriesSlope(a: f32, x: f32) -> f32 {
  var sum = 1.0;
  var term = 1.0;
  var slope = 0.0;
  var harmonic = 0.0;
  var r = a + 1.0;
  for (var i = 0; i < 10000; i++) {
    term *= x / r;
    harmonic += 1.0 / r;
    sum += term;
    slope += term * harmonic;
    if (!(term * harmonic > slope * 1e-9f || term > sum * 1e-9f)) { break; }
    r += 1.0;
  }
  var factor = 0.0;
  if (a < 10.0) { factor = logOf(x) - digammaOf(a + 1.0); }
  else { factor = logOverDigamma(a, x) - 1.0 / a; }
  return sum * factor - slope;
}`,
  gammaFractionSlope: `fn gammaFractionSlope(a: f32, x: f32) -> f32 {
  var b = x + 1.0 - a;
  var d = 1.0 / b;
  var dd = d * d;
  var term = d;
  var dTerm = dd;
  var sum = term;
  var slope = dTerm;
  for (var i = 1.0; i < 10000.0; i += 1.0) {
    let numerator = i * (a - i);
    b += 2.0;
    let next = 1.0 / (numerator * d + b);
    let dNext = next * next * (1.0 - i * d - numerator * dd);
    let ratio = -numerator * d * next;
    dTerm = dTerm * ratio - term * (i * d * next + numerator * (dd * next + d * dNext));
    term *= ratio;
    d = next;
    dd = dNext;
    sum += term;
    slope += dTerm;
    if (abs(term) <= sum * 1e-9f && abs(dTerm) <= abs(slope) * 1e-9f) { break; }
  }
  return slope + sum * logOverDigamma(a, x);
}`,
  uniformSlope: `fn uniformSlope(a: f32, x: f32) -> f32 {
  let u = (x - a) / a;
  let eta = etaOf(u);
  var ratio = 1.0;
  if (eta != 0.0) { ratio = u / eta; }
  let z = 1.0 / a;
  let c1 = ${polynomialText(C1, "eta")};
  let c2 = ${polynomialText(C2, "eta")};
  let total = ${polynomialText(C0, "eta")} + z * (c1 + z * c2);
  let inEta = ${slopeText(C0)} + z * (${slopeText(C1)} + z * ${slopeText(C2)});
  let inA = z * (c1 + z * 2.0 * c2);
  let sum = ratio - 0.5 * eta + (log1pOf(u) - 0.5 * z) * total - z * (ratio * inEta + inA);
  return sum * expOf(stirlingRest(a));
}`,
  igammaGradAOf: `fn igammaGradAOf(a: f32, x: f32) -> f32 {
  if (isNan(a) || isNan(x) || !(a > 0.0) || sizeBits(a) == 0x7f800000u || x < 0.0) {
    return fromBits(0x7fc00000u);
  }
  if (x == 0.0 || sizeBits(x) == 0x7f800000u) { return 0.0; }
  let g = gammaLeading(a, x);
  if (g == 0.0) { return 0.0; }
  if (isUniform(a, x)) { return -g * uniformSlope(a, x); }
  if (x > 1.0 && x > a) { return -g * (a * gammaFractionSlope(a, x)); }
  return g * gammaSeriesSlope(a, x);
}`,
  randomGammaGradOf: `fn randomGammaGradOf(a: f32, x: f32) -> f32 {
  if (isNan(a) || isNan(x) || !(a > 0.0) || sizeBits(a) == 0x7f800000u || x < 0.0
    || sizeBits(x) == 0x7f800000u) {
    return fromBits(0x7fc00000u);
  }
  if (x == 0.0) { return 0.0; }
  if (isUniform(a, x)) { return uniformSlope(a, x) * (x / a); }
  // The fraction is 1/x there.
  if (x > 1e8f && x > 1e8f * a) { return logOverDigamma(a, x); }
  if (x > 1.0 && x > a) { return x * gammaFractionSlope(a, x); }
  return -gammaSeriesSlope(a, x) * (x / a);
}`,
  /** log(1 + u) - u, where 1 + u is the power's base times n over the exponent. */
  betaShifted: `fn betaShifted(u: f32, n: f32, exponent: f32, logBase: f32) -> f32 {
  if (u < -0.5) { return logBase + logOf(n / exponent) - u; }
  return log1pMinus(u);
}`,
  betaLeading: `fn betaLeading(a: f32, b: f32, logX: f32, logY: f32, offset: f32) -> f32 {
  let n = a + b;
  if (a >= 8.0 && b >= 8.0) {
    let exponent = a * betaShifted(offset / a, n, a, logX) + b * betaShifted(-offset / b, n, b, logY);
    let rest = stirlingRest(n) - stirlingRest(a) - stirlingRest(b);
    return expOf(exponent + rest) * sqrt(b / n) / sqrt(6.28318531f * a);
  }
  if (b >= 8.0) {
    let rest = stirlingRest(n) - stirlingRest(b) - a;
    let exponent = a * (logX + logOf(n)) + b * logY + (b - 0.5) * log1pOf(a / b) + rest;
    return expOf(exponent - lgammaOnePlus(a));
  }
  if (a >= 8.0) {
    let rest = stirlingRest(n) - stirlingRest(a) - b;
    let exponent = a * logX + b * (logY + logOf(n)) + (a - 0.5) * log1pOf(b / a) + rest;
    return (expOf(exponent - lgammaOnePlus(b)) * b) / a;
  }
  var scale = b / n;
  var p = a;
  var q = b;
  while (p >= 1.0) {
    scale *= (p + q) / p;
    p -= 1.0;
  }
  while (q >= 1.0) {
    scale *= (p + q) / q;
    q -= 1.0;
  }
  let ratio = lgammaOnePlus(p + q) - lgammaOnePlus(p) - lgammaOnePlus(q);
  return expOf(a * logX + b * logY + ratio) * scale;
}`,
  betaFraction: `fn betaFraction(a: f32, b: f32, x: f32, offset: f32) -> f32 {
  var d = (a + 1.0) / (offset + 1.0);
  var term = d;
  var sum = d;
  for (var m = 1.0; m < 3000.0; m += 1.0) {
    let twice = a + 2.0 * m;
    let share = (m * x) / (twice - 1.0);
    let start = select(a + m - 1.0, 1.0, m == 1.0);
    let numerator = start * ((a + b + m - 1.0) / (twice - 1.0)) * share * ((b - m) * x);
    let denominator = m + share * (b - m)
      + ((a + m) * (offset + 1.0 + m * (2.0 - x))) / (twice + 1.0);
    let next = 1.0 / (numerator * d + denominator);
    term *= -numerator * d * next;
    d = next;
    sum += term;
    if (abs(term) <= abs(sum) * 1e-9f) { break; }
  }
  return sum;
}`,
  betaincOf: `fn betaincOf(a: f32, b: f32, x: f32) -> f32 {
  if (isNan(a) || isNan(b) || isNan(x) || a < 0.0 || b < 0.0 || x < 0.0 || x > 1.0) {
    return fromBits(0x7fc00000u);
  }
  let atZero = a == 0.0 || sizeBits(b) == 0x7f800000u;
  let atOne = b == 0.0 || sizeBits(a) == 0x7f800000u;
  if (atZero && atOne) { return fromBits(0x7fc00000u); }
  if (x == 0.0 || x == 1.0) { return x; }
  if (atZero) { return 1.0; }
  if (atOne) { return 0.0; }
  let logX = logOf(x);
  let logY = log1pOf(-x);
  let offset = x * b - (1.0 - x) * a;
  if (offset < 0.0 || x < (a + 1.0) / (a + b + 2.0)) {
    return betaLeading(a, b, logX, logY, offset) * betaFraction(a, b, x, -offset);
  }
  return 1.0 - betaLeading(b, a, logY, logX, -offset) * betaFraction(b, a, 1.0 - x, offset);
}`,
};
