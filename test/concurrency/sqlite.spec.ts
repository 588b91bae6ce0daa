import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { assertHistory, runHistory } from '../../lib/testing/index.js';
import { SqliteSubjects } from '../support/sqlite-subject.js';

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);

describe('eight clients of one session in two processes, on one file', () => {
  let subjects: SqliteSubjects;
  beforeAll(async () => (subjects = await SqliteSubjects.onNewFile()));
  afterAll(() => subjects.close());

  it.each(SEEDS)('lose nothing and sell nothing twice (seed %d)', async (seed) => {
    const history = await runHistory(subjects.make(), { seed });
    expect(history.entries).toHaveLength(64);
    assertHistory(history);
  });

  it.each(SEEDS)('find no session once one of them has ended it (seed %d)', async (seed) => {
    const history = await runHistory(subjects.make(), { seed, end: true });
    expect(history.left).toBeUndefined();
    assertHistory(history);
  });

  it.each(SEEDS)(
    'lose nothing and rotate nothing twice while they rotate and log in (seed %d)',
    async (seed) => {
      assertHistory(await runHistory(subjects.make(), { seed, lifecycle: true }));
    },
  );

  it.each(SEEDS)('find no session once it was revoked (seed %d)', async (seed) => {
    const history = await runHistory(subjects.make(), { seed, lifecycle: true, end: true });
    expect(history.left).toBeUndefined();
    assertHistory(history);
  });
});
