import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { IN_FLIGHT_WINDOW_MS } from '../../../../lib/providers/atomic-session-store.js';
import { FourMethodStore } from '../../../../lib/providers/four-method/four-method-store.js';
import type { FourMethodProvider } from '../../../../lib/providers/four-method/provider-kind.js';
import { InMemorySessionProvider } from '../../../../lib/providers/memory/in-memory-session-provider.js';
import type { SessionValueRecord } from '../../../../lib/providers/session-provider.js';
import { etagOf, newEtag } from '../../../../lib/record/record-text.js';
import { FakeClock } from '../../../../lib/testing/fake-clock.js';
import { NaiveSessionProvider } from '../../../support/naive-session-provider.js';
import { sampleRecord, valuesIn } from '../../../support/sample-record.js';

const IDLE = 1000;

/** A class that makes a session out of any update: without the wrapper, a late write would bring the dead back. */
class UpsertingProvider extends NaiveSessionProvider {
  override updateSession(token: string, values: SessionValueRecord): void {
    this.sessions.set(token, { ...this.sessions.get(token), ...values });
  }
}

/** Stores nothing before the first update. */
class LazyProvider extends UpsertingProvider {
  override createSession(): string {
    const token = super.createSession();
    this.sessions.delete(token);
    return token;
  }
}

const fourMethodsOf = (provider: FourMethodProvider): FourMethodProvider => ({
  createSession: () => provider.createSession(),
  updateSession: (token, values) => provider.updateSession(token, values),
  getSession: (token) => provider.getSession(token),
  invalidateSession: (token) => provider.invalidateSession(token),
});

const kinds: [string, (clock: FakeClock) => FourMethodProvider][] = [
  ['the chapter class', () => new NaiveSessionProvider()],
  ['an upserting class', () => new UpsertingProvider()],
  ['a class that stores lazily', () => new LazyProvider()],
  [
    'the four methods of InMemorySessionProvider',
    (clock) => fourMethodsOf(new InMemorySessionProvider({}, { clock })),
  ],
];

describe.each(kinds)('FourMethodStore over %s', (_, make) => {
  let clock: FakeClock;
  let store: FourMethodStore;
  let id: string;
  let deadline: number;

  beforeEach(async () => {
    clock = new FakeClock();
    store = new FourMethodStore(make(clock), clock);
    id = await store.newId();
    deadline = clock.now() + IDLE;
  });

  it('finds nothing under an id before its create', async () => {
    expect(await store.load(id)).toBeUndefined();
    expect(await store.end(id)).toBe(false);
  });

  it('creates once', async () => {
    const text = sampleRecord({ values: { a: 1, b: null } });
    expect(await store.create(id, text, deadline)).toBe('ok');
    expect(await store.create(id, sampleRecord(), deadline)).toBe('exists');
    expect(await store.load(id)).toEqual({ text, deadline });
  });

  it('replaces, adds and removes keys', async () => {
    const text = sampleRecord({ values: { kept: { n: 1 }, changed: 1, removed: 1 } });
    const next = sampleRecord({ values: { kept: { n: 1 }, changed: 2, added: [] } });
    await store.create(id, text, deadline);
    expect(await store.replace(id, etagOf(text), next, deadline + 5)).toBe('ok');
    const stored = await store.load(id);
    expect(etagOf(stored?.text ?? '')).toBe(etagOf(next));
    expect(valuesIn(stored?.text)).toEqual({ kept: { n: 1 }, changed: 2, added: [] });
    expect(stored?.deadline).toBe(deadline + 5);
  });

  it('answers a stale etag with what the record is now', async () => {
    const text = sampleRecord({ values: { a: 1 } });
    await store.create(id, text, deadline);
    expect(await store.replace(id, newEtag(), sampleRecord(), deadline)).toEqual({ text, deadline });
  });

  it('takes a write that is sent twice as one', async () => {
    const text = sampleRecord();
    const next = sampleRecord({ values: { a: 1 } });
    await store.create(id, text, deadline);
    expect(await store.replace(id, etagOf(text), next, deadline)).toBe('ok');
    expect(await store.replace(id, etagOf(text), next, deadline)).toBe('ok');
  });

  it('lets one of two writers win that loaded the same record', async () => {
    const text = sampleRecord();
    await store.create(id, text, deadline);
    const outcomes = await Promise.all([
      store.replace(id, etagOf(text), sampleRecord({ values: { left: 1 } }), deadline),
      store.replace(id, etagOf(text), sampleRecord({ values: { right: 1 } }), deadline),
    ]);
    expect(outcomes[0]).toBe('ok');
    expect(outcomes[1]).toHaveProperty('text', expect.stringContaining('left'));
  });

  it.each([
    [-1, true],
    [0, false],
    [1, false],
  ])('at %p ms from its deadline finds the record: %p', async (offset, found) => {
    await store.create(id, sampleRecord(), deadline);
    clock.set(deadline + offset);
    expect((await store.load(id)) !== undefined).toBe(found);
  });

  it.each([
    [-1, 'ok'],
    [0, 'gone'],
  ])('at %p ms from the end of the window, a commit that was under way is %p', async (offset, outcome) => {
    const text = sampleRecord();
    await store.create(id, text, deadline);
    clock.set(deadline + IN_FLIGHT_WINDOW_MS + offset);
    expect(await store.replace(id, etagOf(text), sampleRecord(), clock.now() + IDLE)).toBe(outcome);
  });

  it('only lengthens with a touch', async () => {
    const text = sampleRecord({ values: { a: 1 } });
    await store.create(id, text, deadline);
    await store.touch(id, deadline - 1);
    expect(await store.load(id)).toEqual({ text, deadline });
    await store.touch(id, deadline + 1);
    expect(await store.load(id)).toEqual({ text, deadline: deadline + 1 });
  });

  it('ends a session once, for good', async () => {
    const text = sampleRecord();
    await store.create(id, text, deadline);
    expect([await store.end(id), await store.end(id)]).toEqual([true, false]);
    expect(await store.replace(id, etagOf(text), sampleRecord(), deadline)).toBe('gone');
    await store.touch(id, deadline + IDLE);
    expect(await store.create(id, sampleRecord(), deadline)).toBe('exists');
    expect(await store.load(id)).toBeUndefined();
  });

  it('shares no reference', async () => {
    const text = sampleRecord({ values: { cart: ['apple'] } });
    await store.create(id, text, deadline);
    const first = await store.load(id);
    await store.replace(id, etagOf(text), sampleRecord({ values: { cart: [] } }), deadline);
    expect(valuesIn(first?.text)).toEqual({ cart: ['apple'] });
  });
});

