import { describe, expect, it } from '@jest/globals';
import { invalidConfiguration } from '../../../../lib/errors/configuration.js';
import { bootProblem } from '../../../../lib/providers/redis/boot-problem.js';
import { parseRedisOptions } from '../../../../lib/providers/redis/redis-options.js';

const options = parseRedisOptions({ url: 'redis://ada:secret@cache:7000', prefix: 'shop:' });

describe('why Redis cannot be used', () => {
  it.each([
    ['connect ECONNREFUSED 127.0.0.1:6379', 'start it, or correct the address'],
    ['getaddrinfo ENOTFOUND cache', 'start it, or correct the address'],
    ['WRONGPASS invalid username-password pair or user is disabled.', 'correct them in the URL'],
    ['NOAUTH Authentication required.', 'correct them in the URL'],
    ["NOPERM this user has no permissions to run the 'evalsha' command", 'ACL SETUSER <user> ~shop:* +get'],
    ['MOVED 1234 127.0.0.1:7001', 'write cluster: ['],
    ['ERR This instance has cluster support disabled', 'write url: '],
    ['CLUSTERDOWN Hash slot not served', 'redis-cli --cluster check'],
    ["READONLY You can't write against a read only replica.", 'name the primary'],
    ["ERR wrong number of arguments for 'pexpire' command", 'update the server'],
    ['unable to verify the first certificate', 'tls: { ca: '],
    ['OOM command not allowed', 'look at its log'],
    ['LOADING Redis is loading the dataset in memory', 'look at its log'],
    ['0 of 1 replicas had it within 500 ms.', 'start them, or ask for fewer'],
  ])('is told with the fix: %s', (message, fix) => {
    const error = bootProblem(new Error(message), options);
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', cause: { message } });
    expect(error.message).toContain(`session.config.url is redis://cache:7000: ${message}`);
    expect(error.message).toContain(fix);
    expect(error.message).not.toContain('secret');
  });

  it('is left alone when it is told already', () => {
    const error = invalidConfiguration([{ key: 'driver', seen: 'none', wanted: 'one', fix: 'install one' }]);
    expect(bootProblem(error, options)).toBe(error);
  });

  it('names every node of a cluster, and every sentinel', () => {
    const cluster = parseRedisOptions({ cluster: ['redis://a', 'redis://b'] });
    expect(bootProblem(new Error('?'), cluster).message).toContain(
      'cluster is redis://a:6379, redis://b:6379: ',
    );
    const sentinel = parseRedisOptions({ sentinel: { name: 'main', nodes: ['redis://a:26379'] } });
    expect(bootProblem(new Error('?'), sentinel).message).toContain('sentinel is redis://a:26379: ');
  });
});
