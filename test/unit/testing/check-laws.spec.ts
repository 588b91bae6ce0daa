import { describe, expect, it } from '@jest/globals';
import {
  checkLaws,
  describeLaws,
  FakeClock,
  type Law,
  laws,
  PlainStore,
  Subject,
  type SubjectParts,
  type TestRunner,
} from '../../../lib/testing/index.js';

function makeSubject(parts: Partial<SubjectParts> = {}): Subject {
  const clock = new FakeClock();
  return new Subject({ clock, store: new PlainStore(clock), ...parts });
}

const law = (needs: Law['needs'], check: Law['check']): Law => ({ id: 'I1', name: 'a law', needs, check });

/** A runner that runs nothing and remembers what it was to run. */
class NotedRunner implements TestRunner {
  readonly tests: { name: string; skipped: boolean; run: () => Promise<void> }[] = [];
  readonly groups: string[] = [];
  readonly it: TestRunner['it'] = Object.assign(
    (name: string, run: () => Promise<void>) => this.tests.push({ name, skipped: false, run }),
    { skip: (name: string, run: () => Promise<void>) => this.tests.push({ name, skipped: true, run }) },
  );

  readonly describe = (name: string, define: () => void): void => {
    this.groups.push(name);
    define();
  };
}

describe('checkLaws', () => {
  it('tells how each check ended, and closes each subject', async () => {
    let closed = 0;
    const error = new Error('broken');
    const outcomes = await checkLaws(
      [
        law([], () => Promise.resolve()),
        law([], () => Promise.reject(error)),
        law(['bounded'], () => Promise.reject(error)),
      ],
      () => makeSubject({ close: () => void closed++ }),
    );
    expect(outcomes.map(({ result }) => result)).toEqual(['holds', 'broken', 'unfit']);
    expect([outcomes[1]?.error, closed]).toEqual([error, 3]);
  });
});

describe('describeLaws', () => {
  it('defines a test for each check of each law, in a group for each law', () => {
    const runner = new NotedRunner();
    describeLaws(runner, () => makeSubject());
    expect(runner.tests.map(({ name }) => name)).toEqual(laws.map(({ name }) => name));
    expect(runner.groups).toEqual([...new Set(laws.map(({ id }) => `law ${id}`))]);
    expect(runner.tests.filter(({ skipped }) => skipped)).toEqual([]);
  });

  it('runs a check on a subject of its own', async () => {
    const runner = new NotedRunner();
    let made = 0;
    describeLaws(runner, () => {
      made += 1;
      return makeSubject();
    });
    await runner.tests[0]?.run();
    await runner.tests[1]?.run();
    expect(made).toBe(2);
  });

  it('shows as skipped, with the reason, what the provider does not promise', () => {
    const runner = new NotedRunner();
    describeLaws(runner, () => makeSubject(), {
      notHeld: { D4: 'nobody listens' },
      without: { bounded: 'it grows' },
    });
    const skipped = runner.tests.filter((test) => test.skipped).map(({ name }) => name);
    const expected = laws.filter(({ id, needs }) => id === 'D4' || needs.includes('bounded'));
    expect(skipped).toHaveLength(expected.length);
    expect(skipped.filter((name) => !/\((nobody listens|it grows)\)$/.test(name))).toEqual([]);
  });

  it('fails a check that the subject is not fit for and that nobody excepted', async () => {
    const runner = new NotedRunner();
    describeLaws(runner, () => makeSubject());
    const bounded = laws.findIndex(({ needs }) => needs.includes('bounded'));
    await expect(runner.tests[bounded]?.run()).rejects.toThrow(/needs a subject with bounded.*Fix:/);
  });
});
