import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    alias: [
      { find: /^udiff$/, replacement: fileURLToPath(new URL("src/index.ts", import.meta.url)) },
      {
        find: /^udiff\/([a-z]+)$/,
        replacement: `${fileURLToPath(new URL("src", import.meta.url))}/$1/index.ts`,
      },
    ],
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["**/*.slow.test.ts", "test/package.test.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "property",
          include: ["property-tests/**/*.test.ts"],
          exclude: ["**/*.slow.test.ts"],
        },
      },
    ],
  },
});
