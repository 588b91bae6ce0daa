import { createRequire } from 'node:module';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { cookiePolicy } from '../../../../lib/http/cookie/cookie-policy.js';
import { ExpressFacade } from '../../../../lib/http/express-compatible/express-facade.js';
import type { ExpressSession } from '../../../../lib/http/express-compatible/express-session.js';
import { thrownBy } from '../../../support/thrown-by.js';
import type { Session } from '../../../../lib/index.js';
import { FakeClock, type OpenRequest, PlainStore, Subject } from '../../../../lib/testing/index.js';

/** What passport copies a session with. */
const merge = createRequire(import.meta.url)('utils-merge') as (to: object, from: object) => void;
const MINUTE_MS = 60_000;

interface Opened {
  readonly subject: Subject;
  readonly request: OpenRequest;
  readonly facade: ExpressFacade;
  readonly session: ExpressSession;
}

/** A request whose session is stored with these values, and what other packages see of it. */
async function opened(values: Record<string, unknown> = { first: 1 }, onFastify = false): Promise<Opened> {
  const clock = new FakeClock();
  const subject = new Subject({ clock, store: new PlainStore(clock) });
  const { token } = await subject.begin(values);
  const request = await subject.open(token);
  const facade = new ExpressFacade(request.handle, cookiePolicy(), onFastify);
  return { subject, request, facade, session: facade.session as ExpressSession };
}

const called = (call: (callback: (error?: unknown) => void) => unknown): Promise<unknown> =>
  new Promise((resolve) => void call(resolve));

