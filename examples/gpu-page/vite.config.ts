import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { loadDigits } from "../digits.ts";
import { pack } from "./dataset.ts";

const src = fileURLToPath(new URL("../../src", import.meta.url));

/** Offers the digits of the package `mnist`, 21 MB of text, as a file of bytes. */
function digitsFile(): Plugin {
  const bytes = (): Uint8Array => pack(loadDigits(1000));
  return {
    name: "digits-file",
    configureServer({ middlewares }) {
      middlewares.use("/digits.bin", (_request, response) => response.end(bytes()));
    },
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "digits.bin", source: bytes() });
    },
  };
}

/** `sideEffects` in package.json speaks of dist; in src every import counts. */
const keepImports: Plugin = {
  name: "keep-imports",
  transform: (code, id) =>
    id.startsWith(src) ? { code, map: null, moduleSideEffects: true } : null,
};

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  plugins: [digitsFile(), keepImports],
  resolve: {
    alias: [
      { find: /^udiff$/, replacement: `${src}/index.ts` },
      { find: /^udiff\/([a-z]+)$/, replacement: `${src}/$1/index.ts` },
    ],
  },
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      // The package for Node: in a browser `navigator.gpu` is there, or nothing is.
      external: ["webgpu"],
    },
  },
});
