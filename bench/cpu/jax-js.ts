/** jax-js on WebAssembly. Each use of an array consumes it, unless it is written `.ref`. */
import * as jax from "@jax-js/jax";
import { batch, rate } from "../gpu/workloads.ts";
import { type Contender, chainLength, extents, layers, one, type Ready } from "./cases.ts";

const { numpy: np, nn, grad, jit, valueAndGrad, vmap } = jax;
type Value = jax.Array;

await jax.init("wasm");
jax.defaultDevice("wasm");

const put = (data: Float32Array, ...shape: number[]): Value =>
  np.array(data as Float32Array<ArrayBuffer>, { shape: shape.length > 0 ? shape : [data.length] });
const number = (x: number): Value => np.array(x);

const scalar = (x: Value): Value =>
  np
    .sin(x.ref)
    .mul(np.exp(x.ref.mul(x.ref).neg()))
    .add(np.tanh(x));
const pair = (x: Value, y: Value): Value => np.log(x.ref).add(x.mul(y.ref)).sub(np.sin(y));
const chain = (x: Value): Value => {
  let y = x;
  for (let i = 0; i < chainLength; i++) y = np.sin(y).mul(1.0001);
  return y;
};

function ready(compute: () => Value | Value[], reads = false): Ready {
  const all = (): Value[] => {
    const results = compute();
    return Array.isArray(results) ? results : [results];
  };
  return {
    run: reads
      ? () => {
          for (const y of all()) y.dataSync();
        }
      : async () => {
          for (const y of all()) {
            await y.blockUntilReady();
            y.dispose();
          }
        },
    read: async () => all().map((y) => y.dataSync() as ArrayLike<number>),
  };
}

const gradScalar = grad(scalar);
const gradPair = grad(pair, { argnums: [0, 1] }) as unknown as (x: Value, y: Value) => Value[];

/** What jax-js does for each case. */
export const contender: Contender = {
  add: (inputs) => {
    const [a, b] = [put(one(inputs, "a")), put(one(inputs, "b"))];
    return ready(() => a.ref.add(b.ref), true);
  },
  gradScalar: (inputs) => {
    const x = one(inputs, "x")[0]!;
    return ready(() => gradScalar(number(x)), true);
  },
  gradScalarJit: (inputs) => {
    const x = one(inputs, "x")[0]!;
    const f = jit(gradScalar);
    return ready(() => f(number(x)) as Value, true);
  },
  gradPair: (inputs) => {
    const [x, y] = [one(inputs, "x")[0]!, one(inputs, "y")[0]!];
    return ready(() => gradPair(number(x), number(y)), true);
  },
  gradPairJit: (inputs) => {
    const [x, y] = [one(inputs, "x")[0]!, one(inputs, "y")[0]!];
    const f = jit(gradPair);
    return ready(() => f(number(x), number(y)) as Value[], true);
  },
  gradChain: (inputs) => {
    const x = one(inputs, "x")[0]!;
    return ready(() => grad(chain)(number(x)), true);
  },
  gradChainJit: (inputs) => {
    const x = one(inputs, "x")[0]!;
    return ready(() => jit(grad(chain))(number(x)) as Value, true);
  },
  matmul256: (inputs) => matmul(one(inputs, "a"), one(inputs, "b"), 256),
  matmul1024: (inputs) => matmul(one(inputs, "a"), one(inputs, "b"), 1024),
  chain: (inputs) => {
    const x = put(one(inputs, "x"));
    const f = jit((x: Value) =>
      np
        .tanh(x.ref.mul(2).add(1))
        .mul(np.exp(x.ref.mul(x.ref).neg()))
        .add(np.sqrt(np.abs(x))),
    );
    return ready(() => f(x.ref) as Value);
  },
  sum: (inputs) => {
    const x = put(one(inputs, "x"), extents.rows, extents.columns);
    return ready(() => x.ref.sum(0));
  },
  softmax: (inputs) => {
    const x = put(one(inputs, "rows"), 1024, 1024);
    const f = jit((v: Value) => nn.softmax(v, -1));
    return ready(() => f(x.ref) as Value);
  },
  mlp: ({ digits, oneHot, params }) => {
    const start = (): Value[] =>
      (params as readonly Float32Array[]).map((data, i) =>
        i % 2 === 1 ? put(data) : put(data, layers[i / 2]!, layers[i / 2 + 1]!),
      );
    const [x, y] = [
      put(digits as Float32Array, batch, layers[0]),
      put(oneHot as Float32Array, batch, 10),
    ];
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
    const step = jit((params: Value[], x: Value, y: Value): Value[] => {
      const [value, slopes] = valueAndGrad(loss)(
        params.map((p) => p.ref),
        x,
        y,
      ) as [Value, Value[]];
      return [value, ...params.map((p, i) => p.sub(slopes[i]!.mul(rate)))];
    }) as unknown as (params: Value[], x: Value, y: Value) => Value[];
    let current = start();
    return {
      run: async () => {
        const [value, ...next] = step(current, x.ref, y.ref);
        value!.dataSync();
        for (const p of next) await p.blockUntilReady();
        current = next;
      },
      read: async () => step(start(), x.ref, y.ref).map((v) => v.dataSync() as ArrayLike<number>),
    };
  },
  vmapGrad: (inputs) => {
    const x = put(one(inputs, "x"));
    const f = jit(vmap(gradScalar) as (x: Value) => Value);
    return ready(() => f(x.ref) as Value);
  },
  sort: (inputs) => {
    const x = put(one(inputs, "x"));
    return ready(() => np.sort(x.ref));
  },
  cumsum: (inputs) => {
    const x = put(one(inputs, "x"));
    return ready(() => np.cumsum(x.ref));
  },
};

function matmul(a: Float32Array, b: Float32Array, n: number): Ready {
  const [x, y] = [put(a, n, n), put(b, n, n)];
  return ready(() => np.matmul(x.ref, y.ref));
}
