export { PostgresSessionProvider } from './postgres-session-provider.js';
export type { PostgresClient, PostgresPool, PostgresQuery, PostgresResult } from './postgres-pool.js';
