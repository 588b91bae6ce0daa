import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { FakeClock, type LooseSession, PlainStore, Subject } from '../../../lib/testing/index.js';
import { runInScope } from '../../../lib/session/current.js';
import { Session } from '../../../lib/session/session.js';

function makeSubject(): Subject {
  const clock = new FakeClock();
  return new Subject({ clock, store: new PlainStore(clock) });
}

async function sessionWith(values: Record<string, unknown>): Promise<LooseSession> {
  const subject = makeSubject();
  const { token } = await subject.begin(values);
  return (await subject.open(token)).session;
}

describe('a session as a mapping', () => {
  it('answers the default for a missing key only', async () => {
    const session = await sessionWith({ nothing: null, empty: '', zero: 0, no: false });
    const found = ['nothing', 'empty', 'zero', 'no', 'missing'].map((key) => session.get(key, 'default'));
    expect(found).toEqual([null, '', 0, false, 'default']);
    expect(session.get('missing')).toBeUndefined();
  });

  it('does not find what every object inherits', async () => {
    const session = await sessionWith({ a: 1 });
    for (const key of ['toString', 'constructor', '__proto__', 'hasOwnProperty']) {
      expect([session.has(key), session.get(key)]).toEqual([false, undefined]);
    }
  });

  it('removes a key that is set to undefined', async () => {
    const session = await sessionWith({ a: 1, b: 2 });
    expect(session.set('a', undefined).set('b', 3).toObject()).toEqual({ b: 3 });
  });

  it('tells whether a deleted key was there', async () => {
    const session = await sessionWith({ a: 1 });
    expect([session.delete('a'), session.delete('a'), session.delete('b')]).toEqual([true, false, false]);
  });

  it('pulls a value out once', async () => {
    const session = await sessionWith({ flash: { text: 'saved' }, nothing: null });
    expect(session.pull('flash')).toEqual({ text: 'saved' });
    expect(session.pull('flash')).toBeUndefined();
    expect([session.pull('nothing'), session.has('nothing')]).toEqual([null, false]);
  });

  it('clears every key and lives on', async () => {
    const session = await sessionWith({ a: 1, b: 2 });
    const { id } = session;
    session.set('c', 3).clear();
    expect([session.size, [...session], session.id]).toEqual([0, [], id]);
  });

  it('iterates in every way over the same keys, those of the record first, then the new ones', async () => {
    const session = await sessionWith({ b: 1, a: 2, gone: 0 });
    session.set('c', 3).set('b', 4).delete('gone');
    const entries = [
      ['b', 4],
      ['a', 2],
      ['c', 3],
    ];
    const visited: unknown[] = [];
    session.forEach((value, key, self) => visited.push([key, value, self === session]));
    expect([...session]).toEqual(entries);
    expect([...session.entries()]).toEqual(entries);
    expect([...session.keys()]).toEqual(['b', 'a', 'c']);
    expect([...session.values()]).toEqual([4, 2, 3]);
    expect(visited).toEqual(entries.map((entry) => [...entry, true]));
    expect(session.size).toBe(3);
  });

  it('may be changed while it is iterated', async () => {
    const session = await sessionWith({ a: 1, b: 2 });
    for (const [key] of session) session.delete(key);
    expect(session.size).toBe(0);
  });

  it('becomes a plain object in which __proto__ is a key like any other', async () => {
    const session = await sessionWith({ a: 1 });
    session.set('__proto__', { admin: true }).set('constructor', 1);
    const plain = session.toObject();
    expect(Object.keys(plain)).toEqual(['a', '__proto__', 'constructor']);
    expect(Object.getPrototypeOf(plain)).toBe(Object.prototype);
    expect('admin' in plain).toBe(false);
  });

  it('shows neither values nor token, however it is printed', async () => {
    const session = await sessionWith({ secret: 'canary' });
    session.get('secret');
    expect(inspect(session, { depth: 9, showHidden: true })).toBe(`Session { id: ${session.id} }`);
    expect(JSON.stringify(session)).toBe(JSON.stringify({ id: session.id }));
    expect(Object.keys(session)).toEqual([]);
    expect(JSON.stringify({ ...session })).toBe('{}');
  });

  it('can be printed before it is loaded, when nothing else can be done with it', () => {
    const { session } = makeSubject().here.arrive();
    expect(inspect(session)).toBe('Session { id: none }');
    expect(JSON.stringify(session)).toBe('{"id":null}');
    const uses: (() => unknown)[] = [
      () => session.get('a'),
      () => session.set('a', 1),
      () => session.has('a'),
      () => session.delete('a'),
      () => session.size,
      () => [...session],
      () => session.toObject(),
      () => session.id,
      () => session.token,
      () => session.isNew,
      () => session.expiresAt,
    ];
    for (const use of uses)
      expect(use).toThrow(
        expect.objectContaining({ code: 'NOT_LOADED', message: expect.stringContaining('GET /law') }),
      );
  });
});

