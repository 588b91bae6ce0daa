import type { ConfigProblem } from '../../errors/configuration.js';
import { type ProviderOptionTable, readProviderOptions } from '../provider-options.js';
import type { SessionValueRecord } from '../session-provider.js';
import { parseIdentifier } from '../sql-text.js';
import type { SqliteDatabase } from './sqlite-database.js';

/** What `session.config` of a {@link SqliteSessionProvider} says. One of `file` and `database` is given. */
export interface SqliteOptions {
  /** The database file, against the folder of the YAML file; made if it is not there, its folder is not. */
  readonly file?: string;
  /**
   * An open database in a file, for sessions alone: a transaction of the app on the same handle would be in the way. Only code can
   * give it; it is not closed with the provider.
   */
  readonly database?: SqliteDatabase;
  /**
   * What an acknowledged write survives. `normal`, the default: the death of the process. `full`: a power cut as well, at the cost
   * of one flush to the disk a transaction, during which the process stands still.
   */
  readonly durability: 'normal' | 'full';
  /** Default `nestjs_sessions`. Two modules on one file need a table each. */
  readonly table: string;
}

const DEFAULTS: Pick<SqliteOptions, 'durability' | 'table'> = {
  durability: 'normal',
  table: 'nestjs_sessions',
};

const OPTIONS: ProviderOptionTable<SqliteOptions> = {
  file: {
    parse: (value) => (isPath(value) ? value : undefined),
    wanted: 'the path of a file',
    example: './sessions.db',
  },
  database: {
    parse: (value) => (isDatabase(value) ? value : undefined),
    wanted: 'an open database with exec, prepare and close',
  },
  durability: {
    parse: (value) => (value === 'normal' || value === 'full' ? value : undefined),
    wanted: 'normal or full',
    example: 'normal',
  },
  table: { parse: parseIdentifier, wanted: 'the name of a table: letters, digits, _', example: 'sessions' },
};

/**
 * Reads `session.config`. Opens nothing.
 *
 * @throws SessionError CONFIG_INVALID with everything that is wrong.
 */
export const parseSqliteOptions = (config: SessionValueRecord): SqliteOptions => ({
  ...DEFAULTS,
  ...readProviderOptions('SqliteSessionProvider', OPTIONS, config, oneDatabase),
});

function oneDatabase({ file, database }: Partial<SqliteOptions>): readonly ConfigProblem[] {
  if ((file === undefined) !== (database === undefined)) return [];
  return [
    {
      key: 'session.config.file',
      seen: file === undefined ? 'missing' : 'given beside an open database',
      wanted: 'a file, or an open database',
      fix: file === undefined ? 'write file: ./sessions.db' : 'remove one of them',
    },
  ];
}

/** SQLite takes `:memory:` and URIs as well; neither is a file that outlives the process. */
const isPath = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && !value.includes('\0') && !/^(?::memory:|file:)/.test(value);

const isDatabase = (value: unknown): value is SqliteDatabase =>
  typeof value === 'object' &&
  value !== null &&
  ['exec', 'prepare', 'close'].every(
    (name) => typeof (value as Record<string, unknown>)[name] === 'function',
  );
