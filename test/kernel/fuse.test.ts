import { grad, jit, makeJaxpr, type NDArray, nn, numpy as np, tree, valueAndGrad } from "udiff";
import { expect, test } from "vitest";
import type { ClosedJaxpr } from "../../src/core/primitive.ts";
import { cpuDevice } from "../../src/cpu/device.ts";
import { lowerProgram } from "../../src/kernel/lower.ts";
import { valuesRead } from "../../src/kernel/plan.ts";
import { printProgram } from "../../src/kernel/print.ts";
import type { Program } from "../../src/kernel/program.ts";

// biome-ignore lint/suspicious/noExplicitAny: the tests pass functions of every signature
type Any = any;

function lowered(f: (...xs: Any[]) => unknown, buffers: number, ...xs: unknown[]): Program {
  const closed = (makeJaxpr as Any)(f)(...xs) as ClosedJaxpr;
  return lowerProgram(closed, { buffers });
}

const steps = (f: (...xs: Any[]) => unknown, ...xs: unknown[]): number =>
  lowered(f, 8, ...xs).steps.length;

const rows = np.reshape(np.arange(24), [4, 6]).astype("float32").mul(0.25);

test("softmax is one kernel with two stages that stores over the whole loop", () => {
  expect(printProgram(lowered((x: NDArray) => nn.softmax(x), 8, rows))).toMatchInlineSnapshot(`
    "%0: float32[4,6] = input 0
    %5: float32[4,6] = kernel
      for [4] over [6]
      x0: float32 = %0{[4,6] by [6,1]}
      s0: float32 = reduce max x0
      v0: float32 = max -Infinity s0
      v1: float32 = sub x0 v0
      v2: float32 = exp v1
      s1: float32 = reduce add v2
      v3: float32 = div v2 s1
      store v3 at {[4,6] by [6,1]}
    return %5{[4,6] by [6,1]}"
  `);
});

test("reductions over rows and what is made of them are one kernel", () => {
  const layerNorm = (x: NDArray): NDArray => {
    const mean = np.mean(x, { axis: 1, keepdims: true });
    const variance = np.var(x, { axis: 1, keepdims: true });
    return x.sub(mean).div(np.sqrt(variance.add(1e-5)));
  };
  expect(steps(layerNorm, rows)).toBe(1);
  expect(steps((x: NDArray) => nn.logsumexp(x, { axis: 1 }), rows)).toBe(1);
  expect(steps((x: NDArray) => nn.softmax(x, { axis: 0 }), rows)).toBe(1);
  expect(
    steps(grad((x: NDArray) => np.sum(nn.softmax(x).mul(x))) as Any, rows),
  ).toBeLessThanOrEqual(2);
});

test("an elementwise chain is one kernel, through views too", () => {
  const f = (x: NDArray): NDArray =>
    np.transpose(np.sin(x).mul(2)).add(np.arange(4).astype("float32")).slice(":", "1:3");
  expect(steps(f, rows)).toBe(1);
  let g = (x: NDArray): NDArray => x;
  for (let i = 0; i < 30; i++) {
    const inner = g;
    g = (x) => np.tanh(inner(x)).mul(1.5).add(x);
  }
  expect(steps(g, rows)).toBe(1);
});

test("a long row is not walked again by the few that reduced it", () => {
  const f = (x: NDArray): NDArray => x.div(np.sum(x));
  expect(steps(f, np.ones([50_000]).add(np.arange(50_000).astype("float32")))).toBe(2);
  expect(steps(f, np.ones([500]).add(np.arange(500).astype("float32")))).toBe(1);
});

interface Params {
  readonly w1: NDArray;
  readonly b1: NDArray;
  readonly w2: NDArray;
  readonly b2: NDArray;
}

const filled = (...shape: number[]): NDArray =>
  np.sin(np.arange(shape.reduce((a, b) => a * b, 1)).astype("float32")).reshape(shape);

const params: Params = {
  w1: filled(7, 5),
  b1: filled(5),
  w2: filled(5, 3),
  b2: filled(3),
};

