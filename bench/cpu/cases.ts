/** What is timed, with inputs that are the same in every run and references in plain JavaScript. */
import { layers, makeInputs, reference, type Inputs as Shared, sides } from "../gpu/workloads.ts";

/** One line of the table. */
export interface Case {
  readonly title: string;
  readonly unit: "us" | "ms";
  /** Inputs by name, row by row. */
  inputs(): Inputs;
  /** The results in float64. */
  expected(inputs: Inputs): readonly ArrayLike<number>[];
  /** How far a result may be off: relative and absolute. */
  readonly tolerance: readonly [relative: number, absolute: number];
}

/** Inputs of a case, row by row; weights and biases in turn as `params`. */
export interface Inputs {
  readonly [name: string]: Float32Array | readonly Float32Array[];
}

/** A case made ready by one library. */
export interface Ready {
  /** Compute once, waiting for the results. */
  run(): void | Promise<void>;
  /** Compute once from the inputs and read all results. */
  read(): Promise<readonly ArrayLike<number>[]>;
}

/** One library: how it makes each case ready; null where it cannot. */
export type Contender = { readonly [Name in CaseName]: ((inputs: Inputs) => Ready) | null };

/** Numbers of operations in the chains, and other extents. */
export const extents = { few: 4, many: 1_000_000, batch: 10_000, rows: 1024, columns: 4096 };
export const chainLength = 1000;

const four = (): Inputs => ({
  a: Float32Array.of(1, 2, 3, 4),
  b: Float32Array.of(0.5, 0.25, 2, 1),
});
const half = (): Inputs => ({ x: Float32Array.of(0.7) });
const two = (): Inputs => ({ x: Float32Array.of(2), y: Float32Array.of(5) });

/** Uniform numbers from -1 to 1. */
function uniform(seed: number, count: number, scale = 1): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return scale * ((2 * state) / 2 ** 32 - 1);
  });
}

/** An input that is one array. */
export function one(inputs: Inputs, name: string): Float32Array {
  const value = inputs[name];
  if (value instanceof Float32Array) return value;
  throw new Error(`bench: ${name} is not one array`);
}

/** Derivative of `sin(x) exp(-x^2) + tanh(x)`. */
const slope = (x: number): number =>
  (Math.cos(x) - 2 * x * Math.sin(x)) * Math.exp(-x * x) + 1 - Math.tanh(x) ** 2;

/** Gradient of `log(x) + x y - sin(y)`. */
const slopes = ({ x, y }: { x: number; y: number }): ArrayLike<number>[] => [
  [1 / x + y],
  [x - Math.cos(y)],
];

/** Derivative of a chain of `x -> sin(x) 1.0001` at 0.7. */
function chainSlope(): number {
  let [x, g] = [Math.fround(0.7), 1];
  for (let i = 0; i < chainLength; i++) {
    g *= Math.cos(x) * 1.0001;
    x = Math.sin(x) * 1.0001;
  }
  return g;
}

function product(a: Float32Array, b: Float32Array, n: number): Float64Array {
  const c = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let p = 0; p < n; p++) {
      const v = a[i * n + p]!;
      for (let j = 0; j < n; j++) c[i * n + j]! += v * b[p * n + j]!;
    }
  }
  return c;
}

const seeds = (inputs: Inputs) => ({ x: one(inputs, "x")[0]!, y: one(inputs, "y")[0]! });
const square = (n: number) => (): Inputs => ({ a: uniform(1, n * n), b: uniform(2, n * n) });
const tight = [1e-4, 1e-5] as const;
const loose = [1e-3, 1e-4] as const;

