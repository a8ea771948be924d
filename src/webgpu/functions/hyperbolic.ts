import type { Functions } from "./functions.ts";

/** Hyperbolic functions, their inverses and the logistic function. Sources: Cephes (tanh), FreeBSD's msun (the others). */
export const hyperbolicFunctions: Functions = {
  sinhOf: `fn sinhOf(x: f32) -> f32 {
  let size = withoutSign(x);
  if (isNan(x) || sizeBits(x) < 0x39800000u) { return x; }
  if (size < 9.0) {
    let t = expm1Of(size);
    if (size < 1.0) { return withSign(0.5 * (2.0 * t - t * t / (t + 1.0)), x); }
    return withSign(0.5 * (t + t / (t + 1.0)), x);
  }
  return withSign(expScaled(size, -1.0), x);
}`,
  coshOf: `fn coshOf(x: f32) -> f32 {
  let size = withoutSign(x);
  if (size < 0.34657359f) {
    let t = expm1Of(size);
    return 1.0 + t * t / (2.0 * (1.0 + t));
  }
  if (size < 9.0) {
    let t = expOf(size);
    return 0.5 * t + 0.5 / t;
  }
  return expScaled(size, -1.0);
}`,
  // Both ways are short, as all invocations of some devices take both.
  tanhOf: `fn tanhOf(x: f32) -> f32 {
  let size = withoutSign(x);
  let z = size * size;
  let near = size + size * z * (-3.33332819422e-1f + z * (1.33314422036e-1f + z * (-5.37397155531e-2f
    + z * (2.06390887954e-2f + z * -5.70498872745e-3f))));
  let far = 1.0 - 2.0 / (expNear(2.0 * min(size, 10.0)) + 1.0);
  let bits = sizeBits(x);
  return select(withSign(select(far, near, size < 0.625), x), x, bits < 0x39000000u || bits > 0x7f800000u);
}`,
  asinhOf: `fn asinhOf(x: f32) -> f32 {
  let size = withoutSign(x);
  if (sizeBits(x) >= 0x7f800000u || sizeBits(x) < 0x39800000u) { return x; }
  if (size > 268435456.0) { return withSign(logOf(size) + 0.693147181f, x); }
  if (size > 2.0) {
    return withSign(logOf(2.0 * size + 1.0 / (sqrt(size * size + 1.0) + size)), x);
  }
  let t = size * size;
  return withSign(log1pOf(size + t / (1.0 + sqrt(1.0 + t))), x);
}`,
  acoshOf: `fn acoshOf(x: f32) -> f32 {
  if (isNan(x) || x < 1.0) { return fromBits(0x7fc00000u); }
  if (sizeBits(x) == 0x7f800000u) { return x; }
  if (x > 268435456.0) { return logOf(x) + 0.693147181f; }
  if (x > 2.0) { return logOf(2.0 * x - 1.0 / (x + sqrt(x * x - 1.0))); }
  let t = x - 1.0;
  return log1pOf(t + sqrt(2.0 * t + t * t));
}`,
  atanhOf: `fn atanhOf(x: f32) -> f32 {
  let size = withoutSign(x);
  if (isNan(x) || size > 1.0) { return fromBits(0x7fc00000u); }
  if (size == 1.0) { return bitcast<f32>(bitcast<u32>(x) | 0x7f800000u); }
  if (sizeBits(x) < 0x39800000u) { return x; }
  let t = size + size;
  if (size < 0.5) { return withSign(0.5 * log1pOf(t + t * size / (1.0 - size)), x); }
  return withSign(0.5 * log1pOf(t / (1.0 - size)), x);
}`,
  logisticOf: `fn logisticOf(x: f32) -> f32 {
  let power = expOf(bitcast<f32>(bitcast<u32>(x) | 0x80000000u));
  return select(1.0, power, x < 0.0) / (1.0 + power);
}`,
};
