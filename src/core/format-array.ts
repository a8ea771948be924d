import { type DType, dtypeInfo, type TypedArray } from "./dtype.ts";
import { toBfloat16, toFloat16 } from "./number.ts";

/** Digits after the point at most. */
const precision = 8;
/** Arrays of more elements than this are summarised. */
const threshold = 1000;
/** Entries kept at each end of a summarised axis. */
const edge = 3;
const lineWidth = 75;

/**
 * Text of an array's elements the way NumPy prints them: shortest digits that tell the numbers
 * apart in their dtype, at most 8 after the point, in aligned columns, wrapped at 75 characters,
 * and summarised with `...` above 1000 elements.
 *
 * `data` holds the elements in row-major order; a key prints as its two words. Lines after the
 * first are indented by `indent` spaces more.
 */
export function formatArray(
  data: TypedArray,
  shape: readonly number[],
  dtype: DType,
  indent = 0,
): string {
  const { kind } = dtypeInfo[dtype];
  if (kind === "void") return `<${dtype}[${shape.join(",")}]>`;
  const extents = kind === "key" ? [...shape, 2] : shape;
  const at = (i: number): number => data[i] as number; // only positions of elements are asked for
  if (extents.length === 0) return formatScalar(at(0), dtype);
  if (extents.includes(0)) return "[]";
  const shown = shownPositions(extents, data.length > threshold);
  const format = elementFormat(shown.map(at), dtype);
  return layOut(extents, data.length > threshold, (i) => format(at(i)), indent);
}

/** Indices along an axis that are printed; null stands for the gap. */
function indicesShown(extent: number, summarise: boolean): (number | null)[] {
  const all = Array.from({ length: extent }, (_, i) => i);
  if (!summarise || extent <= 2 * edge) return all;
  return [...all.slice(0, edge), null, ...all.slice(-edge)];
}

/** Positions of all elements that are printed. */
function shownPositions(shape: readonly number[], summarise: boolean): number[] {
  let positions = [0];
  for (const extent of shape) {
    const indices = indicesShown(extent, summarise).filter((i) => i !== null);
    positions = positions.flatMap((start) => indices.map((i) => start * extent + i));
  }
  return positions;
}

/** Brackets, line breaks and gaps around the formatted elements. */
function layOut(
  shape: readonly number[],
  summarise: boolean,
  text: (position: number) => string,
  indent: number,
): string {
  const build = (axis: number, start: number, hanging: string, width: number): string => {
    const extent = shape[axis] as number; // axis is below the rank
    const last = axis === shape.length - 1;
    const parts = indicesShown(extent, summarise).map((i) => {
      if (i === null) return "...";
      const position = start * extent + i;
      return last ? text(position) : build(axis + 1, position, `${hanging} `, width - 1);
    });
    const body = last
      ? wrap(parts, hanging, width - 1)
      : parts.join("\n".repeat(shape.length - 1 - axis) + hanging);
    return `[${body}]`;
  };
  return build(0, 0, " ".repeat(indent + 1), lineWidth);
}

/** Words separated by spaces, on lines of at most `width` characters. */
function wrap(words: readonly string[], hanging: string, width: number): string {
  let done = "";
  let line = hanging;
  words.forEach((word, i) => {
    if (line.length + word.length > width && line.length > hanging.length) {
      done += `${line.trimEnd()}\n`;
      line = hanging;
    }
    line += i + 1 < words.length ? `${word} ` : word;
  });
  return (done + line).slice(hanging.length);
}

/** How each element of an array is written, given those that will be. */
function elementFormat(shown: readonly number[], dtype: DType): (x: number) => string {
  const { kind } = dtypeInfo[dtype];
  if (kind === "bool") return (x) => (x === 0 ? "False" : " True");
  if (kind !== "float") {
    const width = Math.max(...shown.map((x) => String(x).length));
    return (x) => String(x).padStart(width);
  }
  const finite = shown.filter(Number.isFinite);
  const sizes = finite.map(Math.abs).filter((x) => x > 0);
  const largest = Math.max(...sizes);
  const smallest = Math.min(...sizes);
  const limit = Math.min(1e8, positionalLimit(dtype));
  const scientific =
    sizes.length > 0 && (largest >= limit || smallest < 1e-4 || largest / smallest > 1000);
  const write = scientific ? scientificFormat(finite, dtype) : fixedFormat(finite, dtype);
  const width = Math.max(...shown.map((x) => write(x).length));
  return (x) => write(x).padStart(width);
}

