import { lax, type NDArray, numpy as np } from "udiff";
import { P, shardMap } from "udiff/export";
import { input } from "./arbitraries/inputs.ts";
import type { Use } from "./arbitraries/use.ts";

const mesh = { data: 2, model: 2 } as const;

/** Uses of `shard_map`: divided and shared operands and results, and each collective. */
export const shardedMaps: readonly Use[] = [
  {
    inputs: [input([4, 3]), input([3])],
    f: shardMap(
      (x: NDArray, w: NDArray): readonly NDArray[] => [
        np.sin(x).mul(w),
        lax.psum(np.sum(x.mul(w)), "data"),
      ],
      { mesh: { data: 2 }, inSpecs: [P("data"), null], outSpecs: [P("data"), P()] },
    ),
  },
  {
    inputs: [input([2, 4]), input([4, 2])],
    f: shardMap((x: NDArray, w: NDArray): NDArray => lax.psum(np.matmul(x, w), "model"), {
      mesh,
      inSpecs: [P("data", "model"), P("model", null)],
      outSpecs: P("data", null),
    }),
  },
  {
    inputs: [input([4, 2])],
    f: shardMap(
      (x: NDArray): readonly NDArray[] => [
        lax.ppermute(x, "data", [
          [0, 1],
          [1, 0],
        ]),
        lax.allGather(x.mul(x), "model", { axis: 1 }),
        lax.psumScatter(np.concatenate([x, x.mul(2)], { axis: 0 }), "data", { tiled: true }),
        lax.allToAll(np.stack([x, np.cos(x)]), "model", 0, 1),
        lax.axisIndex("data").astype(x.dtype).add(np.sum(x)).reshape([1]),
      ],
      {
        mesh,
        inSpecs: [P("data", "model")],
        outSpecs: [
          P("data", "model"),
          P("data", null, "model"),
          P("data", "model"),
          P("data", "model"),
          P(["data", "model"]),
        ],
      },
    ),
  },
];
