import { beforeEach, describe, expect, it } from '@jest/globals';
import { newSessionId } from '../../../../lib/credentials/token.js';
import { LEASES } from '../../../../lib/providers/near-cache/leases.js';
import { etagOf, newEtag } from '../../../../lib/record/record-text.js';
import { settle } from '../../../support/lease-clock.js';
import { type CacheProcess, NearCacheWorld } from '../../../support/near-cache-world.js';
import { sampleRecord } from '../../../support/sample-record.js';

/** What became of a call, without waiting for it. */
function watched<T>(call: Promise<T>): { readonly outcome: () => T | 'waiting' | 'failed' } {
  let outcome: T | 'waiting' | 'failed' = 'waiting';
  call.then(
    (value) => (outcome = value),
    () => (outcome = 'failed'),
  );
  return { outcome: () => outcome };
}

describe('a near-cache', () => {
  let world: NearCacheWorld;
  let deadline: number;
  beforeEach(() => {
    world = new NearCacheWorld();
    deadline = world.clock.now() + 60_000;
  });

  /** A session that every given process has looked at. */
  async function sessionSeenBy(...processes: readonly CacheProcess[]) {
    const [id, text] = [newSessionId(), sampleRecord({ principal: 'ada' })];
    const writer = world.process(false);
    await writer.cache.admit({ id, text, deadline }, { principal: 'ada', whenFull: 'reject' });
    for (const { cache } of processes) await cache.load(id);
    return { id, text, etag: etagOf(text) };
  }

  /** How many calls it takes to load a session, and what is found. */
  async function loadOf({ cache, store }: CacheProcess, id: string) {
    const before = store.calls.load;
    const text = (await cache.load(id))?.text;
    return { text, calls: store.calls.load - before };
  }

  it('asks the store once for a session that is read again, and answers at once', async () => {
    const here = await world.member();
    const { id, text } = await sessionSeenBy(here);
    expect(here.cache.load(id)).toEqual({ text, deadline });
    expect(await loadOf(here, id)).toEqual({ text, calls: 0 });
    expect(here.cache.usage).toMatchObject({ serving: true, sessions: 1, hits: 2, misses: 1 });
  });

  it('caches nothing before every process may have noticed it', async () => {
    const here = world.process(true);
    await here.cache.start();
    await world.leaseClock.advance(LEASES.rosterLife);
    const { id, text } = await sessionSeenBy(here);
    expect(await loadOf(here, id)).toEqual({ text, calls: 1 });
    await world.leaseClock.advance(LEASES.joinDelay - LEASES.rosterLife + 2 * LEASES.renewal);
    expect(await loadOf(here, id)).toEqual({ text, calls: 1 });
    expect(await loadOf(here, id)).toEqual({ text, calls: 0 });
  });

  it('keeps what its own process wrote', async () => {
    const here = await world.member();
    const { id, etag } = await sessionSeenBy(here);
    const next = sampleRecord();
    await here.cache.replace(id, etag, next, deadline + 1);
    expect(here.cache.load(id)).toEqual({ text: next, deadline: deadline + 1 });
    const fresh = newSessionId();
    await here.cache.create(fresh, next, deadline);
    expect(here.cache.load(fresh)).toEqual({ text: next, deadline });
  });

  it('never keeps that a session is absent, dead or past its deadline', async () => {
    const here = await world.member();
    const { id } = await sessionSeenBy(here);
    const absent = newSessionId();
    expect(await loadOf(here, absent)).toEqual({ text: undefined, calls: 1 });
    expect(await loadOf(here, absent)).toEqual({ text: undefined, calls: 1 });
    world.clock.set(deadline);
    expect((await loadOf(here, id)).calls).toBe(1);
    expect((await loadOf(here, id)).calls).toBe(1);
    await here.cache.end(id, 'invalidated');
    expect(await loadOf(here, id)).toEqual({ text: undefined, calls: 1 });
  });

  it('lets a touch of its own process count', async () => {
    const here = await world.member();
    const { id, text } = await sessionSeenBy(here);
    await here.cache.touch(id, deadline + 5000);
    expect(here.cache.load(id)).toEqual({ text, deadline: deadline + 5000 });
  });

  it('takes over what a lost race brought back', async () => {
    const here = await world.member();
    const { id, text } = await sessionSeenBy(here);
    expect(await here.cache.replace(id, newEtag(), sampleRecord(), deadline)).toMatchObject({ text });
    expect(here.cache.load(id)).toEqual({ text, deadline });
  });

  it('forgets a session when a write fails, whose end nobody knows', async () => {
    const here = await world.member();
    const { id, etag } = await sessionSeenBy(here);
    const next = sampleRecord();
    here.store.next('replace', 'fail-after');
    await expect(here.cache.replace(id, etag, next, deadline)).rejects.toThrow('as it was told to');
    expect(await loadOf(here, id)).toEqual({ text: next, calls: 1 });
  });

  describe('when another process', () => {
    type Write = (other: CacheProcess, id: string, etag: string) => unknown;
    const writes: readonly (readonly [string, Write])[] = [
      ['changes a session', ({ cache }, id, etag) => cache.replace(id, etag, sampleRecord(), deadline)],
      ['ends it', ({ cache }, id) => cache.end(id, 'revoked')],
      [
        'ends it again',
        async ({ cache, store }, id) => {
          await store.end(id, 'revoked');
          await cache.end(id, 'revoked');
        },
      ],
      [
        'logs in with it',
        ({ cache }, id, etag) =>
          cache.admit({ id, etag, text: sampleRecord(), deadline }, { principal: 'bob', whenFull: 'reject' }),
      ],
      ['ends those of its principal', ({ cache }) => cache.endSessionsOf('ada', 'revoked')],
      ['ends everything', ({ cache }) => cache.endEverything()],
    ];

    it.each(writes)('%s, it serves the old one no more once that is acknowledged', async (_, write) => {
      const [here, there] = await world.members();
      for (const other of [there, world.process(false)]) {
        const { id, text, etag } = await sessionSeenBy(here);
        await write(other, id, etag);
        const found = await loadOf(here, id);
        expect(found.calls).toBe(1);
        expect(found.text).not.toBe(text);
      }
    });

    it('evicts a session, it serves that no more', async () => {
      const here = await world.member();
      const other = world.process(false);
      const write = () => ({ id: newSessionId(), text: sampleRecord({ principal: 'eve' }), deadline });
      const first = write();
      const admission = { principal: 'eve', limit: 1, whenFull: 'evict-oldest' } as const;
      await other.cache.admit(first, admission);
      await here.cache.load(first.id);
      expect(await other.cache.admit(write(), admission)).toEqual({ evicted: [first.id] });
      expect(await loadOf(here, first.id)).toEqual({ text: undefined, calls: 1 });
    });

    it('does so while it asks, it does not keep the answer', async () => {
      const here = await world.member();
      const { id, text, etag } = await sessionSeenBy();
      const next = sampleRecord();
      const gate = here.store.holdAnswer('load');
      const loading = here.cache.load(id);
      await gate.reached;
      await world.process(false).cache.replace(id, etag, next, deadline);
      gate.open();
      expect((await loading)?.text).toBe(text);
      expect(await loadOf(here, id)).toEqual({ text: next, calls: 1 });
    });

    it('fails to change it, perhaps, it looks again', async () => {
      const [here, there] = await world.members();
      const { id, etag } = await sessionSeenBy(here);
      const next = sampleRecord();
      there.store.next('replace', 'fail-after');
      await expect(there.cache.replace(id, etag, next, deadline)).rejects.toThrow('as it was told to');
      await settle();
      expect(await loadOf(here, id)).toEqual({ text: next, calls: 1 });
    });

    it('died after its write and before it told, that is overlooked for ten seconds', async () => {
      const here = await world.member();
      const { id, text } = await sessionSeenBy(here);
      await world.process(false).store.end(id, 'revoked');
      expect(await loadOf(here, id)).toEqual({ text, calls: 0 });
      await world.leaseClock.advance(LEASES.entryLife);
      expect(await loadOf(here, id)).toEqual({ text: undefined, calls: 1 });
    });
  });

  describe('costs a write', () => {
    it('nothing but one look in a few seconds while nobody caches', async () => {
      const writer = world.process(false);
      for (let seconds = 0; seconds < 20; seconds++) {
        const { id } = await sessionSeenBy();
        await writer.cache.end(id, 'revoked');
        await world.leaseClock.advance(1000);
      }
      expect(writer.coherence.looks).toBe(5);
      expect(writer.coherence.sent).toEqual([]);
    });

    it('no message of a process that caches alone', async () => {
      const here = await world.member();
      const { id } = await sessionSeenBy(here);
      await here.cache.end(id, 'revoked');
      expect(here.coherence.sent.filter((text) => text.startsWith('drop'))).toEqual([]);
    });

    it('a share of a message when many end at once', async () => {
      const [here, there] = await world.members();
      const sessions = await Promise.all(Array.from({ length: 50 }, () => sessionSeenBy(here)));
      await Promise.all(sessions.map(({ id }) => there.cache.end(id, 'revoked')));
      expect(there.coherence.sent.filter((text) => text.startsWith('drop'))).toHaveLength(1);
      expect(here.cache.usage.sessions).toBe(0);
    });
  });

  describe('of a process', () => {
    const LEAST_WAIT = LEASES.grace + LEASES.waitOut;

    it('that was stopped holds a write up until its lease is over, and serves nothing when it wakes', async () => {
      const [here, there] = await world.members();
      const { id, text } = await sessionSeenBy(here);
      here.process.stop();
      const ending = watched(there.cache.end(id, 'revoked'));
      await world.leaseClock.advance(LEASES.lease);
      expect(ending.outcome()).toBe('waiting');
      await world.leaseClock.advance(LEAST_WAIT - LEASES.lease + 100);
      expect(ending.outcome()).toBe(true);
      here.process.resume();
      expect((await loadOf(here, id)).calls).toBe(1);
      await world.leaseClock.advance(LEASES.joinDelay + 1000);
      expect((await loadOf(here, id)).text).not.toBe(text);
    });

    it('that was stopped costs the next write nothing any more', async () => {
      const [here, there] = await world.members();
      const [first, second] = [await sessionSeenBy(here), await sessionSeenBy(here)];
      here.process.stop();
      const ending = there.cache.end(first.id, 'revoked');
      await world.leaseClock.advance(LEAST_WAIT + 100);
      await ending;
      const next = watched(there.cache.end(second.id, 'revoked'));
      await settle();
      expect(next.outcome()).toBe(true);
    });

    it('that hears nothing is expelled, and drops everything before a write is acknowledged', async () => {
      const [here, there] = await world.members();
      const { id } = await sessionSeenBy(here);
      here.coherence.isDeaf = true;
      const ending = watched(there.cache.end(id, 'revoked'));
      await world.leaseClock.advance(LEASES.grace);
      expect(ending.outcome()).toBe('waiting');
      await world.leaseClock.advance(LEASES.waitOut + 100);
      expect(ending.outcome()).toBe(true);
      expect(await loadOf(here, id)).toEqual({ text: undefined, calls: 1 });
      await world.leaseClock.advance(LEASES.joinDelay * 2);
      expect(here.cache.usage.serving).toBe(false);
    });

    it('whose mail breaks off serves nothing at once, and joins anew', async () => {
      const here = await world.member();
      const { id, text } = await sessionSeenBy(here);
      here.coherence.cut();
      expect(here.cache.usage).toMatchObject({ serving: false, sessions: 0 });
      expect(await loadOf(here, id)).toEqual({ text, calls: 1 });
      await world.leaseClock.advance(LEASES.joinDelay + 1000);
      expect(here.cache.usage.serving).toBe(true);
    });

    it('that cannot reach the roster stops when its lease is over', async () => {
      const here = await world.member();
      const { id, text } = await sessionSeenBy(here);
      here.coherence.isCutOff = true;
      expect(await loadOf(here, id)).toEqual({ text, calls: 0 });
      await world.leaseClock.advance(LEASES.lease);
      expect(await loadOf(here, id)).toEqual({ text, calls: 1 });
    });

    it('that leaves holds nobody up', async () => {
      const [here, there] = await world.members();
      const { id } = await sessionSeenBy(here);
      await here.cache.close();
      await world.leaseClock.advance(LEASES.renewal);
      const ending = watched(there.cache.end(id, 'revoked'));
      await settle();
      expect(ending.outcome()).toBe(true);
      expect(here.cache.usage).toMatchObject({ serving: false, sessions: 0 });
    });
  });

  it('makes a writer wait that knew a roster which the server has lost, until all members have noticed', async () => {
    const here = await world.member();
    const writer = world.process(false);
    await writer.cache.start();
    const { id, text } = await sessionSeenBy(here);
    await world.leaseClock.advance(LEASES.rosterLife);
    world.server.roster.clear();
    const ending = watched(writer.cache.end(id, 'revoked'));
    await settle();
    expect(await loadOf(here, id)).toEqual({ text, calls: 0 });
    expect(ending.outcome()).toBe('waiting');
    await world.leaseClock.advance(LEASES.lease);
    expect((await loadOf(here, id)).calls).toBe(1);
    await world.leaseClock.advance(LEASES.waitOut);
    expect(ending.outcome()).toBe(true);
    expect(await loadOf(here, id)).toEqual({ text: undefined, calls: 1 });
  });

  it('fails a write of which nobody can be told, and that cannot wait either', async () => {
    const [here, there] = await world.members();
    const { id } = await sessionSeenBy(here);
    here.coherence.isDeaf = true;
    there.coherence.isCutOff = true;
    const ending = watched(there.cache.end(id, 'revoked'));
    await world.leaseClock.advance(LEASES.grace + 100);
    expect(ending.outcome()).toBe('failed');
  });
});
