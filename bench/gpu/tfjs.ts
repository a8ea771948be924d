/** TensorFlow.js on WebGPU. It has no compiled functions, so each operation runs as it is met. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import {
  batch,
  type Contender,
  type Inputs,
  layers,
  rate,
  sides,
  type Workload,
} from "./workloads.ts";

/** What of the backend is not among its types. */
interface Backend {
  readonly device: GPUDevice;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

/** The library with the inputs on the device. */
export async function tfjs(inputs: Inputs): Promise<Contender> {
  if (!(await tf.setBackend("webgpu"))) throw new Error("tfjs: there is no webgpu backend");
  await tf.ready();
  const backend = tf.backend() as unknown as Backend;
  const { device } = backend;
  const { matmul: n, chain: size, softmax: rows } = sides;
  const start = inputs.params.map((data, i) =>
    i % 2 === 1 ? tf.tensor(data) : tf.tensor(data, [layers[i / 2]!, layers[i / 2 + 1]!]),
  );
  const [a, b] = [tf.tensor2d(inputs.a, [n, n]), tf.tensor2d(inputs.b, [n, n])];
  const [x, square] = [tf.tensor1d(inputs.x, "float32"), tf.tensor2d(inputs.rows, [rows, rows])];
  if (x.size !== size) throw new Error("tfjs: the chain has the wrong length");
  const digits = tf.tensor2d(inputs.digits, [batch, layers[0]]);
  const oneHot = tf.tensor2d(inputs.oneHot, [batch, 10]);
  const loss = (...params: tf.Tensor[]): tf.Scalar => {
    let h: tf.Tensor = digits;
    for (let l = 0; l < params.length; l += 2) {
      h = tf.add(tf.matMul(h as tf.Tensor2D, params[l] as tf.Tensor2D), params[l + 1]!);
      if (l < params.length - 2) h = tf.relu(h);
    }
    return tf
      .logSoftmax(h, -1)
      .mul(oneHot)
      .sum()
      .mul(-1 / batch) as tf.Scalar;
  };
  const step = (params: tf.Tensor[]): tf.Tensor[] => {
    const { value, grads } = tf.valueAndGrads(loss)(params);
    return [value, ...params.map((p, i) => p.sub(grads[i]!.mul(rate)))];
  };
  let params: tf.Tensor[] = start.map((p) => p.clone());
  const compute = (workload: Workload, from: tf.Tensor[]): tf.Tensor[] =>
    tf.tidy(() => {
      if (workload === "matmul") return [tf.matMul(a, b)];
      if (workload === "softmax") return [tf.softmax(square, -1)];
      if (workload === "mlp") return step(from);
      const bell = tf.exp(tf.neg(tf.mul(x, x)));
      return [tf.add(tf.mul(tf.tanh(tf.add(tf.mul(x, 2), 1)), bell), tf.sqrt(tf.abs(x)))];
    });
  return {
    name: "tfjs",
    async run(workload) {
      const results = compute(workload, params);
      // What waits in the encoder is submitted, without reading, and waited for.
      backend.endComputePassEncoder();
      backend.submitQueue();
      await device.queue.onSubmittedWorkDone();
      if (workload === "mlp") {
        await results[0]!.data();
        results[0]!.dispose();
        tf.dispose(params);
        params = results.slice(1);
      } else tf.dispose(results);
    },
    async read(workload) {
      const results = compute(workload, start);
      const read = await Promise.all(results.map(async (y) => (await y.data()) as Float32Array));
      tf.dispose(results);
      return read;
    },
  };
}
