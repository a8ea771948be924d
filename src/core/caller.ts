/** V8 keeps so many lines of a stack; other engines ignore the field. */
const stacks = Error as { stackTraceLimit?: number | undefined }; // a field of V8 alone

/** How many lines of a stack are looked at: the library's own come first. */
const depth = 50;

/** Run `body` while errors keep enough of their stack to find the caller in it. */
export function withDeepStacks<T>(body: () => T): T {
  const { stackTraceLimit } = stacks;
  stacks.stackTraceLimit = depth;
  try {
    return body();
  } finally {
    stacks.stackTraceLimit = stackTraceLimit;
  }
}

/** The first line of a stack that is not the library's own; null if there is none. */
export function callerIn(stack: string): string | null {
  const own = new URL("..", import.meta.url).pathname;
  const line = stack
    .split("\n")
    .slice(1)
    .find((frame) => frame.includes("/") && !frame.includes(own)); // those of the engine have no path
  return line?.trim() ?? null;
}

/** The line that called the library; null if the engine does not tell. */
export function callerLine(): string | null {
  return callerIn(withDeepStacks(() => new Error("here").stack ?? ""));
}
