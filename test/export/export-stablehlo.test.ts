import {
  customVjp,
  debug,
  grad,
  jit,
  lax,
  linearize,
  makeJaxpr,
  type NDArray,
  numpy as np,
  random,
  ShapeDtypeStruct,
} from "udiff";
import { exportStableHLO, P, shardMap, withShardingConstraint } from "udiff/export";
import { absent, definePrimitive } from "udiff/extend";
import { expect, test } from "vitest";
import { bind1, noParams } from "../../src/core/trace.ts";

const f32 = (...shape: number[]) => new ShapeDtypeStruct(shape, "float32");

test("arguments may be described, and are named by where they are in their trees", () => {
  const f = (p: { w: NDArray; b: NDArray }, x: NDArray) => ({
    y: np.matmul(x, p.w).add(p.b),
    n: null,
  });
  const { description } = exportStableHLO(f)({ w: f32(3, 2), b: f32(2) }, f32(4, 3));
  expect(description.inputs.map(({ name, dtype, shape }) => `${name}: ${dtype}[${shape}]`)).toEqual(
    ["arg0.b: float32[2]", "arg0.w: float32[3,2]", "arg1: float32[4,3]"],
  );
  expect(description.outputs.map(({ name }) => name)).toEqual(["out.y"]);
  expect(description.inTree).toEqual([{ b: 0, w: 1 }, 2]);
  expect(description.outTree).toEqual({ n: null, y: 0 });
});

test("a jitted function that is called twice is one function of the module", () => {
  const twice = jit(function twice(x: NDArray) {
    return x.add(x);
  });
  const f = (x: NDArray) => twice(twice(x));
  const { text } = exportStableHLO(f)(f32(2));
  expect(text.match(/func\.func private @twice\(/g)).toHaveLength(1);
  expect(text.match(/func\.call @twice/g)).toHaveLength(2);
  expect(exportStableHLO(f, { jit: "inline" })(f32(2)).text).not.toContain("func.call");
});

test("large constants go to a side file in the safetensors format", () => {
  const table = np.arange(100).astype("float32");
  const f = jit((x: NDArray) => x.add(table));
  const { text, constants, description } = exportStableHLO(f, { sideFileOver: 64 })(f32(100));
  expect(text).toContain("%const0: tensor<100xf32>");
  expect(description.constants).toEqual([{ name: "const0", dtype: "float32", shape: [100] }]);
  const bytes = constants as Uint8Array;
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  expect(header).toEqual({ const0: { dtype: "F32", shape: [100], data_offsets: [0, 400] } });
  expect(new Float32Array(bytes.buffer.slice(8 + length))[99]).toBe(99);
  expect(exportStableHLO(f)(f32(100)).constants).toBeNull();
});

test("random keys are pairs of words", () => {
  const { description, text } = exportStableHLO((k: NDArray) => random.split(k, 2))(random.key(1));
  expect(description.inputs[0]).toEqual({ name: "arg0", dtype: "uint32", shape: [2], key: true });
  expect(text).toContain("-> (tensor<2x2xui32>)");
});

test("a primitive of a user is exported by its lowering", () => {
  const shiftP = definePrimitive<1>("shift_by_one", {
    abstractEval: ([x]) => x,
    jvp: absent("not needed"),
    transpose: absent("not needed"),
    batch: absent("not needed"),
    lower: { kind: "compose", apply: ([x]) => [lax.add(x as NDArray, 1)] },
  });
  const { text } = exportStableHLO((x: NDArray) => bind1(shiftP, x, noParams))(f32(2));
  expect(text).toContain("stablehlo.add");
});

test("a program of 10,000 equations is exported in half a second", () => {
  const f = (x: NDArray) => {
    let y = x;
    for (let i = 0; i < 5000; i++) y = np.sin(y).mul(x);
    return y;
  };
  const x = np.ones([8]);
  makeJaxpr(f)(x);
  // The least of three, as a machine may do other work as well.
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 3; turn++) {
    const start = performance.now();
    const { text } = exportStableHLO(f)(x);
    least = Math.min(least, performance.now() - start);
    expect(text.split("\n").length).toBeGreaterThan(10_000);
  }
  expect(least).toBeLessThan(500);
});

