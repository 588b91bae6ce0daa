/**
 * Sessions in a table of PostgreSQL.
 *
 * @module nestjs-sessions/postgres
 */

export { PostgresSessionProvider, type PostgresUsage } from './postgres-session-provider.js';
export type { PostgresClient, PostgresPool, PostgresQuery, PostgresResult } from './postgres-pool.js';
export type { NearCacheUsage } from '../near-cache/near-cache.js';
