import { grad, type NDArray, vmap } from "udiff";
import * as np from "udiff/numpy";
import { special } from "udiff/scipy";
import { checkGrads } from "udiff/testing";
import { expect, test } from "vitest";

const f64 = (...data: number[]) => np.array(data, { dtype: "float64" });

/** Largest relative error. */
function error(got: ArrayLike<number>, wanted: readonly number[]): number {
  return Math.max(...wanted.map((w, i) => Math.abs(((got[i] as number) - w) / w)));
}

// Values of SciPy.
const points = [1e-8, 0.01, 0.3725, 0.75, 1, 1.25, 2, 4, 9, 19, 25, 39, 41, 80, 300];
const exp1 = [
  17.843465089050834, 4.037929576538113, 0.7507958038725264, 0.3403408129112301, 0.2193839343955205,
  0.14641337252591016, 0.048900510708061125, 0.0037793524098489063, 1.2447354178006274e-5,
  2.8078290970607954e-10, 5.348899755340217e-13, 2.888779301522701e-19, 3.723166776459978e-20,
  2.228543258688473e-37, 1.71038427680451e-133,
];
const expi = [
  -17.843465069050833, -4.017929465426669, -2.887418318875401e-5, 1.2073328160012218,
  1.895117816355937, 2.5810479743554753, 4.954234356001891, 19.63087447005622, 1037.8782907170894,
  9950907.251046844, 3005950906.5255475, 2280446200301900.5, 1.6006649143244784e16,
  7.014600004904797e32, 6.496482508088666e127,
];
const expiBelow = [
  -17.843465089050834, -4.037929576538113, -0.7507958038725264, -0.3403408129112301,
  -0.2193839343955205, -0.14641337252591016, -0.048900510708061125, -0.0037793524098489063,
  -1.2447354178006274e-5, -2.8078290970607954e-10, -5.348899755340217e-13, -2.888779301522701e-19,
  -3.723166776459978e-20, -2.228543258688473e-37, -1.71038427680451e-133,
];
const spencePoints = [1e-8, 0.1, 0.45, 0.55, 0.9, 1.1, 1.45, 1.6, 2, 2.5, 30, 1e6];
const spence = [
  1.644933872641417, 1.2997147230049588, 0.6531576315069012, 0.5143989891542121, 0.1026177910993911,
  -0.09760523522932167, -0.40750140372593496, -0.5281071740446668, -0.8224670334241142,
  -1.1473806603755703, -7.280084707384272, -97.07908523994166,
];
const expnPoints = [0.05, 0.5, 1, 1.05, 1.9, 3, 12, 60];
const expn = new Map<number, readonly number[]>([
  [
    0,
    [
      19.024588490014278, 1.2130613194252668, 0.36787944117144233, 0.33327404677252886,
      0.07872032590665004, 0.01659568945595465, 5.120176961106842e-7, 1.45941846044942e-28,
    ],
  ],
  [
    1,
    [
      2.467898488509974, 0.5597735947761608, 0.2193839343955205, 0.20187281322019682,
      0.056204378174534844, 0.01304838109419704, 4.7510818246724936e-7, 1.4358675656812567e-28,
    ],
  ],
  [
    2,
    [
      0.8278345000752154, 0.3266438623245532, 0.14849550677592194, 0.1379712952299489,
      0.042780300691018895, 0.010641925085272832, 4.4291416372121695e-7, 1.413053686089796e-28,
    ],
  ],
  [
    3,
    [
      0.4549188497484767, 0.22160436427517846, 0.1096919671977602, 0.10253394455985458,
      0.03414302395484964, 0.008930646556022727, 4.146211943368028e-7, 1.3909432307887193e-28,
    ],
  ],
  [
    7,
    [
      0.156972349932197, 0.09207107655436055, 0.05139906673824963, 0.048511117713024396,
      0.018341235901380846, 0.005328533366296042, 3.293667727083614e-7, 1.3089303742942194e-28,
    ],
  ],
  [
    20,
    [
      0.04992604567477773, 0.03106121739363098, 0.018345971206755872, 0.017405693065937998,
      0.007124168268788458, 0.0022486480641400095, 1.9573987164528409e-7, 1.0979319276125775e-28,
    ],
  ],
]);

test("float64 values are those of SciPy to twelve digits and more", () => {
  expect(error(special.exp1(f64(...points)).dataSync(), exp1)).toBeLessThan(1e-13);
  const [, , nearRoot, ...others] = expi;
  const got = special.expi(f64(...points)).dataSync();
  expect(
    error([...got.slice(0, 2), ...got.slice(3)], [...expi.slice(0, 2), ...others]),
  ).toBeLessThan(1e-13);
  // Near its root at 0.3725 the terms cancel.
  expect(Math.abs((got[2] as number) - (nearRoot as number))).toBeLessThan(1e-15);
  expect(error(special.expi(f64(...points.map((x) => -x))).dataSync(), expiBelow)).toBeLessThan(
    1e-13,
  );
  expect(error(special.spence(f64(...spencePoints)).dataSync(), spence)).toBeLessThan(1e-14);
  for (const [n, wanted] of expn) {
    expect(error(special.expn(n, f64(...expnPoints)).dataSync(), wanted), `n = ${n}`).toBeLessThan(
      1e-12,
    );
  }
});

test("float32 values are those of SciPy to six digits", () => {
  const f32 = (data: readonly number[]) => np.array([...data]);
  expect(error(special.exp1(f32(points.slice(0, 13))).dataSync(), exp1.slice(0, 13))).toBeLessThan(
    2e-6,
  );
  expect(error(special.expi(f32(points.slice(3, 14))).dataSync(), expi.slice(3, 14))).toBeLessThan(
    8e-6,
  );
  expect(error(special.spence(f32(spencePoints)).dataSync(), spence)).toBeLessThan(1e-6);
});

test("derivatives are exact in both modes, to the second order", () => {
  const at = f64(0.25, 0.75, 1.5, 3, 7);
  checkGrads(special.exp1, [at], { order: 2 });
  checkGrads(special.expi, [at], { order: 2 });
  checkGrads(special.spence, [at], { order: 2 });
  for (const n of [0, 1, 2, 5]) checkGrads((x: NDArray) => special.expn(n, x), [at], { order: 2 });
  expect(grad(special.spence)(1).item()).toBe(-1);
});

test("at the ends of their domains they are what analysis says, where JAX has NaN too", () => {
  const ends = f64(0, Infinity, -Infinity, NaN);
  expect(special.exp1(ends).js()).toEqual([Infinity, 0, NaN, NaN]);
  expect(special.expi(ends).js()).toEqual([-Infinity, Infinity, -0, NaN]);
  expect(special.spence(ends).js()).toEqual([Math.PI ** 2 / 6, -Infinity, NaN, NaN]);
  expect(special.expn(3, ends).js()).toEqual([0.5, 0, NaN, NaN]);
});

test("orders are mapped over, and bfloat16 and integers are taken", () => {
  const orders = f64(0, 1, 2, 3);
  const mapped = vmap((n: NDArray) => special.expn(n, 0.5))(orders);
  expect(mapped.js()).toEqual(special.expn(orders, 0.5).js());
  expect(special.expi(np.array([1, 2], { dtype: "int32" })).dtype).toBe("float32");
  expect(special.exp1(np.array([1, 2], { dtype: "bfloat16" })).dtype).toBe("bfloat16");
});
