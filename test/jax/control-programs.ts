import { grad, jit, jvp, lax, type NDArray, numpy as np, vmap } from "udiff";
import { type LibraryFunction, programs } from "./encoding.ts";

type Arrays = readonly NDArray[];

function define(name: string, f: (...xs: NDArray[]) => unknown): void {
  programs.set(name, f as LibraryFunction);
}

const rnnLoss = (c: NDArray, xs: NDArray): NDArray =>
  lax.scan((s: NDArray, x: NDArray) => [np.tanh(s.mul(x)), null] as const, c, xs)[0];
const newton = (x: NDArray): NDArray =>
  lax.whileLoop(
    (c) => np.abs(c.mul(c).sub(x)).greater(1e-3),
    (c) => c.add(x.div(c)).mul(0.5),
    x,
  );

// The programs of `generate/control.py`, in its order.
define("scanSum", (xs) => lax.scan((c, x: NDArray) => [c.add(x), c.mul(x)] as const, 0, xs));
define("scanReverse", (c, xs) =>
  lax.scan((s: NDArray, x: NDArray) => [np.sin(s).mul(x), s.add(x)] as const, c, xs, {
    reverse: true,
  }),
);
define("rnn", (w, h, xs) =>
  lax.scan(
    (s: NDArray, x: NDArray) => [np.tanh(np.matmul(s, w).add(x)), np.sum(s)] as const,
    h,
    xs,
  ),
);
define("scanPair", (a, b, xs) =>
  lax.scan(
    ([p, q]: NDArray[], x: NDArray): [NDArray[], NDArray] => [
      [q as NDArray, (p as NDArray).mul(x)],
      (p as NDArray).sub(q as NDArray),
    ],
    [a, b],
    xs,
  ),
);
define("scanNothing", (c) =>
  lax.scan((s: NDArray) => [np.cos(s), s] as const, c, null, { length: 4 }),
);
define("scanEmpty", (c, xs) =>
  lax.scan((s: NDArray, x: NDArray) => [s.mul(x), s.add(x)] as const, c, xs),
);
define("scanNested", (c, xs) =>
  lax.scan(
    (s: NDArray, row: NDArray) =>
      lax.scan((t: NDArray, x: NDArray) => [np.sin(t).add(x), t.mul(x)] as const, s, row),
    c,
    xs,
  ),
);
define("scanCond", (c, xs) =>
  lax.scan(
    (s: NDArray, x: NDArray) =>
      [
        lax.cond(
          x.greater(0),
          () => s.mul(x),
          () => s.add(x),
        ),
        s,
      ] as const,
    c,
    xs,
  ),
);
define("foriStatic", (x) => lax.foriLoop(0, 4, (i, c: NDArray) => np.sin(c).add(i.mul(x)), x));
define("condTaken", (x, y) =>
  lax.cond(
    x.greater(y),
    (a: NDArray, b: NDArray) => a.mul(b),
    (a: NDArray, b: NDArray) => a.sub(b.mul(b)),
    x,
    y,
  ),
);
define("switch3", (i, x) =>
  lax.switch(
    i,
    [(v: NDArray) => np.sin(v), (v: NDArray) => v.mul(v), (v: NDArray) => np.exp(v)],
    x,
  ),
);
define("condSqrt", (x) =>
  lax.cond(
    x.greater(0),
    (v: NDArray) => np.sqrt(v),
    (v: NDArray) => np.zerosLike(v),
    x,
  ),
);
define("newton", newton);
define("newtonSlope", (x) => jvp(newton, [x], [np.onesLike(x)])[1]);
define(
  "collatz",
  (n) =>
    lax.whileLoop(
      ([m]: Arrays) => (m as NDArray).greater(1),
      ([m, k]: Arrays) => {
        const v = m as NDArray;
        const half = np.floorDivide(v, 2);
        return [
          np.where(np.remainder(v, 2).equal(0), half, v.mul(3).add(1)),
          (k as NDArray).add(1),
        ];
      },
      [n, np.int32(0)],
    )[1],
);
define("foriDynamic", (n, x) => lax.foriLoop(0, n, (i, c: NDArray) => c.mul(x).add(i), x));
define("mapped", (xs) => lax.map((x: NDArray) => np.sum(np.sin(x)).mul(x), xs));
define("mappedInBatches", (xs) =>
  lax.map((x: NDArray) => np.sum(np.sin(x)).mul(x), xs, { batchSize: 2 }),
);
define("runningProducts", (xs) => lax.associativeScan((a, b) => np.matmul(a, b), xs));
define("runningReverse", (xs) =>
  lax.associativeScan((a, b) => a.mul(0.5).add(b), xs, { reverse: true, axis: 1 }),
);
define("gradInScan", (c, xs) =>
  lax.scan(
    (s: NDArray, x: NDArray) => [grad((v: NDArray) => np.sin(v.mul(x)))(s), s] as const,
    c,
    xs,
  ),
);
define("scanSecond", (c, xs) => grad((s: NDArray) => grad((v: NDArray) => rnnLoss(v, xs))(s))(c));
define("vmapGradJit", (cs, xs) => jit(vmap(grad(rnnLoss), { inAxes: [0, null] }))(cs, xs));
