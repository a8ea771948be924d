/**
 * Build the package into dist: bundled modules with shared chunks, and type declarations.
 *
 * There is one entry for each subpath in the `exports` of package.json. Everything that two
 * entries share sits in one chunk only, so that there is a single current trace and a single
 * device registry however many subpaths a program imports.
 *
 * Modules that act when they are loaded get chunks with fixed names, because `sideEffects` in
 * package.json must list them: `runtime` puts the evaluator and the cpu device with its routines in
 * place, `methods` adds the fluent methods of arrays. The entries themselves are listed as well:
 * they hold nothing but re-exports, and the imports of those chunks. Chunks are few, because each
 * costs a fraction of a millisecond at import.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, posix, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { parseAst } from "rolldown/parseAst";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Entry names and their sources: `numpy/index` is built from src/numpy/index.ts. */
function entries() {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const targets = Object.values(exports)
    .map((target) => target.default)
    .filter((file) => file !== undefined);
  return Object.fromEntries(
    targets.map((file) => {
      const name = file.replace(/^\.\/dist\//, "").replace(/\.js$/, "");
      const source = join(root, "src", `${name}.ts`);
      if (!existsSync(source))
        throw new Error(`build: ${file} is exported, but ${source} is missing`);
      return [name, source];
    }),
  );
}

/**
 * The chunk of a module: its folder, apart from modules that act when loaded. Folders import one
 * another one way only, so chunks do too. Entries (null) keep nothing but their re-exports.
 */
function chunkOf(id) {
  const path = fromSrc(id);
  if (/^numpy\/methods(-core)?\.ts$/.test(path)) return "methods";
  if (/^(?:runtime|cpu|wasm)\//.test(path)) return "runtime";
  if (isIndex(path)) return null;
  return dirname(path) === "." ? basename(path, ".ts") : dirname(path).replaceAll("/", "-");
}

/** Whether `path`, from src, is an index file, that is, an entry. */
function isIndex(path) {
  return /^(?:[^/]+\/)?index\.ts$/.test(path);
}

/** The path of a module from src, with forward slashes. */
function fromSrc(id) {
  return relative(join(root, "src"), id).replaceAll("\\", "/");
}

/**
 * Leaves imports of entries as imports of built files. So `export * as numpy` stays a namespace
 * that a user's bundler can shake, and no entry gets names beyond its own.
 */
const importEntries = {
  name: "import-entries",
  resolveId(specifier, importer) {
    if (importer === undefined || !specifier.startsWith(".")) return null;
    const to = fromSrc(resolve(dirname(importer), specifier));
    if (!isIndex(to)) return null;
    const from = isIndex(fromSrc(importer)) ? dirname(fromSrc(importer)) : "chunks";
    const path = posix.relative(from, to.replace(/\.ts$/, ".js"));
    return { id: path.startsWith(".") ? path : `./${path}`, external: true };
  },
};

/** Chunks that act when they are loaded, as `sideEffects` in package.json lists them. */
const acting = /^(?:runtime|methods)$/;

/**
 * Marks the calls that initialise constants of modules that do nothing else as free of effects, so
 * that a user's bundler drops the primitives, tables and wrapped functions that nobody imports.
 */
const markPure = {
  name: "mark-pure",
  transform(code, id) {
    if (!id.startsWith(join(root, "src")) || acting.test(chunkOf(id) ?? "")) return null;
    const calls = [];
    for (const statement of parseAst(code, { lang: "ts" }, id).body) {
      const declared = statement.declaration ?? statement;
      if (declared.type !== "VariableDeclaration") continue;
      for (const { init } of declared.declarations) collectCalls(init, calls);
    }
    let marked = code;
    for (const start of calls.sort((a, b) => b - a)) {
      marked = `${marked.slice(0, start)}/* @__PURE__ */ ${marked.slice(start)}`;
    }
    return { code: marked, map: null }; // comments move nothing to another line
  },
};

/** Where the calls start that evaluating `node` makes, those inside functions left out. */
function collectCalls(node, calls) {
  if (node === null || typeof node !== "object" || /Function|Class/.test(node.type)) return;
  if (node.type === "CallExpression" || node.type === "NewExpression") calls.push(node.start);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) collectCalls(child, calls);
  }
}

async function buildModules() {
  const bundle = await rolldown({
    input: entries(),
    platform: "neutral",
    external: ["webgpu"],
    checks: { pluginTimings: false },
    plugins: [importEntries, markPure],
    makeAbsoluteExternalsRelative: false,
    // Nothing is imported from an entry inside the bundle, so no entry is ever extended.
    preserveEntrySignatures: "allow-extension",
    // `sideEffects` in package.json speaks of dist; in src every import counts.
    treeshake: { moduleSideEffects: [{ test: /./, sideEffects: true }] },
    onLog(level, log, handle) {
      if (level === "warn") throw new Error(`build: ${log.message}`);
      handle(level, log);
    },
  });
  await bundle.write({
    dir: join(root, "dist"),
    format: "es",
    sourcemap: true,
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name].js",
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ name: chunkOf, debugName: "chunkOf" }],
    },
  });
  await bundle.close();
}

function buildTypes() {
  const tsc = join(
    dirname(createRequire(import.meta.url).resolve("typescript/package.json")),
    "bin/tsc",
  );
  const run = spawnSync(process.execPath, [tsc, "-p", join(root, "tsconfig.build.json")], {
    stdio: "inherit",
  });
  if (run.status !== 0) throw new Error("build: tsc reported errors");
}

rmSync(join(root, "dist"), { recursive: true, force: true });
await buildModules();
buildTypes();
