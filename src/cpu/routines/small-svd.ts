/** Singular values of [[f, g], [0, h]] with the rotations of either side. */
export interface SmallSvd {
  /** Of larger size; both may be negative. */
  large: number;
  small: number;
  leftC: number;
  leftS: number;
  rightC: number;
  rightS: number;
}

/** Half the distance from 1 to the next number. */
const epsilon = 2 ** -53;

/** The smaller singular value of [[f, g], [0, h]], to full accuracy. Source: LAPACK, dlas2. */
export function smallestSingular(f: number, g: number, h: number): number {
  const beside = Math.abs(g);
  const low = Math.min(Math.abs(f), Math.abs(h));
  const high = Math.max(Math.abs(f), Math.abs(h));
  if (low === 0) return 0;
  const sum = 1 + low / high;
  const difference = (high - low) / high;
  if (beside < high) {
    const square = (beside / high) ** 2;
    return (low * 2) / (Math.sqrt(sum * sum + square) + Math.sqrt(difference ** 2 + square));
  }
  const ratio = high / beside;
  if (ratio === 0) return (low * high) / beside;
  const c = 1 / (Math.sqrt(1 + (sum * ratio) ** 2) + Math.sqrt(1 + (difference * ratio) ** 2));
  return 2 * (low * c * ratio);
}

/** Diagonalise [[f, g], [0, h]] to full accuracy, writing to `out`. Source: LAPACK, dlasv2. */
export function solveSmall(f: number, g: number, h: number, out: SmallSvd): void {
  const isSwapped = Math.abs(h) > Math.abs(f);
  const [ft, ht] = isSwapped ? [h, f] : [f, h];
  const [fa, ha, ga] = [Math.abs(ft), Math.abs(ht), Math.abs(g)];
  let [clt, crt, slt, srt] = [1, 1, 0, 0];
  let [large, small] = [fa, ha];
  const isSteep = ga > fa;
  if (ga !== 0 && isSteep && fa / ga < epsilon) {
    large = ga;
    small = ha > 1 ? fa / (ga / ha) : (fa / ga) * ha;
    [clt, slt, srt, crt] = [1, ht / g, 1, ft / g];
  } else if (ga !== 0) {
    const d = fa - ha;
    const l = d === fa ? 1 : d / fa;
    const m = g / ft;
    const t = 2 - l;
    const mm = m * m;
    const s = Math.sqrt(t * t + mm);
    const r = l === 0 ? Math.abs(m) : Math.sqrt(l * l + mm);
    const a = 0.5 * (s + r);
    small = ha / a;
    large = fa * a;
    const tangent =
      mm !== 0
        ? (m / (s + t) + m / (r + l)) * (1 + a)
        : l === 0
          ? withSign(2, ft) * withSign(1, g)
          : g / withSign(d, ft) + m / t;
    const size = Math.sqrt(tangent * tangent + 4);
    crt = 2 / size;
    srt = tangent / size;
    clt = (crt + srt * m) / a;
    slt = ((ht / ft) * srt) / a;
  }
  const [csl, snl, csr, snr] = isSwapped ? [srt, crt, slt, clt] : [clt, slt, crt, srt];
  out.leftC = csl;
  out.leftS = snl;
  out.rightC = csr;
  out.rightS = snr;
  const sign = signOfLarge(f, g, h, isSwapped, isSteep && ga !== 0, [csl, snl, csr, snr]);
  out.large = withSign(large, sign);
  out.small = withSign(small, sign * withSign(1, f) * withSign(1, h));
}

/** Sign of the larger value: from whichever element is the largest. */
function signOfLarge(
  f: number,
  g: number,
  h: number,
  isSwapped: boolean,
  isSteep: boolean,
  [csl, snl, csr, snr]: readonly [number, number, number, number],
): number {
  if (isSteep) return withSign(1, snr) * withSign(1, csl) * withSign(1, g);
  if (isSwapped) return withSign(1, snr) * withSign(1, snl) * withSign(1, h);
  return withSign(1, csr) * withSign(1, csl) * withSign(1, f);
}

/** The size of `x` with the sign of `y`, that of zero included. */
function withSign(x: number, y: number): number {
  const isNegative = y < 0 || Object.is(y, -0);
  return isNegative ? -Math.abs(x) : Math.abs(x);
}
