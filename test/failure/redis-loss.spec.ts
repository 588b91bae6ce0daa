import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { RedisSessionProvider } from '../../lib/providers/redis/index.js';
import { FakeClock, Subject } from '../../lib/testing/index.js';
import { describeWith } from '../support/servers/needs-server.js';
import { redisBinary } from '../support/servers/redis-binary.js';
import { RedisLab } from '../support/servers/redis-lab.js';
import { RedisServer } from '../support/servers/redis.js';
import { BEGINNING, ServerTime } from '../support/servers/steered-clock.js';
import { until } from '../support/servers/until.js';
import { WireTap } from '../support/servers/wire-tap.js';
import { rejectionOf } from '../support/thrown-by.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const SOON_MS = 10_000;
const REPLICA_TIMEOUT_MS = 200;
/** A replica gets its copy without a wait for others that might want one as well. */
const AT_ONCE = ['--repl-diskless-sync-delay', '0'];

describeWith(
  'a primary that dies before its replica has everything',
  { name: 'Redis', found: redisBinary() },
  (binary) => {
    let primary: RedisServer;
    let replica: RedisServer;
    let link: WireTap;
    let providers: RedisSessionProvider[];

    beforeEach(async () => {
      providers = [];
      const servers = [RedisServer.start(binary, { args: AT_ONCE }), RedisServer.start(binary)] as const;
      [primary, replica] = await Promise.all(servers);
      link = await WireTap.start(primary.port);
      await replica.command('REPLICAOF', '127.0.0.1', String(link.port));
      await until(
        async () => /state=online/.test(String(await primary.command('INFO', 'replication'))),
        SOON_MS,
      );
    });
    afterEach(async () => {
      for (const provider of providers) await provider.close();
      await link.stop();
      await Promise.all([primary.stop(), replica.stop()]);
    });

    async function subjectOn(server: RedisServer, config: Record<string, unknown> = {}): Promise<Subject> {
      const clock = new FakeClock();
      const store = new RedisSessionProvider({ url: server.url, ...config }, { clock });
      providers.push(store);
      await store.open();
      return new Subject({ store, clock });
    }

    /** The replica takes over, with what it has. */
    async function failover(): Promise<Subject> {
      await primary.kill9();
      await replica.command('REPLICAOF', 'NO', 'ONE');
      return subjectOn(replica);
    }

    const caughtUp = async (): Promise<void> => {
      const offset = async (server: RedisServer): Promise<string | undefined> =>
        /_repl_offset:(\d+)/.exec(String(await server.command('INFO', 'replication')))?.[1];
      await until(async () => (await offset(primary)) === (await offset(replica)), SOON_MS);
    };

    it('loses acknowledged commits, and brings acknowledged logouts back', async () => {
      const before = await subjectOn(primary);
      const [kept, ended] = [await before.begin({ a: 1 }), await before.begin({ a: 1 })];
      await caughtUp();
      link.silence();
      const request = await before.open(kept.token);
      request.session.set('a', 2);
      await request.finish();
      expect(await before.here.manager.end(ended.id, 'invalidated')).toBe(true);
      const after = await failover();
      expect(await after.read(kept.token)).toEqual({ a: 1 });
      expect(await after.read(ended.token)).toEqual({ a: 1 });
    });

    it.each(['@redis/client', 'ioredis'])(
      'brings no acknowledged logout and no old token back with `durable`, through %s',
      async (driver) => {
        const before = await subjectOn(primary, { driver, durable: { replicas: 1, timeout: 5000 } });
        const [ended, changed] = [await before.begin({ a: 1 }), await before.begin({ a: 1 })];
        await caughtUp();
        const request = await before.open(changed.token);
        await request.session.regenerate({ keep: 'all' });
        await before.here.manager.end(ended.id, 'invalidated');
        link.silence();
        const after = await failover();
        expect(await after.read(ended.token)).toBeUndefined();
        expect(await after.read(changed.token)).toBeUndefined();
        expect(await after.read(request.session.token ?? '')).toEqual({ a: 1 });
      },
    );

    it('acknowledges no logout and no regenerate with `durable` that the replica does not have', async () => {
      const before = await subjectOn(primary, { durable: { replicas: 1, timeout: REPLICA_TIMEOUT_MS } });
      const { id, token } = await before.begin({ a: 1 });
      const request = await before.open(token);
      link.silence();
      for (const act of [
        () => request.session.regenerate({ keep: 'all' }),
        () => before.here.manager.end(id, 'invalidated'),
      ]) {
        const error = await rejectionOf(act());
        expect(error).toMatchObject({ code: 'STORE_FAILED', statusCode: 503 });
        expect(String(error.cause)).toContain('0 of 1 replicas had it');
      }
      expect(request.handle.cookie).toEqual({ kind: 'keep' });
      link.cut();
      const endsAgain = (): Promise<boolean> => before.here.manager.end(id, 'invalidated');
      await until(
        () =>
          endsAgain().then(
            (ended) => !ended,
            () => false,
          ),
        SOON_MS,
      );
    });

    it('acknowledges no login, no end of all sessions and no end of everything with `durable`, either', async () => {
      const before = await subjectOn(primary, { durable: { replicas: 1, timeout: REPLICA_TIMEOUT_MS } });
      const store = providers.at(-1) as RedisSessionProvider;
      const how = { principal: 'ada', whenFull: 'reject' } as const;
      const { id } = await before.reserve();
      link.silence();
      for (const act of [
        () => store.admit({ id, text: before.textOf(), deadline: before.clock.now() + MINUTE_MS }, how),
        () => store.endSessionsOf('ada', 'revoked'),
        () => store.endEverything(),
      ])
        expect(String(await rejectionOf(act()))).toContain('0 of 1 replicas had it');
      expect(await store.load(id)).toBeUndefined();
    });

    it('does not let commits and loads wait for replicas', async () => {
      const before = await subjectOn(primary, { durable: { replicas: 1, timeout: 5000 } });
      const { id, token } = await before.begin({ a: 1 });
      link.silence();
      const ending = before.here.manager.end(id, 'invalidated');
      const other = await before.begin({ b: 1 });
      const request = await before.open(other.token);
      request.session.set('b', 2);
      await request.finish();
      expect(await before.read(token)).toBeUndefined();
      link.cut();
      expect(await ending).toBe(true);
    });

    it('keeps a hundred logouts at once from standing in line', async () => {
      const wire = await WireTap.start(primary.port);
      const before = await subjectOn(primary, { url: wire.url, durable: { replicas: 1, timeout: 5000 } });
      const sessions = await Promise.all(Array.from({ length: 100 }, () => before.begin({ a: 1 })));
      await Promise.all(sessions.map(({ id }) => before.here.manager.end(id, 'invalidated')));
      expect(wire.sent.match(/\bWAIT\b/g)?.length).toBeLessThan(10);
      await wire.stop();
    });
  },
);

