/** Uses what is in dist as an installed package; `npm run test:package` builds it first. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { beforeAll, describe, expect, test } from "vitest";
import { emptyFolder } from "./support/cache.ts";
import { root } from "./support/source.ts";
import { typeErrors } from "./support/tsc.ts";

interface Target {
  readonly types: string;
  readonly default: string;
}

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  exports: Record<string, Target | string>;
  dependencies?: Record<string, string>;
};

const subpaths = Object.entries(manifest.exports)
  .filter((entry): entry is [string, Target] => typeof entry[1] !== "string")
  .map(([subpath, target]) => ({ name: subpath.replace(/^\./, "udiff"), ...target }));

/** A project that has udiff among its packages. */
let consumer: string;

beforeAll(() => {
  if (!existsSync(join(root, "dist/index.js")))
    throw new Error("dist is missing; run npm run test:package, which builds it");
  consumer = emptyFolder("consumer");
  mkdirSync(join(consumer, "node_modules"));
  symlinkSync(root, join(consumer, "node_modules/udiff"), "junction");
  writeFileSync(join(consumer, "package.json"), JSON.stringify({ type: "module" }));
});

/** Run `code` as a module of the consumer in a fresh process; what it printed. */
function run(code: string, file = "main.js"): string {
  writeFileSync(join(consumer, file), code);
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(consumer, file)], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout.trim();
}

test("the package needs no other package at run time", () => {
  expect(manifest.dependencies ?? {}).toEqual({});
});

test("the command line exports a function of a module", () => {
  const program = `import { numpy as np } from "udiff"; export const f = (x) => np.sin(x);`;
  writeFileSync(join(consumer, "program.mjs"), program);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(consumer, "node_modules/udiff/bin/udiff.mjs"),
      ...["export", "program.mjs", "--entry", "f", "--args", '["float32[3]"]', "-o", "out"],
    ],
    { encoding: "utf8", cwd: consumer },
  );
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout.trim()).toBe("out: f from arg0 to out, on 1 device");
  expect(readFileSync(join(consumer, "out/program.mlir"), "utf8")).toContain("stablehlo.sine");
});

describe.each(subpaths)("$name", ({ name, types, default: file }) => {
  test("has its module and its types in dist", () => {
    expect([file, types].filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test("exports what its source exports", async () => {
    const source = join(root, file.replace("./dist/", "src/").replace(/\.js$/, ".ts"));
    const names = Object.keys((await import(/* @vite-ignore */ source)) as object).sort();
    expect(names.length).toBeGreaterThan(0);
    const code = `import * as all from "${name}"; console.log(Object.keys(all).sort().join());`;
    expect(run(code).split(",")).toEqual(names);
  });
});

test("all subpaths together share one library", () => {
  const code = `
    import { grad, numpy as np } from "udiff";
    import { sin, array } from "udiff/numpy";
    import { vmap } from "udiff/transforms";
    if (np.sin !== sin) throw new Error("two copies of numpy");
    console.log(vmap(grad(sin))(array([0, 0])).js().join());
  `;
  expect(run(code)).toBe("1,1");
});

test("importing the package touches no GPU", () => {
  const code = `
    Object.defineProperty(globalThis, "navigator", { get() { throw new Error("touched"); } });
    await import("udiff");
    console.log("quiet");
  `;
  expect(run(code)).toBe("quiet");
});

/** A program of the consumer as one module, as a bundler makes it. */
async function bundled(code: string, minify = false): Promise<string> {
  const entry = join(consumer, "small.js");
  writeFileSync(entry, code);
  const bundle = await rolldown({ input: entry, platform: "neutral", external: ["webgpu"] });
  const { output } = await bundle.generate({ format: "es", minify });
  await bundle.close();
  return output[0].code;
}

const oneFunction =
  'import { grad } from "udiff/transforms"; import { sin } from "udiff/numpy"; ' +
  "console.log(grad(sin)(0).item());";

test("a bundle of one function still installs the runtime", async () => {
  expect(run(await bundled(oneFunction), "bundled.js")).toBe("1");
});

test("a bundle leaves out the primitives that it does not need", async () => {
  const code = await bundled(oneFunction, true);
  expect(run(code, "bundled.js")).toBe("1");
  const names = ["sin", "conv_general_dilated", "cholesky", "scatter_add", "top_k"];
  expect(names.filter((name) => new RegExp(`["'\x60]${name}["'\x60]`).test(code))).toEqual(["sin"]);
});

test.each([
  { module: "NodeNext", moduleResolution: "NodeNext" },
  { module: "ESNext", moduleResolution: "Bundler" },
])("the types resolve and hold under $moduleResolution", (options) => {
  const folder = join(consumer, options.moduleResolution.toLowerCase());
  mkdirSync(folder);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        ...options,
        target: "ES2022",
        lib: ["ES2023", "ESNext.Disposable", "DOM"],
        types: [],
        strict: true,
        noEmit: true,
      },
      include: ["*.ts"],
    }),
  );
  const imports = subpaths.map(({ name }, i) => `import * as m${i} from "${name}"; void m${i};`);
  const use = `
    import { grad, type NDArray, numpy as np } from "udiff";
    const slope: number = grad((x: NDArray) => np.sin(x))(0).item() as number;
    void slope;
    // @ts-expect-error a string is no array
    np.sin("x");
  `;
  writeFileSync(join(folder, "main.ts"), [...imports, use].join("\n"));
  expect(typeErrors(folder)).toBe("");
});
