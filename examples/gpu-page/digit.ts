/** From ink on a square to a digit as the data set has them. */

const side = 28;
/** The digits of the data set fill a box of 20 pixels, which lies in the middle by weight. */
const box = 20;

/**
 * Ink of `size` by `size` values from 0 to 1, row by row, as 28 by 28: scaled to fit a box of 20 by
 * 20, and moved so that its centre of mass is in the middle. Null if there is no ink.
 */
export function toDigit(ink: Float32Array, size: number): Float32Array | null {
  const bounds = boundsOf(ink, size);
  if (bounds === null) return null;
  const { left, top, width, height, x, y } = bounds;
  const scale = Math.max(width, height) / box;
  const digit = new Float32Array(side * side);
  // Pixel (i, j) of the digit is the mean of a square of the ink with sides of `scale`.
  const from = { x: x - (side / 2) * scale, y: y - (side / 2) * scale };
  // Where the weight is far off the middle of the box, the edge of the digit wins.
  from.x = Math.min(left, Math.max(left + width - side * scale, from.x));
  from.y = Math.min(top, Math.max(top + height - side * scale, from.y));
  for (let j = 0; j < side; j++) {
    for (let i = 0; i < side; i++) {
      digit[j * side + i] = mean(ink, size, from.x + i * scale, from.y + j * scale, scale);
    }
  }
  return digit;
}

interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Centre of mass. */
  readonly x: number;
  readonly y: number;
}

function boundsOf(ink: Float32Array, size: number): Bounds | null {
  let [left, top, right, bottom] = [size, size, -1, -1];
  let [mass, x, y] = [0, 0, 0];
  ink.forEach((value, p) => {
    if (value < 0.05) return;
    const [i, j] = [p % size, Math.floor(p / size)];
    left = Math.min(left, i);
    right = Math.max(right, i);
    top = Math.min(top, j);
    bottom = Math.max(bottom, j);
    mass += value;
    x += value * (i + 0.5);
    y += value * (j + 0.5);
  });
  if (mass === 0) return null;
  return { left, top, width: right - left + 1, height: bottom - top + 1, x: x / mass, y: y / mass };
}

/** Mean over a square, with parts of pixels at its edges; outside of the ink there is none. */
function mean(ink: Float32Array, size: number, x: number, y: number, length: number): number {
  let sum = 0;
  for (let j = Math.max(0, Math.floor(y)); j < Math.min(size, y + length); j++) {
    const rows = Math.min(j + 1, y + length) - Math.max(j, y);
    for (let i = Math.max(0, Math.floor(x)); i < Math.min(size, x + length); i++) {
      const columns = Math.min(i + 1, x + length) - Math.max(i, x);
      sum += rows * columns * (ink[j * size + i] as number); // within the square
    }
  }
  return sum / length ** 2;
}
