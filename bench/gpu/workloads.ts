/** What is timed, with inputs that are the same in every run and references in plain JavaScript. */

/** Names of the workloads. */
export type Workload = "matmul" | "chain" | "softmax" | "mlp";

/** Inputs of all workloads, row by row. */
export interface Inputs {
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly x: Float32Array;
  readonly rows: Float32Array;
  readonly digits: Float32Array;
  readonly oneHot: Float32Array;
  /** Weights and biases in turn. */
  readonly params: readonly Float32Array[];
}

/** One library: a step of each workload that keeps its result on the device, and how to read it. */
export interface Contender {
  readonly name: string;
  /** Dispatches of one step, where the library tells. */
  readonly kernels?: Readonly<Record<Workload, number>>;
  /** Run once and wait until the result is computed. */
  run(workload: Workload): Promise<void>;
  /** Run once from the inputs and read all results. */
  read(workload: Workload): Promise<readonly Float32Array[]>;
}

export const sides = { matmul: 512, chain: 1_000_000, softmax: 1024 } as const;
export const layers = [784, 256, 128, 10] as const;
export const batch = 128;
export const rate = 0.05;

/** Uniform numbers from `low` to `high`. */
function uniform(seed: number, count: number, low = -1, high = 1): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return low + ((high - low) * state) / 2 ** 32;
  });
}

/** The inputs. */
export function makeInputs(): Inputs {
  const classes = 10;
  const oneHot = new Float32Array(batch * classes);
  uniform(40, batch, 0, classes).forEach((label, i) => {
    oneHot[i * classes + Math.floor(label)] = 1;
  });
  const params = layers.slice(1).flatMap((to, l) => {
    const bound = Math.sqrt(2 / layers[l]!);
    return [uniform(20 + l, layers[l]! * to, -bound, bound), uniform(30 + l, to, -0.1, 0.1)];
  });
  return {
    a: uniform(1, sides.matmul ** 2),
    b: uniform(2, sides.matmul ** 2),
    x: uniform(3, sides.chain, -2, 2),
    rows: uniform(5, sides.softmax ** 2, -3, 3),
    digits: uniform(41, batch * layers[0], 0, 1),
    oneHot,
    params,
  };
}

/** Sum of products over rows of `a` and columns of `b`, in float64. */
function matmul(a: ArrayLike<number>, b: ArrayLike<number>, m: number, k: number, n: number) {
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const v = a[i * k + p]!;
      for (let j = 0; j < n; j++) c[i * n + j]! += v * b[p * n + j]!;
    }
  }
  return c;
}

function transposed(a: ArrayLike<number>, m: number, n: number): Float64Array {
  return Float64Array.from({ length: m * n }, (_, p) => a[(p % m) * n + Math.floor(p / m)]!);
}

function softmax(x: ArrayLike<number>, m: number, n: number): Float64Array {
  const y = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    let [most, sum] = [-Infinity, 0];
    for (let j = 0; j < n; j++) most = Math.max(most, x[i * n + j]!);
    for (let j = 0; j < n; j++) sum += y[i * n + j] = Math.exp(x[i * n + j]! - most);
    for (let j = 0; j < n; j++) y[i * n + j]! /= sum;
  }
  return y;
}

/** Loss and parameters after one step of gradient descent. */
function mlp({ digits, oneHot, params }: Inputs): ArrayLike<number>[] {
  const values: ArrayLike<number>[] = [digits];
  const depth = params.length / 2;
  for (let l = 0; l < depth; l++) {
    const [from, to] = [layers[l]!, layers[l + 1]!];
    const z = matmul(values[l]!, params[2 * l]!, batch, from, to);
    const bias = params[2 * l + 1]!;
    values.push(
      z.map((v, p) => (l < depth - 1 ? Math.max(0, v + bias[p % to]!) : v + bias[p % to]!)),
    );
  }
  const q = softmax(values[depth]!, batch, 10);
  const loss = -q.reduce((sum, v, p) => sum + oneHot[p]! * Math.log(v), 0) / batch;
  let slope = q.map((v, p) => (v - oneHot[p]!) / batch);
  const next: ArrayLike<number>[] = [];
  for (let l = depth - 1; l >= 0; l--) {
    const [from, to] = [layers[l]!, layers[l + 1]!];
    const ofWeights = matmul(transposed(values[l]!, batch, from), slope, from, batch, to);
    const ofBiases = matmul(new Float64Array(batch).fill(1), slope, 1, batch, to);
    next[2 * l] = ofWeights.map((g, p) => params[2 * l]![p]! - rate * g);
    next[2 * l + 1] = ofBiases.map((g, p) => params[2 * l + 1]![p]! - rate * g);
    const back = matmul(slope, transposed(params[2 * l]!, from, to), batch, to, from);
    slope = back.map((g, p) => (values[l]![p]! > 0 ? g : 0));
  }
  return [[loss], ...next];
}

/** The results of a workload in float64. */
export function reference(workload: Workload, inputs: Inputs): ArrayLike<number>[] {
  const { a, b, x, rows } = inputs;
  switch (workload) {
    case "matmul":
      return [matmul(a, b, sides.matmul, sides.matmul, sides.matmul)];
    case "chain":
      return [
        Float64Array.from(
          x,
          (v) => Math.tanh(2 * v + 1) * Math.exp(-v * v) + Math.sqrt(Math.abs(v)),
        ),
      ];
    case "softmax":
      return [softmax(rows, sides.softmax, sides.softmax)];
    case "mlp":
      return mlp(inputs);
  }
}