describeWith('a clock that jumps', RedisLab.needs(), (needs) => {
  let time: ServerTime;
  let server: RedisServer;
  let clock: FakeClock;
  let subject: Subject;
  let store: RedisSessionProvider;

  beforeAll(async () => {
    time = new ServerTime(needs.faketime);
    server = await RedisServer.start(needs.binary, { time });
  });
  beforeEach(async () => {
    time.set(BEGINNING);
    clock = new FakeClock();
    store = new RedisSessionProvider({ url: server.url }, { clock });
    subject = new Subject({ store, clock });
  });
  afterEach(() => store.close());
  afterAll(async () => {
    await server.stop();
    time.remove();
  });

  it.each([
    ['ahead', HOUR_MS],
    ['behind', -HOUR_MS],
  ])('of an app that is an hour %s: its sessions are none the worse for it', async (_, difference) => {
    clock.set(BEGINNING + difference);
    const { token } = await subject.begin({ a: 1 });
    const lifetime = subject.policy.idleTimeout;
    time.set(BEGINNING + lifetime - 1);
    clock.set(BEGINNING + difference + lifetime - 1);
    expect(await subject.read(token)).toEqual({ a: 1 });
    time.set(BEGINNING + lifetime);
    clock.set(BEGINNING + difference + lifetime);
    expect(await subject.read(token)).toBeUndefined();
  });

  it('of an app, forward: nobody is signed out but who is past the absolute deadline by it', async () => {
    const { token } = await subject.begin({ a: 1 });
    clock.advance(subject.policy.absoluteTimeout - 1);
    expect(await subject.read(token)).toEqual({ a: 1 });
    clock.advance(1);
    expect(await subject.read(token)).toBeUndefined();
  });

  it('of an app, backward: nobody lives longer than the server lets him', async () => {
    const { token } = await subject.begin({ a: 1 });
    clock.advance(-HOUR_MS);
    expect(await subject.read(token)).toEqual({ a: 1 });
    time.set(BEGINNING + subject.policy.idleTimeout);
    expect(await subject.read(token)).toBeUndefined();
  });

  it('of the server, forward: who had less time left than that is signed out, and nobody else', async () => {
    const jump = 5 * MINUTE_MS;
    const young = await subject.begin({ a: 1 });
    const old = await subject.plant({ a: 1 }, { seenAt: clock.now() - subject.policy.idleTimeout + jump });
    time.set(BEGINNING + jump);
    expect(await subject.read(old.token)).toBeUndefined();
    expect(await subject.read(young.token)).toEqual({ a: 1 });
  });

  it('of the server, backward: who is idle lives on for as long, up to the absolute deadline', async () => {
    const { token } = await subject.begin({ a: 1 });
    time.set(BEGINNING - HOUR_MS);
    clock.advance(subject.policy.idleTimeout);
    expect(await subject.read(token)).toEqual({ a: 1 });
    clock.advance(subject.policy.absoluteTimeout - subject.policy.idleTimeout);
    expect(await subject.read(token)).toBeUndefined();
  });
});

