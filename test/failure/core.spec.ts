import { describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import type { SessionError } from '../../lib/errors/session-error.js';
import { InMemorySessionProvider } from '../../lib/providers/memory/in-memory-session-provider.js';
import type { StoredRecord } from '../../lib/providers/atomic-session-store.js';
import { eventsDuring, FakeClock, PlainStore, Subject } from '../../lib/testing/index.js';

const TIMEOUT_MS = 20;

function makeSubject(store?: PlainStore, operationTimeout = TIMEOUT_MS): Subject {
  const clock = new FakeClock();
  return new Subject({
    clock,
    store: store ?? new InMemorySessionProvider({}, { clock }),
    policy: { operationTimeout },
  });
}

const rejection = async (task: Promise<unknown>): Promise<Partial<SessionError>> =>
  task.then(
    () => ({}),
    (error: unknown) => error as SessionError,
  );

describe('a load that fails', () => {
  it.each([
    ['fail-before', 'STORE_FAILED'],
    ['hang-before', 'STORE_TIMEOUT'],
    ['hang-after', 'STORE_TIMEOUT'],
  ] as const)('is an outage and no anonymous request (%s)', async (fault, code) => {
    const subject = makeSubject();
    const { token } = await subject.begin({ a: 1 });
    subject.here.store.next('load', fault);
    const request = subject.here.arrive(token);
    const events = await eventsDuring(async () => {
      expect(await rejection(request.session.load())).toMatchObject({ code, statusCode: 503 });
    });
    expect(events).toMatchObject([{ type: 'outage', operation: 'load' }]);
    expect(request.handle.loaded).toBe(false);
    expect(() => request.session.get('a')).toThrow(expect.objectContaining({ code: 'NOT_LOADED' }));
  });

  it('can be tried again by the same request', async () => {
    const subject = makeSubject();
    const { token } = await subject.begin({ a: 1 });
    subject.here.store.next('load', 'fail-before').next('load', 'hang-before');
    const request = subject.here.arrive(token);
    await rejection(request.session.load());
    await rejection(request.session.load());
    await request.session.load();
    expect(request.session.toObject()).toEqual({ a: 1 });
  });

  it('fails for everybody who waits for it, with one call to the store', async () => {
    const subject = makeSubject();
    const { token } = await subject.begin({ a: 1 });
    subject.here.store.next('load', 'fail-before');
    const { session } = subject.here.arrive(token);
    const results = await Promise.allSettled([session.load(), session.load(), session.save()]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(subject.here.store.calls.load).toBe(1);
  });

  it('keeps the error of the store as its cause', async () => {
    const subject = makeSubject();
    const { token } = await subject.begin({ a: 1 });
    subject.here.store.next('load', 'fail-before');
    const { cause } = await rejection(subject.open(token));
    expect(cause).toMatchObject({ name: 'InjectedFault' });
  });

  it('changes nothing when its answer comes late', async () => {
    const subject = makeSubject();
    const { token } = await subject.begin({ a: 1 });
    const gate = subject.here.store.holdAnswer('load');
    const request = subject.here.arrive(token);
    expect(await rejection(request.session.load())).toMatchObject({ code: 'STORE_TIMEOUT' });
    await request.session.load();
    request.session.set('a', 2);
    gate.open();
    await request.finish();
    expect(await subject.read(token)).toEqual({ a: 2 });
  });
});

describe('a commit that fails', () => {
  it.each([
    ['fail-before', 'STORE_FAILED'],
    ['hang-before', 'STORE_TIMEOUT'],
    ['fail-after', 'STORE_FAILED'],
    ['hang-after', 'STORE_TIMEOUT'],
  ] as const)('fails the request, and may be tried again (%s)', async (fault, code) => {
    const subject = makeSubject();
    const { token } = await subject.begin({ cart: ['tea'] });
    subject.here.store.next('replace', fault);
    const request = await subject.open(token);
    (request.session.get('cart') as string[]).push('milk');
    request.session.set('page', 2);
    expect(await rejection(request.session.save())).toMatchObject({ code, statusCode: 503 });
    expect(request.session.toObject()).toEqual({ cart: ['tea', 'milk'], page: 2 });
    await request.finish();
    expect(await subject.read(token)).toEqual({ cart: ['tea', 'milk'], page: 2 });
  });

  it('does not count an increment twice whose answer was lost', async () => {
    const subject = makeSubject();
    const { token } = await subject.begin({ count: 1, other: 0 });
    for (const fault of ['fail-after', 'hang-after'] as const) {
      subject.here.store.next('replace', fault);
      const request = await subject.open(token);
      await rejection(request.session.increment('count'));
      request.session.set('other', fault);
      await request.finish();
    }
    expect(await subject.read(token)).toEqual({ count: 3, other: 'hang-after' });
  });

  it('may arrive late, and then loses against what was committed since', async () => {
    const subject = makeSubject();
    const { token } = await subject.begin({ a: 0 });
    const late = await subject.open(token);
    late.session.set('a', 'late').set('mine', true);
    const gate = subject.here.store.hold('replace');
    expect(await rejection(late.finish())).toMatchObject({ code: 'STORE_TIMEOUT' });
    const other = await subject.elsewhere.open(token);
    other.session.set('a', 'since');
    await other.finish();
    gate.open();
    await subject.drain();
    expect(await subject.read(token)).toEqual({ a: 'since' });
  });

  it('does not try again on its own once nobody waits for it', async () => {
    const subject = makeSubject();
    const { token } = await subject.begin({ a: 0 });
    const gate = subject.here.store.hold('replace');
    const late = await subject.open(token);
    late.session.set('a', 1);
    await rejection(late.finish());
    await subject.elsewhere.open(token).then(({ session }) => session.increment('a'));
    const { replace } = subject.here.store.calls;
    gate.open();
    await delay(TIMEOUT_MS);
    expect(subject.here.store.calls.replace).toBe(replace);
  });

  it('holds up no other commit of the session for longer than the timeout, and none afterwards', async () => {
    const subject = makeSubject();
    const { token } = await subject.begin({ a: 0 });
    const [hanging, waiting, later] = [
      await subject.open(token),
      await subject.open(token),
      await subject.open(token),
    ];
    subject.here.store.next('replace', 'hang-before');
    const hung = rejection(hanging.session.increment('a'));
    await delay(TIMEOUT_MS / 2);
    const waited = waiting.session.increment('a');
    expect(await hung).toMatchObject({ code: 'STORE_TIMEOUT' });
    expect(await waited).toBe(1);
    expect(await later.session.increment('a')).toBe(2);
  });

  it('holds up no commit of another session', async () => {
    const subject = makeSubject(undefined, 5_000);
    const [one, other] = [await subject.begin({ a: 0 }), await subject.begin({ a: 0 })];
    const gate = subject.here.store.hold('replace');
    const hanging = (await subject.open(one.token)).session.increment('a');
    await gate.reached;
    expect(await (await subject.open(other.token)).session.increment('a')).toBe(1);
    gate.open();
    expect(await hanging).toBe(1);
  });

  it('is a conflict when other requests win again and again', async () => {
    const subject = makeSubject(undefined, 5_000);
    const { id, token } = await subject.begin({ a: 0 });
    const request = await subject.open(token);
    const newer = (await subject.here.store.load(id)) as StoredRecord;
    for (let attempt = 0; attempt < 24; attempt++) subject.here.store.answer('replace', newer);
    request.session.set('a', 1);
    expect(await rejection(request.session.save())).toMatchObject({
      code: 'SESSION_CONFLICT',
      statusCode: 409,
    });
    await request.finish();
    expect(await subject.read(token)).toEqual({ a: 1 });
  });
});

describe('a creation that fails', () => {
  it.each([
    ['fail-before', 'STORE_FAILED'],
    ['fail-after', 'STORE_FAILED'],
    ['hang-before', 'STORE_TIMEOUT'],
    ['hang-after', 'STORE_TIMEOUT'],
  ] as const)('leaves no token, and may be tried again (%s)', async (fault, code) => {
    const subject = makeSubject();
    subject.here.store.next('create', fault);
    const request = await subject.open();
    request.session.set('a', 1);
    expect(await rejection(request.session.save())).toMatchObject({ code, statusCode: 503 });
    expect([request.session.token, request.handle.cookie.kind]).toEqual([null, 'keep']);
    expect((await request.finish()).kind).toBe('set');
    expect(await subject.read(request.session.token ?? '')).toEqual({ a: 1 });
  });

  it('under an id that is taken takes another one', async () => {
    const subject = makeSubject();
    subject.here.store.answer('create', 'exists');
    const { token } = await subject.begin({ a: 1 });
    expect(subject.here.store.calls.create).toBe(2);
    expect(await subject.read(token)).toEqual({ a: 1 });
  });

  it('is an outage when the store says that every id is taken', async () => {
    const subject = makeSubject();
    for (let attempt = 0; attempt < 100; attempt++) subject.here.store.answer('create', 'exists');
    const request = await subject.open();
    request.session.set('a', 1);
    expect(await rejection(request.finish())).toMatchObject({ code: 'STORE_FAILED' });
  });
});

describe('an end that fails', () => {
  it.each([
    ['fail-before', 'STORE_FAILED', { a: 1 }],
    ['hang-before', 'STORE_TIMEOUT', { a: 1 }],
    ['fail-after', 'STORE_FAILED', undefined],
    ['hang-after', 'STORE_TIMEOUT', undefined],
  ] as const)('is told, and may be tried again (%s)', async (fault, code, meanwhile) => {
    const subject = makeSubject();
    const { token } = await subject.begin({ a: 1 });
    const request = await subject.open(token);
    subject.here.store.next('end', fault);
    expect(await rejection(request.session.invalidate())).toMatchObject({ code, statusCode: 503 });
    expect(request.handle.cookie.kind).toBe('keep');
    expect(await subject.read(token)).toEqual(meanwhile);
    await request.session.invalidate();
    expect(await request.finish()).toEqual({ kind: 'clear' });
    expect(await subject.read(token)).toBeUndefined();
  });
});

describe('a touch that fails', () => {
  it.each(['fail-before', 'hang-before'] as const)(
    'is an event and fails no request; the next request tries again (%s)',
    async (fault) => {
      const subject = makeSubject();
      const { token } = await subject.begin({ a: 1 });
      subject.clock.advance(subject.policy.touchInterval);
      subject.here.store.next('touch', fault);
      const events = await eventsDuring(async () => {
        await (await subject.open(token)).finish();
        await subject.drain();
      });
      expect(events).toMatchObject([{ type: 'outage', operation: 'touch' }]);
      await (await subject.open(token)).finish();
      expect(subject.here.store.calls.touch).toBe(2);
    },
  );
});

describe('a store that does not keep to the ways of promises', () => {
  class Throwing extends PlainStore {
    override load(): never {
      throw new Error('at once');
    }
  }

  /** Answers with what has a `then` and nothing else, once for each listener, and then once more. */
  class Thenable extends PlainStore {
    override load(id: string): Promise<StoredRecord | undefined> {
      const answer = super.load(id) as StoredRecord | undefined;
      const then = (resolve: (value: StoredRecord | undefined) => void): void => {
        resolve(answer);
        resolve(undefined);
      };
      // oxlint-disable-next-line unicorn/no-thenable -- it is what is tested
      return { then } as unknown as Promise<StoredRecord | undefined>;
    }
  }

  it('may throw where it should reject', async () => {
    const subject = makeSubject(new Throwing(new FakeClock()));
    const { token } = await subject.begin({ a: 1 });
    expect(await rejection(subject.open(token))).toMatchObject({ code: 'STORE_FAILED' });
  });

  it('may answer with a bare thenable, and twice', async () => {
    const subject = makeSubject(new Thenable(new FakeClock()));
    const { token } = await subject.begin({ a: 1 });
    expect(await subject.read(token)).toEqual({ a: 1 });
  });
});

describe('a function of the user that never returns', () => {
  const never = (): Promise<never> => new Promise(() => undefined);

  it.each([true, false])('fails its own request and holds up no other (stored: %s)', async (stored) => {
    const subject = makeSubject();
    const { token } = await subject.begin({ a: 0 });
    const request = await subject.open(...(stored ? [token] : []));
    expect(await rejection(request.session.transaction(never))).toMatchObject({ code: 'STORE_TIMEOUT' });
    expect(await (await subject.open(token)).session.increment('a')).toBe(1);
    await request.session.set('b', 1).save();
  });
});

describe('the drain of a manager', () => {
  it('ends although a call to the store hangs', async () => {
    const subject = makeSubject();
    const { token } = await subject.begin({ a: 0 });
    subject.here.store.every('replace', 'hang-before');
    const request = await subject.open(token);
    const hung = rejection(request.session.increment('a'));
    await subject.drain();
    expect(await hung).toMatchObject({ code: 'STORE_TIMEOUT' });
  });
});
