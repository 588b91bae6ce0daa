import { describe, expect, it } from '@jest/globals';
import type { SessionError } from '../../../../lib/errors/session-error.js';
import { SqliteSessionProvider } from '../../../../lib/providers/sqlite/index.js';
import { parseSqliteOptions } from '../../../../lib/providers/sqlite/sqlite-options.js';
import { thrownBy } from '../../../support/thrown-by.js';

const database = { exec: () => undefined, prepare: () => undefined, close: () => undefined };

const messageOf = (config: Record<string, unknown>): string => {
  const error = thrownBy(() => SqliteSessionProvider.checkConfig(config));
  if (error === undefined) return 'accepted';
  expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
  return (error as SessionError).message;
};

describe('the options of SqliteSessionProvider', () => {
  it('have defaults', () => {
    expect(parseSqliteOptions({ file: './sessions.db' })).toEqual({
      file: './sessions.db',
      durability: 'normal',
      table: 'nestjs_sessions',
    });
  });

  it('take an open database in the place of a file', () => {
    expect(parseSqliteOptions({ database, durability: 'full', table: 'logins' })).toEqual({
      database,
      durability: 'full',
      table: 'logins',
    });
  });

  it('need one of the two', () => {
    expect(messageOf({})).toContain('session.config.file is missing');
    expect(messageOf({ file: './a.db', database })).toContain('session.config.file is given beside an open');
  });

  it.each([':memory:', 'file:sessions.db?mode=memory', '', 'a\0b', 7, null])(
    'refuse what is no file that stays: %p',
    (file) => {
      expect(messageOf({ file })).toContain('session.config.file is ');
    },
  );

  it.each(['{}', 'a database', {}, { exec: () => undefined }])('refuse what is no database: %p', (value) => {
    expect(messageOf({ database: value })).toContain('session.config.database is ');
    expect(messageOf({ database: value })).toContain('forRoot(');
  });

  it.each([
    { durability: 'off' },
    { durability: true },
    { table: 'a"; DROP TABLE users; --' },
    { table: '' },
  ])('refuse %p', (option) => {
    expect(messageOf({ file: './a.db', ...option })).toContain(
      `session.config.${Object.keys(option)[0]} is `,
    );
  });
});
