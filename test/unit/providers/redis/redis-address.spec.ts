import { describe, expect, it } from '@jest/globals';
import { parseAddress, shownAddress } from '../../../../lib/providers/redis/redis-address.js';

describe('an address of Redis', () => {
  it.each([
    ['redis://cache', { host: 'cache', port: 6379, tls: false, database: 0 }],
    ['valkey://cache:7000/', { host: 'cache', port: 7000, tls: false, database: 0 }],
    ['rediss://cache/3', { host: 'cache', port: 6379, tls: true, database: 3 }],
    ['valkeys://cache', { host: 'cache', port: 6379, tls: true, database: 0 }],
    ['redis://:p%40ss%3A@cache', { host: 'cache', port: 6379, tls: false, database: 0, password: 'p@ss:' }],
    [
      'redis://ada:secret@[::1]:7000/15',
      { host: '::1', port: 7000, tls: false, database: 15, username: 'ada', password: 'secret' },
    ],
    [
      'unix:/run/redis/redis.sock',
      { host: '', port: 0, path: '/run/redis/redis.sock', tls: false, database: 0 },
    ],
  ])('is read from %s', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
  });

  it.each([
    ['nothing', ''],
    ['no URL', 'localhost:6379'],
    ['another scheme', 'http://localhost:6379'],
    ['no host', 'redis:///0'],
    ['a database that is no number', 'redis://localhost/main'],
    ['a path below the database', 'redis://localhost/0/1'],
    ['a query', 'redis://localhost?family=6'],
    ['a fragment', 'redis://localhost#main'],
    ['a password with a broken escape', 'redis://:50%@localhost'],
    ['a socket on a host', 'unix://host/redis.sock'],
    ['no socket', 'unix:/'],
    ['no text', 6379],
  ])('is not read from %s', (_, text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it.each([
    ['redis://ada:secret@cache:7000/15', 'redis://cache:7000/15'],
    ['valkeys://:secret@[::1]', 'rediss://[::1]:6379'],
    ['unix:/run/redis.sock', 'unix:/run/redis.sock'],
  ])('is shown without who to be there: %s', (text, shown) => {
    const address = parseAddress(text);
    expect(address && shownAddress(address)).toBe(shown);
  });
});
