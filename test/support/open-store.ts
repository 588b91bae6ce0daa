import { InMemorySessionProvider } from '../../lib/providers/memory/in-memory-session-provider.js';
import { FakeClock, Subject } from '../../lib/testing/index.js';
import { PostgresSubjects } from './postgres-subject.js';
import { HASTY, PostgresServer } from './servers/postgres.js';
import { RedisLab } from './servers/redis-lab.js';
import { SqliteSubjects } from './sqlite-subject.js';

/** The store of a built-in provider, and the real server behind it, for as many subjects as one likes. */
export interface OpenStore {
  /** What is behind it, with its version. */
  readonly engine: string;
  /** Whether a seeded scheduler orders the calls of a history. A server has an order of its own. */
  readonly paced: boolean;
  /** One at a time: they may share a clock. */
  make(): Subject;
  close(): Promise<void> | void;
}

const PATIENCE = { operationTimeout: 20_000 };

/** How to open each of them, by the name that is given on a command line. */
export const OPEN_STORE: Readonly<Record<string, () => Promise<OpenStore> | OpenStore>> = {
  memory: () => ({
    engine: 'memory of the process',
    paced: true,
    make: () => {
      const clock = new FakeClock();
      const capabilities = ['clock', 'opaque', 'principals', 'everything'] as const;
      const store = new InMemorySessionProvider({}, { clock });
      return new Subject({ clock, store, capabilities, policy: PATIENCE });
    },
    close: () => undefined,
  }),
  sqlite: async () => {
    const subjects = await SqliteSubjects.onNewFile();
    return {
      engine: `SQLite ${subjects.version}`,
      paced: true,
      make: () => subjects.make(),
      close: () => subjects.close(),
    };
  },
  redis: () => redis('one server'),
  'redis-cluster': () => redis('a cluster'),
  postgres,
};

async function redis(place: 'one server' | 'a cluster'): Promise<OpenStore> {
  const { name, found } = RedisLab.needs();
  if (!found) throw new Error(`${name} cannot be had here.`);
  const lab = await RedisLab.start(found, place);
  return {
    engine: `${await lab.version()}, ${place}`,
    paced: false,
    make: () => lab.another(),
    close: () => lab.stop(),
  };
}

async function postgres(): Promise<OpenStore> {
  const { name, found } = PostgresServer.needs();
  if (!found) throw new Error(`${name} cannot be had here.`);
  const server = await PostgresServer.start(found, HASTY);
  const subjects = await PostgresSubjects.on(server);
  const [row] = await server.sql('SHOW server_version');
  return {
    engine: `PostgreSQL ${String(row?.['server_version'])}`,
    paced: false,
    make: () => subjects.make(),
    close: async () => {
      await subjects.close();
      await server.stop();
    },
  };
}
