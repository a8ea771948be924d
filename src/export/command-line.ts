import { checkDtype } from "../core/dtype.ts";
import { ArgumentError } from "../core/errors.ts";
import { type Mesh, P, type PartitionSpec, type SpecEntry } from "../core/partition-spec.ts";
import { ShapeDtypeStruct } from "../transforms/shape-struct.ts";
import { type ExportOptions, exportStableHLO } from "./export-stablehlo.ts";

/** What the command line asks of the system it runs on. */
export interface CommandHost {
  /** The module of a file. */
  readonly load: (file: string) => Promise<Readonly<Record<string, unknown>>>;
  /** Write a file into a folder, which is made where it is not there. */
  readonly write: (folder: string, name: string, content: string | Uint8Array) => Promise<void>;
  readonly print: (line: string) => void;
}

const usage = `udiff export FILE --entry NAME --args JSON -o FOLDER

  FILE           a module that exports the function
  --entry        its name; "default" where left out
  --args         types of the arguments, a list: '[{"w": "float32[3,2]"}, "float32[8,3]"]'
  -o             folder for program.mlir, program.json and constants.safetensors
  --mesh         extents by axis: data=4,model=2
  --in-shardings, --out-shardings
                 axes by dimension, as trees of strings: '[null, "data,*"]', "data+model,*"
  --side-file-over
                 bytes from which on constants go to the side file; 65536 where left out`;

const flags: Readonly<Record<string, string>> = {
  "--entry": "entry",
  "--args": "args",
  "-o": "out",
  "--out": "out",
  "--mesh": "mesh",
  "--in-shardings": "inShardings",
  "--out-shardings": "outShardings",
  "--side-file-over": "sideFileOver",
};

/**
 * Run `udiff export ...`.
 *
 * @throws ArgumentError for a command that is not understood; otherwise as `exportStableHLO`.
 */
export async function runCommand(argv: readonly string[], host: CommandHost): Promise<void> {
  if (argv.length === 0 || argv.includes("--help") || argv.includes("-h")) {
    host.print(usage);
    return;
  }
  const [command, ...rest] = argv;
  if (command !== "export") {
    throw new ArgumentError(
      `udiff: the command export is required, got ${command}; see udiff --help`,
    );
  }
  const { file, values } = readFlags(rest);
  const entry = values.entry ?? "default";
  const module = await host.load(file);
  const f = module[entry];
  if (typeof f !== "function") {
    const names = Object.keys(module).join(", ") || "nothing";
    throw new ArgumentError(
      `udiff export: a function ${entry} is required in ${file}, got exports ${names}; pass --entry`,
    );
  }
  const args = readTree(values.args ?? "[]", "--args", describedType);
  if (!Array.isArray(args)) {
    throw new ArgumentError(
      `udiff export: --args must be a list, one entry for each argument, got ${values.args}; write '["float32[3]"]'`,
    );
  }
  const options: ExportOptions = {
    sideFileOver: readNumber(values.sideFileOver ?? "65536"),
    ...(values.mesh === undefined ? {} : { mesh: readMesh(values.mesh) }),
    ...(values.inShardings === undefined
      ? {}
      : { inShardings: readTree(values.inShardings, "--in-shardings", readSpec) as unknown[] }),
    ...(values.outShardings === undefined
      ? {}
      : { outShardings: readTree(values.outShardings, "--out-shardings", readSpec) }),
  };
  const call = f as (...xs: readonly unknown[]) => unknown;
  const { text, description, constants } = exportStableHLO(call, options)(...args);
  const out = values.out ?? "out";
  await host.write(out, "program.mlir", text);
  await host.write(out, "program.json", `${JSON.stringify(description, null, 2)}\n`);
  if (constants !== null) await host.write(out, "constants.safetensors", constants);
  const list = (tensors: readonly { readonly name: string }[]): string =>
    tensors.map(({ name }) => name).join(", ");
  host.print(
    `${out}: ${description.name} from ${list(description.inputs)} to ${list(description.outputs)}, on ${description.numPartitions} device${description.numPartitions === 1 ? "" : "s"}`,
  );
}

function readFlags(args: readonly string[]): {
  readonly file: string;
  readonly values: Readonly<Record<string, string | undefined>>;
} {
  const values: Record<string, string> = {};
  let file: string | undefined;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string; // i is in range
    const name = flags[arg];
    const value = args[i + 1];
    if (name !== undefined && value !== undefined) {
      values[name] = value;
      i++;
    } else if (name === undefined && !arg.startsWith("-") && file === undefined) file = arg;
    else {
      throw new ArgumentError(
        `udiff export: one file and flags with values are required, got ${arg}; the flags are ${Object.keys(flags).join(", ")}`,
      );
    }
  }
  if (file === undefined) {
    throw new ArgumentError("udiff export: a file is required, got none; see udiff --help");
  }
  return { file, values };
}

/** A tree in JSON whose strings are read by `leaf`. */
function readTree(text: string, flag: string, leaf: (x: string) => unknown): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new ArgumentError(`udiff export: ${flag} must be JSON, got ${text}; mind the quotes`, {
      cause,
    });
  }
  const visit = (x: unknown): unknown => {
    if (typeof x === "string") return leaf(x);
    if (Array.isArray(x)) return x.map(visit);
    if (typeof x !== "object" || x === null) return x;
    return Object.fromEntries(Object.entries(x).map(([key, value]) => [key, visit(value)]));
  };
  return visit(parsed);
}

/** `float32[3,2]`. */
function describedType(text: string): ShapeDtypeStruct {
  const match = /^([a-z0-9<>]+)(?:\[([\d,\s]*)\])?$/.exec(text);
  const extents = match?.[2] ?? "";
  if (match === null) {
    throw new ArgumentError(
      `udiff export: a type is required, got ${JSON.stringify(text)}; write "float32[3,2]"`,
    );
  }
  const shape = extents.trim() === "" ? [] : extents.split(",").map(Number);
  return new ShapeDtypeStruct(shape, checkDtype(match[1], "udiff export: --args"));
}

/** `data,*`, `data+model`. */
function readSpec(text: string): PartitionSpec {
  const entries = text.split(",").map((part): SpecEntry => {
    const names = part.trim().split("+");
    if (names.length > 1) return names;
    return names[0] === "*" || names[0] === "" ? null : (names[0] as string); // there is one
  });
  return P(...entries);
}

/** `data=4,model=2`. */
function readMesh(text: string): Mesh {
  const pairs = text.split(",").map((part) => {
    const [name, extent] = part.split("=");
    return [name?.trim() ?? "", Number(extent)] as const;
  });
  return Object.fromEntries(pairs);
}

function readNumber(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && text.trim() !== "") return value;
  throw new ArgumentError(
    `udiff export: --side-file-over must be a number of bytes, got ${text}; leave it out for 65536`,
  );
}
