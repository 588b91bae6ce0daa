import { EventEmitter } from 'node:events';
import { inherits } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import session from 'express-session';
import { lawsNotHeld } from '../../../../lib/providers/four-method/laws-not-held.js';
import { asAtomicStore } from '../../../../lib/providers/four-method/as-atomic-store.js';
import {
  type ExpressStore,
  type ExpressStoreSessionProvider,
  fromExpressStore,
  Store,
} from '../../../../lib/providers/express-store/index.js';
import { etagOf } from '../../../../lib/record/record-text.js';
import { FakeClock } from '../../../../lib/testing/index.js';
import { Deferred, settled } from '../../../support/deferred.js';
import { EXPRESS_STORES } from '../../../support/express-stores.js';
import { SyncStore, withMethods } from '../../../support/odd-express-stores.js';
import { sampleRecord, valuesIn } from '../../../support/sample-record.js';
import { thrownBy } from '../../../support/thrown-by.js';

const ID = 'a-session-of-22-letters';
const clock = new FakeClock();
const deadline = clock.now() + 600_000;

const bridge = (store: ExpressStore): ExpressStoreSessionProvider => fromExpressStore(store, { clock });

describe('rule 8: a store that upserts', () => {
  it.each(EXPRESS_STORES)('gets no dead session back (%s)', async (_, make) => {
    const store = make();
    const provider = bridge(store);
    const text = sampleRecord();
    await provider.create(ID, text, deadline);
    expect([await provider.end(ID), await provider.end(ID)]).toEqual([true, false]);
    expect(await provider.replace(ID, etagOf(text), sampleRecord(), deadline)).toBe('gone');
    await provider.touch(ID, deadline + 1);
    expect(await provider.create(ID, text, deadline)).toBe('exists');
    expect(await bridge(store).load(ID)).toBeUndefined();
  });

  it.each(EXPRESS_STORES)('lets one of two writers win that loaded the same (%s)', async (_, make) => {
    const provider = bridge(make());
    const text = sampleRecord();
    await provider.create(ID, text, deadline);
    const [first, second] = await Promise.all([
      provider.replace(ID, etagOf(text), sampleRecord({ values: { left: 1 } }), deadline),
      provider.replace(ID, etagOf(text), sampleRecord({ values: { right: 1 } }), deadline),
    ]);
    expect(first).toBe('ok');
    expect(valuesIn((second as { text: string }).text)).toEqual({ left: 1 });
  });

  /** A commit that has read, and whose write waits at a gate. */
  async function commitUnderWay() {
    const [store, gate] = [new SyncStore(), new Deferred()];
    const provider = bridge(
      withMethods(store, {
        set: (...parameters) => gate.promise.then(() => store.set(...parameters)),
      }),
    );
    const text = sampleRecord();
    await bridge(store).create(ID, text, deadline);
    const commit = provider.replace(ID, etagOf(text), sampleRecord(), deadline);
    await settled();
    return { store, provider, commit, gate };
  }

  it('has an end wait for the commit that is under way in the same process', async () => {
    const { store, provider, commit, gate } = await commitUnderWay();
    const end = provider.end(ID);
    await settled();
    gate.resolve();
    expect([await commit, await end]).toEqual(['ok', true]);
    expect(store.sessions.size).toBe(0);
  });

  it('is overtaken by an end in another process, as the line at boot says', async () => {
    const { store, commit, gate } = await commitUnderWay();
    expect(await bridge(store).end(ID)).toBe(true);
    gate.resolve();
    expect(await commit).toBe('ok');
    expect(store.sessions.size).toBe(1);
    expect(lawsNotHeld(bridge(store))).toMatch(/\bD1\b.*\bundo a logout\b/);
  });
});

describe('rule 9: what differs from store to store', () => {
  it('is left alone', async () => {
    const called = new Set<PropertyKey>();
    const inner = new session.MemoryStore();
    const store = new Proxy(inner, {
      get: (_target, name) => {
        called.add(name);
        const member: unknown = Reflect.get(inner, name);
        return typeof member === 'function' ? member.bind(inner) : member;
      },
    });
    const provider = bridge(store);
    const text = sampleRecord();
    await provider.create(ID, text, deadline);
    await provider.replace(ID, etagOf(text), sampleRecord(), deadline);
    await provider.touch(ID, deadline + 1);
    await provider.end(ID);
    await provider.health();
    expect(called).toEqual(new Set(['get', 'set', 'destroy']));
  });
});

describe('rule 10: the class Store', () => {
  it('can be extended', () => {
    class Extending extends Store {}
    const store = new Extending({ ttl: 1 });
    expect(store).toBeInstanceOf(Store);
    expect(store).toBeInstanceOf(EventEmitter);
    let heard = 0;
    store.on('connect', () => (heard += 1));
    store.emit('connect');
    expect(heard).toBe(1);
  });

  it('can be inherited from as before there were classes', () => {
    function Inheriting(this: object, options: object): void {
      (Store as unknown as (this: object, options: object) => void).call(this, options);
    }
    inherits(Inheriting, Store);
    const store = Reflect.construct(Inheriting, [{ ttl: 1 }]) as Store;
    expect(store.on('connect', () => undefined).listenerCount('connect')).toBe(1);
  });

  it('could not be, were it written as a class', () => {
    class Written extends EventEmitter {}
    expect(thrownBy(() => (Written as unknown as () => void).call({}))).toBeInstanceOf(TypeError);
  });

  it('is all that the factories of stores need', () => {
    expect(EXPRESS_STORES.map(([, make]) => make() instanceof Store)).toEqual([false, true, true]);
  });
});

describe('fromExpressStore', () => {
  it.each<[string, unknown, string]>([
    ['an object that is none', {}, 'an object without get, set, destroy'],
    ['a store without destroy', { get() {}, set() {} }, 'an object without destroy'],
    ['a class', session.MemoryStore, 'new RedisStore({ client })'],
    ['nothing', undefined, 'undefined without get, set, destroy'],
  ])('refuses %s', (_, store, expected) => {
    const error = thrownBy(() => fromExpressStore(store as ExpressStore));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(expected) });
  });

  it('makes a provider that is wrapped no further', () => {
    const provider = fromExpressStore(new session.MemoryStore());
    expect(asAtomicStore(provider)).toBe(provider);
  });

  it('makes one with the four methods of the chapter', async () => {
    const provider = fromExpressStore(new session.MemoryStore());
    const token = await provider.createSession();
    await provider.updateSession(token, { theme: 'dark', gone: 1 });
    await provider.updateSession(token, { gone: undefined });
    expect(await provider.getSession(token)).toEqual({ theme: 'dark' });
    await provider.invalidateSession(token);
    expect(await provider.getSession(token)).toBeUndefined();
  });
});
