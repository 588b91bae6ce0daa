import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { newNonce } from '../../../../lib/credentials/nonce.js';
import { newSessionId } from '../../../../lib/credentials/token.js';
import type {
  AdmitOutcome,
  AtomicSessionStore,
  OwnedRecord,
  StoreCapabilities,
} from '../../../../lib/providers/atomic-session-store.js';
import { InMemorySessionProvider } from '../../../../lib/providers/memory/in-memory-session-provider.js';
import { RecordSeal } from '../../../../lib/providers/sealed/record-seal.js';
import { sealedStore } from '../../../../lib/providers/sealed/sealed-store.js';
import { etagOf } from '../../../../lib/record/record-text.js';
import { FakeClock } from '../../../../lib/testing/fake-clock.js';
import { sampleRecord, valuesIn } from '../../../support/sample-record.js';

const key = newNonce();
const seal = new RecordSeal([key]);
const id = newSessionId();

function sealedMemory() {
  const clock = new FakeClock();
  const memory = new InMemorySessionProvider({}, { clock });
  return { memory, store: sealedStore(memory, seal), deadline: clock.now() + 1000 };
}

describe('a sealed store', () => {
  it('answers at once where the store behind it does', () => {
    const { store, deadline } = sealedMemory();
    const text = sampleRecord({ values: { a: 1 } });
    expect(store.create(id, text, deadline)).toBe('ok');
    expect(store.load(id)).toEqual({ text, deadline });
    expect(store.load(newSessionId())).toBeUndefined();
  });

  it('shows the store behind it no value', () => {
    const { memory, store, deadline } = sealedMemory();
    void store.create(id, sampleRecord({ values: { canary: 1 } }), deadline);
    expect(memory.load(id)?.text).not.toContain('canary');
    expect(valuesIn(memory.load(id)?.text)).toBeUndefined();
  });

  it('answers a conflict with what the record is now', () => {
    const { store, deadline } = sealedMemory();
    const [before, now] = [sampleRecord(), sampleRecord({ values: { a: 2 } })];
    void store.create(id, before, deadline);
    expect(store.replace(id, etagOf(before), now, deadline)).toBe('ok');
    expect(store.replace(id, etagOf(before), sampleRecord(), deadline)).toEqual({ text: now, deadline });
    expect(store.replace(newSessionId(), etagOf(before), now, deadline)).toBe('gone');
  });

  it('knows a write that is sent twice, though it is sealed anew', () => {
    const { store, deadline } = sealedMemory();
    const [before, after] = [sampleRecord(), sampleRecord({ values: { a: 1 } })];
    void store.create(id, before, deadline);
    const send = () => store.replace(id, etagOf(before), after, deadline);
    expect([send(), send()]).toEqual(['ok', 'ok']);
  });

  it('hands on an empty text, which no release can read, for a record that does not open', () => {
    const { memory, store, deadline } = sealedMemory();
    const text = sampleRecord({ values: { a: 1 } });
    memory.create(id, text, deadline);
    expect(store.load(id)).toEqual({ text: '', deadline });
    expect(store.replace(id, 'another-etag', text.replace(etagOf(text), 'x'.repeat(12)), deadline)).toEqual({
      text: '',
      deadline,
    });
  });

  it('prints no key and no value', () => {
    const { store, deadline } = sealedMemory();
    void store.create(id, sampleRecord({ values: { canary: 1 } }), deadline);
    const printed = inspect(store, { depth: 9, showHidden: true }) + JSON.stringify(store);
    expect(printed).not.toContain(key);
    expect(printed).not.toContain('canary');
  });
});

/** A store that has every capability, tells what it was asked, and answers what it is told to. */
class Capable implements AtomicSessionStore, Required<Omit<StoreCapabilities, 'cas'>> {
  readonly cas = false;
  readonly asked: unknown[][] = [];
  outcome: AdmitOutcome = { evicted: ['old'] };
  owned: readonly OwnedRecord[] = [];

