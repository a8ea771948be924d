import { InternalError } from "../core/errors.ts";
import type { Expr } from "../core/scalar.ts";
import type { View } from "../core/view.ts";
import type { Kernel, Load } from "../kernel/kernel.ts";
import { addressText } from "./address.ts";
import { ExpressionWriter } from "./expressions.ts";
import { gridOf, Shader } from "./shader.ts";
import type { Compiled, StepContext } from "./step.ts";
import { packText, storageOf } from "./storage.ts";

/** Invocations of a workgroup of an elementwise kernel. */
const workgroup = 64;

/** An elementwise kernel as a shader in which each invocation writes one word of every result. */
export function emitMap(
  kernel: Kernel,
  results: readonly number[],
  context: StepContext,
): Compiled {
  const { space, outputs } = kernel;
  const size = space.reduce((a, b) => a * b, 1);
  if (size === 0) return { dispatches: [], scratch: [] };
  const shader = new Shader(context);
  const lanes = Math.max(...outputs.map(({ dtype }) => storageOf(dtype).lanes));
  const words = Math.ceil(size / lanes);
  const { workgroups, number } = gridOf(Math.ceil(words / workgroup), context);
  const body = [
    `let word = ${number} * ${workgroup}u + lid;`,
    `if (word >= ${words}u) { return; }`,
  ];
  const writer = new ExpressionWriter(shader);
  const element = (lines: string[]): string[] =>
    writer.write(
      outputs.map(({ value }) => value),
      (leaf) => leafText(leaf, kernel, shader),
      lines,
    );
  if (lanes === 1) {
    body.push("let e = word;");
    const values = element(body);
    values.forEach((value, i) => {
      body.push(`${shader.value(results[i] as number, "read_write")}[e] = ${value};`); // one result each
    });
  } else {
    outputs.forEach((_, i) => {
      body.push(`var packed${i} = 0u;`);
    });
    body.push(`for (var lane = 0u; lane < ${lanes}u; lane++) {`);
    body.push(`let e = word * ${lanes}u + lane;`, `if (e >= ${size}u) { break; }`);
    const values = element(body);
    values.forEach((value, i) => {
      const { dtype } = outputs[i] as Kernel["outputs"][number]; // one value each
      const out = shader.value(results[i] as number, "read_write"); // one result each
      const own = storageOf(dtype).lanes;
      if (own === 1) {
        body.push(`${out}[e] = ${value};`);
        return;
      }
      const bits = 32 / own;
      body.push(`packed${i} |= ${packText(dtype, value)} << ((lane % ${own}u) * ${bits}u);`);
      body.push(
        `if (lane % ${own}u == ${own - 1}u || e == ${size - 1}u) { ${out}[e / ${own}u] = packed${i}; packed${i} = 0u; }`,
      );
    });
    body.push("}");
  }
  return {
    dispatches: [shader.dispatch("map", [workgroup, 1, 1], workgroups, body)],
    scratch: [],
  };
}

/** A leaf at element `e` of the loop. */
function leafText(
  leaf: Exclude<Expr, { kind: "op" | "const" }>,
  { space, loads }: Kernel,
  shader: Shader,
): string {
  switch (leaf.kind) {
    case "slot": {
      const load = loads[leaf.slot] as Load; // slots number the loads
      return shader.load(
        load.source,
        load.dtype,
        addressText({ ...viewOf(load), shape: space }, "e"),
      );
    }
    case "index": {
      const strides = space.map((_, axis) => (axis === leaf.axis ? 1 : 0));
      const at = addressText({ shape: space, strides, offset: 0 }, "e");
      const { value } = storageOf(leaf.dtype);
      return value === "u32" ? at : `${value}(${at})`;
    }
    default:
      throw new InternalError("webgpu: an elementwise kernel has no stages");
  }
}

function viewOf({ map }: Load): View {
  if (map.kind === "view") return map.view;
  throw new InternalError("webgpu: a load must say what it reads");
}
