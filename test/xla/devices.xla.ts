import { lax, type NDArray, numpy as np, vmap } from "udiff";
import { P, shardMap } from "udiff/export";
import { expect, test } from "vitest";
import * as models from "../export/models.ts";
import { Batch } from "./batch.ts";

test("training steps divided among 8 devices give what one device gives", () => {
  const batch = new Batch();
  const { perceptron, batch: data } = models;
  const args = [perceptron, data.x, data.y];
  const scale = 20;
  batch.add("data parallel", models.step as never, args, {
    mesh: { data: 8 },
    inShardings: [null, P("data"), P("data")],
    outShardings: null,
    contains: ["all-reduce"],
    scale,
  });
  const tensors = { w1: P(null, "model"), b1: P("model"), w2: P("model", null), b2: P() };
  batch.add("data and model parallel", models.step as never, args, {
    mesh: { data: 4, model: 2 },
    inShardings: [tensors, P("data"), P("data")],
    outShardings: [null, tensors],
    contains: ["all-reduce"],
    scale,
  });
  batch.add("with the hidden layer constrained", models.constrainedStep as never, args, {
    mesh: { data: 4, model: 2 },
    inShardings: [tensors, P("data"), P("data")],
    outShardings: [null, tensors],
    contains: ["all-reduce"],
    scale,
  });
  batch.add("device by device", models.parallelStep as never, args, {
    mesh: { data: 8 },
    contains: ["all-reduce"],
    scale,
  });
  const centred = vmap((x: NDArray) => x.sub(lax.pmean(x, "i")).mul(lax.pmax(x, "i")), {
    axisName: "i",
  });
  batch.add("collectives of vmap over a divided axis", centred as never, [data.x], {
    mesh: { data: 8 },
    inShardings: [P("data")],
    outShardings: P("data"),
    contains: ["all-reduce"],
    scale,
  });
  const exchanges = shardMap(
    (x: NDArray): readonly NDArray[] => [
      lax.psum(x, "data"),
      lax.pmax(x, "model"),
      lax.pmin(x, "model"),
      lax.allGather(x, "data", { tiled: true }),
      lax.psumScatter(np.concatenate([x, x, x, x]), "data", { tiled: true }),
      lax.ppermute(x, "data", [
        [0, 1],
        [1, 3],
      ]),
      lax.allToAll(np.concatenate([x, x.mul(2)]), "model", 0, 1, { tiled: true }),
      x.mul(lax.axisIndex("model").add(1)),
    ],
    {
      mesh: { data: 4, model: 2 },
      inSpecs: [P("data", "model")],
      outSpecs: [
        P(null, "model"),
        P("data", null),
        P("data", null),
        P(null, "model"),
        P("data", "model"),
        P("data", "model"),
        P("data", "model"),
        P("data", "model"),
      ],
    },
  );
  batch.add("collectives", exchanges as never, [np.arange(48).astype("float32").reshape([8, 6])], {
    mesh: { data: 4, model: 2 },
    contains: ["all-reduce", "all-gather", "reduce-scatter", "collective-permute", "all-to-all"],
  });
  console.log(`test:xla: ${batch.size} programs on 8 devices`);
  expect(batch.run()).toEqual([]);
});
