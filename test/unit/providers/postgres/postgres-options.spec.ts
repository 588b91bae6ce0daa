import { describe, expect, it } from '@jest/globals';
import { PostgresSessionProvider } from '../../../../lib/providers/postgres/index.js';
import { parsePostgresOptions } from '../../../../lib/providers/postgres/postgres-options.js';
import type { SessionError } from '../../../../lib/errors/session-error.js';
import { describeCachedOption } from '../../../support/describe-cached-option.js';
import { thrownBy } from '../../../support/thrown-by.js';

const URL_OF_SERVER = 'postgres://app:hunter2@db.example:5432/app';
const pool = { query: () => undefined, connect: () => undefined, end: () => undefined };

const messageOf = (config: Record<string, unknown>): string => {
  const error = thrownBy(() => PostgresSessionProvider.checkConfig(config));
  if (error === undefined) return 'accepted';
  expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
  return (error as SessionError).message;
};

describe('the options of PostgresSessionProvider', () => {
  describeCachedOption((cached) => parsePostgresOptions({ host: 'db', cached }).cached);

  it('have defaults', () => {
    expect(parsePostgresOptions({ connection_string: URL_OF_SERVER })).toEqual({
      connectionString: URL_OF_SERVER,
      schema: 'public',
      table: 'nestjs_sessions',
      migrate: false,
      maxConnections: 10,
      timeout: 5000,
      preparedStatements: true,
      cached: false,
    });
  });

  it('are read in the spelling of YAML and of TypeScript', () => {
    const wanted = { host: 'db', maxConnections: 3, preparedStatements: false, timeout: 1500 };
    expect(
      parsePostgresOptions({ host: 'db', max_connections: 3, prepared_statements: false, timeout: '1.5s' }),
    ).toMatchObject(wanted);
    expect(parsePostgresOptions(wanted)).toMatchObject(wanted);
  });

  it('take numbers as text, as environment variables are', () => {
    expect(parsePostgresOptions({ host: 'db', port: '6432' })).toMatchObject({ port: 6432 });
  });

  it.each([{ host: 'db' }, { connectionString: URL_OF_SERVER }, { pool }])(
    'accept one place: %p',
    (config) => {
      expect(messageOf(config)).toBe('accepted');
    },
  );

  it('refuse no place at all', () => {
    expect(messageOf({})).toContain('session.config.connection_string is missing');
  });

  it.each([
    [{ connectionString: URL_OF_SERVER, host: 'db' }, 'session.config.host is given beside connectionString'],
    [{ pool, connectionString: URL_OF_SERVER }, 'session.config.connectionString is given beside pool'],
    [{ pool, password: 'hunter2' }, 'session.config.password is given beside pool'],
  ])('refuse two places: %#', (config, message) => {
    expect(messageOf(config)).toContain(message);
  });

  it.each(['app@localhost/app', 'localhost:5432', 'mysql://app@db/app', '', 42])(
    'refuse a connection string that is none: %p',
    (value) => {
      expect(messageOf({ connection_string: value })).toContain('session.config.connection_string is ');
    },
  );

  it.each(['sessions; DROP TABLE users', 'a"b', 'a.b', '1st', '', 'x'.repeat(49), null])(
    'refuse a name that would need more than quotes: %p',
    (name) => {
      expect(messageOf({ host: 'db', table: name })).toContain('session.config.table is ');
      expect(messageOf({ host: 'db', schema: name })).toContain('session.config.schema is ');
    },
  );

  it.each([
    { port: 0 },
    { port: 70_000 },
    { timeout: '5 parsecs' },
    { timeout: '2h' },
    { timeout: 0 },
    { migrate: 'no' },
    { ssl: 'require' },
    { max_connections: 1.5 },
  ])('refuse %p', (option) => {
    expect(messageOf({ host: 'db', ...option })).toContain(`session.config.${Object.keys(option)[0]} is `);
  });

  it('show neither a password nor a connection string', () => {
    expect(messageOf({ connection_string: 'mysql://app:hunter2@db/app', password: 7 })).not.toContain(
      'hunter2',
    );
    expect(messageOf({ connection_string: 'hunter2' })).not.toContain('hunter2');
    expect(messageOf({ host: 'db', password: 4711 })).not.toContain('4711');
  });
});
