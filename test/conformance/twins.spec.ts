import { AssertionError } from 'node:assert';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { SessionError } from '../../lib/errors/session-error.js';
import {
  checkLaws,
  FakeClock,
  type Law,
  LAW_IDS,
  type LawId,
  type LawOutcome,
  laws,
  PlainStore,
  Subject,
  type Twin,
  twins,
} from '../../lib/testing/index.js';
import { PLAIN_CAPABILITIES } from '../../lib/testing/twins/twin.js';
import { read } from '../meta/project-files.js';

const MINUTE_MS = 60_000;

/** What the laws say of each twin, by its name. */
const verdicts = new Map<string, readonly LawOutcome[]>();

const brokenBy = (twin: string): readonly LawOutcome[] =>
  (verdicts.get(twin) ?? []).filter(({ result }) => result === 'broken');

const nameOf = ({ law }: Pick<LawOutcome, 'law'>): string => `${law.id}: ${law.name}`;

async function judge({ name, subject }: Twin, by: readonly Law[]): Promise<void> {
  verdicts.set(name, [...(verdicts.get(name) ?? []), ...(await checkLaws(by, subject))]);
}

const hasConvicted = (law: Law): boolean =>
  twins.some(({ name }) => brokenBy(name).some((outcome) => outcome.law === law));

/** Each twin by the laws that it is said to break; then each check that has convicted none of them, until it does. */
beforeAll(async () => {
  for (const twin of twins)
    await judge(
      twin,
      laws.filter(({ id }) => twin.breaks.includes(id)),
    );
  for (const law of laws) for (const twin of twins) if (!hasConvicted(law)) await judge(twin, [law]);
}, 3 * MINUTE_MS);

describe('the store that the twins are made of', () => {
  it('holds every law but the bound', async () => {
    const outcomes = await checkLaws(laws, () => {
      const clock = new FakeClock();
      return new Subject({ store: new PlainStore(clock), clock, capabilities: PLAIN_CAPABILITIES });
    });
    expect(outcomes.filter(({ result }) => result === 'broken')).toEqual([]);
    expect(new Set(outcomes.filter(({ result }) => result === 'unfit').map(({ law }) => law.id))).toEqual(
      new Set(['F4']),
    );
  });
});

describe('the broken twins', () => {
  it.each(twins)('convicted: $name ($breaks)', ({ name, breaks }) => {
    const convictedBy = new Set<LawId>(brokenBy(name).map(({ law }) => law.id));
    expect([...convictedBy]).toEqual(expect.arrayContaining([...breaks]));
  });

  it('are convicted by what a law says, and by nothing else that goes wrong', () => {
    const strange = twins.flatMap(({ name }) =>
      brokenBy(name)
        .filter(({ error }) => !(error instanceof AssertionError || error instanceof SessionError))
        .map((outcome) => [name, nameOf(outcome), outcome.error]),
    );
    expect(strange).toEqual([]);
  });
});

describe('the laws', () => {
  it('are all there', () => {
    expect([...new Set(laws.map(({ id }) => id))]).toEqual([...LAW_IDS]);
  });

  it('each convict a twin, every check of them', () => {
    const convicting = new Set(twins.flatMap(({ name }) => brokenBy(name).map(nameOf)));
    expect(laws.map((law) => nameOf({ law })).filter((name) => !convicting.has(name))).toEqual([]);
  });
});

describe('docs/laws.md', () => {
  it('names each twin beside the laws that convict it', () => {
    const rows = read('docs/laws.md').split('\n');
    const rowOf = (id: LawId): string => rows.find((row) => row.startsWith(`| ${id} `)) ?? '';
    const missing = twins.flatMap(({ name, breaks }) =>
      breaks.filter((id) => !rowOf(id).includes(name)).map((id) => `${id}: ${name}`),
    );
    expect(missing).toEqual([]);
  });
});
