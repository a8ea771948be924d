import { type ShapedArray, shapedArray } from "../../core/aval.ts";
import { evalJaxpr } from "../../core/eval-jaxpr.ts";
import type { Division, Mesh } from "../../core/partition-spec.ts";
import {
  absent,
  type ClosedJaxpr,
  defineHigherOrder,
  isLinear,
  type Linear,
  type Tangent,
  Zero,
} from "../../core/primitive.ts";
import { stage } from "../../core/stage.ts";
import { bindMany, currentTrace, type Trace, withTrace } from "../../core/trace.ts";
import { NDArray } from "../../core/value.ts";
import { AxisTrace } from "../../transforms/axis-trace.ts";
import { putAxis } from "../../transforms/batch-trace.ts";
import {
  batchJaxpr,
  jvpJaxpr,
  linearizeJaxpr,
  transposeJaxpr,
} from "../../transforms/jaxpr-rules.ts";
import { batchFlat } from "../../transforms/vmap.ts";
import { div } from "../ops/arith.ts";
import { fullLike } from "../ops/broadcast.ts";
import { psum } from "../ops/collectives.ts";
import { transpose as permuted, reshape } from "../ops/layout.ts";
import { slice } from "../ops/slice.ts";
import { arePresent, outAvals, placeTangents, presentOf } from "./bodies.ts";

/** Parameters of a program that each device of a mesh runs on its own parts. */
export interface ShardMapParams {
  /** From the parts of one device to its parts of the results. */
  readonly body: ClosedJaxpr;
  readonly mesh: Mesh;
  readonly inDivisions: readonly Division[];
  readonly outDivisions: readonly Division[];
}

/** One program on every device of a mesh, with collectives over the axes of the mesh. */
export const shardMapP = defineHigherOrder<ShardMapParams>("shard_map", {
  abstractEval: (_, { body, mesh, outDivisions }) =>
    outAvals(body).map((aval, i) => whole(aval, outDivisions[i] as Division, mesh)), // one each
  jvp: { kind: "rule", apply: push },
  linearize: { kind: "rule", apply: linearize },
  transpose: { kind: "rule", positions: null, apply: transpose },
  batch: {
    kind: "rule",
    apply(operands, dims, { body, mesh, inDivisions, outDivisions }, axis) {
      const fronts = operands.map((x, i) =>
        dims[i] === null || dims[i] === undefined ? x : putAxis(x, dims[i], 0, axis.size),
      );
      const at = dims.map((dim) => (dim === null ? null : 0));
      const { program, outs } = within(mesh, () => batchJaxpr(body, at, axis));
      const results = bindShardMap(fronts, {
        body: program,
        mesh,
        inDivisions: inDivisions.map((division, i) =>
          at[i] === null ? division : front(division),
        ),
        outDivisions: outDivisions.map((division, i) => (outs[i] ? front(division) : division)),
      });
      return [results, outs.map((flag) => (flag ? 0 : null))];
    },
  },
  lower: { kind: "compose", apply: simulate },
  partialEval: absent("its derivative belongs to the whole program of a device"),
  dce: absent("its derivative belongs to the whole program of a device"),
  bodies: ({ body }) => [body],
  host: null,
});

/** Run such a program under the current trace. */
export function bindShardMap(
  operands: readonly NDArray[],
  params: ShardMapParams,
): readonly NDArray[] {
  return bindMany(shardMapP, operands, params);
}

/** Run `make` where the axes of a mesh have their sizes, as inside the program of a device. */
export function within<T>(mesh: Mesh, make: () => T): T {
  const trace = Object.entries(mesh).reduce<Trace>(
    (outer, [name, size]) => new AxisTrace(outer, name, size),
    currentTrace(),
  );
  return withTrace(trace, make);
}

const front = (division: Division): Division => [[], ...division];

/** How many devices share a dimension. */
function countOf(axes: readonly string[] | null | undefined, mesh: Mesh): number {
  return (axes ?? []).reduce((product, name) => product * (mesh[name] ?? 1), 1);
}

function whole(aval: ShapedArray, division: Division, mesh: Mesh): ShapedArray {
  return aval.withShape(aval.shape.map((extent, i) => extent * countOf(division[i], mesh)));
}

