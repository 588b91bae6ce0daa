import { describe, expect, it } from '@jest/globals';
import { FakeClock, FaultInjectingStore, InjectedFault, PlainStore } from '../../../lib/testing/index.js';
import { turn } from '../../../lib/testing/turn.js';

const LATER = Number.MAX_SAFE_INTEGER;

function makeStore(): { inner: PlainStore; store: FaultInjectingStore } {
  const inner = new PlainStore(new FakeClock());
  void inner.create('known', 'first', LATER);
  return { inner, store: new FaultInjectingStore(inner) };
}

const isSettled = async (promise: unknown): Promise<boolean> => {
  const pending = Symbol('pending');
  await turn();
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
};

describe('a store that injects faults', () => {
  it('answers at once what nobody asked it to hinder, and counts the calls', () => {
    const { store } = makeStore();
    expect(store.load('known')).toEqual({ text: 'first', deadline: LATER });
    expect(store.create('new', 'text', LATER)).toBe('ok');
    expect(store.replace('new', 'text', 'text2', LATER)).toBe('ok');
    expect(store.touch('new', LATER)).toBeUndefined();
    expect(store.end('new', 'invalidated')).toBe(true);
    expect(store.calls).toMatchObject({ load: 1, create: 1, replace: 1, touch: 1, end: 1, admit: 0 });
  });

  it('passes on what the store knows of principals, with faults, and has nothing that the store has not', async () => {
    const { inner, store } = makeStore();
    const admission = { principal: 'ada', whenFull: 'reject' } as const;
    const write = { id: 'login', text: 'text', deadline: LATER };
    store
      .next('admit', 'fail-after')
      .next('endSessionsOf', 'fail-before')
      .next('endEverything', 'fail-after');
    await expect(store.admit?.(write, admission)).rejects.toBeInstanceOf(InjectedFault);
    expect(store.sessionsOf?.('ada')).toMatchObject([{ id: 'login' }]);
    await expect(store.endSessionsOf?.('ada', 'revoked')).rejects.toBeInstanceOf(InjectedFault);
    expect(inner.load('login')).toBeDefined();
    await expect(store.endEverything?.()).rejects.toBeInstanceOf(InjectedFault);
    expect(inner.load('login')).toBeUndefined();
    expect(store.given).toEqual(['login', 'text']);
    const { load, create, replace, touch, end } = inner;
    const bare = new FaultInjectingStore({ load, create, replace, touch, end });
    expect([bare.admit, bare.sessionsOf, bare.endSessionsOf, bare.endEverything]).toEqual(
      Array.from({ length: 4 }, () => undefined),
    );
    expect([store.loginOperation, bare.loginOperation]).toEqual(['admit', 'replace']);
  });

  it('remembers what it was given', () => {
    const { store } = makeStore();
    void store.create('id', 'text', LATER);
    void store.replace('id', 'text', 'newer text', LATER);
    expect(store.given).toEqual(['id', 'text', 'id', 'newer text']);
  });

  it('fails before the store hears of a call', async () => {
    const { inner, store } = makeStore();
    store.next('end', 'fail-before');
    await expect(store.end('known', 'invalidated')).rejects.toBeInstanceOf(InjectedFault);
    expect(inner.load('known')).toBeDefined();
  });

  it('fails after the store has done it', async () => {
    const { inner, store } = makeStore();
    store.next('end', 'fail-after');
    await expect(store.end('known', 'invalidated')).rejects.toBeInstanceOf(InjectedFault);
    expect(inner.load('known')).toBeUndefined();
  });

  it('never answers, before or after', async () => {
    const { inner, store } = makeStore();
    store.next('end', 'hang-before').next('end', 'hang-after');
    expect(await isSettled(store.end('known', 'invalidated'))).toBe(false);
    expect(inner.load('known')).toBeDefined();
    expect(await isSettled(store.end('known', 'invalidated'))).toBe(false);
    expect(inner.load('known')).toBeUndefined();
  });

  it('sends a call twice and answers the second time', async () => {
    const { store } = makeStore();
    store.next('end', 'resend');
    expect(await store.end('known', 'invalidated')).toBe(false);
  });

  it('answers in the place of the store', () => {
    const { inner, store } = makeStore();
    store.answer('create', 'exists');
    expect([store.create('new', 'text', LATER), inner.load('new')]).toEqual(['exists', undefined]);
  });

  it('takes the faults in the order in which they were asked for, then goes on as before', async () => {
    const { store } = makeStore();
    store.next('load', 'fail-before').answer('load', undefined);
    await expect(store.load('known')).rejects.toBeInstanceOf(InjectedFault);
    expect([store.load('known'), store.load('known')]).toEqual([
      undefined,
      { text: 'first', deadline: LATER },
    ]);
  });

  it('fails every time until it is healed', async () => {
    const { store } = makeStore();
    store.every('load', 'fail-before').next('touch', 'fail-before');
    for (const _ of [1, 2]) await expect(store.load('known')).rejects.toBeInstanceOf(InjectedFault);
    store.heal();
    expect(store.load('known')).toBeDefined();
    expect(store.touch('known', LATER)).toBeUndefined();
  });

  it('holds a call before the store, or its answer behind it', async () => {
    const { inner, store } = makeStore();
    const gate = store.hold('end');
    const held = store.end('known', 'invalidated');
    await gate.reached;
    expect(inner.load('known')).toBeDefined();
    gate.open();
    expect(await held).toBe(true);
    const answer = store.holdAnswer('create');
    const creating = store.create('new', 'text', LATER);
    await answer.reached;
    expect(inner.load('new')).toBeDefined();
    expect(await isSettled(creating)).toBe(false);
    answer.open();
    expect(await creating).toBe('ok');
  });

  it('has its pace set by somebody else', async () => {
    const { store } = makeStore();
    let asked = 0;
    store.paceBy(() => Promise.resolve(void (asked += 1)));
    await store.load('known');
    expect(asked).toBe(2);
  });
});
