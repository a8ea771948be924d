/**
 * Truncates a float to int32: toward zero, saturating.
 *
 * Edge values: NaN gives 0, infinities the ends of the range. (`x | 0` would wrap instead.)
 */
export function floatToInt32(x: number): number {
  return x >= 2147483647 ? 2147483647 : x <= -2147483648 ? -2147483648 : x | 0;
}

/** Truncates a float to uint32: toward zero, saturating at 0 and 4294967295; NaN gives 0. */
export function floatToUint32(x: number): number {
  return x >= 4294967295 ? 4294967295 : x > 0 ? x >>> 0 : 0;
}

/** Truncates a float to int16: toward zero, saturating at -32768 and 32767; NaN gives 0. */
export function floatToInt16(x: number): number {
  return x >= 32767 ? 32767 : x <= -32768 ? -32768 : x | 0;
}

/** Truncates a float to uint16: toward zero, saturating at 0 and 65535; NaN gives 0. */
export function floatToUint16(x: number): number {
  return x >= 65535 ? 65535 : x > 0 ? x | 0 : 0;
}

/** Truncates a float to int8: toward zero, saturating at -128 and 127; NaN gives 0. */
export function floatToInt8(x: number): number {
  return x >= 127 ? 127 : x <= -128 ? -128 : x | 0;
}

/** Truncates a float to uint8: toward zero, saturating at 0 and 255; NaN gives 0. */
export function floatToUint8(x: number): number {
  return x >= 255 ? 255 : x > 0 ? x | 0 : 0;
}

/** Low 32 bits of an integer as int32. Exact for integers up to 2^53 in size. */
export function wrapInt32(x: number): number {
  return x | 0;
}

/** Low 32 bits of an integer as uint32. Exact for integers up to 2^53 in size. */
export function wrapUint32(x: number): number {
  return x >>> 0;
}

/** Low 16 bits of an integer as int16. Exact for integers up to 2^53 in size. */
export function wrapInt16(x: number): number {
  return (x << 16) >> 16;
}

/** Low 16 bits of an integer as uint16. Exact for integers up to 2^53 in size. */
export function wrapUint16(x: number): number {
  return x & 0xffff;
}

/** Low 8 bits of an integer as int8. Exact for integers up to 2^53 in size. */
export function wrapInt8(x: number): number {
  return (x << 24) >> 24;
}

/** Low 8 bits of an integer as uint8. Exact for integers up to 2^53 in size. */
export function wrapUint8(x: number): number {
  return x & 0xff;
}
