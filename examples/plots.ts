import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

/** Marks and scales of a plot, as Observable Plot takes them. */
export type PlotOptions = Plot.PlotOptions;

/** Write a plot as an SVG file, making the folder where it is missing. */
export function writePlot(path: string, options: PlotOptions): void {
  const { document } = parseHTML("<html><body></body></html>");
  const drawn = Plot.plot({ ...options, document });
  const svg = drawn.tagName.toLowerCase() === "svg" ? drawn : drawn.querySelector("svg");
  if (svg === null) throw new Error("plot: there is no svg in it");
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  writeSvg(path, svg.outerHTML);
}

/** Write text as an SVG file, making the folder where it is missing. */
export function writeSvg(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