const loss = (p: Params, x: NDArray, y: NDArray): NDArray => {
  const hidden = nn.relu(np.matmul(x, p.w1).add(p.b1));
  const logits = np.matmul(hidden, p.w2).add(p.b2);
  return np.mean(np.sum(nn.logSoftmax(logits).mul(nn.oneHot(y, 3)), { axis: 1 }).neg());
};

const sgd = (p: Params, x: NDArray, y: NDArray): unknown => {
  const [value, g] = valueAndGrad(loss)(p, x, y);
  return [value, tree.map((w: NDArray, d: NDArray) => w.sub(d.mul(0.1)), p, g)];
};

const images = filled(6, 7);
const labels = np.array(Int32Array.of(0, 1, 2, 0, 1, 2));

test("products take bias, activation, masks and updates along", () => {
  const { steps: list } = lowered(sgd, 8, params, images, labels);
  const products = list.filter((step) => step.kind === "routine" && step.name === "dot");
  expect(products.length).toBe(5);
  expect(products.every((step) => step.kind === "routine" && step.epilogue !== null)).toBe(true);
  expect(list.length).toBeLessThanOrEqual(11);
});

test("Adam is one kernel for each array", () => {
  const adam = (p: Params, g: Params, m: Params, v: Params, t: NDArray): unknown => {
    const m1 = tree.map((a: NDArray, b: NDArray) => a.mul(0.9).add(b.mul(0.1)), m, g);
    const v1 = tree.map((a: NDArray, b: NDArray) => a.mul(0.999).add(b.mul(b).mul(0.001)), v, g);
    const update = (w: NDArray, a: NDArray, b: NDArray): NDArray => {
      const mean = a.div(np.subtract(1, np.power(0.9, t)));
      const square = b.div(np.subtract(1, np.power(0.999, t)));
      return w.sub(mean.mul(0.001).div(np.sqrt(square).add(1e-8)));
    };
    return [tree.map(update, p, m1, v1), m1, v1];
  };
  expect(steps(adam, params, params, params, params, np.float32(3))).toBe(4);
});

test("what is computed twice is computed once, unless a barrier keeps it apart", () => {
  const f = (x: NDArray): NDArray => np.matmul(x, x.T).add(np.matmul(x, x.T));
  expect(steps(f, rows)).toBe(1);
});

test.each([3, 4, 5, 8, 32])("no kernel has more than %i buffers, and no bit changes", (buffers) => {
  const many = (...xs: NDArray[]): NDArray[] => {
    const total = xs.reduce((a, b) => a.add(b));
    return xs.map((x, i) => np.exp(x.mul(i)).add(total));
  };
  const xs = Array.from({ length: 7 }, (_, i) => filled(3, 4).add(i));
  const cases = [
    [many, ...xs],
    [sgd, params, images, labels],
    [(x: NDArray) => [nn.softmax(x), np.var(x, { axis: 0 }), np.sum(x)], rows],
  ] as const;
  for (const [f, ...args] of cases) {
    const program = lowered(f as Any, buffers, ...args);
    for (const step of program.steps) {
      if (step.kind !== "kernel") continue;
      const read = new Set(valuesRead(step)).size;
      expect(read + step.results.length).toBeLessThanOrEqual(buffers);
    }
    const operands = tree.leaves(args) as Any[];
    const got = cpuDevice.compile(program).run(operands);
    const expected = tree.leaves((f as Any)(...args)) as NDArray[];
    expect(got.map((x) => x.js())).toEqual(expected.map((x) => x.js()));
  }
});

test("jit gives what eager code gives where kernels were joined", () => {
  const f = (x: NDArray): unknown => {
    const centred = x.sub(np.mean(x, { axis: 1, keepdims: true }));
    const scale = np.max(np.abs(centred), { axis: 1, keepdims: true });
    return [
      centred.div(scale),
      np.sum(centred.mul(centred), { axis: 1 }),
      np.argmax(x, { axis: 1 }),
    ];
  };
  const eager = tree.leaves(f(rows)) as NDArray[];
  const jitted = tree.leaves(jit(f)(rows)) as NDArray[];
  expect(jitted.map((x) => x.js())).toEqual(eager.map((x) => x.js()));
});
