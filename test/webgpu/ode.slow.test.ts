import { devicePut, experimental, grad, jit, type NDArray, numpy as np } from "udiff";
import { allclose } from "udiff/testing";
import { expect, test } from "vitest";

const lotkaVolterra = (y: NDArray, _: NDArray, p: NDArray): NDArray => {
  const [prey, predators] = [y.slice(0), y.slice(1)];
  return np.stack([
    prey.mul(p.slice(0).sub(p.slice(1).mul(predators))),
    predators.mul(p.slice(3).mul(prey).sub(p.slice(2))),
  ]);
};

const ways = { backward: {}, direct: { adjoint: "direct", mxstep: 12 } } as const;

test.for(Object.entries(ways))(
  "solutions and gradients on webgpu are those of the cpu: %s",
  async ([, way]) => {
    const options = { rtol: 1e-4, atol: 1e-4, ...way };
    const f = (y0: NDArray, p: NDArray): NDArray =>
      experimental.odeint(lotkaVolterra, y0, np.array([0, 0.5, 1.5]), [p], options);
    const all = jit((y0: NDArray, p: NDArray) => [
      f(y0, p),
      ...grad((y: NDArray, q: NDArray) => np.sum(np.log(f(y, q))), { argnums: [0, 1] })(y0, p),
    ]);
    const args = [np.array([30, 4]), np.array([0.55, 0.03, 0.8, 0.025])] as const;
    const expected = all(...args);
    const results = all(...devicePut(args, "webgpu"));
    for (const [i, result] of results.entries()) {
      expect(result.device).toBe("webgpu");
      const here = np.array(await result.data()).reshape(result.shape);
      // Steps follow from errors in float32, which differ by rounding, within the tolerance of a step.
      expect(allclose(here, expected[i] as NDArray, { rtol: 2e-3, atol: 1e-3 })).toBe(true);
    }
  },
);
