import { beforeEach, describe, expect, it } from '@jest/globals';
import { IN_FLIGHT_WINDOW_MS } from '../../../../lib/providers/atomic-session-store.js';
import { FourMethodStore } from '../../../../lib/providers/four-method/four-method-store.js';
import type { SessionValueRecord } from '../../../../lib/providers/session-provider.js';
import { etagOf } from '../../../../lib/record/record-text.js';
import { Deferred, settled } from '../../../support/deferred.js';
import { FakeClock } from '../../../../lib/testing/fake-clock.js';
import { NaiveSessionProvider } from '../../../support/naive-session-provider.js';
import { sampleRecord, valuesIn } from '../../../support/sample-record.js';

const IDLE = 10 * IN_FLIGHT_WINDOW_MS;

type Method = 'get' | 'update' | 'invalidate';

/** A class behind a slow network: each call waits for the test to let it through. It upserts, as many do. */
class SlowProvider extends NaiveSessionProvider {
  readonly waiting: { readonly method: Method; readonly gate: Deferred }[] = [];
  isSlow = false;

  override async getSession(token: string): Promise<SessionValueRecord | undefined> {
    const seen = structuredClone(this.sessions.get(token));
    await this.#pass('get');
    return seen;
  }

  override async updateSession(token: string, values: SessionValueRecord): Promise<void> {
    await this.#pass('update');
    this.sessions.set(token, { ...this.sessions.get(token), ...values });
  }

  override async invalidateSession(token: string): Promise<void> {
    await this.#pass('invalidate');
    this.sessions.delete(token);
  }

  /** Which calls wait, the oldest first. */
  async calls(): Promise<Method[]> {
    await settled();
    return this.waiting.map(({ method }) => method);
  }

  /** Lets the oldest call through that waits. */
  async letThrough(): Promise<void> {
    await settled();
    this.waiting.shift()?.gate.resolve();
    await settled();
  }

  async letAllThrough(): Promise<void> {
    for (await settled(); this.waiting.length > 0;) await this.letThrough();
  }

  async #pass(method: Method): Promise<void> {
    if (!this.isSlow) return;
    const gate = new Deferred();
    this.waiting.push({ method, gate });
    await gate.promise;
  }
}

let clock: FakeClock;
let provider: SlowProvider;
let store: FourMethodStore;
let id: string;
let deadline: number;
const first = sampleRecord({ values: { n: 0 } });

beforeEach(async () => {
  clock = new FakeClock();
  provider = new SlowProvider();
  store = new FourMethodStore(provider, clock);
  id = await store.newId();
  deadline = clock.now() + IDLE;
  await store.create(id, first, deadline);
  provider.isSlow = true;
});

describe('a slow class of four methods', () => {
  it('gets the writes of one session one after the other', async () => {
    const left = store.replace(id, etagOf(first), sampleRecord({ values: { n: 0, left: 1 } }), deadline);
    const right = store.replace(id, etagOf(first), sampleRecord({ values: { n: 0, right: 1 } }), deadline);
    expect(await provider.calls()).toEqual(['get']);
    await provider.letThrough();
    expect(await provider.calls()).toEqual(['update']);
    await provider.letAllThrough();
    expect(await left).toBe('ok');
    expect(valuesIn(((await right) as { text: string }).text)).toEqual({ n: 0, left: 1 });
  });

  it('loses no key when the loser writes again on top of what it was told', async () => {
    const left = store.replace(id, etagOf(first), sampleRecord({ values: { n: 0, left: 1 } }), deadline);
    const right = store.replace(id, etagOf(first), sampleRecord({ values: { n: 0, right: 1 } }), deadline);
    await provider.letAllThrough();
    await left;
    const { text } = (await right) as { text: string };
    const again = store.replace(
      id,
      etagOf(text),
      sampleRecord({ values: { ...valuesIn(text), right: 1 } }),
      deadline,
    );
    await provider.letAllThrough();
    expect(await again).toBe('ok');
    provider.isSlow = false;
    expect(valuesIn((await store.load(id))?.text)).toEqual({ n: 0, left: 1, right: 1 });
  });

  it('is not written to by a commit that waited while the session ended', async () => {
    const ended = store.end(id);
    const late = store.replace(id, etagOf(first), sampleRecord({ values: { n: 1 } }), deadline);
    await provider.letAllThrough();
    expect([await ended, await late]).toEqual([true, 'gone']);
    expect(provider.sessions.size).toBe(0);
  });

  it('ends a session after the commit that was under way, which does not bring it back', async () => {
    const commit = store.replace(id, etagOf(first), sampleRecord({ values: { n: 1 } }), deadline);
    await provider.letThrough();
    const ended = store.end(id);
    expect(await provider.calls()).toEqual(['update']);
    await provider.letAllThrough();
    expect([await commit, await ended]).toEqual(['ok', true]);
    expect(provider.sessions.size).toBe(0);
  });

  it('would bring it back if the commit had not waited', async () => {
    const token = id.replaceAll('~', '.');
    const commit = provider.updateSession(token, { n: 1 });
    const ended = provider.invalidateSession(token);
    provider.waiting.reverse();
    await provider.letAllThrough();
    await Promise.all([commit, ended]);
    expect(provider.sessions.has(token)).toBe(true);
  });

  it('is not recreated by a touch that waited while the session ended', async () => {
    const ended = store.end(id);
    const touched = store.touch(id, deadline + 1);
    await provider.letAllThrough();
    await Promise.all([ended, touched]);
    expect(provider.sessions.size).toBe(0);
  });

  it('shows no session to a load that was answered after the end', async () => {
    const load = store.load(id);
    await settled();
    const ended = store.end(id);
    const slowRead = provider.waiting.shift();
    await provider.letAllThrough();
    expect(await ended).toBe(true);
    slowRead?.gate.resolve();
    expect(await load).toBeUndefined();
  });

  it('counts a session as expired by the time of its answer', async () => {
    const load = store.load(id);
    clock.set(deadline);
    await provider.letAllThrough();
    expect(await load).toBeUndefined();
  });

  it('reports one end of two', async () => {
    const ends = [store.end(id), store.end(id)];
    await provider.letAllThrough();
    expect(await Promise.all(ends)).toEqual([true, false]);
  });

  it('does not hold its session for ever when it never answers, nor revives it when it answers late', async () => {
    const hung = store.replace(id, etagOf(first), sampleRecord({ values: { n: 1 } }), deadline);
    await settled();
    const [silent] = provider.waiting.splice(0);
    clock.advance(IN_FLIGHT_WINDOW_MS);
    const ended = store.end(id);
    await provider.letAllThrough();
    expect(await ended).toBe(true);
    silent?.gate.resolve();
    expect(await hung).toBe('gone');
    expect(provider.sessions.size).toBe(0);
  });
});
