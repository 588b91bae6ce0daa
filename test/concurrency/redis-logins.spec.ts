import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Admission } from '../../lib/providers/atomic-session-store.js';
import type { RedisSessionProvider } from '../../lib/providers/redis/index.js';
import { FakeClock } from '../../lib/testing/index.js';
import { ChecksThenActs, EndsWhatItSees, EvictsAfterTheWrite } from '../support/redis-login-twins.js';
import { isWrite, type Login, mostDuring, RedisLogins } from '../support/redis-logins.js';
import { describeWith } from '../support/servers/needs-server.js';
import { type RedisBinary, redisBinary } from '../support/servers/redis-binary.js';
import { RedisCluster } from '../support/servers/redis-cluster.js';
import { RedisServer } from '../support/servers/redis.js';

const MINUTE_MS = 60_000;
const LIMIT = 10;
const POLICIES = ['reject', 'evict-oldest'] as const;
const PLACES = ['one server', 'a cluster'] as const;

interface Place {
  readonly urls: readonly string[];
  stop(): Promise<void>;
}

async function placeOf(binary: RedisBinary, name: (typeof PLACES)[number]): Promise<Place> {
  if (name === 'a cluster') return RedisCluster.start(binary);
  const server = await RedisServer.start(binary);
  return { urls: [server.url], stop: () => server.stop() };
}

