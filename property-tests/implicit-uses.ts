import {
  customVmap,
  jit,
  lax,
  linalg,
  linearCall,
  type NDArray,
  numpy as np,
  sequentialVmap,
} from "udiff";
import { input } from "./arbitraries/inputs.ts";
import type { Use } from "./arbitraries/use.ts";

type List = readonly NDArray[];

const scaled = customVmap((x: NDArray, w: NDArray) => np.sin(x).mul(w)).defVmap(
  (_: number, [ofX, ofW]: boolean[], x: NDArray, w: NDArray) => {
    const shift = (v: NDArray, flag: boolean | undefined, other: boolean | undefined): NDArray =>
      other === true && flag !== true ? np.expandDims(v, 0) : v;
    return [np.sin(shift(x, ofX, ofW)).mul(shift(w, ofW, ofX)), ofX || ofW];
  },
);

const eachSlice = sequentialVmap((x: NDArray): List => [np.exp(x).mul(x), np.sum(x)]);

/** Uses of `custom_vmap_call`: by a rule, slice by slice, staged and in a loop. */
export const mappedByRule: readonly Use[] = [
  { inputs: [input([2, 3]), input([3])], f: (x, w) => scaled(x.slice(0), w) },
  { inputs: [input([2])], f: (x) => jit((v: NDArray) => eachSlice(np.cos(v)))(x) },
  {
    inputs: [input([2]), input([3, 2])],
    f: (c, xs) =>
      lax.scan(
        (s: NDArray, x: NDArray) => [scaled(s, x), eachSlice(x)[1] as NDArray] as const,
        c,
        xs,
      ),
  },
];

/** Uses of `linear_call`: with residuals that are differentiated, on trees, staged. */
export const transposedByRule: readonly Use[] = [
  {
    inputs: [input([3, 3]), input([3])],
    f: (a, x) =>
      linearCall(
        (m: NDArray, v: NDArray) => np.matmul(m, v),
        (m: NDArray, ct: NDArray) => np.matmul(np.matrixTranspose(m), ct),
        a,
        x,
      ),
  },
  {
    inputs: [input([]), input([2]), input([2])],
    f: (r, x, y) =>
      jit((a: NDArray, b: NDArray) =>
        linearCall(
          (s: NDArray, [u, v]: List): List => [u?.mul(s) as NDArray, np.sum((v as NDArray).mul(y))],
          (s: NDArray, [p, q]: List): List => [(p as NDArray).mul(s), (q as NDArray).mul(y)],
          r,
          [a, b],
        ),
      )(x, np.sin(y)),
  },
];

const dominant = (a: NDArray): NDArray => a.mul(0.125).add(np.eye(3, 3, { dtype: a.dtype }));

/** Uses of `custom_linear_solve`: general and symmetric, with an aux, in a loop. */
export const solutions: readonly Use[] = [
  {
    inputs: [input([3, 3], "unit"), input([3])],
    f: (a, b) => {
      const m = dominant(a);
      return lax.customLinearSolve(
        (x: NDArray) => np.matmul(m, x),
        b,
        (_, y) => linalg.solve(m, y),
        { transposeSolve: (_, y) => linalg.solve(np.matrixTranspose(m), y) },
      );
    },
  },
  {
    inputs: [input([2], "positive"), input([2])],
    f: (d, b) =>
      lax.scan(
        (c: NDArray) => [
          lax.customLinearSolve(
            (x: NDArray) => x.mul(d.add(1)),
            c,
            (_, y) => y.div(d.add(1)),
            { symmetric: true },
          ),
          null,
        ],
        b,
        null,
        { length: 2 },
      )[0],
  },
  {
    inputs: [input([2], "positive"), input([2])],
    f: (d, b) =>
      lax.customLinearSolve(
        (x: NDArray) => x.mul(d),
        b,
        (matvec, y) => [y.div(matvec(np.onesLike(y) as NDArray)), np.int32(3)],
        { symmetric: true, hasAux: true },
      )[0],
  },
];
