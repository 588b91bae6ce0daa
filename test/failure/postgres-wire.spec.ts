import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { PostgresSessionProvider } from '../../lib/providers/postgres/index.js';
import { FakeClock, Subject } from '../../lib/testing/index.js';
import { describeWith } from '../support/servers/needs-server.js';
import { PostgresServer } from '../support/servers/postgres.js';
import { until } from '../support/servers/until.js';
import { WireTap } from '../support/servers/wire-tap.js';
import { rejectionOf } from '../support/thrown-by.js';

const SOON_MS = 10_000;
const OPERATION_TIMEOUT_MS = 2000;

describeWith('sessions in a PostgreSQL behind a bad wire', PostgresServer.needs(), (binaries) => {
  let server: PostgresServer;
  let wire: WireTap;
  let store: PostgresSessionProvider;
  let subject: Subject;
  beforeAll(async () => (server = await PostgresServer.start(binaries)));
  afterAll(() => server.stop());

  beforeEach(async () => {
    wire = await WireTap.start(server.port);
    const connectionString = server.url.replace(String(server.port), String(wire.port));
    const clock = new FakeClock();
    store = new PostgresSessionProvider({ connectionString, migrate: true, timeout: 1000 }, { clock });
    await store.open();
    subject = new Subject({ clock, store, policy: { operationTimeout: OPERATION_TIMEOUT_MS } });
  });
  afterEach(async () => {
    await store.close();
    await wire.stop();
  });

  it('have a commit once whose connection was reset after it: told as a failure, found by a second try', async () => {
    const { id, token } = await subject.begin({ count: 0 });
    const request = await subject.open(token);
    wire.cutAfter(/nestjs_sessions_replace/);
    expect(await rejectionOf(request.session.increment('count'))).toMatchObject({
      code: 'STORE_FAILED',
      statusCode: 503,
    });
    expect(await subject.read(token)).toEqual({ count: 1 });
    request.session.set('other', true);
    await request.finish();
    expect(await subject.read(token)).toEqual({ count: 1, other: true });
    expect((await subject.metaOf(id))?.version).toBe(2);
  });

  it('are ended by an end whose answer was lost, and say so to whoever asks again', async () => {
    const { id, token } = await subject.begin({ a: 1 });
    wire.cutAfter(/nestjs_sessions_end/);
    expect(await rejectionOf(subject.here.manager.end(id, 'invalidated'))).toMatchObject({ statusCode: 503 });
    expect(await subject.read(token)).toBeUndefined();
    expect(await subject.here.manager.end(id, 'invalidated')).toBe(false);
  });

  it('take connections that were reset while idle for nothing', async () => {
    const { token } = await subject.begin({ a: 1 });
    wire.cut();
    await until(
      () =>
        subject.read(token).then(
          () => true,
          () => false,
        ),
      SOON_MS,
    );
    expect(await subject.read(token)).toEqual({ a: 1 });
  });

  it('go on over another connection when the one that was there is silent for ever', async () => {
    const { token } = await subject.begin({ a: 1 });
    wire.silence();
    const began = performance.now();
    expect(await rejectionOf(subject.open(token))).toMatchObject({ statusCode: 503 });
    expect(performance.now() - began).toBeLessThan(2 * OPERATION_TIMEOUT_MS);
    expect(await subject.read(token)).toEqual({ a: 1 });
  });

  it('leave no connection behind', async () => {
    await Promise.all(Array.from({ length: 20 }, () => subject.begin({ a: 1 })));
    expect(wire.connections).toBeGreaterThan(1);
    await store.close();
    await until(() => Promise.resolve(wire.connections === 0), SOON_MS);
  });
});
