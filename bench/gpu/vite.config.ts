import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const src = fileURLToPath(new URL("../../src", import.meta.url));

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  resolve: {
    alias: [
      { find: /^udiff$/, replacement: `${src}/index.ts` },
      { find: /^udiff\/([a-z]+)$/, replacement: `${src}/$1/index.ts` },
    ],
  },
  plugins: [
    {
      // `sideEffects` in package.json speaks of dist; in src every import counts.
      name: "keep-imports",
      transform: (code, id) =>
        id.startsWith(src) ? { code, map: null, moduleSideEffects: true } : null,
    },
  ],
  build: {
    target: "es2022",
    rolldownOptions: {
      input: fileURLToPath(new URL("page.ts", import.meta.url)),
      external: ["webgpu"],
      output: { entryFileNames: "bench.js" },
    },
  },
});