/** All cases, in the order of the table. */
export const cases = {
  add: {
    title: "a + b of 4 elements, and a read",
    unit: "us",
    inputs: four,
    expected: ({ a, b }) => [(a as Float32Array).map((v, i) => v + (b as Float32Array)[i]!)],
    tolerance: tight,
  },
  gradScalar: {
    title: "gradient of sin x exp(-x²) + tanh x",
    unit: "us",
    inputs: half,
    expected: (inputs) => [[slope(one(inputs, "x")[0]!)]],
    tolerance: tight,
  },
  gradScalarJit: {
    title: "the same, jitted",
    unit: "us",
    inputs: half,
    expected: (inputs) => [[slope(one(inputs, "x")[0]!)]],
    tolerance: tight,
  },
  gradPair: {
    title: "gradient of ln x + x y - sin y by both",
    unit: "us",
    inputs: two,
    expected: (inputs) => slopes(seeds(inputs)),
    tolerance: tight,
  },
  gradPairJit: {
    title: "the same, jitted",
    unit: "us",
    inputs: two,
    expected: (inputs) => slopes(seeds(inputs)),
    tolerance: tight,
  },
  gradChain: {
    title: "gradient of a chain of 1,000 sines, traced anew",
    unit: "ms",
    inputs: half,
    expected: () => [[chainSlope()]],
    tolerance: [2e-2, 1e-4],
  },
  gradChainJit: {
    title: "the same, jitted: the first call",
    unit: "ms",
    inputs: half,
    expected: () => [[chainSlope()]],
    tolerance: [2e-2, 1e-4],
  },
  matmul256: {
    title: "product of 256 x 256",
    unit: "ms",
    inputs: square(256),
    expected: (inputs) => [product(one(inputs, "a"), one(inputs, "b"), 256)],
    tolerance: [1e-4, 1e-3],
  },
  matmul1024: {
    title: "product of 1024 x 1024",
    unit: "ms",
    inputs: square(1024),
    expected: (inputs) => [product(one(inputs, "a"), one(inputs, "b"), 1024)],
    tolerance: [1e-4, 3e-3],
  },
  chain: {
    title: "tanh(2x+1) exp(-x²) + sqrt(abs x) of 1e6, jitted",
    unit: "ms",
    inputs: () => ({ x: uniform(3, extents.many, 2) }),
    expected: (inputs) => [
      Float64Array.from(
        one(inputs, "x"),
        (v) => Math.tanh(2 * v + 1) * Math.exp(-v * v) + Math.sqrt(Math.abs(v)),
      ),
    ],
    tolerance: loose,
  },
  sum: {
    title: "sum of 1024 x 4096 along axis 0",
    unit: "ms",
    inputs: () => ({ x: uniform(4, extents.rows * extents.columns) }),
    expected: (inputs) => {
      const x = one(inputs, "x");
      const sums = new Float64Array(extents.columns);
      for (let i = 0; i < x.length; i++) sums[i % extents.columns]! += x[i]!;
      return [sums];
    },
    tolerance: [1e-3, 1e-3],
  },
  softmax: {
    title: "softmax of the rows of 1024 x 1024, jitted",
    unit: "ms",
    inputs: () => ({ rows: makeInputs().rows }),
    expected: ({ rows }) => reference("softmax", { ...makeInputs(), rows: rows as Float32Array }),
    tolerance: loose,
  },
  mlp: {
    title: "step of an MLP 784-256-128-10, batch 128, jitted",
    unit: "ms",
    inputs: () => {
      const { digits, oneHot, params } = makeInputs();
      return { digits, oneHot, params };
    },
    expected: (inputs) => reference("mlp", { ...makeInputs(), ...inputs } as unknown as Shared),
    tolerance: [2e-3, 1e-4],
  },
  vmapGrad: {
    title: "vmap(grad) over 10,000 scalars, jitted",
    unit: "ms",
    inputs: () => ({ x: uniform(10, extents.batch, 2) }),
    expected: (inputs) => [Float64Array.from(one(inputs, "x"), slope)],
    tolerance: loose,
  },
  sort: {
    title: "sort of 1e6",
    unit: "ms",
    inputs: () => ({ x: uniform(17, extents.many) }),
    expected: (inputs) => [one(inputs, "x").slice().sort()],
    tolerance: [0, 0],
  },
  cumsum: {
    title: "cumulative sum of 1e6",
    unit: "ms",
    inputs: () => ({ x: uniform(17, extents.many) }),
    expected: (inputs) => {
      let sum = 0;
      return [
        Float64Array.from(one(inputs, "x"), (v) => {
          sum += v;
          return sum;
        }),
      ];
    },
    tolerance: [1e-3, 5e-2],
  },
} as const satisfies Record<string, Case>;

/** Name of a case. */
export type CaseName = keyof typeof cases;

export { layers, sides };
