import { type Command, encodeCommands } from "./commands.ts";
import { ours } from "./faults.ts";
import type { Host } from "./host.ts";
import type { Memory } from "./pool.ts";
import type { Asking } from "./work-order.ts";

/** Commands and loops of them, in order. */
export type Score =
  | { readonly kind: "commands"; readonly commands: readonly Command[] }
  | {
      readonly kind: "repeat";
      readonly times: number;
      readonly turn: readonly Score[];
      readonly asks: boolean;
    }
  /** Turns do nothing once the first word of `guard` is zero. */
  | {
      readonly kind: "while";
      readonly guard: Memory;
      readonly turn: readonly Score[];
      readonly asks: boolean;
      /** How many commands a turn has, where no loop in it asks. */
      readonly size: number;
    };

/** Commands of one submission, no more than a GPU takes without being thought to hang. */
const submissionSize = 2048;
/** Turns of a loop of unknown length that are recorded before it is asked whether it goes on. */
const firstTurns = 4;

/** Whether a loop among these asks whether it goes on. */
export function asks(scores: readonly Score[]): boolean {
  return scores.some((score) => score.kind === "while" || (score.kind === "repeat" && score.asks));
}

/** How many commands these are, loops of known length counted by their turns. */
export function sizeOf(scores: readonly Score[]): number {
  return scores.reduce((sum, score) => {
    if (score.kind === "commands") return sum + score.commands.length;
    return sum + (score.kind === "repeat" ? score.times : 1) * sizeOf(score.turn);
  }, 0);
}

/** Records commands for one run of a program, and submits them in pieces. */
export class Recording {
  private readonly host: Host;
  private readonly memory: readonly (Memory | null)[];
  private readonly name: string;
  private encoder: GPUCommandEncoder | null = null;
  private commands: Command[] = [];

  /** `memory` is that of each value that may have another at each run. */
  constructor(host: Host, memory: readonly (Memory | null)[], name: string) {
    this.host = host;
    this.memory = memory;
    this.name = name;
  }

  /** What the next commands are written to. */
  get target(): GPUCommandEncoder {
    this.encoder ??= this.host.gpu.createCommandEncoder({ label: `${ours} ${this.name}` });
    return this.encoder;
  }

  /** Record what asks nothing. */
  play(scores: readonly Score[]): void {
    for (const score of scores) {
      if (score.kind === "commands") this.add(score.commands);
      else if (score.kind === "repeat") {
        for (let turn = 0; turn < score.times; turn++) this.play(score.turn);
      }
    }
  }

  /** Record anything. */
  *perform(scores: readonly Score[]): Asking {
    for (const score of scores) {
      if (score.kind === "while") yield* this.turns(score);
      else if (score.kind === "repeat" && score.asks) {
        for (let turn = 0; turn < score.times; turn++) yield* this.perform(score.turn);
      } else this.play([score]);
    }
  }

  /** Hand what is recorded to the queue. */
  submit(): void {
    const { commands, host, memory, name } = this;
    if (commands.length > 0) encodeCommands(this.target, commands, memory, host, name);
    if (this.encoder !== null) host.gpu.queue.submit([this.encoder.finish()]);
    this.encoder = null;
    this.commands = [];
  }

  /** More and more turns at a time, until the loop turns out to be over. */
  private *turns(score: Extract<Score, { kind: "while" }>): Asking {
    const most = Math.max(1, Math.floor(submissionSize / Math.max(1, score.size)));
    let count = Math.min(firstTurns, most);
    let goesOn = true;
    while (goesOn) {
      if (score.asks) yield* this.perform(score.turn);
      else for (let turn = 0; turn < count; turn++) this.play(score.turn);
      this.submit();
      goesOn = yield score.guard.gpu;
      count = Math.min(2 * count, most);
    }
  }

  private add(commands: readonly Command[]): void {
    for (const command of commands) this.commands.push(command);
    if (this.commands.length >= submissionSize) this.submit();
  }
}