describeWith('logins that meet', { name: 'Redis', found: redisBinary() }, (binary) => {
  describe.each(PLACES)('on %s', (name) => {
    const clock = new FakeClock();
    const opened: RedisLogins[] = [];
    let place: Place;
    let principals = 0;
    beforeAll(async () => (place = await placeOf(binary, name)), MINUTE_MS);
    afterEach(() => {
      for (const logins of opened.splice(0)) logins.close();
    });
    afterAll(() => place.stop());

    /** Of somebody who has never logged in. */
    const admission = (facts: Partial<Admission> = {}): Admission => ({
      principal: `somebody-${++principals}`,
      whenFull: 'evict-oldest',
      ...facts,
    });

    /** Processes with a connection each. */
    function processes(count: number, Provider?: typeof RedisSessionProvider): RedisLogins[] {
      const made = Array.from({ length: count }, () => new RedisLogins(place.urls, clock, Provider));
      opened.push(...made);
      return made;
    }

    const two = (): [RedisLogins, RedisLogins] => processes(2) as [RedisLogins, RedisLogins];

    const atOnce = (apps: readonly RedisLogins[], count: number, how: Admission): Promise<Login[]> =>
      Promise.all(
        Array.from({ length: count }, (_, index) => (apps[index % apps.length] as RedisLogins).login(how)),
      );

    /** The most sessions that were live at one instant: told by the server itself, or, where there are several, by the provider. */
    async function most(principal: string, task: () => Promise<unknown>): Promise<number> {
      if (name === 'one server') return mostDuring(place.urls[0] ?? '', principal, task);
      const [watcher] = processes(1) as [RedisLogins];
      let isOver = false;
      let found = 0;
      const running = task().finally(() => (isOver = true));
      while (!isOver) found = Math.max(found, (await watcher.idsOf(principal)).length);
      await running;
      return Math.max(found, (await watcher.idsOf(principal)).length);
    }

    it.each(POLICIES)(
      'never show more than the limit, fifty at once from four processes: %s',
      async (whenFull) => {
        const how = admission({ limit: LIMIT, whenFull });
        const apps = processes(4);
        let done: Login[] = [];
        expect(
          await most(how.principal, async () => (done = await atOnce(apps, 50, how))),
        ).toBeLessThanOrEqual(LIMIT);
        const admitted = done.flatMap(({ id, outcome }) => (evictedBy(outcome) ? [id] : []));
        const evicted = done.flatMap(({ outcome }) => evictedBy(outcome) ?? []);
        const left = admitted.filter((id) => !evicted.includes(id));
        expect((await (apps[0] as RedisLogins).idsOf(how.principal)).toSorted()).toEqual(left.sort());
        expect([admitted.length, left.length]).toEqual([whenFull === 'reject' ? LIMIT : 50, LIMIT]);
        expect(new Set(evicted).size).toBe(evicted.length);
      },
    );

    it.each(POLICIES)('fill every place when they come one after the other: %s', async (whenFull) => {
      const how = admission({ limit: 3, whenFull });
      const [app, other] = two();
      const ids: string[] = [];
      for (const one of [app, other, app]) ids.push((await one.login(how)).id);
      const fourth = await other.login(how);
      const isAdmitted = whenFull === 'evict-oldest';
      expect(fourth.outcome).toEqual(isAdmitted ? { evicted: [ids[0]] } : 'full');
      expect(await app.idsOf(how.principal)).toEqual(isAdmitted ? [ids[1], ids[2], fourth.id] : ids);
    });

    it('leave none standing that had its place when all sessions of its principal were ended', async () => {
      const how = admission();
      const [app, other] = two();
      const before = await app.login(how);
      const gate = app.holdBefore('admit', isWrite);
      const login = app.login(how);
      await gate.reached;
      expect(await other.store.endSessionsOf(how.principal, 'revoked')).toEqual([before.id]);
      gate.open();
      const { id, outcome } = await login;
      expect(outcome).toBe('exists');
      expect([await other.store.load(id), await other.idsOf(how.principal)]).toEqual([undefined, []]);
    });

    it('convict a provider that ends the sessions that it sees', async () => {
      const how = admission();
      const [[app], [other]] = [processes(1), processes(1, EndsWhatItSees)] as [[RedisLogins], [RedisLogins]];
      const gate = app.holdBefore('admit', isWrite);
      const login = app.login(how);
      await gate.reached;
      await other.store.endSessionsOf(how.principal, 'revoked');
      gate.open();
      expect(await other.idsOf(how.principal)).toEqual([(await login).id]);
    });

    it('end a known session whose login was under way, and leave it alone when its login had failed', async () => {
      const how = admission();
      const [app, other] = two();
      const [visitor, stranger] = [await app.anonymous(), await app.anonymous()];
      const gate = app.holdBefore('admit', isWrite);
      const login = app.loginAgain(visitor, how);
      await gate.reached;
      expect((await other.loginAgain({ ...stranger, text: 'another-etag' }, how)).outcome).toMatchObject(
        stranger.text ? { text: stranger.text } : {},
      );
      expect(await other.store.endSessionsOf(how.principal, 'revoked')).toEqual([]);
      gate.open();
      expect((await login).outcome).toBe('gone');
      expect(await other.store.load(visitor.id)).toBeUndefined();
      expect(await other.store.load(stranger.id)).toMatchObject({ text: stranger.text });
    });

    it('are ended when they came while all sessions were being ended, and keep what was to be kept', async () => {
      const how = admission();
      const [app, other] = two();
      const [kept, lost] = [await app.login(how), await app.login(how)];
      const gate = other.holdBefore('standing');
      const ending = other.store.endSessionsOf(how.principal, 'revoked', kept.id);
      await gate.reached;
      const late = await app.login(how);
      gate.open();
      expect(await ending).toEqual([lost.id, late.id]);
      expect(await app.idsOf(how.principal)).toEqual([kept.id]);
    });

    it.each(['a new session', 'a known one'])(
      'are evicted at once by a later one while they are under way, with %s',
      async (kind) => {
        const how = admission({ limit: 1 });
        const [app, other] = two();
        const visitor = await app.anonymous();
        const gate = app.holdBefore('admit', isWrite);
        const login = kind === 'a new session' ? app.login(how) : app.loginAgain(visitor, how);
        await gate.reached;
        const later = await other.login(how);
        gate.open();
        const { id, outcome } = await login;
        expect([outcome, later.outcome]).toEqual([{ evicted: [] }, { evicted: [id] }]);
        expect(await app.store.load(id)).toBeUndefined();
        expect(await app.idsOf(how.principal)).toEqual([later.id]);
      },
    );

    it('take a place while they are under way, where nobody makes room', async () => {
      const how = admission({ limit: 1, whenFull: 'reject' });
      const [app, other] = two();
      const gate = app.holdBefore('admit', isWrite);
      const login = app.login(how);
      await gate.reached;
      expect((await other.login(how)).outcome).toBe('full');
      gate.open();
      const { id, outcome } = await login;
      expect([outcome, await other.idsOf(how.principal)]).toEqual([{ evicted: [] }, [id]]);
    });

    it('move a session from one principal to the other, and leave the first no power over it', async () => {
      const [first, second] = [admission({ limit: 1 }), admission({ limit: 1 })];
      const [app, other] = two();
      const session = await app.login(first);
      expect((await other.loginAgain(session, second)).outcome).toEqual({ evicted: [] });
      expect([await app.idsOf(first.principal), await app.idsOf(second.principal)]).toEqual([
        [],
        [session.id],
      ]);
      const next = await app.login(first);
      expect(next.outcome).toEqual({ evicted: [] });
      expect(await app.store.endSessionsOf(first.principal, 'revoked')).toEqual([next.id]);
      expect(await app.idsOf(second.principal)).toEqual([session.id]);
    });

    it('take no further place with the same session, which becomes the youngest', async () => {
      const how = admission({ limit: 2, whenFull: 'reject' });
      const [app, other] = two();
      const [old, young] = [await app.login(how), await app.login(how)];
      expect((await other.loginAgain(old, how)).outcome).toEqual({ evicted: [] });
      expect(await app.idsOf(how.principal)).toEqual([young.id, old.id]);
    });

    it('leave the place of a session as it was when they lose a race', async () => {
      const how = admission();
      const [app, other] = two();
      const [old, young] = [await app.login(how), await app.login(how)];
      const gate = app.holdBefore('admit', isWrite);
      const login = app.loginAgain(old, how);
      await gate.reached;
      const text = other.textFor(how.principal);
      await other.store.replace(old.id, old.text.slice(0, 12), text, other.deadline);
      gate.open();
      expect((await login).outcome).toMatchObject({ text });
      expect(await app.idsOf(how.principal)).toEqual([old.id, young.id]);
    });

    it('never find a session that was created before all were ended, in any process, nor write to one', async () => {
      const how = admission();
      const [app, other] = two();
      const [session, visitor] = [await app.login(how), await app.anonymous()];
      const gate = app.holdBefore('replace');
      const commit = app.store.replace(visitor.id, visitor.text.slice(0, 12), 'another-text', app.deadline);
      await gate.reached;
      await other.store.endEverything();
      gate.open();
      expect(await commit).toBe('gone');
      await app.store.touch(session.id, app.deadline + MINUTE_MS);
      for (const { store } of [app, other]) {
        expect(await store.load(session.id)).toBeUndefined();
        expect(await store.load(visitor.id)).toBeUndefined();
        expect(await store.end(visitor.id, 'invalidated')).toBe(false);
        expect(await store.create(visitor.id, visitor.text, app.deadline)).toBe('exists');
      }
      expect((await app.loginAgain(session, how)).outcome).toBe('gone');
      expect(await other.idsOf(how.principal)).toEqual([]);
      const later = await other.login(how);
      expect(await app.idsOf(how.principal)).toEqual([later.id]);
    });

    it('end all only with the acknowledgement of every part, and may be asked again', async () => {
      const [app, other] = two();
      const session = await app.anonymous();
      other.close();
      await expect(other.store.endEverything()).rejects.toThrow(/closed|isn't writeable|None of|refresh/i);
      await app.store.endEverything();
      expect(await app.store.load(session.id)).toBeUndefined();
    });

    if (name === 'one server') {
      it.each([
        ['that counts before it writes', ChecksThenActs, 'reject'],
        ['that counts before it writes', ChecksThenActs, 'evict-oldest'],
        ['that makes room after it has written', EvictsAfterTheWrite, 'evict-oldest'],
      ] as const)('convict a provider %s', async (_, Twin, whenFull) => {
        const how = admission({ limit: LIMIT, whenFull });
        const apps = processes(4, Twin);
        expect(await most(how.principal, () => atOnce(apps, 50, how))).toBeGreaterThan(LIMIT);
      });
    }
  });
});

/** `undefined` for a login that failed. */
const evictedBy = (outcome: Login['outcome']): readonly string[] | undefined =>
  typeof outcome === 'object' && 'evicted' in outcome ? outcome.evicted : undefined;
