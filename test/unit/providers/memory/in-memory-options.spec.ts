import { describe, expect, it } from '@jest/globals';
import { SessionError } from '../../../../lib/errors/session-error.js';
import { parseByteSize } from '../../../../lib/providers/byte-size.js';
import { parseInMemoryOptions } from '../../../../lib/providers/memory/in-memory-options.js';
import { InMemorySessionProvider } from '../../../../lib/providers/memory/in-memory-session-provider.js';

const MIB = 1024 * 1024;

const messageOf = (config: Record<string, unknown>): string => {
  try {
    parseInMemoryOptions(config);
    return 'accepted';
  } catch (error) {
    if (error instanceof SessionError && error.code === 'CONFIG_INVALID') return error.message;
    throw error;
  }
};

describe('the options of InMemorySessionProvider', () => {
  it('have defaults', () => {
    expect(parseInMemoryOptions({})).toEqual({ maxRecords: 100_000, maxBytes: 256 * MIB });
  });

  it('are read in the spelling of YAML and of TypeScript', () => {
    const wanted = { maxRecords: 500, maxBytes: 8 * MIB };
    expect(parseInMemoryOptions({ max_records: 500, max_bytes: '8MiB' })).toEqual(wanted);
    expect(parseInMemoryOptions({ maxRecords: 500, maxBytes: 8 * MIB })).toEqual(wanted);
  });

  it.each([0, -1, 1.5, NaN, 2 ** 24 + 1, '500', null])('refuse max_records: %p', (value) => {
    expect(messageOf({ max_records: value })).toContain('session.config.max_records is ');
  });

  it('refuse a key that they do not know, and name those they do', () => {
    expect(messageOf({ ttl: 60 })).toContain('session.config.ttl is no option of InMemorySessionProvider');
    expect(messageOf({ ttl: 60 })).toContain('wanted max_records or max_bytes');
  });

  it('refuse one option in two spellings', () => {
    expect(messageOf({ max_records: 1, maxRecords: 2 })).toContain(
      'session.config.maxRecords is given in both spellings',
    );
  });

  it('name every problem in one error', () => {
    const message = messageOf({ maxrecords: 1, max_bytes: 'lots', max_records: false });
    expect(message).toContain('has 3 problems');
    expect(message).toContain(
      'session.config.max_bytes is "lots", wanted a number of bytes, or text such as 256MiB',
    );
    expect(message).toContain('session.config.max_records is false');
  });

  it('show no value that may be a secret in the wrong place', () => {
    expect(messageOf({ max_bytes: 'postgres://user:hunter2@host/db' })).not.toContain('hunter2');
    expect(messageOf({ max_bytes: { password: 'hunter2' } })).not.toContain('hunter2');
  });

  it('are checked when the provider is made', () => {
    expect(() => new InMemorySessionProvider({ limit: 1 })).toThrow(SessionError);
  });
});

describe('parseByteSize', () => {
  it.each([
    [1, 1],
    ['1024', 1024],
    ['64 B', 64],
    ['10KB', 10_000],
    ['10KiB', 10_240],
    ['256mib', 256 * MIB],
    ['1.5GiB', 1.5 * 1024 * MIB],
  ])('reads %p as %p', (value, bytes) => {
    expect(parseByteSize(value)).toBe(bytes);
  });

  it.each([
    0,
    -1,
    1.5,
    NaN,
    Infinity,
    '',
    'MiB',
    '0',
    '1TiB',
    '-1MiB',
    '1 000',
    '1constructor',
    '1e3',
    null,
    true,
    [1],
  ])('refuses %p', (value) => {
    expect(parseByteSize(value)).toBeUndefined();
  });
});
