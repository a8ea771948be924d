import type { ClosedJaxpr, Eqn, Jaxpr, Params } from "./primitive.ts";
import type { Atom, Var } from "./var.ts";

/**
 * A program as text, in JAX's form: `{ lambda ; a:f32[3]. let b:f32[3] = sin a in (b,) }`, one
 * equation a line, with the scope that it belongs to behind it. Nested programs are printed in place,
 * with names of their own.
 */
export function printJaxpr({ jaxpr }: ClosedJaxpr): string {
  return printBody(jaxpr, 0).join("\n");
}

function printBody(jaxpr: Jaxpr, depth: number): string[] {
  const names = new Map<Var, string>();
  const name = (v: Var): string => {
    let text = names.get(v);
    if (text === undefined) {
      text = letters(names.size);
      names.set(v, text);
    }
    return text;
  };
  const declare = (v: Var): string => `${name(v)}:${v.aval.toShortString()}`;
  const atom = (x: Atom): string => (x.tag === "Var" ? name(x) : printLiteral(x));
  const consts = jaxpr.constvars.map(declare).join(" ");
  const invars = jaxpr.invars.map(declare).join(" ");
  const read = new Set<Atom>([...jaxpr.eqns.flatMap((eqn) => eqn.inputs), ...jaxpr.outvars]);
  const pad = "  ".repeat(depth);
  const lines = [`${pad}{ lambda ${consts}; ${invars}. let`];
  const scopes = new Map<number, string>();
  for (const eqn of jaxpr.eqns) {
    const operands = eqn.inputs.map(atom).join(" ");
    const outs = eqn.outs.map((v) => (read.has(v) ? declare(v) : `_:${v.aval.toShortString()}`));
    const made = outs.length === 0 ? "" : `${outs.join(" ")} = `;
    const head = `${pad}    ${made}${eqn.prim.name}`;
    if (eqn.origin !== undefined && eqn.origin.scope !== "")
      scopes.set(lines.length, eqn.origin.scope);
    lines.push(...printEqn(head, eqn, operands, depth));
  }
  const width = Math.max(...[...scopes.keys()].map((i) => lines[i]?.length ?? 0));
  for (const [i, scope] of scopes) lines[i] = `${lines[i]?.padEnd(width)} # [${scope}]`;
  const results = jaxpr.outvars.map(atom);
  lines.push(`${pad}  in (${results.join(", ")}${results.length === 1 ? "," : ""}) }`);
  return lines;
}

function printEqn(head: string, { prim, params }: Eqn, operands: string, depth: number): string[] {
  if (prim.rules.order === "first") return [`${head}${printParams(params)} ${operands}`.trimEnd()];
  const plain = Object.entries(params).filter(([, value]) => typeof value !== "object");
  const label = plain
    .filter(([, value]) => typeof value !== "function")
    .map(([key, value]) => `${key}=${String(value)} `)
    .join("");
  const bodies = prim.rules.bodies(params).map(({ jaxpr }) => printBody(jaxpr, depth + 3));
  const lines = bodies.flat();
  const last = `${"  ".repeat(depth)}    ] ${operands}`.trimEnd();
  return [`${head}[${label}jaxpr=`, ...lines, last];
}

/** Parameters in the order of their names; nothing where there are none. */
function printParams(params: Params): string {
  const entries = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return "";
  return `[${entries.map(([key, value]) => `${key}=${printValue(value)}`).join(" ")}]`;
}

function printValue(value: unknown): string {
  if (Array.isArray(value))
    return `(${value.map(printValue).join(",")}${value.length === 1 ? "," : ""})`;
  if (typeof value === "function") return value.name || "function";
  if (typeof value !== "object" || value === null) return String(value);
  const isPlain = Object.getPrototypeOf(value) === Object.prototype;
  return isPlain ? printParams(value) || "[]" : String(value);
}

function printLiteral({ value, aval }: Exclude<Atom, Var>): string {
  const isFloat = aval.dtype.includes("float");
  let text = Object.is(value, -0) ? "-0" : String(value);
  if (isFloat && Number.isInteger(value) && !text.includes("e")) text += ".0";
  if (aval.dtype === "bool") text = value === 0 ? "false" : "true";
  return `${text}:${aval.toShortString()}`;
}

/** Name number `i`: a to z, then ba, bb, ... */
function letters(i: number): string {
  const letter = String.fromCharCode(97 + (i % 26));
  return i < 26 ? letter : letters(Math.floor(i / 26)) + letter;
}
