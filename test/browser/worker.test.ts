import { grad, type NDArray, numpy as np } from "udiff";
import { expect, test } from "vitest";

test("a worker has a device of its own", async () => {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const [device, numbers] = await new Promise<[string, number[]]>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<[string, number[]] | string>) => {
      if (typeof data === "string") reject(new Error(data));
      else resolve(data);
    };
    worker.onerror = (event) => reject(new Error(event.message));
  });
  worker.terminate();
  expect(device).toBe("webgpu");
  const expected = grad((x: NDArray) => np.sum(np.sin(x).mul(x)))(np.array([0, 0.5, 1])).js();
  numbers.forEach((n, i) => {
    expect(n).toBeCloseTo((expected as number[])[i] as number, 5);
  });
});