/** The part of one device. */
export function partOf(aval: ShapedArray, division: Division, mesh: Mesh): ShapedArray {
  return aval.withShape(aval.shape.map((extent, i) => extent / countOf(division[i], mesh)));
}

/** The program that it is on one device, on operands of these types. */
export function simulation(avals: readonly ShapedArray[], params: ShardMapParams): ClosedJaxpr {
  return stage((xs) => simulate(xs, params), avals);
}

/** The same on one device: every axis of the mesh is mapped, one inside the other. */
function simulate(
  operands: readonly NDArray[],
  { body, mesh, inDivisions, outDivisions }: ShardMapParams,
): readonly NDArray[] {
  const axes = Object.keys(mesh);
  const parts = operands.map((x, i) => apart(x, inDivisions[i] as Division, mesh)); // one each
  const run = (depth: number, xs: readonly NDArray[]): readonly NDArray[] => {
    const name = axes[depth];
    if (name === undefined) return evalJaxpr(body, xs);
    const size = mesh[name] as number; // one of its own
    const dims = inDivisions.map((division) => (divides(division, name) ? 0 : null));
    const pairs = xs.map((x, i) => [x, dims[i] ?? null] as const);
    return batchFlat((ys) => run(depth + 1, ys), pairs, { size, name }).map(([x, dim]) =>
      putAxis(x, dim, 0, size),
    );
  };
  return run(0, parts).map((x, i) => together(x, outDivisions[i] as Division, mesh)); // one each
}

function divides(division: Division, name: string): boolean {
  return division.some((axes) => axes?.includes(name));
}

/** Divided dimensions as axes of their own in front, in the order of the mesh. */
function apart(x: NDArray, division: Division, mesh: Mesh): NDArray {
  const shape: number[] = [];
  const places = new Map<string, number>();
  const own: number[] = [];
  division.forEach((axes, i) => {
    for (const name of axes ?? []) {
      places.set(name, shape.length);
      shape.push(mesh[name] as number); // checked when it was made
    }
    own.push(shape.length);
    shape.push((x.shape[i] as number) / countOf(axes, mesh)); // one entry for each dimension
  });
  const order = Object.keys(mesh).flatMap((name) => places.get(name) ?? []);
  return permuted(reshape(x, shape), [...order, ...own]);
}

/** The reverse, where every axis of the mesh is in front; of equal copies the first is taken. */
function together(x: NDArray, division: Division, mesh: Mesh): NDArray {
  const names = Object.keys(mesh);
  const kept = names.filter((name) => divides(division, name));
  const starts = x.shape.map(() => 0);
  const limits = x.shape.map((extent, i) => {
    const name = names[i];
    return name === undefined || kept.includes(name) ? extent : 1;
  });
  const local = x.shape.slice(names.length);
  const extents = kept.map((name) => mesh[name] as number); // its own names
  const held = reshape(slice(x, starts, limits), [...extents, ...local]);
  const order: number[] = [];
  division.forEach((axes, i) => {
    for (const name of axes ?? []) order.push(kept.indexOf(name));
    order.push(kept.length + i);
  });
  const shape = local.map((extent, i) => extent * countOf(division[i], mesh));
  return reshape(permuted(held, order), shape);
}

type Duals = readonly [outs: readonly NDArray[], tangents: readonly Tangent[]];

function push(
  primals: readonly NDArray[],
  tangents: readonly Tangent[],
  { body, mesh, inDivisions, outDivisions }: ShardMapParams,
): Duals {
  const nonzero = arePresent(tangents);
  const { program, outs } = within(mesh, () => jvpJaxpr(body, nonzero));
  const results = bindShardMap([...primals, ...presentOf(tangents)], {
    body: program,
    mesh,
    inDivisions: [...inDivisions, ...inDivisions.filter((_, i) => nonzero[i])],
    outDivisions: [...outDivisions, ...outDivisions.filter((_, i) => outs[i])],
  });
  const values = results.slice(0, outDivisions.length);
  const avals = values.map((x) => x.aval);
  return [values, placeTangents(avals, outs, results.slice(values.length))];
}

