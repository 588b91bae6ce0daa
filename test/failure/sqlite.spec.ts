import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SqliteSessionProvider } from '../../lib/providers/sqlite/index.js';
import { openDatabase, type SqliteDatabase } from '../../lib/providers/sqlite/sqlite-database.js';
import { FakeClock, Subject } from '../../lib/testing/index.js';
import { deathsDuring } from '../support/crash.js';
import { ChildProgram } from '../support/processes/child-program.js';
import type { DyingTask } from '../support/processes/die.js';
import type { CountTask } from '../support/processes/count.js';
import { folderWith } from '../support/temporary-folder.js';
import { rejectionOf } from '../support/thrown-by.js';

const MINUTE_MS = 60_000;
const LONG_ID = 'x'.repeat(22);

const opened: { close(): unknown }[] = [];
const kept = <Thing extends { close(): unknown }>(thing: Thing): Thing => {
  opened.push(thing);
  return thing;
};
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

const newFile = (): string => join(folderWith({}), 'sessions.db');

async function subjectOn(file: string): Promise<Subject> {
  const clock = new FakeClock();
  const store = kept(new SqliteSessionProvider({ file }, { clock }));
  await store.open();
  return new Subject({ store, clock });
}

describe('an app that dies in the middle of a write to the file', () => {
  it.each(['create', 'commit', 'regenerate', 'invalidate'] as const)(
    'leaves the state before or after: %s',
    async (operation) => {
      const file = newFile();
      const subject = await subjectOn(file);
      const place = { sqlite: { file }, now: subject.clock.now() };
      expect(await deathsDuring(operation, subject, place)).toBeGreaterThanOrEqual(4);
    },
    2 * MINUTE_MS,
  );

  it(
    'loses no acknowledged commit',
    async () => {
      const file = newFile();
      const subject = await subjectOn(file);
      const { token } = await subject.begin({ visits: 0 });
      const task: CountTask = { sqlite: { file }, now: subject.clock.now(), token, times: 1e6 };
      const app = ChildProgram.start('count.ts', task);
      await app.printed(200);
      await app.kill();
      const acknowledged = Number(app.lines.at(-1));
      const visits = Number((await subject.read(token))?.['visits']);
      expect([acknowledged, acknowledged + 1]).toContain(visits);
    },
    MINUTE_MS,
  );
});

describe('two processes on one file', () => {
  it(
    'count every visit once',
    async () => {
      const file = newFile();
      const subject = await subjectOn(file);
      const { token } = await subject.begin({ visits: 0 });
      const task: CountTask = { sqlite: { file }, now: subject.clock.now(), token, times: 300 };
      const apps = [ChildProgram.start('count.ts', task), ChildProgram.start('count.ts', task)];
      await Promise.all(apps.map((app) => app.finished()));
      const answers = apps.flatMap(({ lines }) => lines).map(Number);
      expect(new Set(answers).size).toBe(600);
      expect(await subject.read(token)).toEqual({ visits: 600 });
    },
    MINUTE_MS,
  );
});

describe('six processes that boot at once', () => {
  it(
    'make one file and one table',
    async () => {
      const file = newFile();
      const task: DyingTask = {
        sqlite: { file },
        now: Date.now(),
        token: '',
        operation: 'create',
        before: 1e6,
      };
      const apps = Array.from({ length: 6 }, () => ChildProgram.start('die.ts', task));
      await Promise.all(apps.map((app) => app.finished()));
      const subject = await subjectOn(file);
      subject.clock.set(task.now);
      for (const { lines } of apps) expect(await subject.metaOf(lines[0] ?? '')).toMatchObject({ epoch: 0 });
    },
    MINUTE_MS,
  );
});

describe('another process that holds the file', () => {
  /** Takes the file, does something meanwhile, and answers what came of it and the longest pause of the event loop. */
  async function whileHeld<T>(file: string, holdMs: number, task: () => Promise<T>): Promise<[T, number]> {
    const other = kept(await openDatabase(file));
    other.exec('BEGIN IMMEDIATE');
    let [last, longest] = [performance.now(), 0];
    const watch = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    const doing = task();
    await delay(holdMs);
    other.exec('COMMIT');
    const result = await doing;
    clearInterval(watch);
    return [result, longest];
  }

  it('is waited for, with the event loop running', async () => {
    const file = newFile();
    const subject = await subjectOn(file);
    const { token } = await subject.begin({ a: 1 });
    const request = await subject.open(token);
    request.session.set('a', 2);
    const [, longest] = await whileHeld(file, 500, () => request.finish());
    expect(await subject.read(token)).toEqual({ a: 2 });
    expect(longest).toBeLessThan(250);
    expect((subject.parts.store as SqliteSessionProvider).usage.collisions).toBeGreaterThan(5);
  });

  it('keeps no request longer than its deadline', async () => {
    const file = newFile();
    const patient = await subjectOn(file);
    const subject = patient.with({ policy: { operationTimeout: 100 } });
    const { token } = await subject.begin({ a: 1 });
    const request = await subject.open(token);
    request.session.set('a', 2);
    const [error] = await whileHeld(file, 400, () => rejectionOf(request.finish()));
    expect(error).toMatchObject({ code: 'STORE_TIMEOUT', statusCode: 503 });
    await (await subject.open(token)).session.set('b', 1).save();
    expect(await subject.read(token)).toMatchObject({ b: 1 });
  });
});

