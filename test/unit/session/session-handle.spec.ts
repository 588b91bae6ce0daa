import { describe, expect, it, jest } from '@jest/globals';
import { eventsDuring, FakeClock, PlainStore, Subject } from '../../../lib/testing/index.js';

function makeSubject(parts: Partial<ConstructorParameters<typeof Subject>[0]> = {}): Subject {
  const clock = new FakeClock();
  return new Subject({ clock, store: new PlainStore(clock), ...parts });
}

describe('the load of a request', () => {
  it('happens once, whoever asks and how often', async () => {
    const subject = makeSubject();
    const { token } = await subject.begin({ a: 1 });
    const { session } = subject.here.arrive(token);
    await Promise.all([session.load(), session.load(), session.save()]);
    await session.load();
    expect(subject.here.store.calls.load).toBe(1);
  });

  it('costs no call without a token', async () => {
    const subject = makeSubject();
    await (await subject.open()).finish();
    expect(Object.values(subject.here.store.calls).every((calls) => calls === 0)).toBe(true);
  });

  it('takes the one live session among several tokens', async () => {
    const subject = makeSubject();
    const [{ token }, { token: unknown }] = [await subject.begin({ a: 1 }), await subject.reserve()];
    for (const presented of [
      [unknown, token],
      [token, unknown],
      [token, 'malformed'],
    ]) {
      expect((await subject.open(...presented)).session.token).toBe(token);
    }
  });

  it('takes none of several live sessions, nor of more than four tokens, and says so', async () => {
    const subject = makeSubject();
    const [one, two] = [await subject.begin({ a: 1 }), await subject.begin({ a: 2 })];
    const strangers = await Promise.all([1, 2, 3, 4].map(() => subject.reserve()));
    for (const presented of [
      [one, two],
      [one, ...strangers],
    ]) {
      const request = subject.here.arrive(...presented.map(({ token }) => token));
      const events = await eventsDuring(() => request.session.load());
      expect(events.at(-1)).toEqual({ type: 'ambiguous-cookie' });
      expect(request.session.isNew).toBe(true);
    }
  });
});

describe('the response of a request', () => {
  it('looks for changes once, unless the session is used again', async () => {
    const subject = makeSubject();
    const { token } = await subject.begin({ a: 1 });
    const { handle, session } = await subject.open(token);
    session.set('a', 2);
    await handle.settleResponse();
    expect(handle.settleResponse()).toBeUndefined();
    session.set('a', 3);
    await handle.settleResponse();
    expect(await subject.read(token)).toEqual({ a: 3 });
  });

  it('serialises what was read once, however often it is asked', async () => {
    const subject = makeSubject();
    const { token } = await subject.begin({ cart: ['tea'] });
    const { handle, session } = await subject.open(token);
    session.get('cart');
    const stringify = jest.spyOn(JSON, 'stringify');
    for (const _ of [1, 2, 3]) await handle.settleResponse();
    const { length } = stringify.mock.calls;
    stringify.mockRestore();
    expect(length).toBe(1);
  });

  it('costs one call for each of two commits of one session in one process', async () => {
    const subject = makeSubject();
    const { token } = await subject.begin({ a: 0 });
    const requests = [await subject.open(token), await subject.open(token)];
    await Promise.all(requests.map(({ session }) => session.increment('a')));
    expect(subject.here.store.calls.replace).toBe(2);
  });

  it('touches no session whose deadline cannot move any more', async () => {
    const subject = makeSubject({ policy: { idleTimeout: 600_000, absoluteTimeout: 600_000 } });
    const { token } = await subject.begin({ a: 1 });
    subject.clock.advance(subject.policy.touchInterval);
    await (await subject.open(token)).finish();
    expect(subject.here.store.calls.touch).toBe(0);
  });

  it('writes down the idle timeout of today, by which it is known when the session was seen', async () => {
    const plain = makeSubject();
    const { token } = await plain.begin({ a: 1 });
    for (const factor of [2, 0.5]) {
      const idleTimeout = plain.policy.idleTimeout * factor;
      const subject = plain.with({ policy: { idleTimeout } });
      subject.clock.advance(1000);
      const request = await subject.open(token);
      request.session.set('a', factor);
      await request.finish();
      const { seenAt, expiresAt } = request.session;
      expect([seenAt, expiresAt]).toEqual([subject.clock.now(), subject.clock.now() + idleTimeout]);
    }
  });

  it('has nothing to wait for when nothing was loaded or changed', async () => {
    const subject = makeSubject();
    const { token } = await subject.begin({ a: 1 });
    expect(subject.here.arrive(token).handle.settleResponse()).toBeUndefined();
    expect((await subject.open(token)).handle.settleResponse()).toBeUndefined();
  });

  it('does not commit values that were abandoned, and stays logged out', async () => {
    const subject = makeSubject();
    const { token } = await subject.begin({ a: 1 });
    const changing = await subject.open(token);
    changing.session.set('a', 2);
    changing.handle.abandon();
    expect(await changing.finish()).toEqual({ kind: 'keep' });
    expect(await subject.read(token)).toEqual({ a: 1 });
    const leaving = await subject.open(token);
    await leaving.session.invalidate();
    leaving.handle.abandon();
    expect(await leaving.finish()).toEqual({ kind: 'clear' });
    expect(await subject.read(token)).toBeUndefined();
  });

  it('stores an untouched session only when creation is eager', async () => {
    for (const [creation, kind] of [
      ['first-write', 'keep'],
      ['eager', 'set'],
    ] as const) {
      const request = await makeSubject({ policy: { creation } }).open();
      expect((await request.finish()).kind).toBe(kind);
    }
  });

  it('waits for a commit that was not awaited', async () => {
    const subject = makeSubject();
    const { token } = await subject.begin({ a: 0 });
    const request = await subject.open(token);
    const gate = subject.here.store.hold('replace');
    const forgotten = request.session.increment('a');
    await gate.reached;
    const finishing = request.finish();
    gate.open();
    await finishing;
    expect(await subject.read(token)).toEqual({ a: 1 });
    expect(await forgotten).toBe(1);
  });
});

