import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { InMemorySessionProvider, type SessionModuleOptions } from '../../lib/index.js';
import { PostgresSessionProvider } from '../../lib/providers/postgres/index.js';
import { RedisSessionProvider } from '../../lib/providers/redis/index.js';
import { SqliteSessionProvider } from '../../lib/providers/sqlite/index.js';
import { describeWith } from './servers/needs-server.js';
import { PostgresServer } from './servers/postgres.js';
import { redisBinary } from './servers/redis-binary.js';
import { RedisServer } from './servers/redis.js';
import { folderWith } from './temporary-folder.js';

/** A built-in store as apps are configured for it. */
export interface AppStore {
  /** Options of `forRoot()`. The machine that runs the tests may be busy, so a request waits for long. */
  readonly session: SessionModuleOptions;
  /** How many apps may run on it at once, each a process of its own as far as the store can tell. */
  readonly apps: number;
}

const PATIENT: SessionModuleOptions = { operationTimeout: '30s' };
const TWO = 2;

/** Defines the tests of something that has to hold on every built-in provider; those of a server run where there is one. */
export function describeOnEachStore(subject: string, define: (store: () => AppStore) => void): void {
  describeWith(`${subject}, in memory`, { name: 'memory', found: true }, () =>
    define(() => ({ session: { ...PATIENT, sessionProvider: InMemorySessionProvider }, apps: 1 })),
  );

  describeWith(`${subject}, in SQLite`, { name: 'SQLite', found: true }, () => {
    let file = '';
    beforeAll(() => void (file = join(folderWith({}), 'sessions.db')));
    define(() => ({
      session: { ...PATIENT, sessionProvider: SqliteSessionProvider, config: { file } },
      apps: TWO,
    }));
  });

  describeWith(`${subject}, in Redis`, { name: 'Redis', found: redisBinary() }, (binary) => {
    let server: RedisServer;
    beforeAll(async () => (server = await RedisServer.start(binary)));
    afterAll(() => server.stop());
    define(() => ({
      session: { ...PATIENT, sessionProvider: RedisSessionProvider, config: { url: server.url } },
      apps: TWO,
    }));
  });

  describeWith(`${subject}, in PostgreSQL`, PostgresServer.needs(), (binaries) => {
    let server: PostgresServer;
    beforeAll(async () => (server = await PostgresServer.start(binaries)));
    afterAll(() => server.stop());
    define(() => ({
      session: {
        ...PATIENT,
        sessionProvider: PostgresSessionProvider,
        config: { connectionString: server.url, migrate: true },
      },
      apps: TWO,
    }));
  });
}
