/** Where "now" comes from, so that tests travel in time instead of sleeping. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}

/** The clock of this machine; what everything goes by that is given no other. */
export const systemClock: Clock = { now: () => Date.now() };
