import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { IN_FLIGHT_WINDOW_MS } from '../../../../lib/providers/atomic-session-store.js';
import { SqliteSessionProvider } from '../../../../lib/providers/sqlite/index.js';
import { openDatabase, type SqliteDatabase } from '../../../../lib/providers/sqlite/sqlite-database.js';
import { FakeClock, Subject } from '../../../../lib/testing/index.js';
import { folderWith } from '../../../support/temporary-folder.js';

const databases: SqliteDatabase[] = [];
afterEach(() => {
  for (const database of databases.splice(0)) database.close();
});

/** A subject on a database that writes down what it is told to do. */
async function watched() {
  const database = await openDatabase(join(folderWith({}), 'sessions.db'));
  databases.push(database);
  const commands: string[] = [];
  const exec = (sql: string): unknown => (commands.push(sql), database.exec(sql));
  const spied: SqliteDatabase = {
    exec,
    prepare: (sql) => database.prepare(sql),
    close: () => database.close(),
  };
  const clock = new FakeClock();
  const store = new SqliteSessionProvider({ database: spied }, { clock });
  await store.open();
  return { subject: new Subject({ store, clock }), store, database, commands };
}

const rowsOf = (database: SqliteDatabase): unknown =>
  database.prepare('SELECT count(*) AS count FROM nestjs_sessions').get({});

describe('SqliteSessionProvider', () => {
  it('answers a load at once, without a promise', async () => {
    const { subject, store } = await watched();
    const { id } = await subject.begin({ a: 1 });
    expect(store.load(id)).toMatchObject({ text: expect.any(String), deadline: expect.any(Number) });
    expect(store.load('unknown')).toBeUndefined();
  });

  it('puts the commits of requests that end together into one transaction', async () => {
    const { subject, commands } = await watched();
    const sessions = await Promise.all(Array.from({ length: 20 }, () => subject.begin({ a: 1 })));
    const requests = await Promise.all(sessions.map(({ token }) => subject.open(token)));
    for (const { session } of requests) session.set('a', 2);
    commands.length = 0;
    await Promise.all(requests.map((request) => request.finish()));
    expect(commands).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
  });

  it('sweeps what is past its deadline and window, in steps, and no more than it is asked to', async () => {
    const { subject, store, database, commands } = await watched();
    await Promise.all(Array.from({ length: 200 }, () => subject.begin({ a: 1 })));
    subject.clock.advance(subject.policy.idleTimeout + IN_FLIGHT_WINDOW_MS - 1);
    const { token } = await subject.begin({ a: 1 });
    expect(await store.sweep(1000)).toBe(0);
    subject.clock.advance(1);
    commands.length = 0;
    expect(await store.sweep(150)).toBe(150);
    expect(commands.filter((command) => command === 'COMMIT')).toHaveLength(3);
    expect(await store.sweep(1000)).toBe(50);
    expect(rowsOf(database)).toMatchObject({ count: 1 });
    expect(await subject.read(token)).toEqual({ a: 1 });
  });

  it('keeps a tombstone without a record while a request may be in flight', async () => {
    const { subject, store, database } = await watched();
    const { id } = await subject.begin({ a: 1 });
    await subject.here.manager.end(id, 'revoked');
    const row = database.prepare('SELECT ended, record FROM nestjs_sessions').get({});
    expect(row).toMatchObject({ ended: 'revoked', record: '' });
    subject.clock.advance(IN_FLIGHT_WINDOW_MS);
    expect(await store.sweep(10)).toBe(1);
  });

  it('opens the file by itself when it is used before it was opened', async () => {
    const provider = new SqliteSessionProvider({ file: join(folderWith({}), 'sessions.db') });
    const token = await provider.createSession();
    expect(await provider.getSession(token)).toEqual({});
    await provider.health();
    await provider.close();
  });

  it('counts what its writes came to', async () => {
    const { subject, store, database } = await watched();
    expect(store.usage).toEqual({ waiting: 0, transactions: 0, collisions: 0 });
    await Promise.all([subject.begin({ a: 1 }), subject.begin({ a: 1 })]);
    expect(store.usage).toEqual({ waiting: 0, transactions: 1, collisions: 0 });
    expect(rowsOf(database)).toMatchObject({ count: 2 });
  });

  it('leaves a database that was passed in open', async () => {
    const { store, database } = await watched();
    await store.close();
    expect(rowsOf(database)).toMatchObject({ count: 0 });
  });
});
