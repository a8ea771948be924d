/** Shuffle in place, the same way every time. */
export function shuffle<T>(list: T[], seed = 1): void {
  let state = seed >>> 0;
  for (let i = list.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = Math.floor((state / 2 ** 32) * (i + 1));
    [list[i], list[j]] = [list[j] as T, list[i] as T];
  }
}
