import { assertHistory, runHistory } from '../../lib/testing/index.js';
import { type Random, seededRandom } from '../../lib/testing/random.js';
import { checkPrograms } from './check-programs.js';
import type { OpenStore } from './open-store.js';

/** How far to go. */
export interface LongRunPlan {
  /** What all draws of the run come from. */
  readonly seed: number;
  /** Programs of one client, each compared with the model. */
  readonly programs: number;
  /** Requests in histories of eight workers on one session. About every other history ends its session. */
  readonly operations: number;
  /** Ends the run after the round that takes it over this time. */
  readonly minutes: number;
}

/** How far a run got: what was checked and found right. */
export interface LongRunTally {
  programs: number;
  operations: number;
  /** What ended the run before its time, with the seed that shows it again. */
  violation?: string;
}

/** Programs and histories take turns, so that a run that ends early has seen both. */
const ROUNDS = 100;
const MINUTE_MS = 60_000;
const SEEDS = 2 ** 31;

/**
 * Runs random programs and histories on a store, until the plan is fulfilled, its time is over, or a law does not hold.
 *
 * @param onRound is told how far it has got.
 */
export async function longRun(
  store: OpenStore,
  { seed, programs, operations, minutes }: LongRunPlan,
  onRound: (tally: LongRunTally) => void = () => undefined,
): Promise<LongRunTally> {
  const run = new LongRun(store, seededRandom(seed));
  const until = performance.now() + minutes * MINUTE_MS;
  for (let round = 1; round <= ROUNDS && performance.now() < until; round++) {
    await run.programsUpTo(Math.ceil((programs * round) / ROUNDS));
    await run.operationsUpTo(Math.ceil((operations * round) / ROUNDS));
    onRound({ ...run.tally });
    if (run.tally.violation !== undefined) break;
  }
  return run.tally;
}

class LongRun {
  readonly tally: LongRunTally = { programs: 0, operations: 0 };

  constructor(
    private readonly store: OpenStore,
    private readonly random: Random,
  ) {}

  async programsUpTo(target: number): Promise<void> {
    const count = target - this.tally.programs;
    const violation = await checkPrograms(count, () => this.store.make(), {
      seed: this.random(SEEDS),
      steps: 60,
    });
    if (violation === undefined) this.tally.programs += count;
    else this.tally.violation = violation;
  }

  async operationsUpTo(target: number): Promise<void> {
    while (this.tally.operations < target && this.tally.violation === undefined) {
      const [end, lifecycle] = [this.random(2) === 1, this.random(2) === 1];
      const plan = { seed: this.random(SEEDS), end, lifecycle, paced: this.store.paced };
      try {
        const history = await runHistory(this.store.make(), plan);
        assertHistory(history);
        this.tally.operations += history.entries.length;
      } catch (error) {
        this.tally.violation = `${JSON.stringify(plan)}\n${String(error)}`;
      }
    }
  }
}
