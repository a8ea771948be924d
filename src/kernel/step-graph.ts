import { valuesRead } from "./plan.ts";
import { hasEffect, type Step } from "./program.ts";

/** A step of a program and its place in the order. */
export interface Node {
  step: Step;
  place: number;
  alive: boolean;
}

/** Neighbouring steps lie this far apart at first, so that others can be put between them. */
const gap = 1024;

/** Steps closer than this have no room between them. */
const closest = 2 ** -20;

/** How many steps may be looked at to see whether two can become one. */
const maxSearch = 64;

/** The steps of a program, who reads from whom, and an order in which they can run. */
export class StepGraph {
  readonly nodes: readonly Node[];
  private readonly producers = new Map<number, Node>();
  private readonly readers = new Map<number, Set<Node>>();
  private readonly escaping: ReadonlySet<number>;
  /** Places of the steps that were moved, by the gap they were moved to. */
  private readonly moved = new Map<number, number[]>();

  /** `escaping` are the values that the program gives back. */
  constructor(steps: readonly Step[], escaping: Iterable<number>) {
    this.escaping = new Set(escaping);
    this.nodes = steps.map((step, i) => ({ step, place: i * gap, alive: true }));
    for (const node of this.nodes) this.enter(node);
  }

  /** The steps that are left, in order. */
  steps(): readonly Step[] {
    return this.nodes
      .filter(({ alive }) => alive)
      .sort((a, b) => a.place - b.place)
      .map(({ step }) => step);
  }

  /** The step that writes a value, if one does. */
  producer(value: number): Node | undefined {
    return this.producers.get(value);
  }

  /** Whether any step reads a value, or the program gives it back. */
  isRead(value: number): boolean {
    return this.escaping.has(value) || (this.readers.get(value)?.size ?? 0) > 0;
  }

  /** Whether anyone but `node` wants a value. */
  isReadBeside(value: number, node: Node): boolean {
    if (this.escaping.has(value)) return true;
    const readers = this.readers.get(value);
    return (
      readers !== undefined && (readers.size > 1 || (readers.size === 1 && !readers.has(node)))
    );
  }

  /** Let a node be another step. */
  change(node: Node, step: Step): void {
    this.leave(node);
    node.step = step;
    this.enter(node);
  }

  /** Take a step away. */
  remove(node: Node): void {
    this.leave(node);
    node.alive = false;
  }

  /**
   * Put `step` in the place of `node`, which read from `producer`, and take the producer away.
   * Steps between the two that wait for the producer come after `node` from then on.
   *
   * False, and nothing done, if `node` waits for one of those.
   */
  join(producer: Node, node: Node, step: Step): boolean {
    const between = this.between(producer, node);
    if (between === null || !this.moveBehind(node, between)) return false;
    this.remove(producer);
    this.change(node, step);
    return true;
  }

  /** Steps before `node` that wait for `producer`, in order; null if `node` waits for one of them. */
  private between(producer: Node, node: Node): Node[] | null {
    const found = new Set<Node>();
    const stack = [producer];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      for (const value of next.step.results) {
        const readers = this.readers.get(value) ?? new Set<Node>();
        if (readers.size > 4 * maxSearch) return null;
        for (const reader of readers) {
          if (reader === node && next !== producer) return null;
          if (reader === node || reader.place > node.place || found.has(reader)) continue;
          // It would come after effects that the program has after it.
          if (hasEffect(reader.step)) return null;
          found.add(reader);
          stack.push(reader);
          if (found.size > maxSearch) return null;
        }
      }
    }
    return [...found].sort((a, b) => a.place - b.place);
  }

  /** Put steps right behind another, before all that follow it; false if there is no room. */
  private moveBehind(node: Node, steps: readonly Node[]): boolean {
    if (steps.length === 0) return true;
    const start = Math.floor(node.place / gap) * gap;
    const taken = this.moved.get(start) ?? [];
    const end = Math.min(start + gap, ...taken.filter((place) => place > node.place));
    const distance = (end - node.place) / (steps.length + 1);
    if (distance < closest) return false;
    steps.forEach((step, i) => {
      step.place = node.place + (i + 1) * distance;
      taken.push(step.place);
    });
    this.moved.set(start, taken);
    return true;
  }

  private enter(node: Node): void {
    for (const value of node.step.results) this.producers.set(value, node);
    for (const value of valuesRead(node.step)) {
      const readers = this.readers.get(value);
      if (readers === undefined) this.readers.set(value, new Set([node]));
      else readers.add(node);
    }
  }

  private leave(node: Node): void {
    for (const value of node.step.results) {
      if (this.producers.get(value) === node) this.producers.delete(value);
    }
    for (const value of valuesRead(node.step)) this.readers.get(value)?.delete(node);
  }
}