describe('the cookie of a request', () => {
  it('is set when a session is made or gets a new token, and only then', async () => {
    const subject = makeSubject();
    const first = await subject.open();
    first.session.set('a', 1);
    expect(await first.finish()).toEqual({ kind: 'set', token: first.session.token });
    const second = await subject.open(first.session.token ?? '');
    second.session.set('a', 2);
    expect(await second.finish()).toEqual({ kind: 'keep' });
    await second.session.regenerate();
    expect(await second.finish()).toEqual({ kind: 'set', token: second.session.token });
  });

  it('is cleared by a logout only where one was presented', async () => {
    const subject = makeSubject();
    const { token } = await subject.begin({ a: 1 });
    for (const [presented, kind] of [
      [[token], 'clear'],
      [['malformed'], 'clear'],
      [[], 'keep'],
    ] as const) {
      const request = await subject.open(...presented);
      await request.session.invalidate();
      expect((await request.finish()).kind).toBe(kind);
    }
  });

  it('belongs to a new session when something is set after a logout', async () => {
    const subject = makeSubject();
    const { token } = await subject.begin({ a: 1 });
    const request = await subject.open(token);
    await request.session.invalidate();
    request.session.set('flash', 'good-bye');
    const cookie = await request.finish();
    expect(cookie).toEqual({ kind: 'set', token: request.session.token });
    expect(request.session.token).not.toBe(token);
    expect(await subject.read(request.session.token ?? '')).toEqual({ flash: 'good-bye' });
  });

  it('is cleared after all when that new session died in the same request', async () => {
    const subject = makeSubject();
    const { token } = await subject.begin({ a: 1 });
    const request = await subject.open(token);
    await request.session.invalidate();
    await request.session.set('flash', 'good-bye').save();
    await subject.elsewhere.manager.end(request.session.id ?? '', 'revoked');
    request.session.set('flash', 'again');
    await expect(request.finish()).rejects.toMatchObject({ code: 'SESSION_GONE' });
    expect(request.handle.cookie).toEqual({ kind: 'clear' });
  });
});

describe('a regenerate', () => {
  it('shows nothing of what comes after it to a request with the token of before, also by a reload', async () => {
    const subject = makeSubject();
    const { token } = await subject.begin({ a: 1 });
    const [late, { session }] = [await subject.open(token), await subject.open(token)];
    await session.regenerate();
    await session.set('secret', 2).save();
    await expect(late.session.reload()).rejects.toMatchObject({ code: 'SESSION_GONE' });
    expect(late.session.toObject()).toEqual({});
  });

  it('keeps no key unless it is named, also in a session that is not stored', async () => {
    const { session } = await makeSubject().open();
    session.set('csrf', 1).set('cart', 2);
    await session.regenerate({ keep: ['cart'] });
    expect(session.toObject()).toEqual({ cart: 2 });
    await session.regenerate();
    expect(session.toObject()).toEqual({});
  });

  it('forgets an object of a key that is not kept, whatever is done to it', async () => {
    const subject = makeSubject();
    const { token } = await subject.begin({ csrf: { token: 'x' } });
    const request = await subject.open(token);
    const csrf = request.session.get('csrf') as { token: string };
    await request.session.regenerate();
    csrf.token = 'y';
    await request.finish();
    expect(await subject.read(request.session.token ?? '')).toEqual({});
  });
});