test("what cannot be said is refused by name", () => {
  const squared = customVjp((x: NDArray) => x.mul(x)).defVjp(
    (x: NDArray) => [x.mul(x), x],
    (x: NDArray, ct: NDArray) => [ct.mul(x).mul(2)],
  );
  const pushed = (x: NDArray, t: NDArray): unknown => linearize(jit(squared), x)[1](t);
  expect(() => exportStableHLO(pushed)(f32(2), f32(2))).toThrowErrorMatchingInlineSnapshot(
    `[MissingRuleError: exportStableHLO: custom_linear cannot be exported: it is the linear part of a custom rule, known by its transpose alone; export the gradient instead]`,
  );
  const routineP = definePrimitive<1>("mine", {
    abstractEval: ([x]) => x,
    jvp: absent("not needed"),
    transpose: absent("not needed"),
    batch: absent("not needed"),
    lower: absent("there is none"),
  });
  expect(() =>
    exportStableHLO((x: NDArray) => bind1(routineP, x, noParams))(f32(2)),
  ).toThrowErrorMatchingInlineSnapshot(
    `[MissingRuleError: exportStableHLO: mine cannot be exported: it is a primitive of another library that lowers by "absent"; give mine a lowering by "compose"]`,
  );
  const integers = (n: NDArray) =>
    grad((m: NDArray) => np.sum(m.astype("float32")), { allowInt: true })(n);
  expect(() =>
    exportStableHLO(integers)(new ShapeDtypeStruct([2], "int32")),
  ).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: exportStableHLO: a dtype with a StableHLO form is required, got float0; leave such values out of arguments and results]`,
  );
  const printed = (x: NDArray) => {
    debug.print("x {}", x);
    return x;
  };
  expect(() => exportStableHLO(printed)(f32(2))).toThrowErrorMatchingInlineSnapshot(
    `[MissingRuleError: exportStableHLO: debug_print cannot be exported: it runs a function of this process, which XLA does not have; leave it out, or compute it before the program]`,
  );
});

test("shardings that do not fit are refused, with the place", () => {
  const f = (p: { w: NDArray }, x: NDArray) => np.matmul(x, p.w);
  const mesh = { data: 4, model: 2 };
  const args = [{ w: f32(3, 4) }, f32(8, 3)] as const;
  const refuse = (inShardings: readonly unknown[], outShardings: unknown = null) =>
    expect(() => exportStableHLO(f, { mesh, inShardings, outShardings })(...args));
  refuse([null, P(null, "data")]).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: exportStableHLO: argument [1]: dimension 1 must be a multiple of 4, the devices along data, got extent 3 of [8,3]; pad it, or divide another dimension]`,
  );
  refuse([{ w: P("rows") }, null]).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: exportStableHLO: argument [0].w: an axis of the mesh is required, got "rows"; use "data", "model"]`,
  );
  refuse([P("model", "model"), null]).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: exportStableHLO: argument [0].w: an axis may divide one dimension only, got "model" twice; leave one out]`,
  );
  refuse([null, P("data", null, null)]).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: exportStableHLO: argument [1]: a spec of at most 2 entries is required for [8,3], got P("data", null, null); one for each dimension]`,
  );
  refuse([{ v: P("data") }, null]).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: exportStableHLO: inShardings must be a prefix of the structure {w: *} at [0], got {v: *}; add w and drop v]`,
  );
  refuse([null, null], P(null, "data", "model")).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: exportStableHLO: the result: a spec of at most 2 entries is required for [8,4], got P(null, "data", "model"); one for each dimension]`,
  );
  refuse([null, 0]).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: exportStableHLO: inShardings: a spec is required, got number 0; write P("data", null), or null for what is not divided]`,
  );
  expect(() =>
    exportStableHLO(f, { inShardings: [null, P("data")] }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: exportStableHLO: shardings need a mesh, got none; pass { mesh: { data: 4 } }]`,
  );
  expect(() => exportStableHLO(f, { mesh: { data: 0 } })).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: exportStableHLO: extents of a mesh must be positive integers, got 0 for axis "data"; write { data: 4 }]`,
  );
  const constrained = (x: NDArray) => withShardingConstraint(x, P("data"));
  expect(() => exportStableHLO(constrained)(f32(4))).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: withShardingConstraint: an axis of the mesh is required, got "data"; name a mesh]`,
  );
  expect(() => exportStableHLO(constrained, { mesh })(f32(6))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: withShardingConstraint: dimension 0 must be a multiple of 4, the devices along data, got extent 6 of [6]; pad it, or divide another dimension]`,
  );
  const mapped = shardMap((x: NDArray) => lax.psum(x, "data"), {
    mesh: { data: 2 },
    inSpecs: [P("data")],
    outSpecs: P(),
  });
  expect(() => exportStableHLO(mapped, { mesh })(f32(4))).toThrowErrorMatchingInlineSnapshot(
    `[MissingRuleError: exportStableHLO: shard_map cannot be exported: it is over the mesh {"data":2}, the program over {"data":4,"model":2}; pass the same mesh to both]`,
  );
  expect(() => mapped(np.ones([3]))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: shardMap: argument [0]: dimension 0 must be a multiple of 2, the devices along data, got extent 3 of [3]; pad it, or divide another dimension]`,
  );
});

test("options that do not exist are refused", () => {
  expect(() =>
    exportStableHLO((x: NDArray) => x, { shards: 2 } as never),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: exportStableHLO: unknown option "shards"; the names allowed are mesh, inShardings, outShardings, jit, sideFileOver, precision]`,
  );
  expect(() =>
    exportStableHLO((x: NDArray) => x, { jit: "outline" } as never),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: exportStableHLO: jit must be one of "functions", "inline", got outline; leave it out for "functions"]`,
  );
  expect(() => P(1 as never)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: P: an entry must be null, the name of an axis of the mesh, or a list of names, got 1; write P("data", null)]`,
  );
});