/** Residuals differ from device to device: they are stacked along a new axis over the whole mesh. */
function linearize(
  primals: readonly NDArray[],
  tangents: readonly Tangent[],
  { body, mesh, inDivisions, outDivisions }: ShardMapParams,
): Duals {
  const nonzero = arePresent(tangents);
  const split = within(mesh, () => linearizeJaxpr(body, nonzero));
  const { outs } = split;
  const count = outs.length;
  const rest = outAvals(split.primal).slice(count);
  const stackedOver = (aval: ShapedArray): Division => [
    Object.keys(mesh),
    ...aval.shape.map((): readonly string[] => []),
  ];
  const primal = within(mesh, () =>
    stage(
      (xs) => {
        const made = evalJaxpr(split.primal, xs);
        return made.map((x, i) => (i < count ? x : reshape(x, [1, ...x.shape])));
      },
      split.primal.jaxpr.invars.map(({ aval }) => aval),
    ),
  );
  const results = bindShardMap(primals, {
    body: primal,
    mesh,
    inDivisions,
    outDivisions: [...outDivisions, ...rest.map(stackedOver)],
  });
  const values = results.slice(0, count);
  const avals = values.map((x) => x.aval);
  if (!outs.includes(true)) return [values, placeTangents(avals, outs, [])];
  const linear = within(mesh, () =>
    stage(
      (xs) =>
        evalJaxpr(
          split.linear,
          xs.map((x, i) => (i < rest.length ? reshape(x, x.shape.slice(1)) : x)),
        ),
      split.linear.jaxpr.invars.map(({ aval }, i) =>
        i < rest.length ? shapedArray([1, ...aval.shape], aval.dtype, aval.weakType) : aval,
      ),
    ),
  );
  const pushed = bindShardMap([...results.slice(count), ...presentOf(tangents)], {
    body: linear,
    mesh,
    inDivisions: [...rest.map(stackedOver), ...inDivisions.filter((_, i) => nonzero[i])],
    outDivisions: outDivisions.filter((_, i) => outs[i]),
  });
  return [values, placeTangents(avals, outs, pushed)];
}

/** Axes of the mesh over which every device has the whole. */
function sharedAxes(division: Division, mesh: Mesh): readonly string[] {
  return Object.keys(mesh).filter((name) => !divides(division, name));
}

/**
 * A result that all devices of an axis share is one value: each device gets its part of the
 * cotangent. An operand that they share has the sum of their cotangents.
 */
function transpose(
  cts: readonly Tangent[],
  operands: readonly (NDArray | Linear)[],
  { body, mesh, inDivisions, outDivisions }: ShardMapParams,
): readonly (Tangent | null)[] {
  const linear = operands.map(isLinear);
  const present = arePresent(cts);
  const pulled = within(mesh, () => transposeJaxpr(body, linear, present));
  const fixed = operands.filter((x) => x instanceof NDArray);
  const ofLinear = inDivisions.filter((_, i) => linear[i]);
  const divisions = ofLinear.filter((_, i) => pulled.outs[i]);
  const ofCts = outDivisions.filter((_, i) => present[i]);
  const made = within(mesh, () =>
    stage(
      (xs) => {
        const shares = xs.map((x, i) => {
          const division = ofCts[i - fixed.length];
          if (division === undefined) return x;
          const copies = countOf(sharedAxes(division, mesh), mesh);
          return copies === 1 ? x : div(x, fullLike(x, copies));
        });
        return evalJaxpr(pulled.program, shares).map(
          (x, i) =>
            sharedAxes(divisions[i] as Division, mesh).reduce((sum, name) => psum(sum, name), x), // one each
        );
      },
      pulled.program.jaxpr.invars.map(({ aval }) => aval),
    ),
  );
  const results = bindShardMap([...fixed, ...presentOf(cts)], {
    body: made,
    mesh,
    inDivisions: [...inDivisions.filter((_, i) => !linear[i]), ...ofCts],
    outDivisions: divisions,
  });
  let input = 0;
  let result = 0;
  return operands.map((x): Tangent | null => {
    if (!isLinear(x)) return null;
    return pulled.outs[input++] ? (results[result++] as NDArray) : new Zero(x.aval); // one for each flag
  });
}
