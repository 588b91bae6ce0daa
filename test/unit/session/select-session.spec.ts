import { describe, expect, it } from '@jest/globals';
import { eventsDuring } from '../../../lib/testing/event-log.js';
import { FakeClock, PlainStore, Subject } from '../../../lib/testing/index.js';

const MINUTE_MS = 60_000;

function makeSubject(): Subject {
  const clock = new FakeClock();
  return new Subject({
    clock,
    store: new PlainStore(clock),
    policy: { renewalTimeout: 10 * MINUTE_MS, renewalGrace: 30_000 },
  });
}

/** A session whose token was rotated by its age: the token of before, and the one of now. */
async function rotated(subject: Subject): Promise<{ readonly old: string; readonly current: string }> {
  const { token: old } = await subject.begin({ user: 'ada' });
  subject.clock.advance(9 * MINUTE_MS);
  await (await subject.open(old)).finish();
  subject.clock.advance(2 * MINUTE_MS);
  const request = await subject.open(old);
  await request.finish();
  return { old, current: request.session.token ?? '' };
}

/** As after a change of the cookie's domain or path: the browser sends the cookie of each scope. */
const both = ({ old, current }: { old: string; current: string }): readonly (readonly string[])[] => [
  [old, current],
  [current, old],
];

describe('two tokens of one session in one header', () => {
  it('are that session while the grace of the older one runs', async () => {
    const subject = makeSubject();
    const tokens = await rotated(subject);
    for (const presented of both(tokens)) {
      const request = await subject.open(...presented);
      expect(request.session.toObject()).toEqual({ user: 'ada' });
      expect(request.session.token).toBe(tokens.current);
    }
  });

  it('are no theft after it: the session lives on', async () => {
    const subject = makeSubject();
    const tokens = await rotated(subject);
    await (await subject.open(tokens.current)).finish();
    subject.clock.advance(MINUTE_MS);
    const events = await eventsDuring(async () => {
      for (const presented of both(tokens))
        expect((await subject.open(...presented)).session.toObject()).toEqual({ user: 'ada' });
    });
    expect(events).toEqual([]);
  });

  it('do not hide the older one alone, which ends the session', async () => {
    const subject = makeSubject();
    const tokens = await rotated(subject);
    await (await subject.open(tokens.current)).finish();
    subject.clock.advance(MINUTE_MS);
    expect((await subject.open(tokens.old)).session.isNew).toBe(true);
    expect(await subject.read(tokens.current)).toBeUndefined();
  });

  it('of which another session stands beside are still ambiguous', async () => {
    const subject = makeSubject();
    const { old, current } = await rotated(subject);
    const { token: other } = await subject.begin({ user: 'eve' });
    const events = await eventsDuring(async () => {
      expect((await subject.open(old, other, current)).session.isNew).toBe(true);
    });
    expect(events).toEqual([{ type: 'ambiguous-cookie' }]);
  });
});

describe('an idle timeout that the policy has raised since a session was written', () => {
  it('does not let a touch make it live longer than that', async () => {
    const subject = makeSubject();
    const { token } = await subject.begin({ user: 'ada' });
    const raised = subject.with({ policy: { idleTimeout: 30 * MINUTE_MS } });
    subject.clock.advance(5 * MINUTE_MS);
    const reader = await raised.open(token);
    await reader.finish();
    await raised.drain();
    const writer = await raised.open(token);
    expect(writer.session.seenAt).toBe(subject.clock.now());
    await writer.session.set('user', 'lovelace').save();
    expect(writer.session.expiresAt).toBe(subject.clock.now() + 30 * MINUTE_MS);
  });
});
