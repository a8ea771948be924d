/** TensorFlow.js on WebAssembly. It has neither compiled functions nor vmap: operations run as they are met. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type * as TensorFlow from "@tensorflow/tfjs";
import type { setWasmPaths as SetWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { batch, rate } from "../gpu/workloads.ts";
import { type Contender, chainLength, extents, layers, one, type Ready } from "./cases.ts";

// In Node only its CommonJS build loads.
const require = createRequire(import.meta.url);
const tf = require("@tensorflow/tfjs") as typeof TensorFlow;
const { setWasmPaths } = require("@tensorflow/tfjs-backend-wasm") as {
  setWasmPaths: typeof SetWasmPaths;
};
type Value = TensorFlow.Tensor;

setWasmPaths(
  `${join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist")}/`,
);
if (!(await tf.setBackend("wasm"))) throw new Error("tfjs: there is no wasm backend");
await tf.ready();

const put = (data: Float32Array, ...shape: number[]): Value =>
  tf.tensor(data, shape.length > 0 ? shape : [data.length]);

const scalar = (x: Value): Value => x.sin().mul(x.mul(x).neg().exp()).add(x.tanh());
const pair = (...[x, y]: Value[]): Value => x!.log().add(x!.mul(y!)).sub(y!.sin());
const chain = (x: Value): Value => {
  let y = x;
  for (let i = 0; i < chainLength; i++) y = y.sin().mul(1.0001);
  return y;
};

/** Its operations compute when they are called; small results are read besides. */
function ready(compute: () => Value | Value[], reads = false): Ready {
  const all = (): Value[] => {
    const results = tf.tidy(compute as () => Value);
    return Array.isArray(results) ? results : [results];
  };
  return {
    run: () => {
      const results = all();
      if (reads) for (const y of results) y.dataSync();
      tf.dispose(results);
    },
    read: async () => {
      const results = all();
      const read = results.map((y) => y.dataSync().slice());
      tf.dispose(results);
      return read;
    },
  };
}

const gradScalar = tf.grad(scalar);
const gradPair = tf.grads(pair as (...args: Value[]) => Value);

/** What TensorFlow.js does for each case. */
export const contender: Contender = {
  add: (inputs) => {
    const [a, b] = [put(one(inputs, "a")), put(one(inputs, "b"))];
    return ready(() => a.add(b), true);
  },
  gradScalar: (inputs) => {
    const x = one(inputs, "x")[0]!;
    return ready(() => gradScalar(tf.scalar(x)), true);
  },
  gradScalarJit: null,
  gradPair: (inputs) => {
    const [x, y] = [one(inputs, "x")[0]!, one(inputs, "y")[0]!];
    return ready(() => gradPair([tf.scalar(x), tf.scalar(y)]), true);
  },
  gradPairJit: null,
  gradChain: (inputs) => {
    const x = one(inputs, "x")[0]!;
    return ready(() => tf.grad(chain)(tf.scalar(x)), true);
  },
  gradChainJit: null,
  matmul256: (inputs) => matmul(one(inputs, "a"), one(inputs, "b"), 256),
  matmul1024: (inputs) => matmul(one(inputs, "a"), one(inputs, "b"), 1024),
  chain: (inputs) => {
    const x = put(one(inputs, "x"));
    return ready(() => x.mul(2).add(1).tanh().mul(x.mul(x).neg().exp()).add(x.abs().sqrt()));
  },
  sum: (inputs) => {
    const x = put(one(inputs, "x"), extents.rows, extents.columns);
    return ready(() => x.sum(0));
  },
  softmax: (inputs) => {
    const x = put(one(inputs, "rows"), 1024, 1024);
    return ready(() => tf.softmax(x, -1));
  },
  mlp: ({ digits, oneHot, params }) => {
    const start = (params as readonly Float32Array[]).map((data, i) =>
      i % 2 === 1 ? put(data) : put(data, layers[i / 2]!, layers[i / 2 + 1]!),
    );
    const [x, y] = [
      put(digits as Float32Array, batch, layers[0]),
      put(oneHot as Float32Array, batch, 10),
    ];
    const loss = (...params: Value[]): TensorFlow.Scalar => {
      let h: Value = x;
      for (let l = 0; l < params.length; l += 2) {
        h = tf.matMul(h, params[l]!).add(params[l + 1]!);
        if (l < params.length - 2) h = h.relu();
      }
      return tf
        .logSoftmax(h, -1)
        .mul(y)
        .sum()
        .mul(-1 / batch) as TensorFlow.Scalar;
    };
    const slopesOf = tf.valueAndGrads(loss as (...args: Value[]) => Value);
    const step = (params: Value[]): Value[] => {
      const { value, grads } = slopesOf(params);
      return [value, ...params.map((p, i) => p.sub(grads[i]!.mul(rate)))];
    };
    let current: Value[] = start.map((p) => p.clone());
    return {
      run: () => {
        const [value, ...next] = tf.tidy((() =>
          step(current)) as unknown as () => Value) as unknown as Value[];
        value!.dataSync();
        tf.dispose([value!, ...current]);
        current = next;
      },
      read: ready(() => step(start)).read,
    };
  },
  // The gradient of the sum, which for independent elements is the same.
  vmapGrad: (inputs) => {
    const x = put(one(inputs, "x"));
    const f = tf.grad((v: Value) => scalar(v).sum());
    return ready(() => f(x));
  },
  sort: (inputs) => {
    const x = put(one(inputs, "x"));
    return ready(() => tf.topk(x, extents.many, true).values.reverse());
  },
  cumsum: (inputs) => {
    const x = put(one(inputs, "x"));
    return ready(() => tf.cumsum(x));
  },
};

function matmul(a: Float32Array, b: Float32Array, n: number): Ready {
  const [x, y] = [put(a, n, n), put(b, n, n)];
  return ready(() => tf.matMul(x, y));
}