describe('what a session knows of itself', () => {
  it('is nothing until it is first saved', async () => {
    const { session } = await makeSubject().open();
    session.set('a', 1);
    expect([session.isNew, session.id, session.token, session.createdAt, session.seenAt]).toEqual([
      true,
      null,
      null,
      null,
      null,
    ]);
    expect([session.version, session.expiresAt, session.principal]).toEqual([null, null, null]);
  });

  it('is where it stands, afterwards', async () => {
    const subject = makeSubject();
    const createdAt = subject.clock.now();
    const { token } = await subject.plant({ a: 1 }, { principal: 'ada' });
    subject.clock.advance(subject.policy.touchInterval);
    const request = await subject.open(token);
    await request.finish();
    const seenAt = createdAt + subject.policy.touchInterval;
    const { session } = request;
    expect([session.isNew, session.token, session.principal]).toEqual([false, token, 'ada']);
    expect([session.createdAt, session.seenAt]).toEqual([createdAt, seenAt]);
    expect(session.expiresAt).toBe(seenAt + subject.policy.idleTimeout);
    expect(session.version).toBe(0);
    session.set('a', 2);
    await session.save();
    expect(session.version).toBe(1);
  });

  it('is new in the request that made it, also after it was saved', async () => {
    const { session } = await makeSubject().open();
    await session.set('a', 1).save();
    expect([session.isNew, typeof session.token]).toEqual([true, 'string']);
  });
});

describe('what a session does at once', () => {
  it('increments a missing key from 0, by any number', async () => {
    const session = await sessionWith({ a: 1 });
    expect([await session.increment('n'), await session.increment('n', -2.5)]).toEqual([1, -1.5]);
  });

  it('refuses to increment what is no number, and says what it found but not its value', async () => {
    const session = await sessionWith({ text: 'canary', nothing: null, list: [] });
    await expect(session.increment('text')).rejects.toMatchObject({
      code: 'NOT_A_NUMBER',
      message: expect.stringContaining('a string'),
    });
    await expect(session.increment('text')).rejects.not.toThrow('canary');
    await expect(session.increment('nothing')).rejects.toThrow('null');
    await expect(session.increment('list')).rejects.toMatchObject({ code: 'NOT_A_NUMBER' });
  });

  it('updates by a function, which may wait, and removes what becomes undefined', async () => {
    const session = await sessionWith({ a: 1 });
    expect(await session.update('a', (a) => Promise.resolve(Number(a) + 1))).toBe(2);
    expect(await session.update('a', () => undefined)).toBeUndefined();
    expect(session.has('a')).toBe(false);
  });

  it('throws away the draft of a transaction that fails, and keeps what was changed before', async () => {
    const session = await sessionWith({ a: 1 });
    session.set('b', 2);
    const failing = session.transaction((draft) => {
      draft.set('a', 2).delete('b');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(session.toObject()).toEqual({ a: 1, b: 2 });
  });

  it('commits with a transaction what the request changed before', async () => {
    const subject = makeSubject();
    const { token } = await subject.begin({ cart: ['tea'] });
    const { session } = await subject.open(token);
    (session.get('cart') as string[]).push('milk');
    await session.transaction((draft) => draft.set('count', (draft.get('cart') as string[]).length));
    expect(await subject.read(token)).toEqual({ cart: ['tea', 'milk'], count: 2 });
  });

  it('makes a session by a transaction that writes, and none by one that only reads', async () => {
    const subject = makeSubject();
    const request = await subject.open();
    expect(await request.session.transaction((draft) => draft.get('a', 7))).toBe(7);
    expect(request.session.token).toBeNull();
    expect(await request.session.increment('a')).toBe(1);
    expect(await request.finish()).toEqual({ kind: 'set', token: request.session.token });
  });
});

describe('Session.loadSession', () => {
  it('answers the session of the request that runs, loaded, as an instance of the class that asks', async () => {
    class Visit extends Session<{ pages: number }> {
      get deep(): boolean {
        return this.get('pages', 0) > 2;
      }
    }
    const subject = makeSubject();
    const { token } = await subject.begin({ pages: 3 });
    const { handle } = subject.here.arrive(token);
    const visit = await runInScope({ handleOf: () => handle, handleNamed: () => handle }, () =>
      Visit.loadSession(),
    );
    expect([visit instanceof Visit, visit.deep]).toEqual([true, true]);
  });

  it('is refused outside of a request', async () => {
    await expect(Session.loadSession()).rejects.toMatchObject({ code: 'NO_REQUEST' });
  });
});
