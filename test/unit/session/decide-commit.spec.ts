import { describe, expect, it } from '@jest/globals';
import { type Commit, type CommitFacts, decideCommit } from '../../../lib/session/decide-commit.js';

const FACTS = ['stored', 'rotated', 'changed', 'confirming', 'stale'] as const;

/** The rules, written once more and apart from the code: `1` holds, `0` does not, `-` does not matter. First match wins. */
const RULES: readonly (readonly [facts: string, commit: Commit])[] = [
  // stored, rotated, changed, confirming, stale
  ['1 1 - - -', 'rotate'],
  ['1 0 1 - -', 'update'],
  ['0 - 1 - -', 'create'],
  ['1 0 0 1 -', 'confirm'],
  ['1 0 0 0 1', 'touch'],
  ['1 0 0 0 0', 'nothing'],
  ['0 - 0 - -', 'nothing'],
];

const everyCase = Array.from({ length: 2 ** FACTS.length }, (_, bits) =>
  FACTS.map((_fact, index) => ((bits >> index) & 1) === 1),
);

const factsOf = (values: readonly boolean[]): CommitFacts =>
  Object.fromEntries(FACTS.map((fact, index) => [fact, values[index]])) as unknown as CommitFacts;

function rulesFor(values: readonly boolean[]): Commit[] {
  const matches = (facts: string): boolean =>
    facts.split(' ').every((wanted, index) => wanted === '-' || (wanted === '1') === values[index]);
  return RULES.filter(([facts]) => matches(facts)).map(([, commit]) => commit);
}

describe('decideCommit', () => {
  it('does what the rules say, over all its inputs', () => {
    expect(everyCase.map((values) => decideCommit(factsOf(values)))).toEqual(
      everyCase.map((values) => rulesFor(values)[0]),
    );
  });

  it('has exactly one rule for each input', () => {
    expect(everyCase.filter((values) => rulesFor(values).length !== 1)).toEqual([]);
    expect(everyCase).toHaveLength(32);
  });

  it('never touches, rotates or confirms a session that is not stored', () => {
    const commitsWhere = (holds: (facts: CommitFacts) => boolean): Set<Commit> =>
      new Set(everyCase.map(factsOf).filter(holds).map(decideCommit));
    expect(commitsWhere(({ stored }) => !stored)).toEqual(new Set(['create', 'nothing']));
    expect(commitsWhere(({ stored }) => stored)).not.toContain('create');
  });
});
