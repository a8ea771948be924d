import { experimental, grad, type NDArray, numpy as np, tree } from "udiff";
import { type LibraryFunction, programs } from "./encoding.ts";

const { odeint } = experimental;

type Solution = (...xs: NDArray[]) => NDArray | NDArray[];

function define(name: string, f: Solution): void {
  programs.set(name, f as LibraryFunction);
}

/** Each value times a number of its own, so that none is lost in the sum. */
function weighted(ys: NDArray | NDArray[]): NDArray {
  return [ys].flat().reduce((total, y) => {
    const weights = np.cos(np.arange(y.size).astype(y.dtype)).reshape(y.shape);
    return total.add(np.sum(y.mul(weights)));
  }, np.float64(0) as NDArray);
}

/** The solution, and the gradients of a sum of it by each argument. */
function withGradients(f: Solution): Solution {
  return (...xs) => {
    const total = (...args: NDArray[]): NDArray => weighted(f(...args));
    const grads = grad(total, { argnums: xs.map((_, i) => i) })(...xs);
    return [f(...xs), grads].flat(2) as NDArray[];
  };
}

function lotkaVolterra(y: NDArray, _: NDArray, p: NDArray): NDArray {
  const [hares, lynx] = [y.slice(0), y.slice(1)];
  return np.stack([
    hares.mul(p.slice(0).sub(p.slice(1).mul(lynx))),
    lynx.mul(p.slice(3).mul(hares).sub(p.slice(2))),
  ]);
}

const lotka: Solution = (y0, ts, p) =>
  odeint(lotkaVolterra, y0 as NDArray, ts as NDArray, [p as NDArray]);

const pendulum: Solution = (y0, ts, g, damping) => {
  const [first, c] = [y0 as NDArray, { g: g as NDArray, damping: damping as NDArray }];
  const start = { angle: first.slice(0), speed: first.slice("1:") };
  const path = odeint(
    (y, t, c) => {
      const speed = y.speed.slice(0);
      const force = c.g.neg().mul(np.sin(y.angle)).sub(c.damping.mul(speed));
      return { angle: speed, speed: np.stack([force.add(np.sin(t.mul(3)))]) };
    },
    start,
    ts as NDArray,
    [c],
  );
  return tree.leaves(path) as NDArray[];
};

const stiff: Solution = (y0, ts, rate) =>
  odeint((y, t) => (rate as NDArray).neg().mul(y.sub(np.cos(t))), y0 as NDArray, ts as NDArray);

// The programs of `generate/ode.py`, in its order.
define("lotka", lotka);
define("lotkaGradients", withGradients(lotka));
define("lotkaSingle", (y0, ts, p) =>
  odeint(lotkaVolterra, y0 as NDArray, ts as NDArray, [p as NDArray], { rtol: 1e-5, atol: 1e-5 }),
);
define("vanDerPol", (y0, ts, mu) => {
  const first = y0 as NDArray;
  return odeint(
    ([x, v], _, mu) =>
      [
        v,
        mu
          .mul(np.subtract(1, x.mul(x)))
          .mul(v)
          .sub(x),
      ] as [NDArray, NDArray],
    [first.slice(0), first.slice(1)] as [NDArray, NDArray],
    ts as NDArray,
    [mu as NDArray],
  );
});
define("pendulum", pendulum);
define("pendulumGradients", withGradients(pendulum));
define("stiffGradients", withGradients(stiff));
define("rotation", (y0, ts, w) =>
  odeint((y, _, w) => np.matmul(w, y), y0 as NDArray, ts as NDArray, [w as NDArray], {
    rtol: 1e-6,
    atol: 1e-9,
    hmax: 0.125,
  }),
);
define("bounded", (y0, ts) =>
  odeint((y) => y.neg(), y0 as NDArray, ts as NDArray, [], { rtol: 1e-9, atol: 1e-9, mxstep: 100 }),
);
define("second", (y0, ts, rate) => {
  const end = (r: NDArray): NDArray =>
    odeint((y, t, r) => np.sin(r.mul(y)).add(t), y0 as NDArray, ts as NDArray, [r]).slice(-1);
  return grad(grad(end))(rate as NDArray);
});
