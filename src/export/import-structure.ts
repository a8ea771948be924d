import type { DType } from "../core/dtype.ts";
import { P } from "../core/partition-spec.ts";
import type { Primitive } from "../core/primitive.ts";
import { bind, bind1, bind2, bindEqn, bindMany, noParams } from "../core/trace.ts";
import type { NDArray } from "../core/value.ts";
import { broadcastInDim } from "../lax/ops/broadcast.ts";
import { convGeneralDilatedP } from "../lax/ops/conv.ts";
import { optimizationBarrier } from "../lax/ops/convert.ts";
import { broadcastedIota } from "../lax/ops/creation.ts";
import { dotGeneralP } from "../lax/ops/dot.ts";
import { dynamicSlice, dynamicUpdateSlice } from "../lax/ops/dynamic-slice.ts";
import { eighP } from "../lax/ops/eigh.ts";
import { gather } from "../lax/ops/gather.ts";
import { reshape, rev, transpose } from "../lax/ops/layout.ts";
import { choleskyP, triangularSolveP } from "../lax/ops/linalg.ts";
import { geqrfP, householderProductP } from "../lax/ops/qr.ts";
import { withShardingConstraint } from "../lax/ops/sharding.ts";
import { concatenate, pad, slice } from "../lax/ops/slice.ts";
import { topK } from "../lax/ops/sort.ts";
import { denseArray } from "./dense.ts";
import { arg, attribute, integers, listIn, outOf, pairs, type Reader } from "./import-context.ts";
import { type Op, unsupported } from "./parser.ts";

/** `[1] x [0]` as two lists; two empty ones where it is not there. */
function twoLists(text: string | undefined): readonly [number[], number[]] {
  const [left = "", right = ""] = (text ?? "").split("x");
  return [integers(left), integers(right)];
}

/** The preferred type of a product, where it is not that of the operands. */
function preferred(op: Op, x: NDArray): DType | null {
  const { dtype } = outOf(op);
  return dtype === x.dtype ? null : dtype;
}

/** Decompositions by the names of their custom calls. */
const customCalls: Readonly<
  Record<string, (op: Op, xs: readonly NDArray[]) => readonly NDArray[]>
> = {
  "@Qr": (_, xs) => bindEqn(geqrfP as Primitive, xs, noParams),
  "@ProductOfElementaryHouseholderReflectors": (op, xs) =>
    bindMany(householderProductP, [arg(op, xs, 0), arg(op, xs, 1)], noParams),
  "@Eigh": (op, xs) =>
    bindMany(eighP, [arg(op, xs, 0)], {
      lower: attribute(op, "backend_config").includes('"1'),
    }),
  // What a partitioner reads says nothing here.
  "@Sharding": (_, xs) => xs,
};

const convolution: Reader = (op, xs) => {
  const [lhs, rest = ""] = attribute(op, "dim_numbers").split(" x ");
  const [rhs = "", out = ""] = rest.split("->");
  const places = (text: string | undefined, first: readonly string[]): number[] => {
    const letters: readonly string[] = (text ?? "").match(/[a-z]|\d+/g) ?? [];
    const spatial = letters.filter((letter) => /\d/.test(letter)).toSorted();
    return [...first, ...spatial].map((letter) => letters.indexOf(letter));
  };
  const x = transpose(arg(op, xs, 0), places(lhs, ["b", "f"]));
  const w = transpose(arg(op, xs, 1), places(rhs, ["o", "i"]));
  const count = x.ndim - 2;
  const window = op.attributes.get("window") ?? "";
  const list = (name: string): number[] => {
    const found = new RegExp(`${name} = \\[([\\d, ]*)\\]`).exec(window);
    return found === null ? new Array<number>(count).fill(1) : integers(found[1] ?? "");
  };
  if (/reverse = \[[^\]]*true/.test(window)) throw unsupported(op.line, "a reversed window");
  const padding = /pad = \[(.*?)\] \](?: ,| \})/.exec(window)?.[1];
  const number = (name: string): number => integers(op.attributes.get(name) ?? "1")[0] as number; // one
  const result = bind2(convGeneralDilatedP, x, w, {
    windowStrides: list("stride"),
    padding:
      padding === undefined
        ? Array.from({ length: count }, () => [0, 0] as const)
        : pairs(integers(padding)),
    lhsDilation: list("lhs_dilate"),
    rhsDilation: list("rhs_dilate"),
    featureGroupCount: number("feature_group_count"),
    batchGroupCount: number("batch_group_count"),
    preferredElementType: preferred(op, x),
  });
  const order = places(out, ["b", "f"]);
  return [
    transpose(
      result,
      order.map((_, i) => order.indexOf(i)),
    ),
  ];
};

