/** Numbers that look random and are the same for the same seed: whole numbers from 0 up to, not including, `below`. */
export type Random = (below: number) => number;

/** Mulberry32: 32 bits of state, good enough to shuffle, no use for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((((mixed ^ (mixed >>> 14)) >>> 0) * below) / 2 ** 32) >> 0;
  };
}
