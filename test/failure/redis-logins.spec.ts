import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newSessionId } from '../../lib/credentials/token.js';
import { type Admission, IN_FLIGHT_WINDOW_MS } from '../../lib/providers/atomic-session-store.js';
import { ChildProgram } from '../support/processes/child-program.js';
import type { LogInTask } from '../support/processes/log-in.js';
import { ListensForExpiry } from '../support/redis-login-twins.js';
import { hashOf, IDLE_MS, isWrite, RedisLogins } from '../support/redis-logins.js';
import { describeWith } from '../support/servers/needs-server.js';
import { RedisLab } from '../support/servers/redis-lab.js';
import { RedisServer } from '../support/servers/redis.js';
import { BEGINNING, ServerTime, SteeredClock } from '../support/servers/steered-clock.js';
import { WireTap } from '../support/servers/wire-tap.js';

const MINUTE_MS = 60_000;

describeWith('a login in a Redis, when something fails', RedisLab.needs(), (needs) => {
  let time: ServerTime;
  let server: RedisServer;
  let clock: SteeredClock;
  let app: RedisLogins;
  let other: RedisLogins;
  const opened: RedisLogins[] = [];

  beforeAll(async () => {
    time = new ServerTime(needs.faketime);
    server = await RedisServer.start(needs.binary, { time });
    clock = new SteeredClock(time);
  });
  beforeEach(async () => {
    clock.set(BEGINNING);
    await server.command('FLUSHALL');
    [app, other] = [processAt(server.url), processAt(server.url)];
  });
  afterEach(() => {
    for (const each of opened.splice(0)) each.close();
  });
  afterAll(async () => {
    await server.stop();
    time.remove();
  });

  function processAt(url: string, Provider?: ConstructorParameters<typeof RedisLogins>[2]): RedisLogins {
    const made = new RedisLogins([url], clock, Provider);
    opened.push(made);
    return made;
  }

  const how = (facts: Partial<Admission> = {}): Admission => ({
    principal: 'ada',
    limit: 1,
    whenFull: 'evict-oldest',
    ...facts,
  });

  describe('of the process', () => {
    /** A login of a process that dies; answers the id of its session, and whether it lived. */
    async function loginThatDies(admission: Admission, after: number) {
      const write = { id: newSessionId(), text: app.textFor('ada'), deadline: app.deadline };
      const task: LogInTask = { url: server.url, now: clock.now(), write, admission, after };
      const child = ChildProgram.start('log-in.ts', task);
      await child.ended;
      return { id: write.id, lived: child.lines.includes('acknowledged') };
    }

    it.each(['reject', 'evict-oldest'] as const)(
      'leaves an index that is exact, and a place taken for a minute at most: %s',
      async (whenFull) => {
        const limit = whenFull === 'reject' ? 2 : 1;
        for (let after = 1; ; after++) {
          await server.command('FLUSHDB');
          const before = await app.login(how({ limit }));
          const { id, lived } = await loginThatDies(how({ limit, whenFull }), after);
          const ids = await app.idsOf('ada');
          for (const each of [id, before.id])
            expect(ids.includes(each)).toBe((await app.store.load(each)) !== undefined);
          expect(ids.length).toBeLessThanOrEqual(limit);
          clock.advance(IN_FLIGHT_WINDOW_MS);
          const places = limit - (await app.idsOf('ada')).length;
          for (let free = 0; free < places; free++)
            expect((await other.login(how({ limit, whenFull: 'reject' }))).outcome).toEqual({ evicted: [] });
          if (lived) return expect(after).toBeGreaterThan(3);
        }
      },
      MINUTE_MS,
    );
  });

  describe('of the connection, where the client sends again what was under way', () => {
    it.each([
      ['its reservation', new RegExp(hashOf('reserve'))],
      ['the look at the others', /!expired:/],
      ['the end of another', /!evicted:/],
      ['its write', new RegExp(`^(?![^]*${hashOf('reserve')})[^]*${hashOf('admit')}`)],
    ])('happens once, and says so, whatever was under way: %s', async (_, command) => {
      const wire = await WireTap.start(server.port);
      const resending = processAt(wire.url);
      const before = await app.login(how());
      await resending.idsOf('ada');
      wire.cutAfter(command);
      const { id, outcome } = await resending.login(how());
      expect(outcome).toEqual({ evicted: [before.id] });
      expect(await other.idsOf('ada')).toEqual([id]);
      await wire.stop();
    });

    it('ends all sessions once, and says so', async () => {
      const wire = await WireTap.start(server.port);
      const resending = processAt(wire.url);
      const ids = [(await app.login(how({ limit: 9 }))).id, (await app.login(how({ limit: 9 }))).id];
      wire.cutAfter(new RegExp(hashOf('standing')));
      expect(await resending.store.endSessionsOf('ada', 'revoked')).toEqual(ids);
      await wire.stop();
    });
  });

  describe('of time', () => {
    it('is no login when it comes after its place was given away, but is asked for again', async () => {
      const admission = how({ whenFull: 'reject' });
      const gate = app.holdBefore('admit', isWrite);
      const login = app.login(admission);
      await gate.reached;
      clock.advance(IN_FLIGHT_WINDOW_MS - 1);
      expect((await other.login(admission)).outcome).toBe('full');
      clock.advance(1);
      const later = await other.login(admission);
      expect(later.outcome).toEqual({ evicted: [] });
      gate.open();
      expect((await login).outcome).toBe('full');
      expect(await app.idsOf('ada')).toEqual([later.id]);
    });

    it('happens in the end when it was late and the place is free', async () => {
      const gate = app.holdBefore('admit', isWrite);
      const login = app.login(how());
      await gate.reached;
      clock.advance(IN_FLIGHT_WINDOW_MS);
      gate.open();
      const { id, outcome } = await login;
      expect([outcome, await other.idsOf('ada')]).toEqual([{ evicted: [] }, [id]]);
    });

    it('ends a session past its deadline, so that no late commit revives it above the limit', async () => {
      const old = await app.login(how());
      clock.advance(IDLE_MS);
      expect(await app.store.load(old.id)).toEqual({ text: old.text, deadline: clock.now() });
      expect(await app.idsOf('ada')).toEqual([]);
      const young = await other.login(how({ whenFull: 'reject' }));
      expect(young.outcome).toEqual({ evicted: [] });
      const commit = app.store.replace(old.id, old.text.slice(0, 12), app.textFor('ada'), app.deadline);
      expect(await commit).toBe('gone');
      expect(await app.idsOf('ada')).toEqual([young.id]);
    });

    it('counts a session again that a late commit has revived', async () => {
      const old = await app.login(how());
      clock.advance(IDLE_MS);
      await app.store.replace(old.id, old.text.slice(0, 12), app.textFor('ada'), app.deadline);
      expect(await app.idsOf('ada')).toEqual([old.id]);
      expect((await other.login(how({ whenFull: 'reject' }))).outcome).toBe('full');
    });

    it('leaves nothing behind when all its sessions have come to their end', async () => {
      for (let times = 0; times < 200; times++) {
        await app.login({ principal: 'ada', whenFull: 'evict-oldest' });
        clock.advance(MINUTE_MS * 60);
      }
      expect(Number(await server.command('HLEN', await indexKey()))).toBeLessThan(100);
      clock.advance(3 * 24 * 60 * MINUTE_MS);
      expect(await server.command('KEYS', 'sess:p:*')).toEqual([]);
    });

    const indexKey = async (): Promise<string> =>
      ((await server.command('KEYS', 'sess:p:*')) as string[])[0] ?? '';
  });

  describe('of whoever is to hear of it', () => {
    const IDLE = IDLE_MS + IN_FLIGHT_WINDOW_MS;

    it('counts no session that is over, whoever was told', async () => {
      await app.login(how());
      clock.advance(IDLE);
      expect((await other.login(how({ whenFull: 'reject' }))).outcome).toEqual({ evicted: [] });
    });

    it('convicts a provider that waits for the news of an expiry', async () => {
      const twin = processAt(server.url, ListensForExpiry);
      const { id } = await twin.login(how());
      clock.advance(IDLE);
      expect((await twin.login(how({ whenFull: 'reject' }))).outcome).toBe('full');
      (twin.store as ListensForExpiry).expired(id);
      expect((await twin.login(how({ whenFull: 'reject' }))).outcome).toEqual({ evicted: [] });
    });
  });

  describe('of memory', () => {
    afterEach(() => server.command('CONFIG', 'SET', 'maxmemory', '0'));

    it('is refused, and all sessions can still be ended', async () => {
      const ids = [(await app.login(how({ limit: 9 }))).id, (await app.login(how({ limit: 9 }))).id];
      const visitor = await app.anonymous();
      await server.command('CONFIG', 'SET', 'maxmemory', '1');
      await expect(app.login(how())).rejects.toThrow('OOM');
      expect(await app.store.endSessionsOf('ada', 'revoked')).toEqual(ids);
      await app.store.endEverything();
      expect(await app.store.load(visitor.id)).toBeUndefined();
    });
  });
});
