import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { SessionError } from '../../lib/errors/session-error.js';
import { PostgresSessionProvider } from '../../lib/providers/postgres/index.js';
import { FakeClock, Subject } from '../../lib/testing/index.js';
import { deathsDuring } from '../support/crash.js';
import { ChildProgram } from '../support/processes/child-program.js';
import type { CountTask } from '../support/processes/count.js';
import { describeWith } from '../support/servers/needs-server.js';
import { PostgresServer } from '../support/servers/postgres.js';
import { until } from '../support/servers/until.js';
import { SmallDisk } from '../support/servers/small-disk.js';
import { rejectionOf } from '../support/thrown-by.js';

const MINUTE_MS = 60_000;
const SOON_MS = 10_000;
const OPERATION_TIMEOUT_MS = 1000;
const CONNECTIONS = `SELECT pid FROM pg_stat_activity WHERE application_name = 'nestjs-sessions'`;
const WAITING = `${CONNECTIONS} AND wait_event_type = 'Lock'`;

describeWith('sessions in a PostgreSQL that fails', PostgresServer.needs(), (binaries) => {
  let server: PostgresServer;
  const providers: PostgresSessionProvider[] = [];

  beforeAll(async () => (server = await PostgresServer.start(binaries)));
  afterEach(async () => {
    await Promise.all(providers.splice(0).map((provider) => provider.close()));
    await until(async () => (await server.sql(CONNECTIONS)).length === 0, SOON_MS);
  });
  afterAll(() => server.stop());

  async function subjectOn(config: Record<string, unknown> = {}): Promise<Subject> {
    const clock = new FakeClock();
    const store = new PostgresSessionProvider(
      { connectionString: server.url, migrate: true, ...config },
      { clock },
    );
    providers.push(store);
    await store.open();
    return new Subject({ store, clock, policy: { operationTimeout: OPERATION_TIMEOUT_MS } });
  }

  /** A request that has changed its session and not committed yet. */
  async function dirtyRequest(subject: Subject) {
    const { token } = await subject.begin({ a: 1 });
    const request = await subject.open(token);
    request.session.set('a', 2);
    return { token, request };
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

  const placeOf = (subject: Subject) => ({
    postgres: { connectionString: server.url },
    now: subject.clock.now(),
  });

  it.each(['create', 'commit', 'regenerate', 'invalidate'] as const)(
    'are as before or as after when the app dies at any point of: %s',
    async (operation) => {
      const subject = await subjectOn();
      expect(await deathsDuring(operation, subject, placeOf(subject))).toBeGreaterThanOrEqual(2);
    },
    MINUTE_MS,
  );

  it(
    'keep every acknowledged commit when the server is killed, and work again when it is back',
    async () => {
      const subject = await subjectOn();
      const { token } = await subject.begin({ visits: 0 });
      const task: CountTask = { ...placeOf(subject), token, times: 1e6 };
      const app = ChildProgram.start('count.ts', task);
      await app.printed(100);
      await server.kill9();
      await app.ended;
      const acknowledged = Number(app.lines.at(-1));
      await server.restart();
      await worksAgain(subject);
      const visits = Number((await subject.read(token))?.['visits']);
      expect([acknowledged, acknowledged + 1]).toContain(visits);
    },
    MINUTE_MS,
  );

  it(
    'cost a request its deadline and no more while the server is frozen, and work again when it thaws',
    async () => {
      const subject = await subjectOn({ timeout: 1500 });
      const { token, request } = await dirtyRequest(subject);
      server.freeze();
      const began = performance.now();
      const errors = await Promise.all([
        rejectionOf(request.finish()),
        rejectionOf(subject.open(token)),
        rejectionOf(subject.begin({ a: 1 })),
        ...Array.from({ length: 30 }, () => rejectionOf(subject.open(token))),
      ]);
      expect(performance.now() - began).toBeLessThan(5 * OPERATION_TIMEOUT_MS);
      for (const error of errors) expect(error).toMatchObject({ code: 'STORE_TIMEOUT', statusCode: 503 });
      await delay(2500);
      server.thaw();
      await worksAgain(subject);
      expect([{ a: 1 }, { a: 2 }]).toContainEqual(await subject.read(token));
    },
    MINUTE_MS,
  );

  it('lose nothing but the commit whose connection is cut', async () => {
    const subject = await subjectOn();
    const { token, request } = await dirtyRequest(subject);
    const later = await subject.open(token);
    const error = await cutWhileWaiting(() => request.finish());
    expect(error).toMatchObject({ code: 'STORE_FAILED', statusCode: 503, cause: { code: '57P01' } });
    expect(await subject.read(token)).toEqual({ a: 1 });
    await later.session.set('b', 1).save();
    expect(await subject.read(token)).toEqual({ a: 1, b: 1 });
  });

  /** Lets a commit wait for a lock and ends its connection there. */
  async function cutWhileWaiting(commit: () => Promise<unknown>): Promise<Error> {
    const locked = server.sql(
      `BEGIN; LOCK TABLE nestjs_sessions IN EXCLUSIVE MODE; SELECT pg_sleep(0.3); COMMIT`,
    );
    await until(
      async () =>
        (await server.sql(`SELECT pid FROM pg_locks WHERE mode = 'ExclusiveLock' AND relation IS NOT NULL`))
          .length > 0,
      SOON_MS,
    );
    const failing = rejectionOf(commit());
    await until(async () => (await server.sql(WAITING)).length > 0, SOON_MS);
    await server.sql(WAITING.replace('SELECT pid', 'SELECT pg_terminate_backend(pid)'));
    await locked;
    return failing;
  }

  it('take a lost idle connection for nothing', async () => {
    const subject = await subjectOn();
    const { token } = await subject.begin({ a: 1 });
    await server.sql(CONNECTIONS.replace('SELECT pid', 'SELECT pg_terminate_backend(pid)'));
    await until(async () => (await server.sql(CONNECTIONS)).length === 0, SOON_MS);
    await worksAgain(subject);
    expect(await subject.read(token)).toEqual({ a: 1 });
  });

  it('hold every law of the swap where the default isolation is serializable', async () => {
    const subject = await subjectOn({
      connectionString: `${server.url}?options=-c%20default_transaction_isolation%3Dserializable`,
    });
    const patient = subject.with({ policy: { operationTimeout: SOON_MS } });
    const { token } = await patient.begin({ count: 0 });
    const increments = Array.from({ length: 40 }, async (_, index) => {
      const { session } = await patient.instances[index % 2 === 0 ? 0 : 1].open(token);
      return session.increment('count');
    });
    expect(new Set(await Promise.all(increments)).size).toBe(40);
    expect(await patient.read(token)).toEqual({ count: 40 });
  });

  it('say no value and no token in an error of the server', async () => {
    const subject = await subjectOn();
    await server.sql(`ALTER TABLE nestjs_sessions ADD CONSTRAINT small CHECK (length(record) < 1000)`);
    const error = await rejectionOf(subject.begin({ a: 'canary-8f14e45f'.repeat(100) }));
    await server.sql(`ALTER TABLE nestjs_sessions DROP CONSTRAINT small`);
    expect(error).toMatchObject({ code: 'STORE_FAILED', cause: { code: '23514' } });
    expect(JSON.stringify(Object.getOwnPropertyDescriptors(error.cause))).not.toContain('canary');
  });

  describeWith(
    'on a disk that is full',
    { name: 'mount of a small file system', found: SmallDisk.make(4, binaries.identity) },
    (disk) => {
      afterAll(() => disk.remove());

      it('refuse what is new with 503, can be read and ended, and work again when there is room', async () => {
        await server.sql(`CREATE TABLESPACE small LOCATION '${disk.folder}'`);
        const subject = await subjectOn({ table: 'on_small_disk' });
        await server.sql('ALTER TABLE on_small_disk SET TABLESPACE small');
        const { id, token } = await subject.begin({ a: 1 });
        const error = await fill(subject);
        expect(error).toMatchObject({ code: 'STORE_FAILED', statusCode: 503, cause: { code: '53100' } });
        expect(await subject.read(token)).toEqual({ a: 1 });
        expect(await subject.here.manager.end(id, 'invalidated')).toBe(true);
        disk.grow(64);
        await worksAgain(subject);
        await server.sql('DROP TABLE on_small_disk');
        await server.sql('DROP TABLESPACE small');
      });

      /** Creates sessions that do not compress well until the server refuses one; a slow disk may time out before. */
      async function fill(subject: Subject): Promise<unknown> {
        for (let tries = 0; tries < 5000; tries++) {
          const noise = Array.from({ length: 600 }, () => Math.random().toString(36)).join('');
          const outcome: unknown = await subject.begin({ noise }).catch((error: unknown) => error);
          if (outcome instanceof SessionError && outcome.code === 'STORE_FAILED') return outcome;
        }
        return undefined;
      }
    },
  );
});
