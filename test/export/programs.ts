import { grad, jit, lax, linalg, type NDArray, nn, numpy as np, random } from "udiff";
import { type ExportOptions, P } from "udiff/export";
import * as models from "./models.ts";

/** A program whose text is kept in `golden`, and which `npm run test:xla` runs. */
export interface GoldenProgram {
  readonly f: (...args: never[]) => unknown;
  readonly args: readonly unknown[];
  readonly options?: ExportOptions;
}

const { x, y } = models.batch;
const step = [models.perceptron, x, y] as const;
const small = np.array([
  [4, 1, 0.5],
  [1, 3, 0.25],
  [0.5, 0.25, 2],
]);

const golden = (
  f: (...args: never[]) => unknown,
  args: readonly unknown[],
  options: ExportOptions = {},
): GoldenProgram => ({ f, args, options });

/** One program for each family of primitives, and the models. */
export const programs: Readonly<Record<string, GoldenProgram>> = {
  elementwise: golden(
    ((a: NDArray, n: NDArray) => [
      np.sin(a).mul(2.5).add(Infinity),
      lax.erfInv(a),
      nn.sigmoid(a),
      lax.exp2(a),
      a.astype("int32").add(n),
      np.where(a.greater(0), a, -0),
      lax.reducePrecision(a, 8, 7),
      lax.mulhi(n, n),
    ]) as never,
    [np.array([0.5, -0.25]), np.array(Int32Array.of(7, 1 << 30))],
  ),
  movement: golden(
    ((a: NDArray) => [
      a.T,
      np.flip(a, { axis: 1 }),
      np.pad(a, [
        [1, 0],
        [0, 2],
      ]),
      a.slice(":", "::2"),
      np.concatenate([a, a], { axis: 1 }),
      lax.dynamicSlice(a, [np.int32(1), np.int32(5)], [1, 2]),
      np.arange(4),
    ]) as never,
    [np.ones([2, 3])],
  ),
  reductions: golden(
    ((a: NDArray) => [
      np.sum(a, { axis: 1 }),
      np.argmax(a, { axis: 0 }),
      np.cumsum(a, { axis: 1 }),
      lax.reduceWindow(a, -Infinity, "max", [2, 2]),
    ]) as never,
    [np.ones([2, 3])],
  ),
  indexing: golden(
    ((a: NDArray, i: NDArray) => [
      np.take(a, i, { axis: 0 }),
      a.at(i).add(1),
      np.sort(a, { axis: 0 }),
      lax.topK(a, 2),
    ]) as never,
    [np.ones([4, 3]), np.array(Int32Array.of(0, 2))],
  ),
  control: golden(
    ((a: NDArray, n: NDArray) => [
      lax.cond(
        n.greater(1),
        (v: NDArray) => v.mul(2),
        (v: NDArray) => np.exp(v),
        a,
      ),
      lax.scan((c: NDArray, v: NDArray) => [c.mul(v), c] as const, np.float32(1), a),
      lax.foriLoop(0, n, (i, c: NDArray) => c.add(i), a),
      jit(function twice(v: NDArray) {
        return v.add(v);
      })(a),
    ]) as never,
    [np.ones([3]), np.int32(2)],
  ),
  decompositions: golden(
    ((a: NDArray) => [
      linalg.cholesky(a),
      linalg.solve(a, np.ones([3])),
      linalg.qr(a)[1],
      linalg.eigh(a)[0],
    ]) as never,
    [small],
  ),
  random: golden(((key: NDArray) => [random.split(key, 2), random.normal(key, [3])]) as never, [
    random.key(7),
  ]),
  constants: golden(((a: NDArray) => a.add(np.arange(40).astype("float32"))) as never, [
    np.zeros([40]),
  ]),
  perceptron: golden(models.step as never, step),
  recurrent: golden(grad(models.recurrentLoss) as never, [
    models.recurrent.weights,
    models.recurrent.xs,
  ]),
  convolutional: golden(grad(models.convolutionalLoss) as never, [
    models.convolutional.weights,
    models.convolutional.x,
    models.convolutional.y,
  ]),
  attention: golden(models.attentionBlock as never, [models.attention.weights, models.attention.x]),
  divided: golden(models.constrainedStep as never, step, {
    mesh: { data: 4, model: 2 },
    inShardings: [
      { w1: P(null, "model"), b1: P("model"), w2: P("model", null), b2: P() },
      P("data"),
      P("data"),
    ],
    outShardings: null,
  }),
  devices: golden(models.parallelStep as never, step, { mesh: { data: 8 } }),
};
