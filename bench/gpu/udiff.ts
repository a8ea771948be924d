/** udiff on WebGPU. */
import {
  blockUntilReady,
  jit,
  type NDArray,
  nn,
  numpy as np,
  setDefaultDevice,
  valueAndGrad,
} from "udiff";
import { initWebGPU } from "udiff/webgpu";
import {
  batch,
  type Contender,
  type Inputs,
  layers,
  rate,
  sides,
  type Workload,
} from "./workloads.ts";

/** The library with the inputs on the device. */
export async function udiff(inputs: Inputs): Promise<Contender> {
  await initWebGPU();
  setDefaultDevice("webgpu");
  const put = (data: Float32Array, ...shape: number[]): NDArray => np.array(data).reshape(shape);
  const { matmul: n, chain: size, softmax: rows } = sides;
  const loss = (params: NDArray[], x: NDArray, y: NDArray): NDArray => {
    let h = x;
    for (let l = 0; l < params.length; l += 2) {
      h = np.matmul(h, params[l]!).add(params[l + 1]!);
      if (l < params.length - 2) h = nn.relu(h);
    }
    return nn
      .logSoftmax(h, { axis: -1 })
      .mul(y)
      .sum()
      .mul(-1 / batch);
  };
  const programs = {
    matmul: jit((a: NDArray, b: NDArray) => [np.matmul(a, b)]),
    chain: jit((x: NDArray) => [
      np
        .tanh(x.mul(2).add(1))
        .mul(np.exp(x.mul(x).neg()))
        .add(np.sqrt(np.abs(x))),
    ]),
    softmax: jit((x: NDArray) => [nn.softmax(x, { axis: -1 })]),
    mlp: jit((params: NDArray[], x: NDArray, y: NDArray): NDArray[] => {
      const [value, slopes] = valueAndGrad(loss)(params, x, y);
      return [value, ...params.map((p, i) => p.sub(slopes[i]!.mul(rate)))];
    }),
  };
  const start = inputs.params.map((data, i) =>
    i % 2 === 1 ? put(data, data.length) : put(data, layers[i / 2]!, layers[i / 2 + 1]!),
  );
  const [a, b] = [put(inputs.a, n, n), put(inputs.b, n, n)];
  const [x, square] = [put(inputs.x, size), put(inputs.rows, rows, rows)];
  const [digits, oneHot] = [put(inputs.digits, batch, layers[0]), put(inputs.oneHot, batch, 10)];
  let params = start;
  const compute = (workload: Workload, from = params): NDArray[] => {
    if (workload === "matmul") return programs.matmul(a, b);
    if (workload === "chain") return programs.chain(x);
    if (workload === "softmax") return programs.softmax(square);
    return programs.mlp(from, digits, oneHot);
  };
  return {
    name: "udiff",
    kernels: {
      matmul: programs.matmul.lower(a, b).cost.kernels,
      chain: programs.chain.lower(x).cost.kernels,
      softmax: programs.softmax.lower(square).cost.kernels,
      mlp: programs.mlp.lower(start, digits, oneHot).cost.kernels,
    },
    async run(workload) {
      const results = compute(workload);
      await blockUntilReady(results);
      if (workload === "mlp") {
        await results[0]!.data();
        params = results.slice(1);
      }
    },
    async read(workload) {
      const results = compute(workload, start);
      return Promise.all(results.map(async (y) => (await y.data()) as Float32Array));
    },
  };
}
