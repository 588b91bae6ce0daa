import { InMemorySessionProvider } from '../../../lib/providers/memory/in-memory-session-provider.js';
import { PostgresSessionProvider } from '../../../lib/providers/postgres/index.js';
import { RedisSessionProvider } from '../../../lib/providers/redis/index.js';
import { SqliteSessionProvider } from '../../../lib/providers/sqlite/index.js';

/** The built-in providers, by the name that a task has for them. */
export const PROVIDERS = {
  memory: InMemorySessionProvider,
  sqlite: SqliteSessionProvider,
  redis: RedisSessionProvider,
  postgres: PostgresSessionProvider,
};

/** A provider and what it is configured with, as a task tells it. */
export interface ProviderChoice {
  readonly provider: keyof typeof PROVIDERS;
  readonly config: Record<string, unknown>;
}
