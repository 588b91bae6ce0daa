import { describe, expect, it } from '@jest/globals';
import {
  eventsDuring,
  FakeClock,
  type OpenRequest,
  PlainStore,
  Subject,
} from '../../../lib/testing/index.js';

/** A session with these values in an app whose users are at `passport.user`. */
async function begun(
  values: Record<string, unknown>,
): Promise<{ token: string; next(): Promise<OpenRequest> }> {
  const clock = new FakeClock();
  const plain = new Subject({ clock, store: new PlainStore(clock) });
  const { principals } = plain.policy;
  const subject = plain.under({
    principals: { ...principals, userKey: 'passport.user', unannounced: 'auto' },
  });
  const { token } = await subject.begin(values);
  return { token, next: () => subject.open(token) };
}

describe('a login that nobody announced', () => {
  it('is none where another request was faster: what counts is what the commit does to the session by then', async () => {
    const clock = new FakeClock();
    const principals = { whenFull: 'reject', userKey: 'user', unannounced: 'warn' } as const;
    const subject = new Subject({ clock, store: new PlainStore(clock), policy: { principals } });
    const { token } = await subject.begin({ cart: [] });
    const requests = [await subject.open(token), await subject.elsewhere.open(token)];
    const events = await eventsDuring(async () => {
      for (const { session } of requests) await session.set('user', 'ada').save();
    });
    expect(events.map(({ type }) => type)).toEqual(['unannounced-login', 'conflict']);
  });
});

describe('a user key that is a path', () => {
  it.each([
    ['somebody logs in', {}, { user: 0 }, true],
    ['somebody else logs in', { user: 1 }, { user: 2 }, true],
    ['something beside the user changes', { user: 1 }, { user: 1, method: 'otp' }, false],
    ['the user leaves', { user: 1 }, {}, false],
  ])('gives a new token when %s: only then', async (_, before, after, isNew) => {
    const { token, next } = await begun({ passport: before });
    const request = await next();
    request.session.set('passport', after);
    await request.finish();
    expect(request.session.token !== token).toBe(isNew);
  });

  it('says whether somebody is logged in: also a user 0, and nobody in what is left of one', async () => {
    for (const [passport, expected] of [
      [{ user: 0 }, true],
      [{ user: null }, false],
      [{}, false],
    ] as const) {
      const { session } = await (await begun({ passport })).next();
      expect(session.isAuthenticated).toBe(expected);
    }
  });

  it('gives way to a key of that very name', async () => {
    const { token, next } = await begun({ 'passport.user': 1, passport: { user: 1 } });
    const request = await next();
    request.session.set('passport', { user: 2 });
    await request.finish();
    expect(request.session.token).toBe(token);
  });
});
