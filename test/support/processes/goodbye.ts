import { InMemorySessionProvider } from '../../../lib/providers/memory/in-memory-session-provider.js';
import { PostgresSessionProvider } from '../../../lib/providers/postgres/index.js';
import { RedisSessionProvider } from '../../../lib/providers/redis/index.js';
import { SqliteSessionProvider } from '../../../lib/providers/sqlite/index.js';
import { taskOf, tell } from './task.js';

const PROVIDERS = {
  memory: InMemorySessionProvider,
  sqlite: SqliteSessionProvider,
  redis: RedisSessionProvider,
  postgres: PostgresSessionProvider,
};

export interface GoodbyeTask {
  readonly provider: keyof typeof PROVIDERS;
  readonly config: Record<string, unknown>;
}

/** Does a little of everything with a store, lets go of it, and has nothing left to do: Node decides when that is the end. */
const task = taskOf<GoodbyeTask>();
const provider = new PROVIDERS[task.provider](task.config);
try {
  if ('open' in provider) await provider.open();
  const token = await provider.createSession();
  await provider.updateSession(token, { a: 1 });
  await provider.health();
  if ('sweep' in provider) await provider.sweep(10);
  await provider.invalidateSession(token);
  tell('used');
} catch {
  tell('refused');
}
await provider.close();
tell('closed');
