/** Trains the classifier on one device or the other, without blocking the page. */
import { devicePut, jit, type NDArray, nn, numpy as np, tree } from "udiff";
import { gatherBatch, makeMoves } from "../batches.ts";
import { initialLayers, type Layer, predict, step } from "../classifier.ts";
import type { Dataset } from "./dataset.ts";

/** Where programs run. */
export type DeviceName = "cpu" | "webgpu";

/** How far training is, after a chunk of steps. */
export interface Progress {
  readonly device: DeviceName;
  readonly steps: number;
  /** Of the last batch of the chunk. */
  readonly loss: number;
  readonly stepsPerSecond: number;
}

const batch = 64;
const rate = 0.03;
/** Milliseconds that a chunk of steps should take, so that the page answers in between. */
const chunkTime = 40;

const classify = jit((layers: Layer[], x: NDArray) => nn.softmax(predict(layers, x), { axis: -1 }));
const guess = jit((layers: Layer[], x: NDArray) => np.argmax(predict(layers, x), { axis: -1 }));

/** The network, and where it is in its training. */
export class Trainer {
  private readonly dataset: Dataset;
  private readonly report: (progress: Progress) => void;
  private readonly moves = makeMoves();
  private layers: Layer[] = [];
  private velocity: Layer[] = [];
  private steps = 0;
  private chunk = 1;
  private device: DeviceName = "cpu";
  private running: Promise<void> | null = null;
  private wanted = false;

  constructor(dataset: Dataset, report: (progress: Progress) => void) {
    this.dataset = dataset;
    this.report = report;
    this.restart();
  }

  get isRunning(): boolean {
    return this.wanted;
  }

  /** Train until `pause`; the promise is kept when training has ended. */
  async start(): Promise<void> {
    if (this.running !== null) return this.running;
    this.wanted = true;
    this.running = this.run();
    try {
      await this.running;
    } finally {
      this.running = null;
      this.wanted = false;
    }
  }

  /** Stop after the chunk that is under way. */
  async pause(): Promise<void> {
    this.wanted = false;
    await this.running;
  }

  /** Begin anew, on the same device. Training must be paused. */
  restart(): void {
    this.layers = onDevice(initialLayers([784, 128, 10]), this.device);
    this.velocity = tree.map((x: NDArray) => np.zerosLike(x), this.layers) as Layer[];
    this.steps = 0;
  }

  /** Go on with the same network on another device. Training must be paused. */
  async moveTo(device: DeviceName): Promise<void> {
    // What lies on a GPU is read later, so it comes to the cpu first.
    const [layers, velocity] = await Promise.all([onCpu(this.layers), onCpu(this.velocity)]);
    this.layers = onDevice(layers, device);
    this.velocity = onDevice(velocity, device);
    this.device = device;
    this.chunk = 1;
  }

  /** Probabilities of the ten digits for 28 by 28 grey values. */
  async classify(pixels: Float32Array): Promise<Float32Array> {
    const x = np.array(pixels, { device: this.device }).reshape([1, 784]);
    return (await classify(this.layers, x).data()) as Float32Array;
  }

  /** The part of the held-out digits that are recognised. */
  async accuracy(): Promise<number> {
    const { count, pixels, labels } = this.dataset.test;
    const x = np.array(pixels, { device: this.device }).reshape([count, 784]);
    const guesses = await guess(this.layers, x).data();
    return labels.filter((label, i) => label === guesses[i]).length / count;
  }

  private async run(): Promise<void> {
    while (this.wanted) {
      const begin = performance.now();
      let loss: NDArray | null = null;
      for (let k = 0; k < this.chunk; k++) loss = this.step();
      // Reading waits for the device, so no more than a chunk is ever under way.
      const [value] = await (loss as NDArray).data();
      const time = performance.now() - begin;
      this.report({
        device: this.device,
        steps: this.steps,
        loss: value as number,
        stepsPerSecond: (1000 * this.chunk) / time,
      });
      this.chunk = Math.min(
        64,
        2 * this.chunk,
        Math.max(1, Math.floor((chunkTime / time) * this.chunk)),
      );
      await nextFrame();
    }
  }

  private step(): NDArray {
    const { train } = this.dataset;
    const first = this.steps * batch;
    const indices = Array.from({ length: batch }, (_, k) => (first + k) % train.count);
    const [x, labels] = gatherBatch(train, indices, this.moves, this.device);
    const [loss, layers, velocity] = step(this.layers, this.velocity, x, labels, rate);
    this.layers = layers;
    this.velocity = velocity;
    this.steps++;
    return loss;
  }
}

/** Layers whose arrays lie on a device; they come from the cpu. */
function onDevice(layers: Layer[], device: DeviceName): Layer[] {
  return layers.map(({ w, b }) => ({ w: devicePut(w, device), b: devicePut(b, device) }));
}

async function onCpu(layers: Layer[]): Promise<Layer[]> {
  const copy = async (x: NDArray): Promise<NDArray> =>
    np.array(await x.data(), { device: "cpu" }).reshape(x.shape);
  return Promise.all(layers.map(async ({ w, b }) => ({ w: await copy(w), b: await copy(b) })));
}

function nextFrame(): Promise<unknown> {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}
