import { Shader } from "./shader.ts";
import type { Compiled, Dispatch, StepContext } from "./step.ts";

/** Invocations of a workgroup. */
const workgroup = 64;

/**
 * Whether guarded work is done, and the grids of its dispatches: memory whose first word is 1 or
 * 0, followed by three words for each grid, all zero where the work is not done. The work is
 * recorded in any case, and finds its grids there.
 */
export class Guard {
  /** The value that is the memory. */
  readonly value: number;
  /** Guard of the work around, null where that is done in any case. */
  readonly outer: Guard | null;
  /** Whether it guards the turns of a loop, not a branch. */
  readonly isOfLoop: boolean;
  private readonly grids = new Map<string, number>();
  private readonly words: number[] = [];

  constructor(value: number, outer: Guard | null, isOfLoop: boolean) {
    this.isOfLoop = isOfLoop;
    this.value = value;
    this.outer = outer;
  }

  /** Words of the memory. */
  get size(): number {
    return 1 + this.words.length;
  }

  /** Offset in bytes of the grid of a dispatch. */
  offsetOf({ workgroups }: Dispatch): number {
    const key = workgroups.join();
    let at = this.grids.get(key);
    if (at === undefined) {
      at = 4 * this.size;
      this.grids.set(key, at);
      this.words.push(...workgroups);
    }
    return at;
  }

  /** Lets the work be done if the index, clamped to the branches there are, is that of this one. */
  emitBranch(index: number, branch: number, branches: number, context: StepContext): Compiled {
    const shader = new Shader(context);
    const taken = `clamp(${shader.load(index, "int32", "0u")}, 0, ${branches - 1}) == ${branch}`;
    return this.emit("guard a branch", this.inside(taken, shader), shader);
  }

  /** Lets the first turn of a loop begin. */
  emitStart(context: StepContext): Compiled {
    const shader = new Shader(context);
    return this.emit("begin a loop", this.inside("true", shader), shader);
  }

  /** Ends the loop where `test` is false. */
  emitTest(test: number, context: StepContext): Compiled {
    const shader = new Shader(context);
    const own = `${shader.value(this.value, "read_write")}[0] != 0u`;
    const goesOn = `(${own}) && ${shader.load(test, "bool", "0u")}`;
    return this.emit("guard a turn", goesOn, shader);
  }

  private inside(condition: string, shader: Shader): string {
    if (this.outer === null) return condition;
    return `(${shader.value(this.outer.value, "read")}[0] != 0u) && (${condition})`;
  }

  private emit(label: string, condition: string, shader: Shader): Compiled {
    const { words } = this;
    const memory = shader.value(this.value, "read_write");
    const body = [`let isDone = ${condition};`];
    if (words.length > 0) {
      const table = shader.data(Uint32Array.from(words));
      // The condition may read what is written below.
      body.push(
        "workgroupBarrier();",
        `for (var i = lid; i < ${words.length}u; i += ${workgroup}u) {`,
        `  ${memory}[1u + i] = select(0u, ${table}[i], isDone);`,
        "}",
      );
    }
    body.push(`if (lid == 0u) { ${memory}[0] = select(0u, 1u, isDone); }`);
    const dispatch = shader.dispatch(label, [workgroup, 1, 1], [1, 1, 1], body);
    return { dispatches: [dispatch], scratch: [] };
  }
}
