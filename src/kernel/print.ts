import type { Expr } from "../core/scalar.ts";
import type { View } from "../core/view.ts";
import { type Kernel, type Load, nodesOf } from "./kernel.ts";
import {
  type ControlStep,
  controlBodies,
  isControl,
  type Program,
  type Reference,
  type Step,
  scopesOf,
} from "./program.ts";

/** A program as text: one step after the other, values by number. */
export function printProgram({ values, steps, outputs }: Program): string {
  const lines: string[] = [];
  values.forEach(({ aval, origin }, i) => {
    if (origin.kind === "input") lines.push(`%${i}: ${aval} = input ${origin.index}`);
    if (origin.kind === "constant") lines.push(`%${i}: ${aval} = constant`);
  });
  for (const step of steps) {
    const [head = "", ...rest] = printStep(step, (value) => `%${value}: ${values[value]?.aval}`);
    const scopes = scopesOf(step, (value) => values[value]?.scope);
    lines.push(scopes === "" ? head : `${head} # [${scopes}]`, ...rest);
  }
  lines.push(`return ${outputs.map(printReference).join(", ")}`);
  return lines.join("\n");
}

function printStep(step: Step, declare: (value: number) => string): string[] {
  const results = step.results.map(declare).join(", ");
  if (step.kind === "kernel") return [`${results} = kernel`, ...printKernel(step.kernel)];
  if (isControl(step)) return printControl(step, results);
  const line = `${results} = ${step.name} ${step.operands.map(printReference).join(", ")}`;
  return step.epilogue === null ? [line] : [`${line}, then`, ...printKernel(step.epilogue.kernel)];
}

/** Control flow: its operands by role, then its bodies, indented, with values of their own. */
function printControl(step: ControlStep, results: string): string[] {
  const list = (references: readonly Reference[]): string =>
    `(${references.map(printReference).join(", ")})`;
  const bodies = controlBodies(step).flatMap(([name, body]) => [
    `  ${name}`,
    ...printProgram(body)
      .split("\n")
      .map((line) => `    ${line}`),
  ]);
  switch (step.kind) {
    case "cond":
      return [
        `${results} = cond ${printReference(step.index)} of ${list(step.operands)}`,
        ...bodies,
      ];
    case "while":
      return [
        `${results} = while ${list(step.condConsts)} do ${list(step.bodyConsts)} from ${list(step.carry)}`,
        ...bodies,
      ];
    default: {
      const turns = `${step.length}${step.reverse ? " reversed" : ""}`;
      return [
        `${results} = scan ${turns} with ${list(step.consts)} from ${list(step.init)} over ${list(step.xs)}`,
        ...bodies,
      ];
    }
  }
}

function printReference({ value, view }: Reference): string {
  return view === null ? `%${value}` : `%${value}${printView(view)}`;
}

function printView({ shape, strides, offset }: View): string {
  return `{[${shape}] by [${strides}]${offset === 0 ? "" : ` from ${offset}`}}`;
}

/** A kernel as text: its loop, its loads, and one named value for each operation. */
export function printKernel({ space, parallel, loads, stages, outputs }: Kernel): string[] {
  const loop = `[${space.slice(0, parallel)}]`;
  const reduced = parallel < space.length ? ` over [${space.slice(parallel)}]` : "";
  const lines = [`  for ${loop}${reduced}`];
  loads.forEach((load, slot) => {
    lines.push(`  x${slot}: ${load.dtype} = ${printLoad(load)}`);
  });
  const names = new Map<Expr, string>();
  let next = 0;
  const write = (root: Expr): string => {
    for (const node of nodesOf([root])) {
      if (names.has(node)) continue;
      if (node.kind !== "op") {
        names.set(node, printLeaf(node));
        continue;
      }
      const name = `v${next++}`;
      lines.push(
        `  ${name}: ${node.dtype} = ${node.op} ${node.args.map((arg) => names.get(arg)).join(" ")}`,
      );
      names.set(node, name);
    }
    return names.get(root) ?? "";
  };
  stages.forEach(({ op, value, dtype }, i) => {
    const name = write(value);
    lines.push(`  s${i}: ${dtype} = reduce ${op} ${name}`);
  });
  for (const { value, view } of outputs) {
    lines.push(`  store ${write(value)}${view === null ? "" : ` at ${printView(view)}`}`);
  }
  return lines;
}

function printLoad({ source, map }: Load): string {
  if (source < 0) return "its result";
  if (map.kind === "view") return `%${source}${printView(map.view)}`;
  return map.order === null ? `%${source}` : `%${source} axes [${map.order}]`;
}

function printLeaf(leaf: Exclude<Expr, { kind: "op" }>): string {
  switch (leaf.kind) {
    case "slot":
      return `x${leaf.slot}`;
    case "const":
      return Object.is(leaf.value, -0) ? "-0" : String(leaf.value);
    case "index":
      return `i${leaf.axis}`;
    case "stage":
      return `s${leaf.stage}`;
    default:
      leaf satisfies never;
      return "";
  }
}