describe('FourMethodStore', () => {
  const clock = new FakeClock();
  const deadline = clock.now() + IDLE;

  it('hands its class only the changed keys, and plain values', async () => {
    const provider = new NaiveSessionProvider();
    const store = new FourMethodStore(provider, clock);
    const id = await store.newId();
    const text = sampleRecord({ values: { kept: 1, changed: 1, removed: 1 } });
    await store.create(id, text, deadline);
    const update = jest.spyOn(provider, 'updateSession');
    await store.replace(id, etagOf(text), sampleRecord({ values: { kept: 1, changed: { n: 2 } } }), deadline);
    expect(update).toHaveBeenCalledTimes(1);
    expect(update.mock.calls[0]?.[1]).toStrictEqual({
      removed: undefined,
      changed: { n: 2 },
      __session: { etag: expect.any(String), meta: expect.any(String), deadline },
    });
  });

  it('removes what a class puts into a new session of its own accord', async () => {
    const provider = new NaiveSessionProvider();
    const store = new FourMethodStore(provider, clock);
    const id = await store.newId();
    await provider.updateSession(id.replaceAll('~', '.'), { madeBy: 'the class' });
    const text = sampleRecord({ values: { a: 1 } });
    await store.create(id, text, deadline);
    expect((await store.load(id))?.text).toBe(text);
  });

  it('counts a session that other code wrote as absent, and leaves it alone', async () => {
    const provider = new NaiveSessionProvider();
    const store = new FourMethodStore(provider, clock);
    provider.sessions.set('written-by-others', { user: 7 });
    expect(await store.load('written-by-others')).toBeUndefined();
    expect(await store.replace('written-by-others', newEtag(), sampleRecord(), deadline)).toBe('gone');
    await store.touch('written-by-others', deadline);
    expect(await store.end('written-by-others')).toBe(false);
    expect(provider.sessions.get('written-by-others')).toEqual({ user: 7 });
  });

  it('fails a create that its class did not keep', async () => {
    const forgetful = { ...fourMethodsOf(new NaiveSessionProvider()), updateSession: () => undefined };
    const store = new FourMethodStore({ ...forgetful, getSession: () => undefined }, clock);
    const id = await store.newId();
    await expect(store.create(id, sampleRecord(), deadline)).rejects.toHaveProperty('code', 'STORE_FAILED');
  });

  it('hides an ended session even if its class does not end it', async () => {
    const provider = new NaiveSessionProvider();
    const store = new FourMethodStore(
      { ...fourMethodsOf(provider), invalidateSession: () => undefined },
      clock,
    );
    const id = await store.newId();
    const text = sampleRecord();
    await store.create(id, text, deadline);
    expect([await store.end(id), await store.end(id)]).toEqual([true, false]);
    expect(await store.load(id)).toBeUndefined();
    expect(await store.replace(id, etagOf(text), sampleRecord(), deadline)).toBe('gone');
  });

  it('passes the failure of its class on, and goes on afterwards', async () => {
    const provider = new NaiveSessionProvider();
    const store = new FourMethodStore(provider, clock);
    const id = await store.newId();
    const text = sampleRecord();
    await store.create(id, text, deadline);
    jest.spyOn(provider, 'updateSession').mockImplementationOnce(() => {
      throw new Error('disk full');
    });
    const next = sampleRecord({ values: { a: 1 } });
    await expect(store.replace(id, etagOf(text), next, deadline)).rejects.toThrow('disk full');
    expect(await store.replace(id, etagOf(text), next, deadline)).toBe('ok');
  });
});
