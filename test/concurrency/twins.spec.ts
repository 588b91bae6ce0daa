import { describe, expect, it } from '@jest/globals';
import { assertHistory, runHistory, twins } from '../../lib/testing/index.js';

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);

/** The faults that histories are for: each shows only when requests overlap. */
const CONVICTED = [
  { name: 'the whole record, last write wins', end: false },
  { name: 'check, then set', end: false },
  { name: 'a merge in the store', end: false },
  { name: 'a conflict reply with stale text', end: false },
  { name: 'upsert on save', end: true },
  { name: 'a new token for everybody who rotates', end: false, lifecycle: true },
  { name: 'an epoch that is not checked', end: false, lifecycle: true },
  { name: 'an end that does nothing', end: true, lifecycle: true },
];

async function convicts({ name, ...kind }: (typeof CONVICTED)[number], seed: number): Promise<boolean> {
  const subject = twins.find((twin) => twin.name === name)?.subject();
  if (!subject) throw new Error(`There is no twin "${name}".`);
  const history = await runHistory(subject.with({ policy: { operationTimeout: 20_000 } }), { seed, ...kind });
  try {
    assertHistory(history);
    return false;
  } catch {
    return true;
  }
}

describe('histories', () => {
  it.each(CONVICTED)('convict $name', async (twin) => {
    const verdicts: boolean[] = [];
    for (const seed of SEEDS) verdicts.push(await convicts(twin, seed));
    expect(verdicts.filter(Boolean).length).toBeGreaterThan(SEEDS.length / 2);
  });
});
