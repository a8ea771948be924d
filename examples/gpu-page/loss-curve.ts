/** The live loss curve. */
import * as Plot from "@observablehq/plot";
import type { DeviceName, Progress } from "./trainer.ts";

interface Point {
  readonly steps: number;
  readonly loss: number;
  readonly device: DeviceName;
}

/** How many points are kept; of more, every other one goes. */
const most = 600;

/** Draws the loss over the steps, one colour for each device. */
export class LossCurve {
  private readonly figure: HTMLElement;
  private points: Point[] = [];
  private isDue = false;

  constructor(figure: HTMLElement) {
    this.figure = figure;
    this.draw();
  }

  add({ steps, loss, device }: Progress): void {
    this.points.push({ steps, loss, device });
    if (this.points.length > most) this.points = this.points.filter((_, i) => i % 2 === 1);
    this.schedule();
  }

  clear(): void {
    this.points = [];
    this.schedule();
  }

  /** Draw soon, and not more than a few times in a second: training needs the processor too. */
  private schedule(): void {
    if (this.isDue) return;
    this.isDue = true;
    setTimeout(() => {
      this.isDue = false;
      this.draw();
    }, 200);
  }

  private draw(): void {
    const last = this.points.at(-1)?.steps ?? 0;
    const svg = Plot.plot({
      ariaLabel: "loss",
      ariaDescription: `loss of a batch over the steps of training, ${last} so far`,
      width: 620,
      height: 300,
      marginLeft: 48,
      marginBottom: 42,
      style: { fontSize: "13px", background: "transparent" },
      x: { label: "step", domain: [0, Math.max(100, last)] },
      y: {
        label: "loss of a batch",
        type: "log",
        domain: [0.02, 4],
        clamp: true,
        grid: true,
        ticks: [0.03, 0.1, 0.3, 1, 3],
        tickFormat: "~g",
      },
      color: { domain: ["cpu", "webgpu"], range: ["var(--cpu)", "var(--webgpu)"], legend: false },
      marks: [
        Plot.dot(this.points, { x: "steps", y: "loss", r: 1.5, fill: "device", fillOpacity: 0.45 }),
        Plot.lineY(
          this.points,
          Plot.windowY(
            { k: 9, strict: false },
            { x: "steps", y: "loss", z: null, stroke: "device", strokeWidth: 2 },
          ),
        ),
      ],
    });
    this.figure.replaceChildren(svg);
  }
}
