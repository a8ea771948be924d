import fc from "fast-check";
import { grad, jit, type NDArray, numpy as np, random, tree, vmap } from "udiff";
import { exportStableHLO, importStableHLO } from "udiff/export";
import { assertAllclose } from "udiff/testing";
import { expect, test } from "vitest";
import { operand } from "../../property-tests/arbitraries/inputs.ts";
import type { Use } from "../../property-tests/arbitraries/use.ts";
import { uses } from "../../property-tests/uses.ts";
import * as models from "./models.ts";
import { programs } from "./programs.ts";

const wordsOf = (x: NDArray): NDArray => (x.dtype === "key<fry>" ? random.keyData(x) : x);

/** Primitives that have no way back, and why. */
const oneWay: Readonly<Record<string, string>> = {
  bitcastWords: "words of float64 are one operation there and two here",
  customLinear: "it has no way out",
  debugCallback: "it has no way out",
  debugPrint: "it has no way out",
  pureCallback: "it has no way out",
  mulhi: "products in 64 bits are written out",
  shardMap: "devices are not simulated from text",
  shardingConstraint: "it needs a mesh",
};

test.each(Object.entries(uses).filter(([name]) => !(name in oneWay)) as [string, readonly Use[]][])(
  "%s comes back from StableHLO as it was",
  (_, list) => {
    // One use of each: the others differ in shapes, and all of them run on XLA.
    for (const [i, use] of list.slice(0, 1).entries()) {
      const [xs] = fc.sample(fc.tuple(...use.inputs.map((each) => operand(each))), {
        numRuns: 1,
        seed: 20261124 + i,
      }) as [NDArray[]];
      const f = (...ys: NDArray[]): unknown => tree.leaves(use.f(...ys));
      const again = importStableHLO(exportStableHLO(f)(...xs).text);
      const expected = tree.leaves(f(...xs)) as NDArray[];
      assertAllclose(again(...xs.map(wordsOf)), expected.map(wordsOf), { rtol: 1e-9, atol: 1e-12 });
    }
  },
);

test.each(Object.keys(programs).filter((name) => name !== "devices" && name !== "elementwise"))(
  "the golden program %s comes back with its trees",
  (name) => {
    const { f, args, options = {} } = programs[name] as (typeof programs)[string];
    const call = f as (...xs: readonly unknown[]) => unknown;
    const { text, description } = exportStableHLO(call, options)(...args);
    const again = importStableHLO(text, description);
    const flat = tree.map(wordsOf as never, [...args]) as unknown[];
    const expected = tree.map(wordsOf as never, call(...args));
    assertAllclose(again(...flat), expected, { rtol: 1e-5, atol: 1e-6 });
  },
);

test("an imported program can be transformed", () => {
  const { weights, xs } = models.recurrent;
  const { text } = exportStableHLO(models.recurrentLoss)(weights, xs);
  const again = importStableHLO(text);
  const loss = (w: readonly NDArray[], x: NDArray): NDArray =>
    (again(...w, x) as NDArray[])[0] as NDArray;
  assertAllclose(grad(loss)(weights, xs), grad(models.recurrentLoss)(weights, xs), { rtol: 1e-5 });
  const scales = np.array([1, 0.5]);
  const mapped = jit(vmap((s: NDArray) => loss(weights, xs.mul(s))))(scales);
  const expected = vmap((s: NDArray) => models.recurrentLoss(weights, xs.mul(s)))(scales);
  assertAllclose(mapped, expected, { rtol: 1e-5 });
});

test("what is outside the subset is refused with its line", () => {
  const module = (line: string): string =>
    `module @m {\n  func.func public @main(%arg0: tensor<4xf32>) -> tensor<4xf32> {\n    ${line}\n    return %0 : tensor<4xf32>\n  }\n}\n`;
  const refuse = (line: string) => expect(() => importStableHLO(module(line))(np.ones([4])));
  refuse(
    `%0 = "stablehlo.all_to_all"(%arg0) <{split_count = 2 : i64}> : (tensor<4xf32>) -> tensor<4xf32>`,
  ).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: importStableHLO: line 3: an operation of the imported subset is required, got stablehlo.all_to_all; see docs/scaling.md for what is read]`,
  );
  refuse(
    `%0 = stablehlo.convert %arg0 : (tensor<4xf32>) -> tensor<4xi64>`,
  ).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: importStableHLO: line 3: an operation of the imported subset is required, got tensor<4xi64>; see docs/scaling.md for what is read]`,
  );
  refuse(
    `%0 = stablehlo.custom_call @lapack_sgetrf_ffi(%arg0) : (tensor<4xf32>) -> tensor<4xf32>`,
  ).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: importStableHLO: line 3: an operation of the imported subset is required, got stablehlo.custom_call @lapack_sgetrf_ffi; see docs/scaling.md for what is read]`,
  );
  refuse(`%0 = stablehlo.add %arg0, %arg1 : tensor<4xf32>`).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: importStableHLO: line 3: an operation of the imported subset is required, got %arg1, which is not bound; see docs/scaling.md for what is read]`,
  );
  refuse(`%0 = stablehlo.add %arg0; %arg0`).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: importStableHLO: line 3: text of MLIR is required, got ";"; pass what exportStableHLO or JAX wrote]`,
  );
  expect(() => importStableHLO("module @m {}")).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: importStableHLO: a function main is required, got none; pass a whole module]`,
  );
  const again = importStableHLO(module("%0 = stablehlo.add %arg0, %arg0 : tensor<4xf32>"));
  expect(() => again(np.ones([3]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: importStableHLO: argument 0 must be float32[4], got float32[3]; convert it]`,
  );
  expect(() => again(np.ones([4], { dtype: "int32" }))).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: importStableHLO: argument 0 must be float32[4], got int32[4]; convert it]`,
  );
  expect(() => again()).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: importStableHLO: 1 arrays are required, got 0; pass one for each argument of main]`,
  );
});