describe('the session object of express_compatible', () => {
  it('enumerates its values and cookie, and nothing else, however somebody looks', async () => {
    const { session } = await opened({ a: 1, b: { c: [2] } });
    const visited = [];
    for (const key in session) visited.push(key);
    expect(visited).toEqual(['cookie', 'a', 'b']);
    expect(Object.keys(session)).toEqual(visited);
    expect(Object.hasOwn(session, 'a') && session.hasOwnProperty('a')).toBe(true);
    expect(['save' in session, 'a' in session, 'z' in session, Object.hasOwn(session, 'save')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(JSON.parse(JSON.stringify(session))).toMatchObject({ a: 1, b: { c: [2] }, cookie: { path: '/' } });
    expect({ ...session }).toMatchObject({ a: 1 });
  });

  it('is changed as a plain object is, also in what is nested, with one identity for each', async () => {
    const { session, request } = await opened({ cart: { items: ['tea'] }, old: true });
    const cart = session['cart'] as { items: string[] };
    cart.items.push('milk');
    expect(session['cart']).toBe(cart);
    session['user'] = 'ada';
    delete session['old'];
    session['void'] = undefined;
    expect(request.session.toObject()).toEqual({ cart: { items: ['tea', 'milk'] }, user: 'ada' });
  });

  it('refuses a value that a session cannot keep, and one in the place of a member', async () => {
    const { session } = await opened();
    for (const [key, value] of [
      ['when', new Date()],
      ['call', () => 1],
      ['save', 1],
      ['id', 'x'],
    ] as const) {
      expect(thrownBy(() => Reflect.set(session, key, value))).toMatchObject({ code: 'ILLEGAL_VALUE' });
    }
    expect(Object.keys(session)).toEqual(['cookie', 'first']);
  });

  it('keeps names that every object has as values of their own', async () => {
    const { session } = await opened();
    expect([typeof session['toString'], session['data'], session['get']]).toEqual([
      'function',
      undefined,
      undefined,
    ]);
    Reflect.set(session, 'constructor', 1);
    Object.assign(session, JSON.parse('{"__proto__":{"admin":true}}') as object);
    expect([session['constructor'], session['admin'], ({} as { admin?: true }).admin]).toEqual([
      1,
      undefined,
      undefined,
    ]);
    expect(() => Object.setPrototypeOf(session, { admin: true })).toThrow(TypeError);
    expect(() => Object.freeze(session)).toThrow(TypeError);
  });

  it('prints no value', async () => {
    const { session, request } = await opened({ secret: 'sesame' });
    expect(inspect(session)).toBe(`ExpressSession { id: ${request.session.id} }`);
    expect(inspect({ session }, { depth: 9, showHidden: true })).not.toContain('sesame');
  });

  it('is another one after regenerate(), when its callback is called; the old one still tells what it held', async () => {
    const { facade, session, request } = await opened({ cart: ['tea'] });
    const { token } = request.session;
    expect(await called((callback) => session.regenerate(callback))).toBeUndefined();
    expect(facade.session).not.toBe(session);
    expect(Object.keys(facade.session as object)).toEqual(['cookie']);
    expect(session['cart']).toEqual(['tea']);
    session['late'] = 1;
    merge(facade.session as object, session);
    expect(request.session.toObject()).toEqual({ cart: ['tea'], late: 1 });
    expect(request.session.token).not.toBe(token);
    expect((facade.session as ExpressSession).id).toBe(session.id);
  });

  it('tells a callback of a failure, and rejects without one', async () => {
    const { subject, session } = await opened({ a: 1 });
    subject.here.store.every('replace', 'fail-before');
    session['a'] = 2;
    const failed = expect.objectContaining({ code: 'STORE_FAILED' });
    expect(await called((callback) => session.save(callback))).toEqual(failed);
    await expect(session.save()).rejects.toEqual(failed);
    await expect(session.regenerate()).rejects.toEqual(failed);
  });

  it('lets the response wait for what nobody awaited, and fail with it (laws H1, H2)', async () => {
    const { subject, facade, session } = await opened({ a: 1 });
    const gate = subject.here.store.hold('end');
    void session.destroy();
    expect(facade.session).toBeUndefined();
    const finished = facade.finish();
    expect(finished).toBeInstanceOf(Promise);
    gate.open();
    await finished;
    expect(facade.finish()).toBeUndefined();
  });

  it('ends by the response all the same when destroy() failed: no answer hides that (law H2)', async () => {
    const { subject, facade, session, request } = await opened({ a: 1 });
    subject.here.store.next('end', 'fail-before').next('end', 'fail-before');
    expect(await called((callback) => session.destroy(callback))).toMatchObject({ code: 'STORE_FAILED' });
    await expect(facade.finish()).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await facade.finish();
    expect(request.handle.cookie.kind).toBe('clear');
    expect(facade.finish()).toBeUndefined();
  });

  it('says NOT_LOADED to whoever asks before a store answers that fails, and rejects nothing unseen', async () => {
    const { subject, request } = await opened({ a: 1 });
    const early = subject.here.arrive(request.session.token ?? '');
    subject.here.store.next('load', 'fail-before');
    const { session } = new ExpressFacade(early.handle, cookiePolicy(), false);
    expect(thrownBy(() => session?.['a'])).toMatchObject({ code: 'NOT_LOADED' });
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('ends with the response when request.session is set to null, and takes nothing else', async () => {
    const { facade, request, session } = await opened({ a: 1 });
    facade.assign(session);
    expect(thrownBy(() => facade.assign({ a: 1 }))).toMatchObject({ code: 'SESSION_PROPERTY_TAKEN' });
    facade.assign(null);
    expect(facade.session).toBeNull();
    await facade.finish();
    expect(request.handle.cookie.kind).toBe('clear');
  });

  it('reads the store anew at reload()', async () => {
    const { subject, session, request } = await opened({ a: 1 });
    const other = await subject.open(request.session.token ?? '');
    other.session.set('a', 2);
    await other.finish();
    session['a'] = 3;
    expect(await called((callback) => session.reload(callback))).toBeUndefined();
    expect(session['a']).toBe(2);
    expect([session.touch(), session.resetMaxAge()]).toEqual([session, session]);
  });

  it('has get, set and data() for plugins of Fastify, unless values have these names', async () => {
    const { session } = await opened({ a: 1 }, true);
    const plugin = session as unknown as Pick<Session, 'get' | 'set'> & { data(): object };
    plugin.set('b', 2);
    plugin.set('a', undefined);
    expect([plugin.get('b'), plugin.data(), Object.keys(session)]).toEqual([2, { b: 2 }, ['cookie', 'b']]);
    await session.regenerate(['b']);
    session['data'] = 'mine';
    expect(session['data']).toBe('mine');
  });
});

describe('session.cookie of express_compatible', () => {
  it('makes the session persistent with an idle timeout of its own, at the next save', async () => {
    const { session, request, facade } = await opened({ a: 1 });
    expect([session.cookie.maxAge, session.cookie.expires, session.cookie.originalMaxAge]).toEqual([
      null,
      null,
      null,
    ]);
    session.cookie.maxAge = 10 * MINUTE_MS;
    expect(session.cookie.maxAge).toBe(10 * MINUTE_MS);
    await session.save();
    expect(request.session.timeouts.idle).toBe(10 * MINUTE_MS);
    expect(request.handle.cookie).toMatchObject({ kind: 'set', expiresAt: request.session.absoluteAt });
    expect(facade.finish()).toBeUndefined();
    session.cookie.expires = false;
    await facade.finish();
    expect(request.handle.cookie).not.toHaveProperty('expiresAt');
    expect(session.cookie.originalMaxAge).toBeNull();
  });

  it('takes another cookie without a word, as passport copies it', async () => {
    const { session } = await opened();
    const { cookie } = session;
    expect(Reflect.set(session, 'cookie', { maxAge: 1 })).toBe(true);
    expect(session.cookie).toBe(cookie);
  });

  it('creates no session by itself', async () => {
    const clock = new FakeClock();
    const subject = new Subject({ clock, store: new PlainStore(clock) });
    const { handle } = await subject.open();
    const facade = new ExpressFacade(handle, cookiePolicy(), false);
    facade.cookie.maxAge = 10 * MINUTE_MS;
    await facade.finish();
    expect(handle.cookie.kind).toBe('keep');
  });

  it.each([-1, 0, Number.NaN, Infinity, MINUTE_MS, new Date(0)])(
    'refuses a lifetime that is none where it is set, and leaves the session as it is: %s',
    async (lifetime) => {
      const { session, request } = await opened({ a: 1 });
      expect(thrownBy(() => Reflect.set(session.cookie, 'expires', lifetime))).toMatchObject({
        code: 'BAD_TIMEOUT',
      });
      await session.save();
      expect([session.cookie.maxAge, request.handle.cookie.kind]).toEqual([null, 'keep']);
    },
  );

  it('takes a lifetime with a fraction of a millisecond, as sums of days have', async () => {
    const { session, request } = await opened({ a: 1 });
    session.cookie.maxAge = 10 * MINUTE_MS + 0.7;
    await session.save();
    expect(request.session.timeouts.idle).toBe(10 * MINUTE_MS);
  });
});
