import { type ConfigProblem, invalidConfiguration } from '../../errors/configuration.js';
import { placeIn, type PostgresOptions } from './postgres-options.js';
import type { PostgresQueries } from './postgres-pool.js';
import type { SessionStatements } from './session-statements.js';

const OLDEST_VERSION = 12;

/** A table of `schema.sql`, and what the app does with it. */
interface WantedTable {
  readonly name: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly rights: readonly string[];
  /** What makes it. */
  readonly fix: string;
}

const RUN_SCHEMA = 'run schema.sql of nestjs-sessions/postgres with psql';

const wantedTables = ({ table, generation }: SessionStatements): readonly WantedTable[] => [
  {
    name: table,
    columns: {
      id: 'text',
      etag: 'text',
      deadline: 'bigint',
      generation: 'bigint',
      ended: 'text',
      principal: 'text',
      login_order: 'bigint',
      record: 'text',
    },
    rights: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
    fix: `write migrate: true, or ${RUN_SCHEMA}`,
  },
  { name: generation, columns: { generation: 'bigint' }, rights: ['SELECT', 'UPDATE'], fix: RUN_SCHEMA },
];

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

/** What is wrong with the first table that is not as it should be. */
async function tableProblems(
  queries: PostgresQueries,
  statements: SessionStatements,
  user: string,
): Promise<ConfigProblem[]> {
  for (const table of wantedTables(statements)) {
    const { rows: columns } = await statements.run(queries, 'columns', [table.name]);
    if (columns.length === 0) return [missing(table)];
    const types = new Map(columns.map(({ name, type }) => [name, type]));
    const different = Object.entries(table.columns).filter(([name, type]) => types.get(name) !== type);
    if (different.length > 0) return [foreign(table, namesOf(different))];
    const { rows: refused } = await statements.run(queries, 'rights', [table.name, table.rights]);
    if (refused.length > 0)
      return [forbidden(table, user, namesOf(refused.map(({ privilege }) => [privilege])))];
  }
  const { rows: generations } = await statements.run(queries, 'generation');
  return generations.length === 1 ? [] : [empty(statements.generation)];
}

const namesOf = (rows: readonly (readonly unknown[])[]): string =>
  rows.map(([name]) => String(name)).join(', ');

const KEY = 'session.config.table';
const OUR_TABLE = 'the table of schema.sql';

const missing = ({ name, fix }: WantedTable): ConfigProblem => ({
  key: KEY,
  seen: `${name}, which does not exist`,
  wanted: OUR_TABLE,
  fix,
});

const foreign = ({ name }: WantedTable, columns: string): ConfigProblem => ({
  key: KEY,
  seen: `${name}, whose ${columns} ${columns.includes(',') ? 'are' : 'is'} missing or of another type`,
  wanted: OUR_TABLE,
  fix: 'name another table, or drop this one if it is an old one of ours',
});

const empty = (table: string): ConfigProblem => ({
  key: KEY,
  seen: `${table}, which has no row`,
  wanted: 'the row that schema.sql puts there',
  fix: RUN_SCHEMA,
});

const forbidden = ({ name, rights }: WantedTable, user: string, refused: string): ConfigProblem => ({
  key: KEY,
  seen: `${name}, where ${user} may not ${refused}`,
  wanted: 'a table that the app may read and write',
  fix: `GRANT ${rights.join(', ')} ON ${name} TO ${user}`,
});
