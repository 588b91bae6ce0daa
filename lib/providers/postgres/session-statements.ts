import { createHash } from 'node:crypto';
import { namedStatements, readSql } from '../sql-text.js';
import type { PostgresOptions } from './postgres-options.js';
import type { PostgresQueries, PostgresResult } from './postgres-pool.js';

const STATEMENTS = namedStatements(readSql('./statements.sql', import.meta.url));

/** The server says when a statement takes too long; pg gives up this many milliseconds later, should the server say nothing. */
const SILENCE_MS = 500;

/** The statements of `statements.sql` on one table. */
export class SessionStatements {
  /** The table with its schema, quoted. */
  readonly table: string;

  constructor(private readonly options: PostgresOptions) {
    this.table = `"${options.schema}"."${options.table}"`;
  }

  /**
   * @param name of the statement in `statements.sql`.
   * @throws an error with the server's message and code and nothing else: its other fields may hold what a statement was about.
   */
  async run(queries: PostgresQueries, name: string, values: unknown[] = []): Promise<PostgresResult> {
    const text = STATEMENTS.get(name)?.replaceAll('{table}', this.table);
    if (text === undefined) throw new Error(`statements.sql has no "${name}".`);
    return this.#query(queries, {
      text,
      values,
      ...(this.options.preparedStatements && { name: nameOf(name, text) }),
    });
  }

  /** Runs something that is not in `statements.sql`, without values. */
  async runText(queries: PostgresQueries, text: string): Promise<PostgresResult> {
    return this.#query(queries, { text });
  }

  async #query(
    queries: PostgresQueries,
    query: { readonly text: string; readonly values?: unknown[]; readonly name?: string },
  ): Promise<PostgresResult> {
    try {
      return await queries.query({ ...query, query_timeout: this.options.timeout + SILENCE_MS });
    } catch (error) {
      throw bare(error);
    }
  }
}

const names = new Map<string, string>();

/** One connection may serve several tables, and pg refuses one name for two texts. */
function nameOf(name: string, text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const unique = `nestjs_sessions_${name}_${hash}`;
  names.set(text, unique);
  return unique;
}

/** What the server reported. `detail` and `where` may repeat the values of a row (law F5). */
function bare(error: unknown): Error {
  const { message, code } = error as { readonly message?: unknown; readonly code?: unknown };
  const told = new Error(
    typeof message === 'string' && message !== '' ? message : `PostgreSQL failed (${String(code)}).`,
  );
  return typeof code === 'string' ? Object.assign(told, { code }) : told;
}
