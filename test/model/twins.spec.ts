import { describe, expect, it } from '@jest/globals';
import { twins } from '../../lib/testing/index.js';
import { checkPrograms } from '../support/check-programs.js';

/** The faults that show without two things happening at the same time, and what the shortest program that shows them ends with. */
const CONVICTED: readonly (readonly [twin: string, evidence: RegExp])[] = [
  ['a column of the wrong character set', /opens other values/],
  ['null stored as nothing', /opens other values/],
  ['copies whose changes are lost', /what the request sees differs/],
  ['a write for every read', /differs/],
  ['the whole record, last write wins', /differs|other values|another version|lives on/],
  ['a merge that keeps removed keys', /differs|opens other values/],
  ['a conflict reply with stale text', /differs|opens other values/],
  ['reads that lag behind', /differs|opens other values/],
  ['upsert on save', /the outcome differs|lives on/],
  ['a touch that recreates', /lives on/],
  ['an end that does nothing', /lives on|the outcome differs/],
  ['a regenerate that leaves both tokens alive', /lives on/],
  ['a regenerate that resets the absolute deadline', /another absolute deadline/],
  ['an epoch that is not checked', /the outcome differs|lives on/],
  ['a time to live that restarts at each load', /another deadline|lives on/],
  ['a touch that does nothing', /another deadline|opens nothing/],
  ['a touch that grows the version', /another version/],
  ['a record that is forgotten at its deadline', /the outcome differs|opens nothing/],
  ['a session that rolls for ever', /another absolute deadline/],
];

describe('programs against the model', () => {
  it.each(CONVICTED)('convict %s', async (name, evidence) => {
    const twin = twins.find((candidate) => candidate.name === name);
    if (!twin) throw new Error(`There is no twin "${name}".`);
    expect(await checkPrograms(1000, () => twin.subject())).toMatch(evidence);
  });
});
