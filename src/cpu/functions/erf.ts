import { polynomial } from "./polynomial.ts";

/**
 * Error function.
 *
 * Accuracy: 1 ulp. Edge values: -1 and 1 at the infinities, -0 at -0, NaN at NaN.
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size < 1) return x + x * polynomial(ERF, x * x);
  if (x !== x) return x;
  const value = size < 6 ? 1 - tail(size) : 1;
  return x < 0 ? -value : value;
}

/**
 * Complementary error function 1 - erf(x).
 *
 * Accuracy: 4 ulp in the whole range, the right tail included down to the subnormals.
 * Edge values: 2 at -inf, 0 at inf (from 27.23 on), NaN at NaN.
 */
export function erfc(x: number): number {
  if (x < 0.5) {
    if (x > -1) return 1 - erf(x);
    return x > -6 ? 2 - tail(-x) : 2;
  }
  if (x !== x) return x;
  return x < 28 ? tail(x) : 0;
}

/**
 * erfc on [0.5, 28] as e^(-x^2) times a polynomial in a fraction of `x`.
 *
 * An error in x^2 would be multiplied by its size, up to 750, so x^2 is taken as a^2 + (x-a)(x+a)
 * with `a` the float32 nearest to `x`, whose square is exact.
 */
function tail(x: number): number {
  const a = Math.fround(x);
  const gauss = Math.exp(-a * a) * Math.exp((a - x) * (a + x));
  const near = x < 2;
  const z = 1 / (x + (near ? 2 : 1));
  const value = near
    ? polynomial(ERFC_NEAR, (z - 0.325) / 0.075)
    : polynomial(ERFC_FAR, (z - FAR_MIDDLE) / FAR_HALF);
  return gauss * (z * value);
}

/**
 * Inverse of the error function.
 *
 * Accuracy: 3 ulp. Edge values: ±inf at ±1, NaN outside [-1, 1], -0 at -0.
 * The form is that of Giles (2012): a polynomial in w = -log(1 - x^2) near the centre, in sqrt(w)
 * outside, here fitted to double precision.
 */
export function erfInv(x: number): number {
  const w = -Math.log((1 - x) * (1 + x));
  if (w < 6.25) return x * polynomial(CENTRE, w / 3.125 - 1);
  // sqrt(w) is at most 6.1 below 1
  if (w < 38) {
    const root = Math.sqrt(w);
    return (
      x *
      (root < 4
        ? polynomial(MIDDLE, (root - 3.25) / 0.75)
        : polynomial(TAIL, (root - 5.125) / 1.125))
    );
  }
  return w === Infinity ? x * Infinity : NaN;
}

/**
 * Inverse of the error function as float32 arithmetic gives it, for the samplers, whose draws follow
 * JAX's to the last bits. `x` must be a float32.
 *
 * Accuracy: 3 float32 ulp in the centre as in the tails. Edge values as `erfInv`.
 * Source: Giles, Approximating the erfinv function (2012), single precision; every step rounds.
 */
export function erfInv32(x: number): number {
  const f = Math.fround;
  if (Math.abs(x) === 1) return x * Infinity;
  const w = f(-f(Math.log1p(f(-f(x * x)))));
  const near = w < 5;
  const z = near ? f(w - 2.5) : f(f(Math.sqrt(w)) - 3);
  const coefficients = near ? GILES_NEAR : GILES_FAR;
  let p = 0;
  for (const c of coefficients) p = f(c + f(p * z));
  return f(p * x);
}

const FAR_MIDDLE = (1 / 3 + 1 / 29) / 2;
const FAR_HALF = (1 / 3 - 1 / 29) / 2;

/* highest power first */
const GILES_NEAR = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 2.1858087e-4, -1.25372503e-3,
  -4.17768164e-3, 0.246640727, 1.50140941,
].map(Math.fround);

const GILES_FAR = [
  -2.00214257e-4, 1.00950558e-4, 1.34934322e-3, -3.67342844e-3, 5.73950773e-3, -7.6224613e-3,
  9.43887047e-3, 1.00167406, 2.83297682,
].map(Math.fround);

/* The fits below are made by test/cpu/functions/fit-coefficients.py. */

