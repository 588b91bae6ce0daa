import { readSql } from '../sql-text.js';
import type { PostgresOptions } from './postgres-options.js';
import type { PostgresPool } from './postgres-pool.js';
import type { SessionStatements } from './session-statements.js';
import { inTransaction } from './transaction.js';

const SCHEMA = readSql('./schema.sql', import.meta.url);

/**
 * Makes the tables if they are not there, and their schema. All or nothing, and one instance at a time. Where they are there, no
 * right to make one is needed. Nothing is added to a table of somebody else.
 */
export async function migrate(
  pool: PostgresPool,
  options: PostgresOptions,
  statements: SessionStatements,
): Promise<void> {
  const { schema } = options;
  await inTransaction(pool, statements, async (client) => {
    await statements.run(client, 'migrate_turn', [statements.table]);
    const { rows } = await statements.run(client, 'existing', [`"${schema}"`, statements.table]);
    if (rows[0]?.['has_table'] === true) return;
    if (rows[0]?.['has_schema'] !== true) await statements.runText(client, `CREATE SCHEMA "${schema}"`);
    await statements.runText(client, schemaOf(options));
  });
}

/** `schema.sql` with its four names, which stand in it as psql has them. They are letters, digits and `_` only. */
const schemaOf = ({ schema, table }: PostgresOptions): string =>
  SCHEMA.replaceAll(':"schema"', `"${schema}"`)
    .replaceAll(':"table"', `"${table}"`)
    .replaceAll(':"index"', `"${table}_principal"`)
    .replaceAll(':"generation"', `"${table}_generation"`);
