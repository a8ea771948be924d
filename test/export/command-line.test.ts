import { type NDArray, numpy as np } from "udiff";
import { runCommand } from "udiff/export";
import { expect, test } from "vitest";

const module = {
  step: (p: { w: NDArray }, x: NDArray) => ({ y: np.matmul(x, p.w).add(np.array([0.5, 2])) }),
  rate: 0.1,
};

async function run(
  ...argv: string[]
): Promise<{ files: Map<string, string | Uint8Array>; lines: string[] }> {
  const files = new Map<string, string | Uint8Array>();
  const lines: string[] = [];
  await runCommand(argv, {
    load: async () => module,
    write: async (folder, name, content) => {
      files.set(`${folder}/${name}`, content);
    },
    print: (line) => lines.push(line),
  });
  return { files, lines };
}

const args = '[{"w": "float32[3,2]"}, "float32[8,3]"]';

test("a function of a module is written as text, with a description and its constants", async () => {
  const { files, lines } = await run(
    ...["export", "program.mjs", "--entry", "step", "--args", args, "-o", "built"],
    ...["--mesh", "data=4,model=2", "--in-shardings", '[{"w": "*,model"}, "data"]'],
    ...["--out-shardings", '{"y": "data,model"}', "--side-file-over", "4"],
  );
  expect([...files.keys()]).toEqual([
    "built/program.mlir",
    "built/program.json",
    "built/constants.safetensors",
  ]);
  expect(lines).toEqual(["built: step from arg0.w, arg1 to out.y, on 8 devices"]);
  expect(String(files.get("built/program.mlir"))).toContain(
    '%arg1: tensor<8x3xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"data"}, {}]>}',
  );
  const description = JSON.parse(String(files.get("built/program.json"))) as { mesh: object };
  expect(description.mesh).toEqual({ data: 4, model: 2 });
});

test("help is printed where nothing is asked", async () => {
  expect((await run()).lines.join("\n")).toContain("udiff export FILE");
});

test("commands that make no sense are refused", async () => {
  await expect(run("import", "a.mlir")).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: udiff: the command export is required, got import; see udiff --help]`,
  );
  await expect(run("export")).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: udiff export: a file is required, got none; see udiff --help]`,
  );
  await expect(run("export", "a.mjs", "--fast")).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: udiff export: one file and flags with values are required, got --fast; the flags are --entry, --args, -o, --out, --mesh, --in-shardings, --out-shardings, --side-file-over]`,
  );
  await expect(
    run("export", "a.mjs", "--entry", "rate"),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: udiff export: a function rate is required in a.mjs, got exports step, rate; pass --entry]`,
  );
  const step = ["export", "a.mjs", "--entry", "step"];
  await expect(run(...step, "--args", "{")).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: udiff export: --args must be JSON, got {; mind the quotes]`,
  );
  await expect(run(...step, "--args", '"float32"')).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: udiff export: --args must be a list, one entry for each argument, got "float32"; write '["float32[3]"]']`,
  );
  await expect(run(...step, "--args", '["2x3"]')).rejects.toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: udiff export: --args: a dtype is required, got 2x3; use one of bool, uint8, uint16, uint32, int8, int16, int32, bfloat16, float16, float32, float64]`,
  );
  await expect(run(...step, "--args", '["int64[2]"]')).rejects.toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: udiff export: --args: a dtype is required, got int64; the nearest supported one is int32]`,
  );
  await expect(
    run(...step, "--args", args, "--side-file-over", "lots"),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: udiff export: --side-file-over must be a number of bytes, got lots; leave it out for 65536]`,
  );
});
