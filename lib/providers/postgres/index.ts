export { PostgresSessionProvider, type PostgresUsage } from './postgres-session-provider.js';
export type { PostgresClient, PostgresPool, PostgresQuery, PostgresResult } from './postgres-pool.js';
