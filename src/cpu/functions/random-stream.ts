import { erfInv, erfInv32 } from "./erf.ts";
import { toBfloat16, toFloat16 } from "./rounding.ts";
import { threefry2x32 } from "./threefry.ts";

/** Rounds to the precision that a sampler computes in. */
export type Round = (x: number) => number;

/** Float formats of samplers. */
export type SamplerDtype = "float64" | "float32" | "float16" | "bfloat16";

/** A random key of two words while a sampler runs: drawn from, and split, in place. */
export class Stream {
  private readonly words = new Uint32Array(2);
  k0 = 0;
  k1 = 0;

  /** Start from a key. */
  from(k0: number, k1: number): this {
    this.k0 = k0;
    this.k1 = k1;
    return this;
  }

  /** Key number `i` of those that the key splits into; element `i` of a draw for float64. */
  child(i: number, into: Stream): Stream {
    threefry2x32(this.k0, this.k1, 0, i, this.words);
    return into.from(this.words[0] as number, this.words[1] as number); // two words
  }

  /** Element `i` of a uniform draw from 0 up to 1: as many bits as the dtype holds. */
  uniform(i: number, dtype: SamplerDtype): number {
    threefry2x32(this.k0, this.k1, 0, i, this.words);
    const a = this.words[0] as number; // two words
    const b = this.words[1] as number;
    const word = (a ^ b) >>> 0;
    switch (dtype) {
      case "float64":
        return a * 2 ** -32 + (b >>> 12) * 2 ** -52;
      case "float32":
        return (word >>> 9) * 2 ** -23;
      case "float16":
        return ((word & 0xffff) >>> 6) * 2 ** -10;
      case "bfloat16":
        return ((word & 0xff) >>> 1) * 2 ** -7;
      default:
        dtype satisfies never;
        return Number.NaN;
    }
  }

  /** Element `i` of a standard normal draw. */
  normal(i: number, dtype: SamplerDtype): number {
    const round = rounding(dtype);
    const low = lowest[dtype];
    const u = Math.max(low, round(round(this.uniform(i, dtype) * round(1 - low)) + low));
    const inverse = dtype === "float64" ? erfInv(u) : erfInv32(u);
    return round(round(Math.SQRT2) * round(inverse));
  }
}

/** The number above -1, where uniform draws for normal ones start. */
const lowest: Readonly<Record<SamplerDtype, number>> = {
  float64: -1 + 2 ** -53,
  float32: -1 + 2 ** -24,
  float16: -1 + 2 ** -11,
  bfloat16: -1 + 2 ** -8,
};

/** How results of a dtype are rounded. */
export function rounding(dtype: SamplerDtype): Round {
  if (dtype === "float64") return (x) => x;
  if (dtype === "float32") return Math.fround;
  return dtype === "float16" ? toFloat16 : toBfloat16;
}
