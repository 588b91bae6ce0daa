import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { portOf } from '../../lib/providers/redis/adapters.js';
import { RedisSessionProvider } from '../../lib/providers/redis/index.js';
import { makeClient } from '../../lib/providers/redis/make-client.js';
import { parseRedisOptions } from '../../lib/providers/redis/redis-options.js';
import { WatchedPort } from '../../lib/providers/redis/watched-port.js';
import { FakeClock, Subject } from '../../lib/testing/index.js';
import { deathsDuring } from '../support/crash.js';
import { ChildProgram } from '../support/processes/child-program.js';
import type { CountTask } from '../support/processes/count.js';
import { hashOf } from '../support/redis-logins.js';
import { describeWith } from '../support/servers/needs-server.js';
import { redisBinary } from '../support/servers/redis-binary.js';
import { type AppClient, singleClients } from '../support/servers/redis-clients.js';
import { RedisServer } from '../support/servers/redis.js';
import { until } from '../support/servers/until.js';
import { WireTap } from '../support/servers/wire-tap.js';
import { rejectionOf } from '../support/thrown-by.js';

const MINUTE_MS = 60_000;
const SOON_MS = 10_000;
const OPERATION_TIMEOUT_MS = 1000;
const SILENCE_MS = 100;
const DRIVERS = ['@redis/client', 'ioredis', 'iovalkey'];
const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always'];

