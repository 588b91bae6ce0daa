import { createHash } from 'node:crypto';
import { namedStatements, readSql } from '../sql-text.js';
import { failBare } from './bare-error.js';
import type { PostgresOptions } from './postgres-options.js';
import type { PostgresQueries, PostgresQuery, PostgresResult } from './postgres-pool.js';

const STATEMENTS = namedStatements(readSql('./statements.sql', import.meta.url));

/** What several statements say in the same words. */
const PHRASES: readonly (readonly [name: string, sql: string])[] = [
  ['{login_order}', '(extract(epoch FROM clock_timestamp()) * 1000000)::bigint'],
  ['{first_line}', String.raw`split_part(record, E'\n', 1) || E'\n'`],
];

/** The server says when a statement takes too long; pg gives up this many milliseconds later, should the server say nothing. */
const SILENCE_MS = 500;

/**
 * The statements of `statements.sql` on one table, and on the table of its generation.
 *
 * An error of the server is told with its message and code and nothing else: its other fields may hold what a statement was about.
 */
export class SessionStatements {
  /** The table with its schema, quoted. */
  readonly table: string;
  /** The table of one row that says which generation of sessions is alive; likewise. */
  readonly generation: string;
  /** How long a statement may take, in milliseconds. */
  readonly timeout: number;
  readonly #queries: ReadonlyMap<string, PostgresQuery>;

  constructor(private readonly options: PostgresOptions) {
    this.table = `"${options.schema}"."${options.table}"`;
    this.generation = `"${options.schema}"."${options.table}_generation"`;
    this.timeout = options.timeout;
    this.#queries = new Map(
      [...STATEMENTS].map(([name, sql]) => [name, this.#named(name, this.#filledIn(sql))]),
    );
  }

  /** @param name of the statement in `statements.sql`. */
  run(queries: PostgresQueries, name: string, values: unknown[] = []): Promise<PostgresResult> {
    const query = this.#queries.get(name);
    if (!query) throw new Error(`statements.sql has no "${name}".`);
    return this.#send(queries, { ...query, values });
  }

  /** Runs something that is not in `statements.sql`, without values. */
  runText(queries: PostgresQueries, text: string): Promise<PostgresResult> {
    return this.#send(queries, { text });
  }

  #filledIn(sql: string): string {
    const names = [['{table}', this.table], ['{generation}', this.generation], ...PHRASES] as const;
    return names.reduce((text, [name, meant]) => text.replaceAll(name, () => meant), sql);
  }

  /** One connection may serve several tables, and pg refuses one name for two texts. */
  #named(name: string, text: string): PostgresQuery {
    if (!this.options.preparedStatements) return { text };
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
    return { text, name: `nestjs_sessions_${name}_${hash}` };
  }

  #send(queries: PostgresQueries, query: PostgresQuery): Promise<PostgresResult> {
    return queries.query({ ...query, query_timeout: this.timeout + SILENCE_MS }).catch(failBare);
  }
}
