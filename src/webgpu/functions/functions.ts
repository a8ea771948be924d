/**
 * WGSL functions by name. What a function calls is found in its text, so every name is one that
 * nothing else in a shader has.
 */
export type Functions = Readonly<Record<string, string>>;

/** Text of a float32 number. */
export function floatText(value: number): string {
  const text = String(Number(value.toPrecision(9)));
  return /[.e]/.test(text) ? `${text}f` : `${text}.0f`;
}

/** Text of a polynomial at `x`, the constant coefficient first (Horner). */
export function polynomialText(coefficients: readonly number[], x: string): string {
  return coefficients
    .map(floatText)
    .reduceRight((rest, c) => (rest === "" ? c : `(${c} + ${x} * ${rest})`), "");
}
