import { devicePut, type NDArray, numpy as np } from "udiff";
import { jet } from "udiff/experimental";
import { sparseJacobian } from "udiff/sparse";
import { allclose } from "udiff/testing";
import { expect, test } from "vitest";

/** Check that results lie on webgpu and agree with those of the cpu. */
async function agree(results: readonly NDArray[], expected: readonly NDArray[]): Promise<void> {
  for (const [i, result] of results.entries()) {
    expect(result.device).toBe("webgpu");
    const here = np.array(await result.data()).reshape(result.shape);
    expect(allclose(here, expected[i] as NDArray, { rtol: 1e-4, atol: 1e-5 })).toBe(true);
  }
}

const points = np.array([0.1, 0.2, 0.4, 0.7, 1.1]);

test("Taylor series of values on webgpu are computed there", async () => {
  const run = (x: NDArray): NDArray[] => {
    const [out, terms] = jet((v: NDArray) => np.tanh(np.sin(v).mul(v)), [x], [[x, x.mul(2), x]]);
    return [out, ...terms];
  };
  await agree(run(devicePut(points, "webgpu")), run(points));
});

test("sparse Jacobians by values on webgpu are computed there, in either mode", async () => {
  const f = (u: NDArray): NDArray => {
    const wide = np.pad(u, 1);
    return np
      .sin(wide.slice([0, 5]))
      .mul(u)
      .sub(wide.slice([2, 7]));
  };
  for (const mode of ["forward", "reverse"] as const) {
    const run = (x: NDArray): NDArray[] => {
      const found = sparseJacobian(f, { mode })(x);
      return [found.values, found.toDense(), found.matvec(x), found.vecmat(x)];
    };
    await agree(run(devicePut(points, "webgpu")), run(points));
  }
});
