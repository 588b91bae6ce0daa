import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { openDatabase, type SqliteDatabase } from '../../../../lib/providers/sqlite/sqlite-database.js';
import { WriteBatches } from '../../../../lib/providers/sqlite/write-batches.js';
import { folderWith } from '../../../support/temporary-folder.js';

describe('the writes of one turn of the event loop', () => {
  let database: SqliteDatabase;
  let commands: string[];
  let writes: WriteBatches;

  beforeAll(async () => {
    database = await openDatabase(join(folderWith({}), 'numbers.db'));
    database.exec('PRAGMA journal_mode = WAL; CREATE TABLE numbers (number INTEGER CHECK (number < 100))');
  });
  afterAll(() => void database.close());
  /** In milliseconds; stands still unless a write moves it. */
  let clock = 0;
  let perWriteMs = 0;
  beforeEach(() => {
    commands = [];
    clock = 0;
    perWriteMs = 0;
    writes = new WriteBatches({ exec: (sql) => (commands.push(sql), database.exec(sql)) }, () => clock);
    database.exec('DELETE FROM numbers');
  });

  const insert = (number: number): Promise<number> =>
    writes.run(() => {
      clock += perWriteMs;
      database.prepare('INSERT INTO numbers VALUES (:number)').run({ number });
      return number;
    });

  const count = (): unknown => database.prepare('SELECT count(*) AS count FROM numbers').get({});

  it('share one transaction', async () => {
    expect(await Promise.all([insert(1), insert(2), insert(3)])).toEqual([1, 2, 3]);
    expect(commands).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
  });

  it('are not answered before it is committed', async () => {
    const seen: string[] = [];
    await Promise.all([1, 2].map((number) => insert(number).then(() => seen.push(...commands))));
    expect(seen).toEqual(['BEGIN IMMEDIATE', 'COMMIT', 'BEGIN IMMEDIATE', 'COMMIT']);
  });

  it('do not fail with one of them', async () => {
    const outcomes = await Promise.allSettled([insert(1), insert(1000), insert(2), insert(3)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(count()).toMatchObject({ count: 3 });
  });

  it('share one again after that', async () => {
    await Promise.allSettled([insert(1), insert(1000)]);
    commands.length = 0;
    await Promise.all([insert(1), insert(2)]);
    expect(commands).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
  });

  it('keep their order', async () => {
    const order: number[] = [];
    await Promise.allSettled([3, 1000, 1, 2].map((number) => insert(number).then(() => order.push(number))));
    expect(order).toEqual([3, 1, 2]);
  });

  it('take turns with everything else when there are very many of them', async () => {
    const all = Promise.all(Array.from({ length: 2000 }, (_, index) => insert(index % 100)));
    let turns = 0;
    const counting = setInterval(() => turns++, 1);
    await all;
    clearInterval(counting);
    expect(commands.filter((command) => command === 'COMMIT').length).toBeGreaterThanOrEqual(2000 / 256);
    expect(turns).toBeGreaterThan(0);
  });

  it('take another transaction when one has taken its time', async () => {
    perWriteMs = 3;
    expect(await Promise.all([insert(1), insert(2), insert(3)])).toEqual([1, 2, 3]);
    expect(commands).toEqual(['BEGIN IMMEDIATE', 'COMMIT', 'BEGIN IMMEDIATE', 'COMMIT']);
  });

  it('leave a transaction of somebody else alone', async () => {
    database.exec('BEGIN');
    database.prepare('INSERT INTO numbers VALUES (:number)').run({ number: 7 });
    await expect(insert(1)).rejects.toThrow('transaction');
    database.exec('COMMIT');
    expect(count()).toMatchObject({ count: 1 });
  });

  it('are all answered once it is idle', async () => {
    const answered: number[] = [];
    for (const number of [1, 2, 3]) void insert(number).then(() => answered.push(number));
    await writes.idle();
    expect(answered).toEqual([1, 2, 3]);
  });
});
