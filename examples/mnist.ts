/**
 * A classifier of handwritten digits, trained by gradient descent with momentum.
 *
 * `npm run demo` trains on 9,000 digits, prints the accuracy on 1,000 that training never saw, and
 * writes a loss curve and a grid of predictions to examples/output.
 */
import { fileURLToPath, pathToFileURL } from "node:url";
import * as Plot from "@observablehq/plot";
import { jit, type NDArray, numpy as np, tree } from "udiff";
import { gatherBatch, makeMoves } from "./batches.ts";
import { initialLayers, type Layer, predict, step } from "./classifier.ts";
import { type Digits, loadDigits } from "./digits.ts";
import { writePlot, writeSvg } from "./plots.ts";
import { shuffle } from "./shuffle.ts";

/** How to train, and where to write. */
export interface Options {
  readonly epochs: number;
  /** How many digits to train on; all if not given. */
  readonly limit?: number;
  readonly batch: number;
  readonly hidden: number;
  readonly rate: number;
  /** Folder for the pictures; none are written if not given. */
  readonly output?: string;
  readonly log: (line: string) => void;
}

const classify = jit((layers: Layer[], x: NDArray) => np.argmax(predict(layers, x), { axis: -1 }));

/** What training gave. */
export interface Result {
  readonly accuracy: number;
  readonly losses: readonly number[];
}

/** Train, test, and draw. */
export function train(options: Options): Result {
  const { epochs, batch, hidden, log } = options;
  const { train: all, test } = loadDigits(1000);
  const order = Array.from(
    { length: Math.min(options.limit ?? all.count, all.count) },
    (_, i) => i,
  );
  let layers = initialLayers([784, hidden, 10]);
  let velocity = tree.map((x: NDArray) => np.zerosLike(x), layers) as Layer[];
  const losses: number[] = [];
  const moves = makeMoves();
  const batches = Math.floor(order.length / batch);
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, epoch + 1);
    const rate = options.rate * 0.5 ** Math.floor((2 * epoch) / epochs);
    for (let k = 0; k < batches; k++) {
      const [x, labels] = gatherBatch(all, order.slice(k * batch, (k + 1) * batch), moves);
      const [value, next, moved] = step(layers, velocity, x, labels, rate);
      layers = next;
      velocity = moved;
      losses.push(Number(value.item()));
    }
    const recent = losses.slice(-batches).reduce((a, b) => a + b, 0) / batches;
    const done = "#".repeat(Math.round((20 * (epoch + 1)) / epochs)).padEnd(20, ".");
    log(`[${done}] epoch ${epoch + 1} of ${epochs}: loss ${recent.toFixed(4)}`);
  }
  const guesses = classify(layers, np.array(test.pixels).reshape([test.count, 784])).dataSync();
  const right = test.labels.filter((label, i) => label === guesses[i]).length;
  const accuracy = right / test.count;
  log(`accuracy on ${test.count} held-out digits: ${(100 * accuracy).toFixed(1)} %`);
  if (options.output !== undefined) draw(options.output, losses, batches, test, guesses);
  return { accuracy, losses };
}

function draw(
  folder: string,
  losses: readonly number[],
  perEpoch: number,
  test: Digits,
  guesses: ArrayLike<number>,
): void {
  const points = losses.map((value, i) => ({ epoch: (i + 1) / perEpoch, loss: value }));
  writePlot(`${folder}/mnist-loss.svg`, {
    width: 640,
    height: 400,
    style: { background: "white" },
    x: { label: "epoch" },
    y: { label: "loss of a batch", type: "log", grid: true, tickFormat: "~g" },
    marks: [
      Plot.dot(points, { x: "epoch", y: "loss", r: 1.5, fill: "#999" }),
      Plot.line(points, Plot.windowY(20, { x: "epoch", y: "loss", stroke: "steelblue" })),
    ],
  });
  writeSvg(`${folder}/mnist-predictions.svg`, grid(test, guesses, 8, 5));
}

/** The first digits with what they were taken for, and in red what wrong ones are. */
function grid(test: Digits, guesses: ArrayLike<number>, columns: number, rows: number): string {
  const size = 64;
  const cells = Array.from({ length: columns * rows }, (_, k) => {
    const left = (k % columns) * size;
    const top = Math.floor(k / columns) * (size + 16);
    const marks: string[] = [];
    for (let p = 0; p < 784; p++) {
      const ink = test.pixels[k * 784 + p] as number; // within the digits
      if (ink < 0.1) continue;
      const [x, y] = [left + 4 + 2 * (p % 28), top + 4 + 2 * Math.floor(p / 28)];
      marks.push(`<rect x="${x}" y="${y}" width="2" height="2" fill-opacity="${ink.toFixed(2)}"/>`);
    }
    const isRight = guesses[k] === test.labels[k];
    const words = isRight ? String(guesses[k]) : `${guesses[k]}, is ${test.labels[k]}`;
    const text = `<text x="${left + size / 2}" y="${top + size + 10}" fill="${isRight ? "black" : "red"}" text-anchor="middle">${words}</text>`;
    return marks.join("") + text;
  });
  const [width, height] = [columns * size, rows * (size + 16) + 8];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="white"/>${cells.join("")}</svg>`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const output = fileURLToPath(new URL("output", import.meta.url));
  const start = performance.now();
  train({
    epochs: 10,
    batch: 50,
    hidden: 128,
    rate: 0.05,
    output,
    log: (line) => console.log(line),
  });
  console.log(`in ${((performance.now() - start) / 1000).toFixed(1)} s; pictures are in ${output}`);
}
