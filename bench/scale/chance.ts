import { seededRandom } from '../../lib/testing/random.js';

/** Draws from the distributions that visits are made of; the same for the same seed. */
export class Chance {
  readonly #random: (below: number) => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** At least 0, below 1. */
  share(): number {
    return this.#random(2 ** 31) / 2 ** 31;
  }

  whole(below: number): number {
    return this.#random(below);
  }

  isTrue(share: number): boolean {
    return this.share() < share;
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.share());
  }

  /** Marsaglia's polar form would save two calls and cost three lines. */
  normal(mean: number, deviation: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.share()));
    return mean + deviation * radius * Math.cos(2 * Math.PI * this.share());
  }

  /** @param spread the deviation of its logarithm: 1 has a mean of 1.6 medians, 1.2 one of 2.1. */
  logNormal(median: number, spread: number): number {
    return median * Math.exp(this.normal(0, spread));
  }

  /** At least 1. */
  geometric(mean: number): number {
    return mean === 1 ? 1 : 1 + Math.floor(Math.log(1 - this.share()) / Math.log(1 - 1 / mean));
  }
}