  load = () => undefined;
  create = () => 'ok' as const;
  replace = () => 'gone' as const;
  touch = (...asked: unknown[]) => void this.asked.push(['touch', ...asked]);
  end = (...asked: unknown[]) => this.asked.push(['end', ...asked]) > 0;
  newId = () => 'an-id';
  open = () => void this.asked.push(['open']);
  sweep = (...asked: unknown[]) => this.asked.push(['sweep', ...asked]);
  confirm = () => void this.asked.push(['confirm']);
  endEverything = () => void this.asked.push(['endEverything']);
  watch = () => () => undefined;
  announce = (...asked: unknown[]) => void this.asked.push(['announce', ...asked]);
  health = () => void this.asked.push(['health']);
  close = () => void this.asked.push(['close']);
  sessionsOf = () => this.owned;

  admit(...asked: unknown[]): Promise<AdmitOutcome> {
    this.asked.push(['admit', ...asked]);
    return Promise.resolve(this.outcome);
  }

  endSessionsOf(...asked: unknown[]): string[] {
    this.asked.push(['endSessionsOf', ...asked]);
    return ['ended'];
  }
}

describe('the capabilities of a sealed store', () => {
  it('are those of the store behind it, no more and no less', () => {
    const bare: AtomicSessionStore = {
      load: () => undefined,
      create: () => 'ok',
      replace: () => 'gone',
      touch: () => undefined,
      end: () => false,
    };
    expect(Object.keys(sealedStore(bare, seal))).toEqual([]);
    expect(Object.keys(sealedStore(new Capable(), seal)).toSorted()).toEqual([
      'admit',
      'announce',
      'cas',
      'close',
      'confirm',
      'endEverything',
      'endSessionsOf',
      'health',
      'newId',
      'open',
      'sessionsOf',
      'sweep',
      'watch',
    ]);
    expect(sealedMemory().store.sweep).toBeInstanceOf(Function);
  });

  it('that have nothing to do with texts are the very same', async () => {
    const behind = new Capable();
    const store = sealedStore(behind, seal);
    const onExpired = () => undefined;
    expect(store.newId?.()).toBe('an-id');
    expect(store.cas).toBe(false);
    expect(await store.endSessionsOf?.('ada', 'revoked', 'but-this')).toEqual(['ended']);
    await store.touch(id, 1);
    await store.end(id, 'revoked');
    await store.sweep?.(7, onExpired);
    for (const name of ['open', 'confirm', 'endEverything', 'health', 'close'] as const)
      await store[name]?.();
    expect(behind.asked).toEqual([
      ['endSessionsOf', 'ada', 'revoked', 'but-this'],
      ['touch', id, 1],
      ['end', id, 'revoked'],
      ['sweep', 7, onExpired],
      ['open'],
      ['confirm'],
      ['endEverything'],
      ['health'],
      ['close'],
    ]);
  });

  it('admit sealed writes, and answer opened records', async () => {
    const behind = new Capable();
    const store = sealedStore(behind, seal);
    const text = sampleRecord({ principal: 'ada', values: { canary: 1 } });
    const admit = () =>
      store.admit?.({ id, text, deadline: 1 }, { principal: 'ada', whenFull: 'reject', limit: 2 });
    expect(await admit()).toEqual({ evicted: ['old'] });
    const [, write, admission] = behind.asked[0] as [string, { text: string }, unknown];
    expect(write).toEqual({ id, deadline: 1, text: expect.stringMatching(/\nv1\./) });
    expect(seal.open(id, write.text)).toBe(text);
    expect(admission).toEqual({ principal: 'ada', whenFull: 'reject', limit: 2 });
    behind.outcome = 'full';
    expect(await admit()).toBe('full');
    behind.outcome = { text: write.text, deadline: 1 };
    expect(await admit()).toEqual({ text, deadline: 1 });
    behind.outcome = { text, deadline: 1 };
    expect(await admit()).toEqual({ text: '', deadline: 1 });
  });

  it('list the sessions of a principal, each under its own id', async () => {
    const behind = new Capable();
    const text = sampleRecord({ principal: 'ada' });
    const sealed = seal.seal(id, text);
    const other = newSessionId();
    behind.owned = [id, other].map((owned) => ({ id: owned, text: sealed, deadline: 1 }));
    expect(await sealedStore(behind, seal).sessionsOf?.('ada')).toEqual([
      { id, text, deadline: 1 },
      { id: other, text: '', deadline: 1 },
    ]);
  });
});
