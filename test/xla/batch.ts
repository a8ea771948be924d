/** Runs many exported programs on XLA's cpu client in one Python process, and compares the numbers. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type NDArray, tree } from "udiff";
import { type ExportOptions, exportStableHLO } from "udiff/export";
import { elementBytes } from "../../src/export/constants.ts";
import { physical } from "../../src/export/tensor-types.ts";

/** The interpreter to run: of UDIFF_XLA_PYTHON, of the project's own environment, or the system's. */
export function pythonPath(): string {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const own = join(root, ".cache/xla/bin/python");
  return process.env.UDIFF_XLA_PYTHON ?? (existsSync(own) ? own : "python3");
}

interface Tensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly at: number;
}

interface Case {
  readonly name: string;
  readonly module: string;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly partitions: number;
  readonly contains: readonly string[];
  readonly scale: number;
}

/** What a case needs beyond a function and its arguments. */
export interface CaseOptions extends ExportOptions {
  /** Operations that the compiled module must contain. */
  readonly contains?: readonly string[];
  /** Factor of the tolerance of the dtype. */
  readonly scale?: number;
}

/** Programs to be run together. */
export class Batch {
  private readonly folder = mkdtempSync(join(tmpdir(), "udiff-xla-"));
  private readonly cases: Case[] = [];
  private readonly chunks: Uint8Array[] = [];
  private offset = 0;
  /** Programs that could not be exported, by name, and why. */
  readonly refused = new Map<string, string>();

  /** Export `f`, and run it here on the same arguments. */
  add(
    name: string,
    f: (...args: never[]) => unknown,
    args: readonly unknown[],
    { contains = [], scale = 1, ...options }: CaseOptions = {},
  ): void {
    const call = f as (...xs: readonly unknown[]) => unknown;
    const exported = exportStableHLO(call, options)(...args);
    const module = `${this.cases.length}.mlir`;
    writeFileSync(join(this.folder, module), exported.text);
    this.cases.push({
      name,
      module,
      inputs: this.keep(args),
      outputs: this.keep(call(...args)),
      partitions: exported.description.numPartitions,
      contains,
      scale,
    });
  }

  /** As `add`, but a program that cannot be exported is noted and left out. */
  tryAdd(
    name: string,
    f: (...args: never[]) => unknown,
    args: readonly unknown[],
    options: CaseOptions = {},
  ): void {
    try {
      this.add(name, f, args, options);
    } catch (error) {
      this.refused.set(name, error instanceof Error ? error.message : String(error));
    }
  }

  /** How many programs there are. */
  get size(): number {
    return this.cases.length;
  }

  /** Run all of them; one line for each that failed. */
  run(): string[] {
    writeFileSync(join(this.folder, "cases.json"), JSON.stringify(this.cases));
    writeFileSync(join(this.folder, "data.bin"), Buffer.concat(this.chunks));
    const script = fileURLToPath(new URL("check.py", import.meta.url));
    const { status, stdout, stderr } = spawnSync(pythonPath(), [script, this.folder], {
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    if (status !== 0) throw new Error(`check.py ended with ${status}: ${stderr.slice(-3000)}`);
    if (process.env.UDIFF_XLA_KEEP === undefined) rmSync(this.folder, { recursive: true });
    // XLA may write lines of its own before the report, which is the last one.
    const report = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "{}") as Record<
      string,
      string | null
    >;
    const ran = Object.keys(report).length;
    if (ran !== this.cases.length) throw new Error(`${ran} of ${this.cases.length} cases ran`);
    return Object.entries(report).flatMap(([name, wrong]) =>
      wrong === null ? [] : [`${name} (${this.folder}): ${wrong}`],
    );
  }

  private keep(values: unknown): Tensor[] {
    return (tree.leaves(values) as NDArray[]).map((x) => {
      const { dtype, shape } = physical(x.aval);
      const bytes = elementBytes(x.dataSync(), dtype);
      const at = this.offset;
      const padded = new Uint8Array(Math.ceil(bytes.length / 16) * 16);
      padded.set(bytes);
      this.chunks.push(padded);
      this.offset += padded.length;
      return { dtype, shape, at };
    });
  }
}
