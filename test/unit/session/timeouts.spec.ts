import { describe, expect, it } from '@jest/globals';
import { newMeta, type RecordMeta } from '../../../lib/record/meta.js';
import { DEFAULT_POLICY } from '../../../lib/session/policy.js';
import { type TimeoutChanges, timeoutsOf, withTimeouts } from '../../../lib/session/timeouts.js';
import { thrownBy } from '../../support/thrown-by.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const BEGAN = 1_000_000;

const META = newMeta({
  digest: 'd'.repeat(43),
  now: BEGAN,
  idleTimeout: DEFAULT_POLICY.idleTimeout,
  absoluteTimeout: DEFAULT_POLICY.absoluteTimeout,
});

/** Somebody logged in an hour after the session began. */
const LOGGED_IN: RecordMeta = {
  ...META,
  login: { authenticatedAt: BEGAN + HOUR_MS, amr: [], device: null },
  absoluteAt: BEGAN + 13 * HOUR_MS,
};

const changed = (meta: RecordMeta, changes: TimeoutChanges) => {
  const next = withTimeouts(meta, changes, DEFAULT_POLICY);
  return { ...timeoutsOf(next, DEFAULT_POLICY), absoluteAt: next.absoluteAt };
};

describe('the timeouts of a session', () => {
  it('are those of the policy until somebody changes them, the absolute one from the login on', () => {
    const policy = { idle: 30 * MINUTE_MS, absolute: 12 * HOUR_MS };
    expect(timeoutsOf(META, DEFAULT_POLICY)).toEqual(policy);
    expect(timeoutsOf(LOGGED_IN, DEFAULT_POLICY)).toEqual(policy);
  });

  it('stay where nothing is said of them', () => {
    expect(withTimeouts(LOGGED_IN, {}, DEFAULT_POLICY)).toEqual(LOGGED_IN);
  });

  it.each([
    ['5m', 5 * MINUTE_MS],
    [90_000, 90_000],
    ['48h', 48 * HOUR_MS],
  ] as const)('may be idle for %p', (idle, ms) => {
    expect(changed(META, { idle })).toMatchObject({ idle: ms, absolute: 12 * HOUR_MS });
  });

  it.each([
    ['2h', 2 * HOUR_MS],
    ['12h', 12 * HOUR_MS],
    ['24h', 12 * HOUR_MS],
  ] as const)('bring the end nearer and never further away: %s', (absolute, ms) => {
    for (const meta of [META, LOGGED_IN]) {
      const began = meta.login?.authenticatedAt ?? BEGAN;
      expect(changed(meta, { absolute })).toMatchObject({ absolute: ms, absoluteAt: began + ms });
    }
  });

  it.each<[TimeoutChanges, string]>([
    [{ idle: '1m' }, 'more than session.timeouts.touch, 1m'],
    [{ idle: 1 }, 'more than session.timeouts.touch, 1m'],
    ...[0, -1, 0.5, NaN, Infinity, 2 ** 53].map((idle): [TimeoutChanges, string] => [{ idle }, "'30m'"]),
    ...['', '30', 'soon', '-5m'].map((text): [TimeoutChanges, string] => [
      { absolute: text as '5m' },
      "'30m'",
    ]),
  ])('refuse %j, and say what is wanted: %s', (changes, wanted) => {
    const error = thrownBy(() => withTimeouts(META, changes, DEFAULT_POLICY));
    expect(error).toMatchObject({ code: 'BAD_TIMEOUT', fix: expect.stringContaining(wanted) });
    expect(String(error)).not.toContain('soon');
  });
});
