/** Joins the page: what the controls do, and where what happens is shown. */
import { initWebGPU } from "udiff/webgpu";
import { Bars, likeliest } from "./bars.ts";
import { fetchDataset } from "./dataset.ts";
import { Drawing } from "./drawing.ts";
import { LossCurve } from "./loss-curve.ts";
import { type DeviceName, type Progress, Trainer } from "./trainer.ts";

function element<E extends HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`page: there is no element #${id}`);
  return found as E;
}

const [train, restart] = [
  element<HTMLButtonElement>("train"),
  element<HTMLButtonElement>("restart"),
];
const devices = element<HTMLFieldSetElement>("devices");
const status = element("status");
const curve = new LossCurve(element("curve"));
const bars = new Bars(element("probabilities"));
await startGpu();
status.textContent = "Fetching 10,000 digits ...";
const dataset = await fetchDataset();
const trainer = new Trainer(dataset, show);
let drawn: Float32Array | null = null;
let lastTested = 0;

const drawing = new Drawing(element<HTMLCanvasElement>("drawing"), (digit) => {
  drawn = digit;
  void classify();
});

train.addEventListener("click", () => void (trainer.isRunning ? pause() : start()));
restart.addEventListener("click", () => void startAnew());
devices.addEventListener("change", (event) => {
  void moveTo((event.target as HTMLInputElement).value as DeviceName); // the only inputs there
});
element("clear").addEventListener("click", () => drawing.clear());
element("sample").addEventListener("click", () => {
  const k = Math.floor(Math.random() * dataset.test.count);
  drawing.show(dataset.test.pixels.subarray(k * 784, (k + 1) * 784));
});
for (const control of [train, restart, devices]) control.disabled = false;
status.textContent = "Ready. Press Train.";

/** Ask for the GPU; where there is none, say why, and leave the cpu as the only choice. */
async function startGpu(): Promise<void> {
  try {
    await initWebGPU();
  } catch (error) {
    const missing = element("missing");
    element("reason").textContent = error instanceof Error ? error.message : String(error);
    missing.hidden = false;
    element<HTMLInputElement>("webgpu").disabled = true;
  }
}

async function start(): Promise<void> {
  train.textContent = "Pause";
  try {
    await trainer.start();
  } catch (error) {
    fail(error);
  }
  train.textContent = "Train";
}

async function pause(): Promise<void> {
  await trainer.pause();
  status.textContent = "Paused.";
  await test();
}

async function startAnew(): Promise<void> {
  await trainer.pause();
  trainer.restart();
  curve.clear();
  for (const id of ["steps", "loss", "accuracy"]) element(id).textContent = "–";
  status.textContent = "A new network, which knows nothing yet.";
  await classify();
}

/** Move the network; training that was under way goes on. */
async function moveTo(device: DeviceName): Promise<void> {
  const wasRunning = trainer.isRunning;
  devices.disabled = true;
  try {
    await trainer.pause();
    await trainer.moveTo(device);
    status.textContent = `The network is on ${device}.`;
  } catch (error) {
    fail(error);
  }
  devices.disabled = false;
  if (wasRunning) void start();
}

function show(progress: Progress): void {
  const { device, steps, loss, stepsPerSecond } = progress;
  curve.add(progress);
  element("steps").textContent = String(steps);
  element("loss").textContent = loss.toFixed(3);
  element(`speed-${device}`).textContent = stepsPerSecond.toFixed(stepsPerSecond < 10 ? 1 : 0);
  status.textContent = `Training on ${device}.`;
  if (drawn !== null) void classify();
  if (performance.now() - lastTested > 2000) void test();
}

async function test(): Promise<void> {
  lastTested = performance.now();
  element("accuracy").textContent = `${(100 * (await trainer.accuracy())).toFixed(1)} %`;
}

async function classify(): Promise<void> {
  const probabilities = drawn === null ? null : await trainer.classify(drawn);
  bars.show(probabilities);
  element("prediction").textContent =
    probabilities === null ? "Nothing is drawn." : `This looks like ${likeliest(probabilities)}.`;
}

function fail(error: unknown): void {
  status.textContent = `Training stopped: ${error instanceof Error ? error.message : String(error)}`;
}
