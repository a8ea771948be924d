import { erfc } from "./erf.ts";
import { log1pMinus, polynomial, stirlingRest } from "./polynomial.ts";

/*
 * Temme's expansion of the incomplete gamma functions for large `a`, uniform through x = a:
 * with u = x/a - 1 and eta^2/2 = u - log(1 + u), eta of the sign of u,
 *   Q = erfc(eta sqrt(a/2))/2 + e^(-a eta^2/2)/sqrt(2 pi a) T,  T = sum of C_k(eta) a^-k.
 * Source: DLMF 8.12; the table holds Taylor coefficients of C_k for a >= 100 and |eta| <= 0.5.
 */

/** Whether the expansion holds at (a, x) to double precision. */
export function inUniformRange(a: number, x: number): boolean {
  return a >= 100 && Math.abs(x - a) < 0.4 * a;
}

function etaOf(u: number): number {
  const eta = Math.sqrt(-2 * log1pMinus(u));
  return u < 0 ? -eta : eta;
}

/** T for reciprocal 1/a. */
function corrections(eta: number, reciprocal: number): number {
  let total = 0;
  // the index stays inside the table
  for (let k = UNIFORM.length - 1; k >= 0; k--)
    total = total * reciprocal + polynomial(UNIFORM[k]!, eta);
  return total;
}

function correction(a: number, eta: number): number {
  return (Math.exp(-0.5 * a * eta * eta) / Math.sqrt(2 * Math.PI * a)) * corrections(eta, 1 / a);
}

/** Upper function Q inside the range. */
export function uniformUpper(a: number, x: number): number {
  const eta = etaOf((x - a) / a);
  return 0.5 * erfc(eta * Math.sqrt(0.5 * a)) + correction(a, eta);
}

/** Lower function P inside the range. */
export function uniformLower(a: number, x: number): number {
  const eta = etaOf((x - a) / a);
  return 0.5 * erfc(-eta * Math.sqrt(0.5 * a)) - correction(a, eta);
}

/**
 * dQ/da over x^a e^-x / gamma(a + 1), inside the range.
 *
 * Without the common factor e^(-a eta^2/2)/sqrt(2 pi a), the derivative is
 * u/eta - eta/2 + (log(1+u) - 1/(2a)) T + (d eta/da) dT/d eta + dT/da, and d eta/da = -u/(a eta).
 */
export function uniformSlope(a: number, x: number): number {
  const u = (x - a) / a;
  const eta = etaOf(u);
  const ratio = eta === 0 ? 1 : u / eta;
  const reciprocal = 1 / a;
  let total = 0;
  let inEta = 0;
  let inA = 0;
  for (let k = UNIFORM.length - 1; k >= 0; k--) {
    const row = UNIFORM[k]!; // inside the table
    const value = polynomial(row, eta);
    total = total * reciprocal + value;
    inEta = inEta * reciprocal + slope(row, eta);
    inA = inA * reciprocal + k * value;
  }
  const sum =
    ratio -
    0.5 * eta +
    (Math.log1p(u) - 0.5 * reciprocal) * total -
    reciprocal * (ratio * inEta + inA);
  return sum * Math.exp(stirlingRest(a));
}

/** Derivative of a polynomial. */
function slope(coefficients: readonly number[], x: number): number {
  let total = 0;
  // the index stays inside the array
  for (let i = coefficients.length - 1; i > 0; i--) total = total * x + i * coefficients[i]!;
  return total;
}

/* Row k: C_k in powers of eta, made by test/cpu/functions/fit-coefficients.py. */
const UNIFORM = [
  [
    -0.3333333333333333, 0.08333333333333333, -0.014814814814814815, 0.0011574074074074073,
    0.0003527336860670194, -0.0001787551440329218, 3.919263178522438e-5, -2.185448510679992e-6,
    -1.85406221071516e-6, 8.296711340953087e-7, -1.7665952736826078e-7, 6.707853543401498e-9,
    1.0261809784240309e-8, -4.382036018453353e-9, 9.14769958223679e-10, -2.5514193994946248e-11,
    -5.830772132550426e-11, 2.4361948020667415e-11, -5.0276692801141755e-12,
  ],
  [
    -0.001851851851851852, -0.003472222222222222, 0.0026455026455026454, -0.0009902263374485596,
    0.00020576131687242798, -4.018775720164609e-7, -1.8098550334489977e-5, 7.64916091608111e-6,
    -1.6120900894563446e-6, 4.647127802807434e-9, 1.378633446915721e-7, -5.752545603517705e-8,
    1.1951628599778148e-8, -1.7543241719747647e-11, -1.0091543710600413e-9, 4.162792991842583e-10,
    -8.56390702649298e-11,
  ],
  [
    0.004133597883597883, -0.0026813271604938273, 0.0007716049382716049, 2.0093878600823047e-6,
    -0.0001073665322636516, 5.2923448829120125e-5, -1.2760635188618728e-5, 3.423578734096138e-8,
    1.3721957309062934e-6, -6.298992138380055e-7, 1.4280614206064242e-7, -2.0477098421990866e-10,
    -1.409252991086752e-8, 6.228974084922022e-9, -1.3670488396617114e-9,
  ],
  [
    0.0006494341563786008, 0.00022947209362139917, -0.0004691894943952557, 0.00026772063206283885,
    -7.561801671883977e-5, -2.396505113867297e-7, 1.1082654115347302e-5, -5.6749528269915965e-6,
    1.4230900732435883e-6, -2.7861080291528143e-11, -1.6958404091930278e-7, 8.099464905388083e-8,
    -1.9111168485973655e-8,
  ],
  [
    -0.0008618882909167117, 0.0007840392217200666, -0.0002990724803031902, -1.4638452578843418e-6,
    6.641498215465122e-5, -3.968365047179435e-5, 1.1375726970678419e-5, 2.507497226237533e-10,
    -1.6954149536558305e-6, 8.907507532205309e-7, -2.292934834000805e-7,
  ],
  [
    -0.00033679855336635813, -6.972813758365857e-5, 0.0002772753244959392, -0.00019932570516188847,
    6.797780477937208e-5, 1.419062920643967e-7, -1.3594048189768693e-5, 8.018470256334202e-6,
  ],
  [
    0.0005313079364639922, -0.0005921664373536939, 0.0002708782096718045, 7.902353232660328e-7,
    -8.153969367561969e-5, 5.61168275310625e-5,
  ],
  [0.00034436760689237765],
];
