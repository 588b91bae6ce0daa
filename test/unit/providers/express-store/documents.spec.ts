import { beforeEach, describe, expect, it } from '@jest/globals';
import { IN_FLIGHT_WINDOW_MS } from '../../../../lib/providers/atomic-session-store.js';
import {
  type ExpressStore,
  type ExpressStoreSessionProvider,
  fromExpressStore,
} from '../../../../lib/providers/express-store/index.js';
import { etagOf } from '../../../../lib/record/record-text.js';
import { eventsDuring, FakeClock, Subject } from '../../../../lib/testing/index.js';
import { EXPRESS_STORES } from '../../../support/express-stores.js';
import { LiveStore, SyncStore } from '../../../support/odd-express-stores.js';
import { sampleRecord } from '../../../support/sample-record.js';

const ID = 'a-session-of-22-letters';
const IDLE = 600_000;
const LIFE = IDLE + IN_FLIGHT_WINDOW_MS;

let clock: FakeClock;
let deadline: number;

beforeEach(() => {
  clock = new FakeClock();
  deadline = clock.now() + IDLE;
});

const bridge = (store: ExpressStore): ExpressStoreSessionProvider => fromExpressStore(store, { clock });

describe('rule 4: what a store is given', () => {
  it('is plain and new each time, and changing it changes no session', async () => {
    const store = new LiveStore();
    const provider = bridge(store);
    const text = sampleRecord({ values: { cart: ['tea'] } });
    await provider.create(ID, text, deadline);
    const loaded = await provider.load(ID);
    await provider.touch(ID, deadline + 1);
    expect(loaded).toEqual({ text, deadline });
    expect(new Set(store.given).size).toBe(2);
    for (const given of store.given) {
      expect(Object.getPrototypeOf(given)).toBe(Object.prototype);
      expect(structuredClone(given)).toEqual(given);
    }
  });

  it('has a cookie with all that a store may ask of one', async () => {
    const store = new LiveStore();
    await bridge(store).create(ID, sampleRecord(), deadline);
    const cookie = store.given[0]?.cookie as { toJSON?(): unknown } | undefined;
    const fields = {
      originalMaxAge: LIFE,
      maxAge: LIFE,
      expires: expect.any(Date),
      httpOnly: true,
      path: '/',
    };
    expect(cookie).toEqual(fields);
    expect(cookie?.toJSON?.()).toEqual(fields);
  });
});

describe('rule 5: a store that keeps what has expired, and gives dates back as strings', () => {
  it.each([
    [-1, true],
    [0, false],
    [1, false],
  ])('at %p ms from the deadline gives a session: %p', async (offset, found) => {
    const store = new SyncStore();
    const provider = bridge(store);
    await provider.create(ID, sampleRecord(), deadline);
    clock.set(deadline + offset);
    expect((await provider.load(ID)) !== undefined).toBe(found);
    expect(store.sessions.get(ID)).toMatch(/"expires":"\d{4}-/);
  });

  it.each([
    [-1, 'ok'],
    [0, 'gone'],
  ])('at %p ms from the end of the window, a commit that was under way is %p', async (offset, outcome) => {
    const provider = bridge(new SyncStore());
    const text = sampleRecord();
    await provider.create(ID, text, deadline);
    clock.set(deadline + IN_FLIGHT_WINDOW_MS + offset);
    expect(await provider.replace(ID, etagOf(text), sampleRecord(), deadline + IDLE)).toBe(outcome);
  });
});

describe('rule 6: the expiry that a store is given', () => {
  it('is there with every write, and outlasts the deadline by the window', async () => {
    const store = new LiveStore();
    const provider = bridge(store);
    const text = sampleRecord();
    const before = Date.now();
    await provider.create(ID, text, deadline);
    await provider.replace(ID, etagOf(text), sampleRecord(), deadline + 1);
    await provider.touch(ID, deadline + 2);
    const cookies = store.given.map(({ cookie }) => cookie);
    expect(cookies.map(({ maxAge }) => maxAge)).toEqual([LIFE, LIFE + 1, LIFE + 2]);
    for (const { originalMaxAge, maxAge, expires } of cookies) {
      expect(originalMaxAge).toBe(maxAge);
      expect(expires.getTime()).toBeGreaterThanOrEqual(before + maxAge);
      expect(expires.getTime()).toBeLessThanOrEqual(Date.now() + maxAge);
    }
  });

  it('is never in the past, which some stores take for none', async () => {
    const store = new LiveStore();
    await bridge(store).create(ID, sampleRecord(), clock.now() - 2 * IN_FLIGHT_WINDOW_MS);
    expect(store.given[0]?.cookie.maxAge).toBe(1);
  });
});

describe('rule 11: the keys that stores use themselves', () => {
  const values = {
    cookie: 'monster',
    __lastAccess: 'yesterday',
    lastModified: 'never',
    __session: { text: 'mine' },
    'with.dots': { $set: 1 },
    '\0': '\0',
  };

  it.each(EXPRESS_STORES)('are free for users of %s', async (_, make) => {
    const subject = new Subject({ store: bridge(make()), clock });
    const { token } = await subject.begin(values);
    expect(await subject.read(token)).toEqual(values);
  });

  it('show in no session', async () => {
    const subject = new Subject({ store: bridge(new LiveStore()), clock });
    const { token } = await subject.begin({ a: 1 });
    expect(await subject.read(token)).toEqual({ a: 1 });
  });
});

describe('what stands in a store already', () => {
  it('counts as absent when express-session wrote it, and is left alone', async () => {
    const store = new SyncStore();
    const foreign = JSON.stringify({ cookie: { maxAge: 1000 }, passport: { user: 7 } });
    store.sessions.set(ID, foreign);
    const provider = bridge(store);
    expect(await provider.load(ID)).toBeUndefined();
    expect(await provider.create(ID, sampleRecord(), deadline)).toBe('exists');
    expect(await provider.replace(ID, 'a stale etag', sampleRecord(), deadline)).toBe('gone');
    await provider.touch(ID, deadline);
    expect(await provider.end(ID)).toBe(false);
    expect(store.sessions.get(ID)).toBe(foreign);
  });

  it.each<[string, unknown]>([
    ['no object', { __session: 'text' }],
    ['a deadline that is none', { __session: { text: 'text', deadline: '2030-01-01' } }],
    ['no text', { __session: { deadline: 1 } }],
    ['nothing but text', 'text'],
  ])('counts as absent when our key holds %s', async (_, document) => {
    const store = new SyncStore();
    store.sessions.set(ID, JSON.stringify(document));
    expect(await bridge(store).load(ID)).toBeUndefined();
  });

  it('counts as corrupt, with an event, when the store cannot parse it', async () => {
    const store = new SyncStore();
    const subject = new Subject({ store: bridge(store), clock });
    const { id, token } = await subject.begin({ a: 1 });
    store.sessions.set(id, '{"cookie":{"max');
    const events = await eventsDuring(async () => expect(await subject.read(token)).toBeUndefined());
    expect(events).toContainEqual({ type: 'corrupt-record', id });
  });
});
