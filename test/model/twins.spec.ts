import { describe, expect, it } from '@jest/globals';
import { twins } from '../../lib/testing/index.js';
import { checkPrograms } from '../support/check-programs.js';

/** The programs must not differ from run to run: a twin that happens to go free would say nothing about the code. */
const SEED = 1;

/** The faults that show without two things happening at the same time. */
const CONVICTED = [
  'a column of the wrong character set',
  'null stored as nothing',
  'copies whose changes are lost',
  'a write for every read',
  'the whole record, last write wins',
  'a merge that keeps removed keys',
  'a conflict reply with stale text',
  'reads that lag behind',
  'upsert on save',
  'a touch that recreates',
  'an end that does nothing',
  'a regenerate that leaves both tokens alive',
  'a regenerate that resets the absolute deadline',
  'an epoch that is not checked',
  'a time to live that restarts at each load',
  'a touch that does nothing',
  'a touch that grows the version',
  'a record that is forgotten at its deadline',
  'a session that rolls for ever',
  'a login that keeps all values',
  'a login that keeps the old token',
  'a login that leaves both tokens alive',
  'a login that keeps the old deadline',
  'a rotation that moves the absolute deadline',
  'a rotation without a grace',
  'a grace that never ends',
  'a reuse that is seen before the successor was used',
  'a rotation that forgets the tokens of before',
  'a confirmation that grows the version',
  'an index by expiry events',
  'a login that stays in the old index',
  'a login that never comes to the index',
  'a login that counts itself twice',
  'a revocation that spares nobody',
  'an end of everything that late commits survive',
  'an end of everything that never ends',
];

describe('programs against the model', () => {
  it.each(CONVICTED)('convict %j', async (name) => {
    const twin = twins.find((candidate) => candidate.name === name);
    if (!twin) throw new Error(`There is no twin "${name}".`);
    expect(await checkPrograms(1500, () => twin.subject(), { seed: SEED, steps: 60 })).toContain(
      'went wrong: AssertionError',
    );
  });
});
