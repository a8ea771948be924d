/** udiff on its cpu device, which computes at once. */
import { grad, jit, type NDArray, nn, numpy as np, valueAndGrad, vmap } from "udiff";
import { batch, rate } from "../gpu/workloads.ts";
import { type Contender, chainLength, extents, layers, one, type Ready } from "./cases.ts";

const scalar = (x: NDArray): NDArray =>
  np
    .sin(x)
    .mul(np.exp(x.mul(x).neg()))
    .add(np.tanh(x));
const pair = (x: NDArray, y: NDArray): NDArray => np.log(x).add(x.mul(y)).sub(np.sin(y));
const chain = (x: NDArray): NDArray => {
  let y = x;
  for (let i = 0; i < chainLength; i++) y = np.sin(y).mul(1.0001);
  return y;
};
const bell = (x: NDArray): NDArray =>
  np
    .tanh(x.mul(2).add(1))
    .mul(np.exp(x.mul(x).neg()))
    .add(np.sqrt(np.abs(x)));

/** Small results are read in each run, large ones stay where they are. */
function ready(compute: () => NDArray | readonly NDArray[], reads = false): Ready {
  const all = (): readonly NDArray[] => {
    const results = compute();
    return Array.isArray(results) ? (results as readonly NDArray[]) : [results as NDArray];
  };
  return {
    run: reads
      ? () => {
          for (const y of all()) y.dataSync();
        }
      : () => {
          all();
        },
    read: async () => all().map((y) => y.dataSync() as unknown as ArrayLike<number>),
  };
}

const gradScalar = grad(scalar);
const gradPair = grad(pair, { argnums: [0, 1] });

/** What udiff does for each case. */
export const contender: Contender = {
  add: (inputs) => {
    const [a, b] = [np.array(one(inputs, "a")), np.array(one(inputs, "b"))];
    return ready(() => a.add(b), true);
  },
  gradScalar: (inputs) => {
    const x = one(inputs, "x")[0]!;
    return ready(() => gradScalar(np.array(x)), true);
  },
  gradScalarJit: (inputs) => {
    const x = one(inputs, "x")[0]!;
    const f = jit(gradScalar);
    return ready(() => f(np.array(x)), true);
  },
  gradPair: (inputs) => {
    const [x, y] = [one(inputs, "x")[0]!, one(inputs, "y")[0]!];
    return ready(() => gradPair(np.array(x), np.array(y)), true);
  },
  gradPairJit: (inputs) => {
    const [x, y] = [one(inputs, "x")[0]!, one(inputs, "y")[0]!];
    const f = jit(gradPair);
    return ready(() => f(np.array(x), np.array(y)), true);
  },
  gradChain: (inputs) => {
    const x = one(inputs, "x")[0]!;
    return ready(() => grad(chain)(np.array(x)), true);
  },
  gradChainJit: (inputs) => {
    const x = one(inputs, "x")[0]!;
    return ready(() => jit(grad(chain))(np.array(x)), true);
  },
  matmul256: (inputs) => matmul(one(inputs, "a"), one(inputs, "b"), 256),
  matmul1024: (inputs) => matmul(one(inputs, "a"), one(inputs, "b"), 1024),
  chain: (inputs) => {
    const x = np.array(one(inputs, "x"));
    const f = jit(bell);
    return ready(() => f(x));
  },
  sum: (inputs) => {
    const x = np.array(one(inputs, "x")).reshape([extents.rows, extents.columns]);
    return ready(() => x.sum({ axis: 0 }));
  },
  softmax: (inputs) => {
    const x = np.array(one(inputs, "rows")).reshape([1024, 1024]);
    const f = jit((v: NDArray) => nn.softmax(v, { axis: -1 }));
    return ready(() => f(x));
  },
  mlp: ({ digits, oneHot, params }) => {
    const put = (data: Float32Array, ...shape: number[]): NDArray => np.array(data).reshape(shape);
    const start = (params as readonly Float32Array[]).map((data, i) =>
      i % 2 === 1 ? put(data, data.length) : put(data, layers[i / 2]!, layers[i / 2 + 1]!),
    );
    const [x, y] = [
      put(digits as Float32Array, batch, layers[0]),
      put(oneHot as Float32Array, batch, 10),
    ];
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
    const step = jit((params: NDArray[], x: NDArray, y: NDArray): NDArray[] => {
      const [value, slopes] = valueAndGrad(loss)(params, x, y);
      return [value, ...params.map((p, i) => p.sub(slopes[i]!.mul(rate)))];
    });
    let current = start;
    return {
      run: () => {
        const [value, ...next] = step(current, x, y);
        value!.dataSync();
        current = next;
      },
      read: async () => step(start, x, y).map((v) => v.dataSync() as unknown as ArrayLike<number>),
    };
  },
  vmapGrad: (inputs) => {
    const x = np.array(one(inputs, "x"));
    const f = jit(vmap(gradScalar));
    return ready(() => f(x));
  },
  sort: (inputs) => {
    const x = np.array(one(inputs, "x"));
    return ready(() => np.sort(x));
  },
  cumsum: (inputs) => {
    const x = np.array(one(inputs, "x"));
    return ready(() => np.cumsum(x));
  },
};

function matmul(a: Float32Array, b: Float32Array, n: number): Ready {
  const [x, y] = [np.array(a).reshape([n, n]), np.array(b).reshape([n, n])];
  return ready(() => np.matmul(x, y));
}
