/**
 * `npm run bench`: udiff against jax-js and TensorFlow.js on the cpu, and the parts of a call.
 *
 * udiff is what is built in dist, as users have it: loaders of sources name every closure they meet.
 */
import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CaseName, cases } from "./cases.ts";
import type { Answer, Order } from "./child.ts";
import { timeParts } from "./parts.ts";
import { type Line, writeReport } from "./report.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const libraries = ["udiff", "jax-js", "tfjs"] as const;
const rounds = 7;
const sampleMs = 100;

if (!existsSync(join(here, "node_modules"))) {
  const install = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: here,
    stdio: "inherit",
  });
  if (install.status !== 0) process.exit(1);
}

/** One library in a process of its own. */
class Contestant {
  private readonly child: ChildProcess;
  private waiting: ((answer: Answer) => void) | null = null;
  private readonly answers: Answer[] = [];

  constructor(library: string) {
    this.child = fork(join(here, "child.ts"), [library], {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.child.on("message", (answer: Answer) => this.take(answer));
    this.child.on("exit", () => this.take({ kind: "failed", why: "the process died" }));
  }

  async ask(order: Order): Promise<Answer> {
    if (!this.child.connected) return { kind: "failed", why: "the process died" };
    this.child.send(order);
    return this.next();
  }

  next(): Promise<Answer> {
    const answer = this.answers.shift();
    if (answer !== undefined) return Promise.resolve(answer);
    return new Promise((resolve) => {
      this.waiting = resolve;
    });
  }

  end(): void {
    this.child.removeAllListeners("exit");
    this.child.kill();
  }

  private take(answer: Answer): void {
    if (this.waiting === null) this.answers.push(answer);
    else this.waiting(answer);
    this.waiting = null;
  }
}

/** Time a case in all libraries by turns, after each has shown that its results are right. */
async function timeCase(name: CaseName, contestants: readonly Contestant[]): Promise<Line> {
  const samples = contestants.map((): number[] => []);
  const cells: (number | string)[] = [];
  for (const [i, contestant] of contestants.entries()) {
    const answer = await contestant.ask({ kind: "prepare", name });
    cells[i] = answer.kind === "failed" ? answer.why : "-";
    if (answer.kind !== "ready") samples[i] = [];
    else cells[i] = 0;
  }
  for (let round = 0; round < rounds; round++) {
    for (const [i, contestant] of contestants.entries()) {
      if (typeof cells[i] === "string") continue;
      const answer = await contestant.ask({ kind: "sample", ms: sampleMs });
      if (answer.kind === "time") samples[i]!.push(answer.ms);
      else cells[i] = answer.kind === "failed" ? answer.why : "-";
    }
  }
  for (const [i, list] of samples.entries())
    if (typeof cells[i] === "number") cells[i] = median(list);
  const { title, unit } = cases[name];
  return {
    title,
    unit,
    times: Object.fromEntries(libraries.map((library, i) => [library, cells[i]!])),
  };
}

function median(list: readonly number[]): number {
  const sorted = [...list].sort((p, q) => p - q);
  return sorted[Math.floor(sorted.length / 2)]!;
}

const only = process.argv.slice(2);
const names = (Object.keys(cases) as CaseName[]).filter(
  (name) => only.length === 0 || only.includes(name),
);
const contestants = libraries.map((library) => new Contestant(library));
for (const contestant of contestants) {
  const answer = await contestant.next();
  if (answer.kind === "failed") throw new Error(`bench: ${answer.why}`);
}
const lines: Line[] = [];
for (const name of names) {
  const line = await timeCase(name, contestants);
  console.log(line.title, line.times);
  lines.push(line);
}
for (const contestant of contestants) contestant.end();
const machine = `Node ${process.versions.node}, ${cpus().length} cores of ${cpus()[0]?.model ?? "a processor"}`;
const parts = timeParts();
console.table(parts);
if (only.length === 0) writeReport(lines, parts, machine);
process.exit(0);
