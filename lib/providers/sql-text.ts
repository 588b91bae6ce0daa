import { readFileSync } from 'node:fs';

/** What an unquoted name of a table may be in SQLite and PostgreSQL alike: at most 48 characters, no quote, no dot. */
const IDENTIFIER = /^[a-z_]\w{0,47}$/i;

/** A name that may be put between double quotes; `undefined` for anything else. */
export const parseIdentifier = (value: unknown): string | undefined =>
  typeof value === 'string' && IDENTIFIER.test(value) ? value : undefined;

/** The text of an `.sql` file that stands beside a module. */
export const readSql = (file: string, moduleUrl: string): string =>
  readFileSync(new URL(file, moduleUrl), 'utf8');

/** The statements of a file, each under the name in the line `-- name: …` above it, without comments. */
export function namedStatements(sql: string): ReadonlyMap<string, string> {
  const [, ...sections] = sql.split(/^-- name: */m);
  return new Map(
    sections.map((section) => {
      const [name = '', ...lines] = section.split('\n');
      const text = lines.filter((line) => !line.startsWith('--')).join('\n');
      return [name.trim(), text.trim().replace(/;$/, '')];
    }),
  );
}