describeWith('sessions in a Redis that fails', { name: 'Redis', found: redisBinary() }, (binary) => {
  let server: RedisServer;
  const providers: RedisSessionProvider[] = [];

  beforeAll(async () => (server = await RedisServer.start(binary, { args: DURABLE })));
  afterEach(async () => {
    for (const provider of providers.splice(0)) await provider.close();
  });
  afterAll(() => server.stop());

  async function subjectOn(config: Record<string, unknown> = { url: server.url }): Promise<Subject> {
    const clock = new FakeClock();
    const store = new RedisSessionProvider(config, { clock });
    providers.push(store);
    await store.open();
    return new Subject({ store, clock, policy: { operationTimeout: OPERATION_TIMEOUT_MS } });
  }

  /** A request that has changed its session and not committed yet. */
  async function dirtyRequest(subject: Subject) {
    const { id, token } = await subject.begin({ a: 1 });
    const request = await subject.open(token);
    request.session.set('a', 2);
    return { id, token, request };
  }

  const worksAgain = async (subject: Subject): Promise<void> =>
    until(
      () =>
        subject.begin({ a: 1 }).then(
          () => true,
          () => false,
        ),
      SOON_MS,
    );

  const placeOf = (subject: Subject) => ({ redis: { url: server.url }, now: subject.clock.now() });

  describe('by the death of the app', () => {
    it.each(['create', 'commit', 'regenerate', 'invalidate'] as const)(
      'are as before or as after, at any point of: %s',
      async (operation) => {
        const subject = await subjectOn();
        expect(await deathsDuring(operation, subject, placeOf(subject))).toBeGreaterThanOrEqual(2);
      },
      MINUTE_MS,
    );
  });

  describe('by its death', () => {
    it(
      'keep every acknowledged commit, with an append-only file that is synced always',
      async () => {
        const subject = await subjectOn();
        const { token } = await subject.begin({ visits: 0 });
        const task: CountTask = { ...placeOf(subject), token, times: 1e6 };
        const app = ChildProgram.start('count.ts', task);
        await app.printed(100);
        await server.kill9();
        await app.kill();
        await server.restart();
        await worksAgain(subject);
        const acknowledged = Number(app.lines.at(-1));
        const visits = Number((await subject.read(token))?.['visits']);
        expect([acknowledged, acknowledged + 1]).toContain(visits);
      },
      MINUTE_MS,
    );

    it('are gone without persistence, and their visitors anonymous', async () => {
      const forgetful = await RedisServer.start(binary);
      const subject = await subjectOn({ url: forgetful.url });
      const { token, request } = await dirtyRequest(subject);
      await forgetful.kill9();
      await forgetful.restart();
      await worksAgain(subject);
      expect(await subject.read(token)).toBeUndefined();
      expect(await rejectionOf(request.finish())).toMatchObject({ code: 'SESSION_GONE' });
      await forgetful.stop();
    });
  });

  describe.each(DRIVERS)('through %s', (driver) => {
    it(
      'are an outage while it is dead, and are there when it is back',
      async () => {
        const subject = await subjectOn({ url: server.url, driver });
        const { token, request } = await dirtyRequest(subject);
        await server.kill9();
        const began = performance.now();
        const errors = await Promise.all([
          rejectionOf(request.finish()),
          rejectionOf(subject.open(token)),
          rejectionOf(subject.begin({ a: 1 })),
        ]);
        expect(performance.now() - began).toBeLessThan(2 * OPERATION_TIMEOUT_MS);
        for (const error of errors) expect(error).toMatchObject({ statusCode: 503 });
        await server.restart();
        await worksAgain(subject);
        expect(await subject.read(token)).toEqual({ a: 1 });
      },
      MINUTE_MS,
    );

    it('cost a request its deadline and no more while it is frozen, and go on when it thaws', async () => {
      const subject = await subjectOn({ url: server.url, driver });
      const { token, request } = await dirtyRequest(subject);
      server.freeze();
      const began = performance.now();
      const errors = await Promise.all([
        rejectionOf(request.finish()),
        rejectionOf(subject.begin({ a: 1 })),
        ...Array.from({ length: 30 }, () => rejectionOf(subject.open(token))),
      ]);
      expect(performance.now() - began).toBeLessThan(5 * OPERATION_TIMEOUT_MS);
      for (const error of errors) expect(error).toMatchObject({ code: 'STORE_TIMEOUT', statusCode: 503 });
      server.thaw();
      await worksAgain(subject);
      expect([{ a: 1 }, { a: 2 }]).toContainEqual(await subject.read(token));
    });

    describe('over a wire', () => {
      let wire: WireTap;
      beforeEach(async () => (wire = await WireTap.start(server.port)));
      afterEach(() => wire.stop());

      it.each(['create', 'replace'])(
        'have a write once whose connection broke after it: %s',
        async (script) => {
          const subject = await subjectOn({ url: wire.url, driver });
          const { id, token, request } = await dirtyRequest(subject);
          wire.cutAfter(new RegExp(hashOf(script)));
          const doomed = script === 'create' ? subject.begin({ a: 1 }) : request.finish();
          expect(await rejectionOf(doomed)).toMatchObject({ statusCode: 503 });
          await worksAgain(subject);
          if (script === 'replace') {
            expect(await subject.read(token)).toEqual({ a: 2 });
            expect((await subject.metaOf(id))?.version).toBe(1);
          }
        },
      );

      it('take a connection that was lost in silence for nothing', async () => {
        const subject = await subjectOn({ url: wire.url, driver });
        const { token } = await subject.begin({ a: 1 });
        wire.cut();
        await worksAgain(subject);
        expect(await subject.read(token)).toEqual({ a: 1 });
      });

      it('go on over another connection when the one that was there is silent for ever', async () => {
        const options = parseRedisOptions({ url: wire.url, driver });
        const port = new WatchedPort(portOf(await makeClient(options, '')), SILENCE_MS);
        await port.open();
        await port.exec('key', ['SET', 'key', 'value']);
        wire.silence();
        const lost = port.exec('key', ['GET', 'key']).catch(() => 'given up');
        await delay(2 * SILENCE_MS);
        const answers = async (): Promise<boolean> => (await port.exec('key', ['GET', 'key'])) === 'value';
        await until(() => answers().catch(() => false), SOON_MS);
        expect(await lost).toBe('given up');
        port.close();
      });

      it('leave no connection behind', async () => {
        const subject = await subjectOn({ url: wire.url, driver });
        await subject.begin({ a: 1 });
        expect(wire.connections).toBe(1);
        await subject.parts.store.close?.();
        await until(() => Promise.resolve(wire.connections === 0), SOON_MS);
      });
    });
  });

  describe.each(['ioredis', 'iovalkey'])(
    'through a client of the app that sends again what was under way, of %s',
    (name) => {
      let wire: WireTap;
      let made: AppClient;
      let subject: Subject;
      beforeEach(async () => {
        wire = await WireTap.start(server.port);
        made = (await singleClients[name]?.(wire.url)) as AppClient;
        subject = (await subjectOn({ client: made.client })).with({ policy: { operationTimeout: SOON_MS } });
      });
      afterEach(async () => {
        made.close();
        await wire.stop();
      });

      it('are created once', async () => {
        const creation = new RegExp(hashOf('create'), 'g');
        wire.cutAfter(new RegExp(hashOf('create')));
        const { token } = await subject.begin({ a: 1 });
        expect(await subject.read(token)).toEqual({ a: 1 });
        expect(wire.sent.match(creation)).toHaveLength(3);
      });

      it('are committed once', async () => {
        const { id, request } = await dirtyRequest(subject);
        wire.cutAfter(/\bEVALSHA\b/);
        await request.finish();
        expect((await subject.metaOf(id))?.version).toBe(1);
      });

      it('are ended by the call that ended them', async () => {
        const { id } = await subject.begin({ a: 1 });
        wire.cutAfter(/\bEVALSHA\b/);
        expect(await subject.here.manager.end(id, 'invalidated')).toBe(true);
        expect(await subject.here.manager.end(id, 'invalidated')).toBe(false);
      });
    },
  );

  describe('by forgetting its scripts', () => {
    it('are committed and ended all the same', async () => {
      const subject = await subjectOn();
      const { id, token, request } = await dirtyRequest(subject);
      await server.command('SCRIPT', 'FLUSH');
      await request.finish();
      expect(await subject.read(token)).toEqual({ a: 2 });
      await server.command('SCRIPT', 'FLUSH');
      expect(await subject.here.manager.end(id, 'revoked')).toBe(true);
    });
  });

  describe('by a full memory', () => {
    afterEach(async () => {
      await server.command('CONFIG', 'SET', 'maxmemory', '0');
      await server.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    });

    it('are an outage to whoever writes, and can still be read, kept alive and ended', async () => {
      const subject = await subjectOn();
      const { id, token, request } = await dirtyRequest(subject);
      await server.command('CONFIG', 'SET', 'maxmemory', '1');
      expect(await rejectionOf(request.finish())).toMatchObject({ code: 'STORE_FAILED', statusCode: 503 });
      expect(await rejectionOf(subject.begin({ a: 1 }))).toMatchObject({ code: 'STORE_FAILED' });
      expect(await subject.read(token)).toEqual({ a: 1 });
      await subject.here.store.touch(id, subject.clock.now() + 2 * subject.policy.idleTimeout);
      expect(await subject.here.manager.end(id, 'invalidated')).toBe(true);
      expect(await subject.read(token)).toBeUndefined();
    });

    it('are thrown out where the server is told to evict, and nothing brings them back', async () => {
      const subject = await subjectOn();
      const { token, request } = await dirtyRequest(subject);
      await server.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-random');
      await server.command('CONFIG', 'SET', 'maxmemory', '1');
      await rejectionOf(subject.begin({ a: 1 }));
      await server.command('CONFIG', 'SET', 'maxmemory', '0');
      expect(await subject.read(token)).toBeUndefined();
      expect(await rejectionOf(request.finish())).toMatchObject({ code: 'SESSION_GONE' });
    });
  });

  it('are counted for a metric', async () => {
    const subject = await subjectOn();
    const [provider] = providers;
    const before = provider?.usage.commands ?? 0;
    await subject.read((await subject.begin({ a: 1 })).token);
    expect(provider?.usage).toEqual({ commands: before + 3, failures: expect.any(Number), waiting: 0 });
    server.freeze();
    await rejectionOf(subject.begin({ a: 1 }));
    expect(provider?.usage.waiting).toBe(1);
    server.thaw();
    await until(() => Promise.resolve(provider?.usage.waiting === 0), SOON_MS);
  });

  it('are closed for good once the provider is closed', async () => {
    const subject = await subjectOn();
    await subject.parts.store.close?.();
    const error = await rejectionOf(subject.begin({ a: 1 }));
    expect(error).toMatchObject({ code: 'STORE_FAILED', cause: { message: 'The provider is closed.' } });
  });

  describe('as far as health goes', () => {
    it('are well, and not when it is frozen, within two seconds', async () => {
      await subjectOn();
      const [provider] = providers;
      await provider?.health();
      server.freeze();
      const began = performance.now();
      expect(await rejectionOf(provider?.health())).toMatchObject({
        message: expect.stringContaining('2000 ms'),
      });
      expect(performance.now() - began).toBeLessThan(3000);
      server.thaw();
      await until(() => Promise.resolve(provider?.health()).then(() => true), SOON_MS);
    });

    it('are not well on a server that refuses writes', async () => {
      await subjectOn();
      await server.command('CONFIG', 'SET', 'maxmemory', '1');
      await expect(providers[0]?.health()).rejects.toThrow('OOM');
      await server.command('CONFIG', 'SET', 'maxmemory', '0');
    });
  });
});