/** Operations that move, multiply or decompose whole arrays. */
export const structureReaders: Readonly<Record<string, Reader>> = {
  "stablehlo.constant": (op) => [denseArray(attribute(op, "0"), outOf(op))],
  "stablehlo.iota": (op) => {
    const { dtype, shape } = outOf(op);
    return [broadcastedIota(dtype, shape, integers(attribute(op, "dim"))[0] as number)]; // one
  },
  "stablehlo.broadcast_in_dim": (op, xs) => [
    broadcastInDim(arg(op, xs, 0), outOf(op).shape, integers(attribute(op, "dims"))),
  ],
  "stablehlo.reshape": (op, xs) => [reshape(arg(op, xs, 0), outOf(op).shape)],
  "stablehlo.transpose": (op, xs) => [transpose(arg(op, xs, 0), integers(attribute(op, "dims")))],
  "stablehlo.reverse": (op, xs) => [rev(arg(op, xs, 0), integers(attribute(op, "dims")))],
  "stablehlo.slice": (op, xs) => {
    const ranges = attribute(op, "0")
      .replace(/[[\]]/g, "")
      .split(",")
      .filter((range) => range.trim() !== "")
      .map((range) => range.split(":").map(Number) as [number, number, number?]); // as printed
    return [
      slice(
        arg(op, xs, 0),
        ranges.map(([start]) => start),
        ranges.map(([, limit]) => limit),
        ranges.map(([, , stride]) => stride ?? 1),
      ),
    ];
  },
  "stablehlo.pad": (op, xs) => {
    const [low, high, interior] = ["low", "high", "interior"].map((name) =>
      integers(attribute(op, name)),
    ) as [number[], number[], number[]]; // three of one length
    const config = low.map((a, i) => [a, high[i] as number, interior[i] as number] as const);
    return [pad(arg(op, xs, 0), arg(op, xs, 1), config)];
  },
  "stablehlo.concatenate": (op, xs) => [
    concatenate(xs, integers(attribute(op, "dim"))[0] as number), // one
  ],
  "stablehlo.dynamic_slice": (op, xs) => [
    dynamicSlice(arg(op, xs, 0), xs.slice(1), integers(attribute(op, "sizes"))),
  ],
  "stablehlo.dynamic_update_slice": (op, xs) => [
    dynamicUpdateSlice(arg(op, xs, 0), arg(op, xs, 1), xs.slice(2)),
  ],
  "stablehlo.dot_general": (op, xs) => {
    const [x, y] = [arg(op, xs, 0), arg(op, xs, 1)];
    const params = {
      contract: twoLists(op.attributes.get("contracting_dims")),
      batch: twoLists(op.attributes.get("batching_dims")),
      preferredElementType: preferred(op, x),
    };
    return [bind2(dotGeneralP, x, y, params)];
  },
  "stablehlo.convolution": convolution,
  "stablehlo.gather": (op, xs) => {
    const numbers = attribute(op, "dimension_numbers");
    const vector = integers(/index_vector_dim = (\d+)/.exec(numbers)?.[1] ?? "0")[0] as number; // one
    const given = arg(op, xs, 1);
    const indices = vector === given.ndim ? reshape(given, [...given.shape, 1]) : given;
    if (vector < given.ndim - 1)
      throw unsupported(op.line, `${op.name} of index vectors along ${vector}`);
    return [
      gather(arg(op, xs, 0), indices, {
        dimensionNumbers: {
          offsetDims: listIn(numbers, "offset_dims"),
          collapsedSliceDims: listIn(numbers, "collapsed_slice_dims"),
          startIndexMap: listIn(numbers, "start_index_map"),
          operandBatchingDims: listIn(numbers, "operand_batching_dims"),
          startIndicesBatchingDims: listIn(numbers, "start_indices_batching_dims"),
        },
        sliceSizes: integers(attribute(op, "slice_sizes")),
        mode: "clip",
        indicesAreSorted: op.attributes.get("indices_are_sorted") === "true",
      }),
    ];
  },
  "chlo.top_k": (op, xs) => topK(arg(op, xs, 0), integers(attribute(op, "k"))[0] as number), // one
  "stablehlo.cholesky": (op, xs) => {
    if (op.attributes.get("lower") !== "true") throw unsupported(op.line, "an upper cholesky");
    return [bind1(choleskyP, arg(op, xs, 0), noParams)];
  },
  "stablehlo.triangular_solve": (op, xs) => [
    bind(triangularSolveP, [arg(op, xs, 0), arg(op, xs, 1)], {
      leftSide: op.attributes.get("left_side") === "true",
      lower: op.attributes.get("lower") === "true",
      unitDiagonal: op.attributes.get("unit_diagonal") === "true",
      transposeA: !attribute(op, "transpose_a").includes("NO_TRANSPOSE"),
    }),
  ],
  "stablehlo.optimization_barrier": (_, xs) => optimizationBarrier([...xs]),
  "stablehlo.custom_call": (op, xs) => {
    const target = attribute(op, "0");
    const call = customCalls[target];
    if (call === undefined) throw unsupported(op.line, `stablehlo.custom_call ${target}`);
    return call(op, xs);
  },
  "sdy.sharding_constraint": (op, xs) => {
    const text = [...op.attributes.values()].join(" ");
    const entries = [...text.matchAll(/\{([^}]*)\}/g)].map(([, names = ""]) =>
      [...names.matchAll(/"([^"]*)"/g)].map(([, name = ""]) => name),
    );
    return [withShardingConstraint(arg(op, xs, 0), P(...entries))];
  },
};
