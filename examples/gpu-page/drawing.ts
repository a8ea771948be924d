/** The canvas to draw a digit on, with a mouse, a pen or a finger. */
import { toDigit } from "./digit.ts";

/** Calls back with a digit of 28 by 28 when the drawing changes, and with null when it is empty. */
export class Drawing {
  private readonly canvas: HTMLCanvasElement;
  private readonly context: CanvasRenderingContext2D;
  private readonly changed: (digit: Float32Array | null) => void;
  private isDue = false;

  constructor(canvas: HTMLCanvasElement, changed: (digit: Float32Array | null) => void) {
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (context === null) throw new Error("drawing: this browser has no 2d canvas");
    this.canvas = canvas;
    this.context = context;
    this.changed = changed;
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = canvas.width / 13;
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.go(event));
  }

  clear(): void {
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.schedule();
  }

  /** Show a digit of 28 by 28 instead of what is drawn. */
  show(digit: Float32Array): void {
    const cell = this.canvas.width / 28;
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    digit.forEach((ink, p) => {
      this.context.fillStyle = `rgb(0 0 0 / ${ink})`;
      this.context.fillRect((p % 28) * cell, Math.floor(p / 28) * cell, cell, cell);
    });
    this.schedule();
  }

  private begin(event: PointerEvent): void {
    this.canvas.setPointerCapture(event.pointerId);
    this.context.beginPath();
    this.context.moveTo(...this.place(event));
    this.go(event);
  }

  private go(event: PointerEvent): void {
    if (event.buttons === 0) return;
    this.context.lineTo(...this.place(event));
    this.context.stroke();
    this.schedule();
  }

  private place({ offsetX, offsetY }: PointerEvent): [x: number, y: number] {
    const scale = this.canvas.width / this.canvas.clientWidth;
    return [offsetX * scale, offsetY * scale];
  }

  /** Look at the drawing once a frame, however often the pointer moves. */
  private schedule(): void {
    if (this.isDue) return;
    this.isDue = true;
    requestAnimationFrame(() => {
      this.isDue = false;
      const { width, height } = this.canvas;
      const { data } = this.context.getImageData(0, 0, width, height);
      const ink = Float32Array.from({ length: width * height }, (_, p) => data[4 * p + 3]! / 255);
      this.changed(toDigit(ink, width));
    });
  }
}
