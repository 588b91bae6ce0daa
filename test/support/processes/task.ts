import { writeSync } from 'node:fs';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { AtomicSessionProvider } from '../../../lib/providers/atomic-session-provider.js';
import { PostgresSessionProvider } from '../../../lib/providers/postgres/index.js';
import { RedisSessionProvider } from '../../../lib/providers/redis/index.js';
import type { ProviderContext } from '../../../lib/providers/session-provider.js';
import { type SqliteDatabase, SqliteSessionProvider } from '../../../lib/providers/sqlite/index.js';
import { openDatabase } from '../../../lib/providers/sqlite/sqlite-database.js';
import { FakeClock } from '../../../lib/testing/fake-clock.js';
import { Subject } from '../../../lib/testing/subject.js';

/** Where the sessions of a child program are, and what time it is there. */
export interface Place {
  readonly sqlite?: { readonly file: string };
  readonly postgres?: { readonly connectionString: string };
  readonly redis?: { readonly url: string };
  readonly now: number;
}

/** What the parent wants; the child's only argument. */
export const taskOf = <Task>(): Task => JSON.parse(process.argv[2] ?? '{}') as Task;

/** Tells the parent a line, at once: the process may not live to flush a stream. */
export const tell = (line: string | number): void => void writeSync(1, `${line}\n`);

/**
 * An app of one process over the sessions of a place.
 *
 * @param beforeStatement runs before each statement reaches the driver of the database.
 */
export async function appAt(place: Place, beforeStatement: () => void = () => undefined): Promise<Subject> {
  const clock = new FakeClock(place.now);
  const store = await storeAt(place, { clock }, beforeStatement);
  return new Subject({ store, clock, close: () => undefined });
}

export async function storeAt(
  { sqlite, postgres, redis }: Place,
  context: Partial<ProviderContext>,
  beforeStatement: () => void,
): Promise<AtomicSessionProvider> {
  if (redis) return new RedisSessionProvider({ client: watchedRedis(redis, beforeStatement) }, context);
  if (postgres) return new PostgresSessionProvider({ pool: watchedPool(postgres, beforeStatement) }, context);
  const database = watched(await openDatabase(sqlite?.file ?? ''), beforeStatement);
  return new SqliteSessionProvider({ database }, context);
}

function watchedRedis({ url }: NonNullable<Place['redis']>, beforeStatement: () => void): Redis {
  const client = new Redis(url);
  const call = client.call.bind(client) as (...args: string[]) => Promise<unknown>;
  return Object.assign(client, { call: (...args: string[]) => (beforeStatement(), call(...args)) });
}

function watched(database: SqliteDatabase, beforeStatement: () => void): SqliteDatabase {
  return {
    exec: (sql) => (beforeStatement(), database.exec(sql)),
    prepare: (sql) => {
      const statement = database.prepare(sql);
      return {
        get: (parameters) => (beforeStatement(), statement.get(parameters)),
        all: (parameters) => (beforeStatement(), statement.all(parameters)),
        run: (parameters) => (beforeStatement(), statement.run(parameters)),
      };
    },
    close: () => database.close(),
  };
}

function watchedPool(config: Place['postgres'], beforeStatement: () => void): pg.Pool {
  class WatchedClient extends pg.Client {
    // oxlint-disable-next-line typescript/no-explicit-any -- pg overloads it many times
    override query(...args: any[]): any {
      beforeStatement();
      // oxlint-disable-next-line typescript/no-unsafe-argument, typescript/no-explicit-any -- passed on as they came
      return (super.query as (...args: any[]) => unknown)(...args);
    }
  }
  return new pg.Pool({ ...config, Client: WatchedClient });
}
