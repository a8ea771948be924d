/**
 * Predator and prey: the equations of Lotka and Volterra fitted to the pelts of hares and lynx that
 * the Hudson's Bay Company bought from 1900 to 1920, by gradient descent through `odeint`.
 *
 * Numbers of pelts, in thousands, as Howard (Modeling basics, Texas A&M) read them from the record.
 * Carpenter's case study for Stan (2018) fits the same model to them.
 */
import { fileURLToPath, pathToFileURL } from "node:url";
import * as Plot from "@observablehq/plot";
import { experimental, jit, type NDArray, numpy as np, tree, valueAndGrad } from "udiff";
import { writePlot } from "./plots.ts";

const hares = [
  30, 47.2, 70.2, 77.4, 36.3, 20.6, 18.1, 21.4, 22, 25.4, 27.1, 40.3, 57, 76.6, 52.3, 19.5, 11.2,
  7.6, 14.6, 16.2, 24.7,
];
const lynx = [
  4, 6.1, 9.8, 35.2, 59.4, 41.7, 19, 13, 8.3, 9.1, 7.4, 8, 12.3, 19.5, 45.7, 51.1, 29.7, 15.8, 9.7,
  10.1, 8.6,
];

/** Numbers of prey and predators. */
interface Animals {
  prey: NDArray;
  predators: NDArray;
}

/** Everything that is fitted; all of it is positive, so each stands for its logarithm. */
interface Model {
  start: Animals;
  /** Births of prey. */
  births: NDArray;
  /** Prey eaten by each predator. */
  hunting: NDArray;
  /** Deaths of predators. */
  deaths: NDArray;
  /** Predators born for what they eat. */
  feeding: NDArray;
}

function simulate(model: Model, years: NDArray): Animals {
  const { start, births, hunting, deaths, feeding } = tree.map(np.exp, model) as Model;
  return experimental.odeint(
    ({ prey, predators }) => ({
      prey: prey.mul(births.sub(hunting.mul(predators))),
      predators: predators.mul(feeding.mul(prey).sub(deaths)),
    }),
    start,
    years,
    [],
    { rtol: 1e-5, atol: 1e-5 },
  );
}

const years = np.arange(hares.length).astype("float32");
const observed: Animals = { prey: np.log(np.array(hares)), predators: np.log(np.array(lynx)) };

/** The mean square of errors of logarithms: pelts are off by a factor rather than by a number. */
function cost(model: Model): NDArray {
  const { prey, predators } = simulate(model, years);
  const square = (x: NDArray, y: NDArray): NDArray => np.mean(np.square(np.log(x).sub(y)));
  return square(prey, observed.prey).add(square(predators, observed.predators)).div(2);
}

/** What descent by Adam remembers of earlier gradients: their means and those of their squares. */
interface Descent {
  model: Model;
  mean: Model;
  square: Model;
}

const step = jit(({ model, mean, square }: Descent, turn: NDArray): [NDArray, Descent] => {
  const [value, gradient] = valueAndGrad(cost)(model);
  const blend = (rate: number) => (old: NDArray, now: NDArray) =>
    old.mul(rate).add(now.mul(1 - rate));
  const nextMean = tree.map(blend(0.9), mean, gradient) as Model;
  const nextSquare = tree.map(blend(0.99), square, tree.map(np.square, gradient)) as Model;
  const warm = (rate: number): NDArray => np.subtract(1, np.power(rate, turn));
  const move = (p: NDArray, m: NDArray, s: NDArray): NDArray =>
    p.sub(
      m
        .div(warm(0.9))
        .div(np.sqrt(s.div(warm(0.99))).add(1e-8))
        .mul(0.03),
    );
  const next = tree.map(move, model, nextMean, nextSquare) as Model;
  return [value, { model: next, mean: nextMean, square: nextSquare }];
});

/** What was fitted: costs before and after, and the coefficients of the equations. */
export interface Fit {
  readonly before: number;
  readonly after: number;
  readonly births: number;
  readonly hunting: number;
  readonly deaths: number;
  readonly feeding: number;
}

/** Fit the equations from a rough guess, and draw them beside the record into a folder. */
export function fitAnimals(steps: number, output?: string): Fit {
  const guess = { births: 0.8, hunting: 0.04, deaths: 0.6, feeding: 0.02 };
  const model = tree.map((x: number) => np.float32(Math.log(x)), {
    start: { prey: 30, predators: 4 },
    ...guess,
  }) as Model;
  const zeros = tree.map(np.zerosLike, model) as Model;
  let descent: Descent = { model, mean: zeros, square: zeros };
  const costs: number[] = [];
  for (let turn = 1; turn <= steps; turn++) {
    const [value, next] = step(descent, np.float32(turn));
    costs.push(Number(value.item()));
    descent = next;
  }
  if (output !== undefined) draw(descent.model, output);
  const { start: _, ...fitted } = tree.map(
    (x: NDArray) => Math.exp(Number(x.item())),
    descent.model,
  );
  return { before: costs[0] ?? Number.NaN, after: costs.at(-1) ?? Number.NaN, ...fitted };
}

/** The record as points, the model as curves. */
function draw(model: Model, output: string): void {
  const fine = np.linspace(0, hares.length - 1, 401);
  const { prey, predators } = simulate(model, fine);
  const curve = (ys: NDArray): { year: number; pelts: number }[] => {
    const values = ys.dataSync();
    return Array.from(fine.dataSync(), (t, i) => ({ year: 1900 + t, pelts: values[i] as number }));
  };
  const points = (pelts: readonly number[]): { year: number; pelts: number }[] =>
    pelts.map((n, i) => ({ year: 1900 + i, pelts: n }));
  const animals = [
    { name: "hares", color: "steelblue", model: curve(prey), record: points(hares) },
    { name: "lynx", color: "firebrick", model: curve(predators), record: points(lynx) },
  ];
  writePlot(`${output}/hares-and-lynx.svg`, {
    width: 720,
    height: 400,
    style: { background: "white" },
    x: { label: "year", tickFormat: "d" },
    y: { label: "pelts (thousands)", grid: true },
    marks: animals.flatMap(({ name, color, model: line, record }, i) => [
      Plot.line(line, { x: "year", y: "pelts", stroke: color }),
      Plot.dot(record, { x: "year", y: "pelts", r: 3, fill: color }),
      Plot.text([name], { frameAnchor: "top-right", dy: 16 * i, fill: color, fontSize: 12 }),
    ]),
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { before, after, births, hunting, deaths, feeding } = fitAnimals(
    400,
    fileURLToPath(new URL("output", import.meta.url)),
  );
  console.log(`cost ${before.toFixed(3)} -> ${after.toFixed(4)}`);
  console.log(`prey' = ${births.toFixed(3)} prey - ${hunting.toFixed(4)} prey predators`);
  console.log(`predators' = ${feeding.toFixed(4)} prey predators - ${deaths.toFixed(3)} predators`);
}