/** Digits on both sides of the point, those after it padded with spaces to one width. */
function fixedFormat(finite: readonly number[], dtype: DType): (x: number) => string {
  const split = (x: number): readonly [string, string] => {
    const digits = positional(x, dtype);
    const point = digits.indexOf(".");
    return point < 0 ? [digits, ""] : [digits.slice(0, point), digits.slice(point + 1)];
  };
  const right = Math.max(0, ...finite.map((x) => split(x)[1].length));
  return (x) => {
    if (!Number.isFinite(x)) return special(x);
    const [whole, fraction] = split(x);
    return `${whole}.${fraction.padEnd(right)}`;
  };
}

/** One digit before the point, as many after it for all elements, and the exponent. */
function scientificFormat(finite: readonly number[], dtype: DType): (x: number) => string {
  const parts = finite.map((x) => shortest(x, dtype).toExponential().split("e"));
  const fractions = parts.map(([m = ""]) => m.replace(/^-?\d\.?/, "").length);
  const digits = Math.min(precision, Math.max(0, ...fractions));
  const places = Math.max(2, ...parts.map(([, e = ""]) => e.length - 1));
  return (x) => (Number.isFinite(x) ? scientific(x, digits, places) : special(x));
}

/** `x` with `digits` digits after the point and an exponent of at least `places` digits. */
function scientific(x: number, digits: number, places: number): string {
  const [m = "", e = ""] = x.toExponential(digits).split("e");
  const sign = Object.is(x, -0) ? "-" : ""; // toExponential leaves it out
  return `${sign}${m}${digits === 0 ? "." : ""}e${e.charAt(0)}${e.slice(1).padStart(places, "0")}`;
}

/** A scalar stands alone: all digits that count, and always a point or an exponent. */
function formatScalar(x: number, dtype: DType): string {
  const { kind } = dtypeInfo[dtype];
  if (kind === "bool") return x === 0 ? "False" : "True";
  if (kind !== "float") return String(x);
  if (!Number.isFinite(x)) return special(x);
  const size = Math.abs(x);
  const short = shortest(x, dtype);
  if (size !== 0 && (size < 1e-4 || size >= positionalLimit(dtype))) {
    const [m = "", e = ""] = short.toExponential().split("e");
    return `${m}e${e.charAt(0)}${e.slice(1).padStart(2, "0")}`;
  }
  const digits = Object.is(x, -0) ? "-0" : String(short);
  return digits.includes(".") ? digits : `${digits}.0`;
}

/** Size from which numbers are written with an exponent, since further digits would be noise. */
function positionalLimit(dtype: DType): number {
  if (dtype === "float64") return 1e16;
  return dtype === "float32" ? 1e6 : 1e3;
}

const special = (x: number): string => (Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf");

/** Digits without an exponent, at most `precision` after the point. */
function positional(x: number, dtype: DType): string {
  const digits = String(shortest(x, dtype));
  const fraction = digits.indexOf(".") < 0 ? 0 : digits.length - digits.indexOf(".") - 1;
  const cut =
    fraction > precision || digits.includes("e")
      ? x.toFixed(precision).replace(/\.?0+$/, "")
      : digits;
  return Object.is(x, -0) ? "-0" : cut;
}

/** The number of fewest decimal digits that rounds to `x` in its dtype. */
function shortest(x: number, dtype: DType): number {
  const round = rounding[dtype];
  if (round === undefined) return x;
  for (let digits = 1; digits < 10; digits++) {
    const candidate = Number(x.toPrecision(digits));
    if (round(candidate) === x) return candidate;
  }
  return x;
}

const rounding: Partial<Record<DType, (x: number) => number>> = {
  float32: Math.fround,
  float16: toFloat16,
  bfloat16: toBfloat16,
};
