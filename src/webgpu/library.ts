/** WGSL functions that spellings use, by name, each with the functions it calls itself. */
interface LibraryFunction {
  readonly text: string;
  readonly needs: readonly string[];
}

const functions: Readonly<Record<string, LibraryFunction>> = {
  roundHalf: {
    text: "fn roundHalf(x: f32) -> f32 { return unpack2x16float(pack2x16float(vec2f(x, 0.0))).x; }",
    needs: [],
  },
};

/** Text of the named functions and of those they call, each after what it calls. */
export function libraryText(names: Iterable<string>): string {
  const done = new Set<string>();
  const lines: string[] = [];
  const visit = (name: string): void => {
    if (done.has(name)) return;
    done.add(name);
    const entry = functions[name];
    if (entry === undefined) return;
    for (const inner of entry.needs) visit(inner);
    lines.push(entry.text);
  };
  for (const name of names) visit(name);
  return lines.join("\n");
}
