import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type NDArray, numpy as np, tree } from "udiff";
import { runCommand } from "udiff/export";
import { expect, test } from "vitest";
import { pythonPath } from "./batch.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const table = np.arange(12).astype("float32").reshape([3, 4]);
const module = {
  step: (p: { w: NDArray }, x: NDArray) => ({ y: np.matmul(x, p.w.add(table)), n: x.mul(2) }),
};

/** Run Python, with 8 devices on this host. */
function python(...args: string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(pythonPath(), args, {
    encoding: "utf8",
    cwd: root,
    env: { ...process.env, XLA_FLAGS: "--xla_force_host_platform_device_count=8" },
  });
  return { status, out: stdout.trim(), err: stderr.trim() };
}

test.each([
  ["one device", []],
  ["8 devices", ["--mesh", "data=4,model=2", "--in-shardings", '[{"w": "*,model"}, "data"]']],
])("the runner compiles and runs what the command line wrote, on %s", async (_, flags) => {
  const folder = mkdtempSync(join(tmpdir(), "udiff-runner-"));
  const args = '[{"w": "float32[3,4]"}, "float32[8,3]"]';
  await runCommand(
    ["export", "m.mjs", "--entry", "step", "--args", args, "-o", folder, ...flags].concat([
      "--side-file-over",
      "16",
    ]),
    {
      load: async () => module,
      write: async (where, name, content) => {
        mkdirSync(where, { recursive: true });
        writeFileSync(join(where, name), content);
      },
      print: () => {},
    },
  );
  const runner = "examples/xla/run.py";
  const random = python(runner, folder);
  expect(random.err.split("\n").at(-1)).toBe("");
  expect(random.out).toBe("out.n: float32[8, 3]\nout.y: float32[8, 4]");
  const inputs = join(folder, "inputs.npz");
  const write = (w: string, x: string): void => {
    const made = python(
      "-c",
      `import numpy as np; np.savez(${JSON.stringify(inputs)}, **{"arg0.w": ${w}, "arg1": ${x}})`,
    );
    expect(made.err).toBe("");
  };
  const w = "np.arange(12, dtype=np.float32).reshape(3, 4)";
  write(w, "np.ones((8, 3), np.float32)");
  expect(python(runner, folder, inputs).status).toBe(0);
  const results = join(folder, "results.npz");
  const read = `import numpy as np; print(np.load(${JSON.stringify(results)})["out.y"].tolist())`;
  const own = module.step({ w: table }, np.ones([8, 3]));
  expect(JSON.parse(python("-c", read).out)).toEqual((tree.leaves(own)[1] as NDArray).js());
  write(w, "np.ones((7, 3), np.float32)");
  const refused = python(runner, folder, inputs);
  expect(refused.status).toBe(1);
  expect(refused.err).toBe("arg1: float32[8, 3] is required, got float32[7, 3]; see program.json");
  rmSync(folder, { recursive: true });
});
