import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { IN_FLIGHT_WINDOW_MS } from '../../lib/index.js';
import { InMemorySessionProvider } from '../../lib/providers/memory/in-memory-session-provider.js';
import { PostgresSessionProvider } from '../../lib/providers/postgres/index.js';
import { SqliteSessionProvider } from '../../lib/providers/sqlite/index.js';
import { FakeClock, Subject, type SubjectParts } from '../../lib/testing/index.js';
import { describeWith } from '../support/servers/needs-server.js';
import { PostgresServer } from '../support/servers/postgres.js';
import { BEGINNING, ServerTime } from '../support/servers/steered-clock.js';
import { folderWith } from '../support/temporary-folder.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

type Store = SubjectParts['store'] & { close(): unknown; sweep(limit: number): unknown };

/** What the pages of the providers without a clock of their own say of a jump. Redis is in redis-loss.spec.ts. */
function itKeepsToTheClockOfTheApp(open: (clock: FakeClock) => Store): void {
  let store: Store;
  afterEach(() => store.close());
  const make = (): Subject => {
    const clock = new FakeClock();
    store = open(clock);
    return new Subject({ clock, store });
  };

  it('forward: signs out who had less time left than that, and nobody else', async () => {
    const subject = make();
    const old = await subject.plant({ a: 1 }, { seenAt: subject.clock.now() - 6 * MINUTE_MS });
    const young = await subject.begin({ a: 1 });
    subject.clock.advance(5 * MINUTE_MS);
    expect(await subject.read(old.token)).toBeUndefined();
    expect(await subject.read(young.token)).toEqual({ a: 1 });
  });

  it('forward and back: brings back who was not swept meanwhile', async () => {
    const subject = make();
    const { token } = await subject.begin({ a: 1 });
    subject.clock.advance(subject.policy.idleTimeout);
    expect(await subject.read(token)).toBeUndefined();
    subject.clock.advance(-HOUR_MS);
    expect(await subject.read(token)).toEqual({ a: 1 });
    subject.clock.advance(HOUR_MS + IN_FLIGHT_WINDOW_MS);
    await store.sweep(100);
    subject.clock.advance(-HOUR_MS);
    expect(await subject.read(token)).toBeUndefined();
  });

  it('backward: lets who is idle live on for as long, and takes the time of nobody', async () => {
    const subject = make();
    const { token } = await subject.begin({ a: 1 });
    subject.clock.advance(-HOUR_MS);
    await (await subject.open(token)).finish();
    await subject.drain();
    subject.clock.advance(HOUR_MS + subject.policy.idleTimeout - 1);
    expect(await subject.read(token)).toEqual({ a: 1 });
    subject.clock.advance(1);
    expect(await subject.read(token)).toBeUndefined();
  });

  it('backward: brings nobody back who has signed out', async () => {
    const subject = make();
    const { id, token } = await subject.begin({ a: 1 });
    const request = await subject.open(token);
    await subject.here.manager.end(id, 'invalidated');
    subject.clock.advance(-HOUR_MS);
    request.session.set('a', 2);
    await expect(request.finish()).rejects.toMatchObject({ code: 'SESSION_GONE' });
    expect(await subject.read(token)).toBeUndefined();
  });
}

describe('a clock of the app that jumps, with sessions in memory', () => {
  itKeepsToTheClockOfTheApp((clock) => new InMemorySessionProvider({}, { clock }));
});

describe('a clock of the app that jumps, with sessions in a file', () => {
  itKeepsToTheClockOfTheApp(
    (clock) => new SqliteSessionProvider({ file: join(folderWith({}), 'sessions.db') }, { clock }),
  );
});

const faketime = ServerTime.find();
const needs = PostgresServer.needs();
const found = needs.found && faketime ? { binaries: needs.found, faketime } : undefined;

describeWith('a clock that jumps', { name: `${needs.name} with libfaketime`, found }, (lab) => {
  let time: ServerTime;
  let server: PostgresServer;
  beforeAll(async () => {
    time = new ServerTime(lab.faketime);
    time.run();
    server = await PostgresServer.start(lab.binaries, {}, time);
    const provider = new PostgresSessionProvider({ connectionString: server.url, migrate: true });
    await provider.open();
    await provider.close();
  });
  afterAll(async () => {
    await server.stop();
    time.remove();
  });

  const open = (clock: FakeClock) => new PostgresSessionProvider({ connectionString: server.url }, { clock });

  describe('of the app, with sessions in PostgreSQL', () => {
    itKeepsToTheClockOfTheApp(open);
  });

  it('of a PostgreSQL, years ahead and back: nobody notices', async () => {
    const clock = new FakeClock();
    const store = open(clock);
    const subject = new Subject({ clock, store });
    const { token } = await subject.begin({ a: 1 });
    for (const now of [BEGINNING + 10_000 * HOUR_MS, BEGINNING - 10_000 * HOUR_MS]) {
      time.run(now);
      const [row] = await server.sql('SELECT extract(epoch FROM now()) * 1000 AS now');
      expect(Math.abs(Number(row?.['now']) - now)).toBeLessThan(HOUR_MS);
      await store.sweep(100);
      await (await subject.open(token)).session.set('now', now).save();
      expect(await subject.read(token)).toEqual({ a: 1, now });
    }
    clock.advance(subject.policy.idleTimeout);
    expect(await subject.read(token)).toBeUndefined();
    await store.close();
  });
});
