import { type ConfigProblem, invalidConfiguration } from '../../errors/configuration.js';
import { placeIn, type PostgresOptions } from './postgres-options.js';
import type { PostgresQueries } from './postgres-pool.js';
import type { SessionStatements } from './session-statements.js';

const OLDEST_VERSION = 12;

/** The columns of `schema.sql`. */
const COLUMNS: ReadonlyMap<string, string> = new Map([
  ['id', 'text'],
  ['etag', 'text'],
  ['deadline', 'bigint'],
  ['ended', 'text'],
  ['principal', 'text'],
  ['record', 'text'],
]);

/**
 * Looks for whatever would fail at the first request: the server, the table, the rights.
 *
 * @throws SessionError CONFIG_INVALID with everything that is wrong; the driver's error when the server does not answer.
 */
export async function checkDatabase(
  queries: PostgresQueries,
  statements: SessionStatements,
  options: PostgresOptions,
): Promise<void> {
  const server = (await statements.run(queries, 'server')).rows[0] ?? {};
  const problems = [
    ...serverProblems(server, placeIn(options)),
    ...(await tableProblems(queries, statements, String(server['user']))),
  ];
  if (problems.length > 0) throw invalidConfiguration(problems);
}

function serverProblems(server: Record<string, unknown>, key: string): ConfigProblem[] {
  const version = Math.floor(Number(server['version']) / 10_000);
  const encoding = String(server['encoding']);
  const problems: ConfigProblem[] = [];
  const wrong = (seen: string, wanted: string, fix: string): unknown =>
    problems.push({ key, seen, wanted, fix });
  if (version < OLDEST_VERSION)
    wrong(`a server of version ${version}`, `PostgreSQL ${OLDEST_VERSION} or later`, 'upgrade the server');
  if (encoding !== 'UTF8')
    wrong(`a database in ${encoding}`, 'a database in UTF8', "make one: CREATE DATABASE … ENCODING 'UTF8'");
  if (server['standby'] === true)
    wrong(
      'a standby, which nobody can write to',
      'the primary',
      'name the primary, or its read-write address',
    );
  return problems;
}

async function tableProblems(
  queries: PostgresQueries,
  statements: SessionStatements,
  user: string,
): Promise<ConfigProblem[]> {
  const { table } = statements;
  const { rows: columns } = await statements.run(queries, 'columns', [table]);
  if (columns.length === 0) return [missing(table)];
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  const different = [...COLUMNS].filter(([name, type]) => types.get(name) !== type).map(([name]) => name);
  if (different.length > 0) return [foreign(table, different)];
  const { rows: rights } = await statements.run(queries, 'rights', [table]);
  return rights.length === 0
    ? []
    : [
        forbidden(
          table,
          user,
          rights.map(({ privilege }) => String(privilege)),
        ),
      ];
}

const missing = (table: string): ConfigProblem => ({
  key: 'session.config.table',
  seen: `${table}, which does not exist`,
  wanted: 'the table of schema.sql',
  fix: 'write migrate: true, or run schema.sql of nestjs-sessions/postgres with psql',
});

const foreign = (table: string, columns: readonly string[]): ConfigProblem => ({
  key: 'session.config.table',
  seen: `${table}, whose ${columns.join(', ')} ${columns.length === 1 ? 'is' : 'are'} missing or of another type`,
  wanted: 'the table of schema.sql',
  fix: 'name another table, or drop this one if it is an old one of ours',
});

const forbidden = (table: string, user: string, rights: readonly string[]): ConfigProblem => ({
  key: 'session.config.table',
  seen: `${table}, where ${user} may not ${rights.join(', ')}`,
  wanted: 'a table that the app may read and write',
  fix: `GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO ${user}`,
});