describe('a full disk', () => {
  /** A database that may not grow; SQLite says of it what it says of a disk. */
  async function fullDisk(): Promise<{ readonly subject: Subject; readonly database: SqliteDatabase }> {
    const database = kept(await openDatabase(newFile()));
    const clock = new FakeClock();
    const subject = new Subject({ clock, store: new SqliteSessionProvider({ database }, { clock }) });
    await subject.begin({ a: 1 });
    const { page_count } = database.prepare('PRAGMA page_count').get({}) as { page_count: number };
    database.exec(`PRAGMA max_page_count = ${page_count + 4}`);
    return { subject, database };
  }

  it('is an outage to whoever writes more, and to nobody else', async () => {
    const { subject } = await fullDisk();
    const { token } = await subject.begin({ a: 1 });
    const large = await subject.open();
    large.session.set('a', 'x'.repeat(30_000));
    const small = await subject.open(token);
    small.session.set('a', 2);
    const [error] = await Promise.all([rejectionOf(large.finish()), small.finish()]);
    expect(error).toMatchObject({ code: 'STORE_FAILED', statusCode: 503 });
    expect(await subject.read(token)).toEqual({ a: 2 });
  });

  it('can still be read, and sessions on it can be ended', async () => {
    const { subject } = await fullDisk();
    const { id, token } = await subject.begin({ a: 1 });
    await rejectionOf(subject.begin({ a: 'x'.repeat(30_000) }));
    expect(await subject.read(token)).toEqual({ a: 1 });
    expect(await subject.here.manager.end(id, 'invalidated')).toBe(true);
  });

  it('is forgotten as soon as there is room again', async () => {
    const { subject, database } = await fullDisk();
    await rejectionOf(subject.begin({ a: 'x'.repeat(30_000) }));
    database.exec('PRAGMA max_page_count = 100000');
    const { token } = await subject.begin({ a: 'x'.repeat(30_000) });
    expect(await subject.read(token)).toMatchObject({ a: expect.any(String) });
  });
});

describe('a file that cannot be used', () => {
  const bootError = async (config: Record<string, unknown>): Promise<Error> =>
    rejectionOf(kept(new SqliteSessionProvider(config)).open());

  it.each([
    ['in no folder', (folder: string) => join(folder, 'missing/sessions.db'), 'create its folder'],
    ['that is a folder', (folder: string) => folder, 'name a file in that folder'],
  ])('is a boot error with the fix: %s', async (_, place, fix) => {
    const error = await bootError({ file: place(folderWith({})) });
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(error.message).toContain('session.config.file is ');
    expect(error.message).toContain(fix);
  });

  it('is a boot error with the fix: no database', async () => {
    const file = join(folderWith({ 'sessions.db': 'x'.repeat(4096) }), 'sessions.db');
    expect((await bootError({ file })).message).toContain('name another file');
  });

  it('is a boot error with the fix: a table of somebody else', async () => {
    const file = newFile();
    const database = kept(await openDatabase(file));
    database.exec('CREATE TABLE nestjs_sessions (id TEXT, data TEXT)');
    expect((await bootError({ file })).message).toContain('another table');
  });
});

describe('the file', () => {
  it('and those beside it are readable by their owner only, whatever they were before', async () => {
    const folder = folderWith({});
    const file = join(folder, 'sessions.db');
    writeFileSync(file, '', { mode: 0o666 });
    chmodSync(file, 0o666);
    const subject = await subjectOn(file);
    await subject.begin({ a: 1 });
    const modes = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o777]);
    expect(Object.fromEntries(modes)).toEqual({
      'sessions.db': 0o600,
      'sessions.db-wal': 0o600,
      'sessions.db-shm': 0o600,
    });
  });

  it('is meant against the folder of the configuration', async () => {
    const folder = folderWith({});
    mkdirSync(join(folder, 'data'));
    await kept(new SqliteSessionProvider({ file: './data/s.db' }, { directory: folder })).open();
    expect(readdirSync(join(folder, 'data'))).toContain('s.db');
  });
});

describe('a provider that was closed', () => {
  it('does nothing more, and says so', async () => {
    const subject = await subjectOn(newFile());
    const { token } = await subject.begin({ a: 1 });
    await subject.parts.store.close?.();
    const error = await rejectionOf(subject.open(token));
    expect(error).toMatchObject({ code: 'STORE_FAILED', cause: { message: 'The provider is closed.' } });
    await expect(Promise.resolve(subject.parts.store.end(LONG_ID, 'revoked'))).rejects.toThrow('closed');
  });
});
