import { gridOf, type Shader } from "../shader.ts";
import type { Compiled, Dispatch, StepContext } from "../step.ts";

/** Invocations of a workgroup where each works alone. */
export const width = 64;

/** The dispatches of one routine while they are written, and the memory they hand to one another. */
export class Sequence {
  readonly context: StepContext;
  private readonly dispatches: Dispatch[] = [];
  private readonly scratch: number[] = [];

  constructor(context: StepContext) {
    this.context = context;
  }

  /** Number of a new piece of scratch memory of so many words. */
  memory(words: number): number {
    this.scratch.push(4 * Math.max(1, words));
    return this.scratch.length - 1;
  }

  /** Add a dispatch. */
  add(dispatch: Dispatch): void {
    this.dispatches.push(dispatch);
  }

  /** Add a dispatch of `count` invocations that work alone; `lines` are for number `e`, a u32. */
  each(label: string, shader: Shader, count: number, lines: readonly string[]): void {
    if (count === 0) return;
    const { workgroups, number } = gridOf(Math.ceil(count / width), this.context);
    const body = [
      `let e = ${number} * ${width}u + lid;`,
      `if (e >= ${count}u) { return; }`,
      ...lines,
    ];
    this.add(shader.dispatch(label, [width, 1, 1], workgroups, body));
  }

  /**
   * Add a dispatch of `count` workgroups of `size` invocations; `lines` are for workgroup `group`,
   * all of whose invocations run or none.
   */
  groups(
    label: string,
    shader: Shader,
    count: number,
    size: number,
    lines: readonly string[],
  ): void {
    if (count === 0) return;
    const { workgroups, number } = gridOf(count, this.context);
    const body = [`let group = ${number};`];
    if (workgroups[0] * workgroups[1] > count) body.push(`if (group >= ${count}u) { return; }`);
    this.add(shader.dispatch(label, [size, 1, 1], workgroups, [...body, ...lines]));
  }

  /** What the routine compiles to. */
  get compiled(): Compiled {
    return { dispatches: this.dispatches, scratch: this.scratch };
  }
}
