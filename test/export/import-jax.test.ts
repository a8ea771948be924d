import { readFileSync } from "node:fs";
import { grad, type NDArray, numpy as np } from "udiff";
import { importStableHLO } from "udiff/export";
import { assertAllclose } from "udiff/testing";
import { expect, test } from "vitest";

interface Flat {
  readonly shape: number[];
  readonly data: number[];
}

interface Values {
  readonly params: Readonly<Record<string, Flat>>;
  readonly images: Flat;
  readonly tokens: Flat;
  readonly results: readonly [Flat, Flat, Flat];
  readonly gradients: Readonly<Record<string, Flat>>;
}

const read = (name: string): string =>
  readFileSync(new URL(`jax/${name}`, import.meta.url), "utf8");
const values = JSON.parse(read("forward.json")) as Values;
const float = ({ data, shape }: Flat): NDArray => np.array(Float32Array.from(data)).reshape(shape);
const int = ({ data, shape }: Flat): NDArray => np.array(Int32Array.from(data)).reshape(shape);

const forward = importStableHLO(read("forward.mlir"));
const names = Object.keys(values.params);
const params = names.map((name) => float(values.params[name] as Flat));
const [images, tokens] = [float(values.images), int(values.tokens)];
const close = { rtol: 1e-5, atol: 1e-6 };

test("a forward pass that JAX wrote gives JAX's values", () => {
  const [logits, sums, best] = forward(...params, images, tokens) as [NDArray, NDArray, NDArray];
  const [first, second, third] = values.results;
  assertAllclose(logits, float(first), close);
  assertAllclose(sums, float(second), close);
  expect(best.js()).toEqual(third.data);
});

test("it is differentiated here, and its gradients are JAX's", () => {
  const loss = (ps: readonly NDArray[]): NDArray => {
    const [logits, sums] = forward(...ps, images, tokens) as [NDArray, NDArray];
    return np.sum(np.square(logits)).add(np.sum(np.sin(sums)));
  };
  const gradients = grad(loss)(params);
  names.forEach((name, i) => {
    assertAllclose(gradients[i] as NDArray, float(values.gradients[name] as Flat), {
      rtol: 1e-4,
      atol: 1e-5,
    });
  });
});
