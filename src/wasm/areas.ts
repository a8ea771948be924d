/** Elements of the largest block that compiled code works on at a time. */
export const blockElements = 16_384;

/** Bytes that may be read or written after the last element of a row: steps are of whole vectors. */
export const overrun = 128;

/** Bytes of an area: a block of the widest type, and what is overrun. */
export const areaBytes = 8 * blockElements + overrun;
