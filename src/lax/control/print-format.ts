import { ArgumentError } from "../../core/errors.ts";
import type { NDArray } from "../../core/value.ts";

/** A piece of a format: text as it is, or the place of a value. */
export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "field"; readonly name: string; readonly spec: string };

const fieldPattern = /^(?<name>[^:{}]*)(?::(?<spec>[^{}]*))?$/;
const specPattern = /^\.(?<digits>\d{1,2})(?<kind>[fe])$/;

/**
 * The pieces of a format: `{}`, `{2}` or `{name}` where a value stands, `{x:.3f}` where it stands
 * with so many digits, `{{` and `}}` for braces.
 *
 * @throws ArgumentError if a brace stands alone or a specification is not known.
 */
export function parseFormat(format: string, where: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let text = "";
  for (let i = 0; i < format.length; i++) {
    const c = format.charAt(i);
    if ((c === "{" || c === "}") && format.charAt(i + 1) === c) {
      text += c;
      i++;
      continue;
    }
    if (c === "}") throw loneBrace(where, format);
    if (c !== "{") {
      text += c;
      continue;
    }
    const end = format.indexOf("}", i);
    const match = end < 0 ? null : fieldPattern.exec(format.slice(i + 1, end));
    if (match === null) throw loneBrace(where, format);
    const { name = "", spec = "" } = match.groups ?? {};
    if (spec !== "" && !specPattern.test(spec)) {
      throw new ArgumentError(
        `${where}: a field may ask for digits as .3f or .3e, got ${JSON.stringify(spec)}; format the value in debug.callback`,
      );
    }
    if (text !== "") pieces.push({ kind: "text", text });
    text = "";
    pieces.push({ kind: "field", name, spec });
    i = end;
  }
  if (text !== "") pieces.push({ kind: "text", text });
  return pieces;
}

/** A format whose fields are numbers of operands, with their values in place. */
export function fillFormat(format: string, operands: readonly NDArray[]): string {
  return parseFormat(format, "debug.print")
    .map((piece) => {
      if (piece.kind === "text") return piece.text;
      const x = operands[Number(piece.name)] as NDArray; // numbers of operands, as made
      const { digits, kind } = specPattern.exec(piece.spec)?.groups ?? {};
      if (digits === undefined) return String(x);
      const [value] = x.dataSync();
      return withDigits(Number(value), Number(digits), kind);
    })
    .join("");
}

/** Text with every brace doubled, so that it is no field. */
export function escapeBraces(text: string): string {
  return text.replace(/[{}]/g, "$&$&");
}

function withDigits(value: number, digits: number, kind: string | undefined): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  if (kind === "f") return value.toFixed(digits);
  return value.toExponential(digits).replace(/e([+-])(\d)$/, "e$10$2"); // two digits, as in Python
}

function loneBrace(where: string, format: string): ArgumentError {
  return new ArgumentError(
    `${where}: braces must come in pairs around a name, got ${JSON.stringify(format)}; write {{ or }} for a brace`,
  );
}
