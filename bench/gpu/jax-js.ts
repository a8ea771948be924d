/** jax-js on WebGPU. Each use of an array consumes it, unless it is written `.ref`. */
import * as jax from "@jax-js/jax";
import {
  batch,
  type Contender,
  type Inputs,
  layers,
  rate,
  sides,
  type Workload,
} from "./workloads.ts";

const { numpy: np, nn, jit, valueAndGrad } = jax;
type Value = jax.Array;

/** The library with the inputs on the device. */
export async function jaxJs(inputs: Inputs): Promise<Contender> {
  await jax.init("webgpu");
  jax.defaultDevice("webgpu");
  const put = (data: Float32Array, ...shape: number[]): Value =>
    np.array(data as Float32Array<ArrayBuffer>, { shape });
  const { matmul: n, chain: size, softmax: rows } = sides;
  const loss = (params: Value[], x: Value, y: Value): Value => {
    let h = x;
    for (let l = 0; l < params.length; l += 2) {
      h = np.matmul(h, params[l]!).add(params[l + 1]!);
      if (l < params.length - 2) h = nn.relu(h);
    }
    return nn
      .logSoftmax(h, -1)
      .mul(y)
      .sum()
      .mul(-1 / batch);
  };
  const programs = {
    matmul: jit((a: Value, b: Value) => [np.matmul(a, b)]),
    chain: jit((x: Value) => [
      np
        .tanh(x.ref.mul(2).add(1))
        .mul(np.exp(x.ref.mul(x.ref).neg()))
        .add(np.sqrt(np.abs(x))),
    ]),
    softmax: jit((x: Value) => [nn.softmax(x, -1)]),
    mlp: jit((params: Value[], x: Value, y: Value): Value[] => {
      const [value, slopes] = valueAndGrad(loss)(
        params.map((p) => p.ref),
        x,
        y,
      ) as [Value, Value[]];
      return [value, ...params.map((p, i) => p.sub(slopes[i]!.mul(rate)))];
    }),
  };
  const start = (): Value[] =>
    inputs.params.map((data, i) =>
      i % 2 === 1 ? put(data, data.length) : put(data, layers[i / 2]!, layers[i / 2 + 1]!),
    );
  const [a, b] = [put(inputs.a, n, n), put(inputs.b, n, n)];
  const [x, square] = [put(inputs.x, size), put(inputs.rows, rows, rows)];
  const [digits, oneHot] = [put(inputs.digits, batch, layers[0]), put(inputs.oneHot, batch, 10)];
  let params = start();
  const compute = (workload: Workload, from: Value[]): Value[] => {
    if (workload === "matmul") return programs.matmul(a.ref, b.ref) as Value[];
    if (workload === "chain") return programs.chain(x.ref) as Value[];
    if (workload === "softmax") return programs.softmax(square.ref) as Value[];
    return programs.mlp(from, digits.ref, oneHot.ref) as Value[];
  };
  return {
    name: "jax-js",
    async run(workload) {
      const results = compute(workload, params);
      for (const y of results) await y.blockUntilReady();
      // It waits for a copy of no bytes, which the browser need not order after the work.
      await jax.getWebGPUDevice().queue.onSubmittedWorkDone();
      if (workload === "mlp") {
        await results[0]!.data();
        params = results.slice(1);
      } else for (const y of results) y.dispose();
    },
    async read(workload) {
      const results = compute(workload, workload === "mlp" ? start() : []);
      const read: Float32Array[] = [];
      for (const y of results) read.push((await y.data()) as Float32Array);
      return read;
    },
  };
}
