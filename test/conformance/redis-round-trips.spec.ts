import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newSessionId } from '../../lib/credentials/token.js';
import { RedisSessionProvider } from '../../lib/providers/redis/index.js';
import { FakeClock, Subject } from '../../lib/testing/index.js';
import { cachesServe, HASTY_LEASES } from '../support/cached-stores.js';
import { describeWith } from '../support/servers/needs-server.js';
import { redisBinary } from '../support/servers/redis-binary.js';
import { RedisServer } from '../support/servers/redis.js';
import { WireTap } from '../support/servers/wire-tap.js';

const MINUTE_MS = 60_000;

describeWith(
  'what a request costs on the wire to Redis',
  { name: 'Redis', found: redisBinary() },
  (binary) => {
    let server: RedisServer;
    beforeAll(async () => (server = await RedisServer.start(binary)));
    afterAll(() => server.stop());

    describe.each(['@redis/client', 'ioredis', 'iovalkey'])('through %s', (driver) => {
      let wire: WireTap;
      let store: RedisSessionProvider;
      let subject: Subject;

      beforeEach(async () => {
        wire = await WireTap.start(server.port);
        const clock = new FakeClock();
        store = new RedisSessionProvider({ url: wire.url, driver }, { clock });
        await store.open();
        subject = new Subject({ store, clock });
      });

      afterEach(async () => {
        await store.close();
        await wire.stop();
      });

      it('is one round trip for a load', async () => {
        const { token } = await subject.begin({ a: 1 });
        expect(await wire.during(() => subject.read(token))).toBe(1);
        expect(commands(wire)).toEqual(['MGET', 'PTTL']);
      });

      it('is one round trip for a creation', async () => {
        expect(await wire.during(() => subject.begin({ a: 1 }))).toBe(1);
        expect(commands(wire)).toEqual(['EVALSHA']);
      });

      it('is one round trip for a commit, and one more for a conflict', async () => {
        const { id, token } = await subject.begin({ a: 1 });
        const [first, second] = [await subject.open(token), await subject.open(token)];
        first.session.set('a', 2);
        expect(await wire.during(() => first.finish())).toBe(1);
        const stored = await store.load(id);
        await store.replace(
          id,
          stored?.text.slice(0, 12) ?? '',
          subject.textOf({ a: 3 }),
          stored?.deadline ?? 0,
        );
        second.session.set('b', 2);
        expect(await wire.during(() => second.session.save().catch(() => undefined))).toBe(2);
      });

      it('is one round trip for a regenerate', async () => {
        const { token } = await subject.begin({ a: 1 });
        const request = await subject.open(token);
        expect(await wire.during(() => request.session.regenerate({ keep: 'all' }))).toBe(1);
      });

      it('is one round trip for an end', async () => {
        const { token } = await subject.begin({ a: 1 });
        const request = await subject.open(token);
        expect(await wire.during(() => request.session.invalidate())).toBe(1);
      });

      it('is one more for a login than for a commit, and two more when one of the sessions before has ended', async () => {
        const how = { principal: randomUUID(), limit: 2, whenFull: 'reject' } as const;
        const [first, second, third] = [newWrite(), newWrite(), newWrite()];
        expect(await wire.during(() => store.admit(first, how))).toBe(2);
        expect(await wire.during(() => store.admit(second, how))).toBe(2);
        await store.end(first.id, 'invalidated');
        expect(await wire.during(() => store.admit(third, how))).toBe(3);
        expect(await wire.during(() => store.sessionsOf(how.principal))).toBe(3);
        expect(await wire.during(() => store.endSessionsOf(how.principal, 'revoked'))).toBe(3);
      });

      it('is three more for a login that ends another session', async () => {
        const how = { principal: randomUUID(), limit: 1, whenFull: 'evict-oldest' } as const;
        await store.admit(newWrite(), how);
        expect(await wire.during(() => store.admit(newWrite(), how))).toBe(4);
      });

      it('is one round trip for the end of everything', async () => {
        const { token } = await subject.begin({ a: 1 });
        await wire.during(() => store.endEverything());
        expect(commands(wire)).toEqual(Array.from({ length: 4096 }, () => 'DEL'));
        expect(await subject.read(token)).toBeUndefined();
      });

      it('is nothing for a load of a session that is cached, and no more than before for a commit', async () => {
        const clock = new FakeClock();
        const still = { ...HASTY_LEASES, lease: MINUTE_MS, rosterLife: MINUTE_MS, renewal: 1000 };
        const cached = new RedisSessionProvider({ url: wire.url, driver, cached: true }, { clock }, still);
        await cached.open();
        await cachesServe(cached);
        const warm = new Subject({ store: cached, clock });
        const { token } = await warm.begin({ a: 1 });
        expect(await wire.during(() => warm.read(token))).toBe(0);
        expect(commands(wire)).toEqual([]);
        const request = await warm.open(token);
        request.session.set('a', 2);
        expect(await wire.during(() => request.finish())).toBe(1);
        expect(commands(wire)).toEqual(['EVALSHA']);
        expect(await wire.during(async () => expect(await warm.read(token)).toEqual({ a: 2 }))).toBe(0);
        await cached.close();
      });

      /** What a login would write. */
      const newWrite = () => ({
        id: newSessionId(),
        text: subject.textOf(),
        deadline: subject.clock.now() + 60_000,
      });

      it('is one round trip for a touch, which no response waits for', async () => {
        const seenAt = subject.clock.now() - subject.policy.touchInterval;
        const { token } = await subject.plant({ a: 1 }, { seenAt });
        const request = await subject.open(token);
        const waited = await wire.during(() => request.finish());
        await subject.drain();
        expect([waited, wire.roundTrips]).toEqual([0, 1]);
        expect(commands(wire)).toEqual(['PEXPIRE']);
      });

      it('is nothing for a request that does not look', async () => {
        const { token } = await subject.begin({ a: 1 });
        expect(await wire.during(() => subject.here.arrive(token).finish())).toBe(0);
      });

      it('is one round trip for an end that fifty requests ask for at once', async () => {
        const sessions = await Promise.all(Array.from({ length: 50 }, () => subject.begin({ a: 1 })));
        const requests = await Promise.all(sessions.map(({ token }) => subject.open(token)));
        expect(
          await wire.during(() => Promise.all(requests.map(({ session }) => session.invalidate()))),
        ).toBe(1);
      });
    });
  },
);

/** The names of the commands that were sent, in their order. */
const commands = ({ sent }: WireTap): string[] =>
  [...sent.matchAll(/\*\d+\r\n\$\d+\r\n([a-z]+)\r\n/gi)].map(([, name = '']) => name.toUpperCase());