describeWith(
  'who has stolen the disk of a Redis, or listens to it',
  { name: 'Redis', found: redisBinary() },
  (binary) => {
    const PERSISTENT = ['--appendonly', 'yes', '--rdbcompression', 'no'];
    let server: RedisServer;
    let wire: WireTap;
    let subject: Subject;
    const loot: string[] = [];
    let tokens: readonly string[];

    beforeAll(async () => {
      server = await RedisServer.start(binary, { args: PERSISTENT });
      wire = await WireTap.start(server.port);
      const clock = new FakeClock();
      const store = new RedisSessionProvider({ url: wire.url }, { clock });
      subject = new Subject({ store, clock });
      const [first, second] = [
        await subject.begin({ cart: ['tea'] }),
        await subject.begin({ cart: ['milk'] }),
      ];
      const request = await subject.open(first.token);
      await request.session.regenerate({ keep: 'all' });
      await server.command('SAVE');
      tokens = [first.token, second.token, request.session.token ?? ''];
      for (const path of readdirSync(server.folder, { recursive: true, encoding: 'utf8' })) {
        if (/\.(rdb|aof|manifest)$/.test(path)) loot.push(readFileSync(join(server.folder, path), 'latin1'));
      }
      loot.push(wire.sent);
    });
    afterAll(async () => {
      await subject.parts.store.close?.();
      await wire.stop();
      await server.stop();
    });

    it('has the values, so the loot is worth searching', () => {
      expect(loot.filter((text) => text.includes('["milk"]')).length).toBeGreaterThanOrEqual(3);
    });

    it('finds neither a token nor a secret', () => {
      for (const secret of [...tokens, ...subject.secrets])
        expect(loot.filter((text) => text.includes(secret))).toEqual([]);
    });

    it('opens no session with anything that is there', async () => {
      const all = loot.join('\n');
      const ids = new Set([...all.matchAll(/sess:\{[\w-]{2}\}:([\w-]{22})/g)].map(([, id = '']) => id));
      const strings = new Set(all.match(/(?<![\w-])[\w-]{43}(?![\w-])/g));
      expect([ids.size, strings.size >= 2]).toEqual([2, true]);
      for (const id of ids)
        for (const secret of strings) expect(await subject.read(`${id}.${secret}`)).toBeUndefined();
    });

    it('would have opened one with a token', async () => {
      expect(await subject.read(tokens.at(-1) ?? '')).toEqual({ cart: ['tea'] });
    });
  },
);
