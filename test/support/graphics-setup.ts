import { unpackGraphics } from "./graphics.ts";

/** Runs once before all workers. */
export async function setup(): Promise<void> {
  await unpackGraphics();
}
