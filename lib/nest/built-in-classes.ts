import { HMACCredentialProvider } from '../credentials/hmac-credential-provider.js';
import { RandomCredentialProvider } from '../credentials/random-credential-provider.js';
import { TimedHMACCredentialProvider } from '../credentials/timed-hmac-credential-provider.js';
import type { LazyClass } from '../config/class-reference.js';
import type { Constructor } from '../config/settings.js';
import { InMemorySessionProvider } from '../providers/memory/in-memory-session-provider.js';
import { Session } from '../session/session.js';

const SESSION_CLASSES: readonly Constructor[] = [Session, InMemorySessionProvider];
const AUTH_CLASSES: readonly Constructor[] = [
  RandomCredentialProvider,
  HMACCredentialProvider,
  TimedHMACCredentialProvider,
];

/** Providers with a driver of their own, each behind the subpath that exports it. */
const SUBPATH_CLASSES: Readonly<Record<string, LazyClass>> = {
  'sqlite:SqliteSessionProvider': {
    load: async () => (await import('../providers/sqlite/index.js')).SqliteSessionProvider,
  },
  'redis:RedisSessionProvider': {
    load: async () => (await import('../providers/redis/index.js')).RedisSessionProvider,
  },
  'postgres:PostgresSessionProvider': {
    load: async () => (await import('../providers/postgres/index.js')).PostgresSessionProvider,
  },
};

/**
 * The classes of this library by the names that a YAML file gives them: as in the ordered chapter (`serving.session:…`,
 * `serving.auth:…`), and as exports of this package (`nestjs-sessions:…`, `nestjs-sessions/sqlite:…`).
 */
export const BUILT_IN_CLASSES: ReadonlyMap<string, Constructor | LazyClass> = new Map<
  string,
  Constructor | LazyClass
>([
  ...SESSION_CLASSES.map((type) => [`serving.session:${type.name}`, type] as const),
  ...AUTH_CLASSES.map((type) => [`serving.auth:${type.name}`, type] as const),
  ...[...SESSION_CLASSES, ...AUTH_CLASSES].map((type) => [`nestjs-sessions:${type.name}`, type] as const),
  ...Object.entries(SUBPATH_CLASSES).map(([name, type]) => [`nestjs-sessions/${name}`, type] as const),
]);