/* erf(x)/x - 1 in x^2, on [0, 1] */
const ERF = [
  0.1283791670955126, -0.3761263890318375, 0.11283791670954879, -0.026866170645076792,
  0.0052239776248180145, -0.000854832698083379, 0.0001205533111164271, -1.4925595266831182e-5,
  1.6461000484121368e-6, -1.6350312701054695e-7, 1.4659775274047436e-8, -1.1372848856791674e-9,
  5.957176147748911e-11,
];
/* (x + 2) e^(x^2) erfc(x) in the scaled 1/(x + 2), on [0.5, 2] */
const ERFC_NEAR = [
  1.2536797511414655, 0.25864378898243656, 0.026937880027136856, 0.0001786182964150763,
  -0.0002157288700680503, -7.211376184325754e-7, 2.40452367493822e-6, -1.1201472788821809e-7,
  -2.397961065274219e-8, 3.5497777594027864e-9, 1.327971808574616e-11, -5.631419315666551e-11,
  6.416990514450299e-12, 1.7697404875021645e-13, -1.2651304633455205e-13,
];
/* (x + 1) e^(x^2) erfc(x) in the scaled 1/(x + 1), on [2, 28] */
const ERFC_FAR = [
  0.6749689349655974, 0.09313168842450582, 0.00012207527403544676, -0.002104992395205202,
  -9.246227395378747e-6, 8.74941744310374e-5, -5.4453700380363525e-6, -4.486947144673515e-6,
  9.197963834737489e-7, 1.7917684254165944e-7, -1.0322231767733618e-7, 5.7358871890137855e-9,
  7.936658835772285e-9, -2.472844783356041e-9, -1.4441913791105305e-10, 3.046716332398991e-10,
  -7.355421540867788e-11, -1.6060284786386388e-11, 1.2800874846100105e-11, -4.3167872207915e-13,
  -8.859140296464946e-13,
];
/* erfInv(x)/x in the scaled w, on [0, 6.25] */
const CENTRE = [
  1.6536545626831027, 0.7504943200799635, -0.058922567103778405, -0.0226044474534433,
  0.017808361818322422, -0.004137314377617044, -0.0012716922689355017, 0.0012324855716044916,
  -0.0002643936636442128, -0.00011688886351420544, 9.336736457299484e-5, -1.5027592941187096e-5,
  -1.1257221266265393e-5, 7.129675308276721e-6, -6.839507434925104e-7, -1.0584873929327183e-6,
  5.397988707429613e-7, -1.1417686165065391e-8, -9.906018905151915e-8, 4.037097726031442e-8,
  5.046078828470801e-9, -9.330305979594036e-9, 1.4436335506736331e-9, 1.0490240155188407e-9,
  -2.542493585197834e-10, -4.495978611747325e-11,
];
/* erfInv(x)/x in the scaled sqrt(w), on [2.5, 4] */
const MIDDLE = [
  3.0838856104922208, 0.753944225770624, 0.0030211394363747063, -0.0015825410894073097,
  0.0007883078513066945, -0.00040063569835358583, 0.00016966502197543766, -4.7391827316182325e-5,
  2.405864805789804e-6, 5.127316786334848e-6, -2.664793846715906e-6, 5.264621626938461e-7,
  9.289338749101434e-8, -9.468946844911027e-8, 2.63990323529153e-8, -3.6906087078089294e-10,
  -2.4605291139227303e-9, 9.891297510532429e-10, -1.179100761769929e-10, -6.471554767207546e-11,
  2.4355543452655723e-11,
];
/* erfInv(x)/x in the scaled sqrt(w), on [4, 6.25] */
const TAIL = [
  4.9761913900163, 1.1365383104872455, -0.000269071246869911, -0.000256202312328986,
  0.0001036220853961164, -2.9895529852808036e-5, 7.597413857222852e-6, -1.8159805540475997e-6,
  4.345295104414165e-7, -1.1994820600562818e-7, 4.7015834870983236e-8, -2.5481987549986333e-8,
  1.4990900450305634e-8, -8.167113758188306e-9, 3.825682076952916e-9, -1.4556453795308615e-9,
  4.1839904151047413e-10, -5.7815233853809704e-11, -3.9699847349544004e-11, 3.5016680978788435e-11,
  -8.998331376452318e-12,
];
