import { failBare } from './bare-error.js';
import type { PostgresClient, PostgresPool } from './postgres-pool.js';
import type { SessionStatements } from './session-statements.js';

/**
 * Runs a task in a transaction on one connection. Each statement sees what was committed before it, whatever the default isolation.
 *
 * After a failure the connection is given up, and with it the transaction. Should this process fall silent in the middle, the server
 * ends the transaction itself: its locks hold nobody up for longer than a statement may.
 */
export async function inTransaction<T>(
  pool: PostgresPool,
  statements: SessionStatements,
  task: (client: PostgresClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect().catch(failBare);
  let failed = true;
  // A connection that breaks fails the statement under way. Unheard, its event would end the process.
  client.on?.('error', ignore);
  try {
    await statements.runText(client, beginWithin(statements.timeout));
    const result = await task(client);
    await statements.runText(client, 'COMMIT');
    failed = false;
    return result;
  } finally {
    client.release(failed);
    client.off?.('error', ignore);
  }
}

/** In one message, thus in one round trip. */
const beginWithin = (timeout: number): string =>
  `BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = ${timeout}; ` +
  `SET LOCAL idle_in_transaction_session_timeout = ${timeout}`;

const ignore = (): void => undefined;
