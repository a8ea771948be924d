import fc from "fast-check";
import {
  grad,
  hessian,
  jit,
  jvp,
  type NDArray,
  numpy as np,
  random,
  valueAndGrad,
  vjp,
  vmap,
} from "udiff";
import { expect, test } from "vitest";
import { controlProgram } from "../../property-tests/arbitraries/control-programs.ts";
import { input, operand } from "../../property-tests/arbitraries/inputs.ts";
import { mixedProgram } from "../../property-tests/arbitraries/mixed-programs.ts";
import { program } from "../../property-tests/arbitraries/programs.ts";
import * as models from "../export/models.ts";
import { Batch } from "./batch.ts";

const seed = 20261124;

/** A program, its pullback and its map over two examples, as one function. */
function everyWay(f: (...xs: NDArray[]) => NDArray[]) {
  return (xs: NDArray[], stacked: NDArray[]): unknown => {
    const [outs, back] = vjp(f, ...xs);
    return [outs, back(outs.map((out) => np.cos(out))), vmap(jit(f))(...stacked)];
  };
}

test("300 random programs, their pullbacks and their maps give on XLA what they give here", () => {
  const batch = new Batch();
  const cases = [
    ...fc.sample(program, { numRuns: 240, seed }),
    ...fc.sample(controlProgram(false), { numRuns: 200, seed }),
  ];
  cases.forEach((p, i) => {
    if (batch.size === 300) return;
    const xs = p.shapes.map(
      (shape, k) =>
        fc.sample(operand(input(shape)), { numRuns: 1, seed: seed + 31 * i + k })[0] as NDArray,
    );
    const stacked = xs.map((x) => np.stack([x, x.mul(0.5)]));
    batch.tryAdd(`program ${i}: ${p.text}`, everyWay(p.f) as never, [xs, stacked], { scale: 100 });
  });
  console.log(`test:xla: ${batch.size} random programs, each forward, pulled back and mapped`);
  // Only programs that call this process are left out, for others of the same kind.
  const reasons = [...batch.refused.values()].map((reason) => reason.split(" ")[1] ?? "");
  expect(reasons.filter((name) => !/^(?:debug_|pure_)/.test(name))).toEqual([]);
  expect(batch.size).toBe(300);
  expect(batch.run()).toEqual([]);
});

test("programs over several dtypes give on XLA what they give here", () => {
  const batch = new Batch();
  fc.sample(mixedProgram, { numRuns: 60, seed }).forEach((p, i) => {
    const xs = p.shapes.map((shape, k) => {
      const [x] = fc.sample(operand(input(shape)), { numRuns: 1, seed: seed + 31 * i + k });
      const dtype = p.dtypes[k] ?? "float32";
      const drawn = x as NDArray;
      return dtype.includes("float")
        ? drawn.astype(dtype)
        : drawn.mul(64).astype("int32").astype(dtype);
    });
    batch.add(`mixed program ${i}: ${p.text}`, p.f as never, xs, { scale: 4 });
  });
  console.log(`test:xla: ${batch.size} programs over several dtypes`);
  expect(batch.run()).toEqual([]);
});

test("models and their training give on XLA what they give here", () => {
  const batch = new Batch();
  const { x, y } = models.batch;
  const add = (name: string, f: (...args: never[]) => unknown, ...args: unknown[]): void =>
    batch.add(name, f, args, { scale: 20 });
  add("a step of a perceptron", models.step as never, models.perceptron, x, y);
  add("gradients example by example", models.perExample as never, models.perceptron, x, y);
  add(
    "a recurrent network by scan",
    valueAndGrad(models.recurrentLoss) as never,
    models.recurrent.weights,
    models.recurrent.xs,
  );
  add(
    "a convolutional network",
    valueAndGrad(models.convolutionalLoss) as never,
    models.convolutional.weights,
    models.convolutional.x,
    models.convolutional.y,
  );
  const { weights, x: tokens } = models.attention;
  add("an attention block", models.attentionBlock as never, weights, tokens);
  const total = (w: readonly NDArray[], xs: NDArray): NDArray =>
    np.sum(np.sin(models.attentionBlock(w, xs)));
  add("the gradient of an attention block", grad(total) as never, weights, tokens);
  const pushed = (w: readonly NDArray[], xs: NDArray): unknown =>
    jvp((v: NDArray) => models.attentionBlock(w, v), [xs], [np.cos(xs)]);
  add("tangents of an attention block", pushed as never, weights, tokens);
  const curve = (v: NDArray): NDArray => np.sum(np.log(np.cosh(v)).mul(np.roll(v, 1)));
  add("a hessian", hessian(curve) as never, np.array([0.5, -1, 0.25]));
  add("an optimiser in a loop", models.optimise as never, models.perceptron, x, y, random.key(9));
  const draws = (key: NDArray): unknown => [
    random.uniform(key, [5]),
    random.normal(key, [4]),
    random.bits(key, [3]),
    random.randint(key, [6], 0, 100),
    random.permutation(key, 7),
    random.split(key, 3),
    vmap((k: NDArray) => random.normal(k, [2]))(random.split(key, 3)),
    random.choice(key, 5, [4]),
    random.bernoulli(key, 0.3, [8]),
    random.categorical(key, np.array([0.1, 1, 2])),
    random.truncatedNormal(key, -1, 1, [3]),
    random.gamma(key, np.array([0.3, 1, 7.5]), [20, 3]),
    random.poisson(key, np.array([0.5, 8, 40]), [20, 3]),
    random.binomial(key, 60, 0.375, [20]),
    random.beta(key, 2, 3, [10]),
  ];
  batch.add("random numbers of a key", draws as never, [random.key(3)], { scale: 1 });
  console.log(`test:xla: ${batch.size} models`);
  expect(batch.run()).toEqual([]);
});
