import type { DType } from "../core/dtype.ts";
import type { Expr } from "../core/scalar.ts";
import type { KernelCompiler } from "../kernel/compiler.ts";
import { weightOf } from "../kernel/fusion-cost.ts";
import { type Kernel, nodesOf } from "../kernel/kernel.ts";
import type { Code } from "./code.ts";
import { CompiledKernel, type NumberFunctions, type PassFunction } from "./compiled-kernel.ts";
import { type Heap, mostAreas, newHeap, tableAt } from "./heap.ts";
import { isLaneDType, type LaneDType } from "./lane-dtypes.ts";
import type { Import } from "./lane-writer.ts";
import { encodeModule } from "./module.ts";
import { leavesOf, type Pass, passCode, unsupported } from "./pass.ts";
import { unsupportedTotal } from "./totals.ts";

/**
 * Weight of the longest arithmetic that is compiled: some fifty elementary functions. Engines take
 * a time that grows faster than the length, here a tenth of a second.
 */
const mostWeight = 600;

/** How many compiled modules are kept for kernels to come. */
const mostModules = 500;

/**
 * Compiles kernels to SIMD instructions. What has no form on lanes calls the functions that
 * `functionOf` gives, so that results are the same to the bit. Null where the engine refuses.
 */
export function kernelCompiler(
  engine: typeof WebAssembly | undefined,
  functionOf: NumberFunctions,
): KernelCompiler {
  let heap: Heap | null | undefined; // undefined: not yet asked for
  const modules = new Map<string, readonly PassFunction[]>();
  const compile = (on: Heap, passes: readonly Pass[]): readonly PassFunction[] => {
    const key = passes.map(keyOf).join("\n");
    const known = modules.get(key);
    if (known !== undefined) return known;
    const imports: Import[] = [];
    const codes: Record<string, Code> = {};
    passes.forEach((pass, i) => {
      codes[`p${i}`] = passCode(pass, tableAt, imports);
    });
    const env: WebAssembly.ModuleImports = { memory: on.memory };
    const bytes = encodeModule({ kind: "given" }, imports.length, codes);
    imports.forEach(({ op, dtype, operand }, i) => {
      env[`f${i}`] = functionOf(op, dtype, operand);
    });
    const { exports } = new on.engine.Instance(new on.engine.Module(bytes), { env });
    const made = passes.map((_, i) => exports[`p${i}`] as PassFunction); // as the codes were named
    if (modules.size >= mostModules) modules.clear();
    modules.set(key, made);
    return made;
  };
  return (kernel) => {
    if (heap === null || reasonAgainst(kernel) !== null) return null;
    heap ??= tryHeap(engine);
    if (heap === null) return null;
    const on = heap;
    return new CompiledKernel(kernel, on, (passes) => compile(on, passes), functionOf);
  };
}

/** Why a kernel is not compiled, or null if it can be. */
export function reasonAgainst({ loads, stages, outputs }: Kernel): string | null {
  const roots = [...stages, ...outputs].map(({ value }) => value);
  const reason = unsupported(roots);
  if (reason !== null) return reason;
  for (const { op, dtype } of stages) {
    const problem = unsupportedTotal(op, dtype as LaneDType); // that of its value
    if (problem !== null) return problem;
  }
  if (weightOf(roots) > mostWeight)
    return "its arithmetic is so long that compiling it would stall";
  const places = 2 * leavesOf(roots).length + 3 * stages.length + outputs.length;
  if (places > mostAreas) return "it reads and writes too much at once";
  const moved: readonly DType[] = [...loads, ...outputs].map(({ dtype }) => dtype);
  const narrow = moved.find((dtype) => !isLaneDType(dtype));
  return narrow === undefined ? null : `${narrow} has no form on lanes`;
}

/** A heap, after a module with SIMD instructions has been accepted; null if it is refused. */
function tryHeap(engine: typeof WebAssembly | undefined): Heap | null {
  if (engine === undefined) return null;
  try {
    const value: Expr = { kind: "slot", slot: 0, dtype: "float32" };
    const pass: Pass = {
      leaves: [{ node: value, step: "each" }],
      results: [{ kind: "store", value }],
      isShort: false,
    };
    new engine.Module(encodeModule({ kind: "given" }, 0, { p0: passCode(pass, tableAt, []) }));
    return newHeap(engine);
  } catch {
    return null; // by the engine, which lacks SIMD, or by the page's policy
  }
}

/** The structure of a pass as text: the same for the same code. */
function keyOf({ leaves, results, isShort }: Pass): string {
  const numbers = new Map<Expr, number>();
  const lines: string[] = [];
  for (const node of nodesOf(results.map(({ value }) => value))) {
    numbers.set(node, numbers.size);
    if (node.kind === "op") {
      lines.push(`${node.op} ${node.dtype} ${node.args.map((arg) => numbers.get(arg))}`);
    } else if (node.kind === "const") {
      lines.push(`${Object.is(node.value, -0) ? "-0" : node.value} ${node.dtype}`);
    } else {
      const at = leaves.findIndex((leaf) => leaf.node === node);
      lines.push(`${at} ${leaves[at]?.step} ${node.dtype}`);
    }
  }
  for (const result of results) {
    const what = result.kind === "store" ? "store" : `${result.kind} ${result.op}`;
    lines.push(`${what} ${numbers.get(result.value)}`);
  }
  return `${isShort} ${lines.join(";")}`;
}
