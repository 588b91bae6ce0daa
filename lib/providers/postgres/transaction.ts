import { failBare } from './bare-error.js';
import type { PostgresClient, PostgresPool } from './postgres-pool.js';
import type { SessionStatements } from './session-statements.js';

/** Runs a task in a transaction on one connection. After a failure the connection is given up, and with it the transaction. */
export async function inTransaction<T>(
  pool: PostgresPool,
  statements: SessionStatements,
  task: (client: PostgresClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect().catch(failBare);
  let failed = true;
  try {
    await statements.runText(client, 'BEGIN');
    const result = await task(client);
    await statements.runText(client, 'COMMIT');
    failed = false;
    return result;
  } finally {
    client.release(failed);
  }
}
