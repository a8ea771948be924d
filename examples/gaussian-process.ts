/**
 * A Gaussian process fitted to noisy samples: its length scale, amplitude and noise by gradient
 * ascent on the marginal likelihood, differentiated through a Cholesky factorisation.
 */
import { fileURLToPath, pathToFileURL } from "node:url";
import * as Plot from "@observablehq/plot";
import { jit, linalg, type NDArray, numpy as np, random, tree, valueAndGrad } from "udiff";
import { writePlot } from "./plots.ts";

interface Kernel {
  scale: NDArray;
  amplitude: NDArray;
  noise: NDArray;
}

function covariance(kernel: Kernel, a: NDArray, b: NDArray): NDArray {
  const apart = np.expandDims(a, 1).sub(np.expandDims(b, 0)).div(np.exp(kernel.scale));
  return np.exp(np.square(apart).mul(-0.5)).mul(np.exp(kernel.amplitude.mul(2)));
}

function factor(kernel: Kernel, x: NDArray): NDArray {
  const noise = np.eye(x.size).mul(np.exp(kernel.noise.mul(2)).add(1e-5));
  return linalg.cholesky(covariance(kernel, x, x).add(noise));
}

/** Minus the logarithm of the likelihood of `y`, up to a constant, for each sample. */
function cost(kernel: Kernel, x: NDArray, y: NDArray): NDArray {
  const lower = factor(kernel, x);
  const white = linalg.solveTriangular(lower, y, { lower: true });
  const logDeterminant = np.sum(np.log(np.diagonal(lower)));
  return np.sum(np.square(white)).mul(0.5).add(logDeterminant).div(x.size);
}

const step = jit((kernel: Kernel, x: NDArray, y: NDArray): [NDArray, Kernel] => {
  const [value, gradient] = valueAndGrad(cost)(kernel, x, y);
  return [
    value,
    tree.map((p: NDArray, g: NDArray) => p.sub(g.mul(0.2)), kernel, gradient) as Kernel,
  ];
});

/** Costs before and after the fit, and how far predictions are from the truth on average. */
export interface Fit {
  readonly before: number;
  readonly after: number;
  readonly error: number;
}

/** Fit to noisy samples of a sine, then predict it. */
export function fitProcess(steps: number, output?: string): Fit {
  const [forX, forNoise] = [random.key(1), random.key(2)];
  const x = np.sort(random.uniform(forX, [40], { minval: -3, maxval: 3 }));
  const y = np.sin(x.mul(2)).add(random.normal(forNoise, [40]).mul(0.15));
  let kernel: Kernel = { scale: np.array(0), amplitude: np.array(0), noise: np.array(0) };
  const costs: number[] = [];
  for (let i = 0; i < steps; i++) {
    const [value, next] = step(kernel, x, y);
    costs.push(Number(value.item()));
    kernel = next;
  }
  const grid = np.linspace(-3, 3, 121);
  const lower = factor(kernel, x);
  const weights = linalg.solveTriangular(lower, linalg.solveTriangular(lower, y, { lower: true }), {
    lower: true,
    trans: true,
  });
  const mean = np.matmul(covariance(kernel, grid, x), weights);
  const error = Number(np.mean(np.abs(mean.sub(np.sin(grid.mul(2))))).item());
  if (output !== undefined) {
    const points = (a: NDArray, b: NDArray): { x: number; y: number }[] => {
      const [xs, ys] = [a.dataSync(), b.dataSync()];
      return Array.from(xs, (value, i) => ({ x: value, y: ys[i] as number }));
    };
    writePlot(`${output}/gaussian-process.svg`, {
      width: 640,
      height: 400,
      style: { background: "white" },
      marks: [
        Plot.line(points(grid, np.sin(grid.mul(2))), { x: "x", y: "y", stroke: "#bbb" }),
        Plot.line(points(grid, mean), { x: "x", y: "y", stroke: "steelblue" }),
        Plot.dot(points(x, y), { x: "x", y: "y", r: 2.5 }),
        ...[
          { name: "prediction", fill: "steelblue" },
          { name: "sine without noise", fill: "#999" },
          { name: "samples", fill: "black" },
        ].map(({ name, fill }, i) =>
          Plot.text([name], { frameAnchor: "top-right", dy: 16 * i, fill, fontSize: 12 }),
        ),
      ],
    });
  }
  return { before: costs[0] ?? Number.NaN, after: costs.at(-1) ?? Number.NaN, error };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { before, after, error } = fitProcess(
    150,
    fileURLToPath(new URL("output", import.meta.url)),
  );
  console.log(
    `cost ${before.toFixed(3)} -> ${after.toFixed(3)}; mean error of the prediction ${error.toFixed(3)}`,
  );
}
