/** Ratio of a circle's circumference to its diameter. */
export const pi: number = Math.PI;
/** Base of the natural logarithm. */
export const e: number = Math.E;
/** The Euler-Mascheroni constant. */
export const eulerGamma = 0.5772156649015329;
/** Positive infinity. */
export const inf: number = Number.POSITIVE_INFINITY;
/** Not a number. */
export const nan: number = Number.NaN;
/** Stands for a new axis of extent 1 in an index. */
export const newaxis = null;
