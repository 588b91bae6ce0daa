import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { register } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { library } from './library.mjs';
import { show, stopwatch } from './stopwatch.mjs';

/**
 * `node bench/micro/commit.mjs`: a load, and a load with a commit, of each provider, by the size of the session. CPU of this process
 * only: what a server takes is its own.
 */
register('../../test/support/processes/typescript-hooks.mjs', import.meta.url);
const { redisBinary } = await import('../../test/support/servers/redis-binary.ts');
const { RedisServer } = await import('../../test/support/servers/redis.ts');
const { postgresBinaries } = await import('../../test/support/servers/postgres-binaries.ts');
const { PostgresServer } = await import('../../test/support/servers/postgres.ts');

const FAR = Date.now() + 86_400_000;
const etag = () => randomBytes(9).toString('base64url');
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const redis = redisBinary() && (await RedisServer.start(redisBinary()));
const postgres = postgresBinaries() && (await PostgresServer.start(postgresBinaries()));

const { InMemorySessionProvider } = await library('index.js');
const { SqliteSessionProvider } = await library('providers/sqlite/index.js');
const { RedisSessionProvider } = await library('providers/redis/index.js');
const { PostgresSessionProvider } = await library('providers/postgres/index.js');
const providers = {
  memory: new InMemorySessionProvider(),
  SQLite: new SqliteSessionProvider({ file: join(folder, 'sessions.db') }),
  ...(redis && { Redis: new RedisSessionProvider({ url: redis.url }) }),
  ...(postgres && {
    PostgreSQL: new PostgresSessionProvider({ connectionString: postgres.url, migrate: true }),
  }),
};

for (const bytes of [200, 2048, 16_384, 51_200]) {
  const body = 'x'.repeat(bytes);
  const tasks = {};
  for (const [name, provider] of Object.entries(providers)) {
    await provider.open?.();
    const id = `s${bytes}`;
    let last = etag();
    await provider.create(id, last + body, FAR);
    tasks[`${name}: load`] = () => provider.load(id);
    tasks[`${name}: load and commit`] = async () => {
      await provider.load(id);
      const next = etag();
      await provider.replace(id, last, next + body, FAR);
      last = next;
    };
  }
  show(`a session of ${bytes} B`, await stopwatch(tasks));
}

await Promise.all(Object.values(providers).map(async (provider) => provider.close?.()));
await Promise.all([redis, postgres].map(async (server) => server?.stop()));
rmSync(folder, { recursive: true });
