import { inspect } from 'node:util';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SessionModule } from '../../lib/index.js';
import { RedisSessionProvider } from '../../lib/providers/redis/index.js';
import { RunningApp } from '../support/running-app.js';
import { RedisServer } from '../support/servers/redis.js';
import { type Certificates, makeCertificates } from '../support/servers/certificates.js';
import { freePort } from '../support/servers/free-port.js';
import { describeWith } from '../support/servers/needs-server.js';
import { OddServer } from '../support/servers/odd-server.js';
import { redisBinary } from '../support/servers/redis-binary.js';
import { singleClients } from '../support/servers/redis-clients.js';
import { folderWith } from '../support/temporary-folder.js';
import { rejectionOf } from '../support/thrown-by.js';

const MINUTE_MS = 60_000;
const PASSWORD = 'correct horse/@:battery';
const DRIVERS = ['@redis/client', 'ioredis', 'iovalkey'];

/** The error with which a provider refuses to boot. It names its option and the fix, and shows no password anywhere. */
async function bootError(config: Record<string, unknown>, directory?: string): Promise<string> {
  const provider = new RedisSessionProvider(config, directory === undefined ? {} : { directory });
  const error = await rejectionOf(provider.open());
  expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
  const told = inspect(error, { depth: 10, showHidden: true });
  for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), 'wrong-password'])
    expect(told).not.toContain(secret);
  return error.message;
}

const expectBoot = async (config: Record<string, unknown>, directory?: string): Promise<void> => {
  const provider = new RedisSessionProvider(config, directory === undefined ? {} : { directory });
  await provider.open();
  await provider.close();
};

describe('a Redis that is not there', () => {
  const odd: OddServer[] = [];
  const started = async (server: Promise<OddServer>): Promise<OddServer> => {
    odd.push(await server);
    return server;
  };
  afterEach(() => Promise.all(odd.splice(0).map((server) => server.stop())));

  it.each(DRIVERS)('is a boot error with the fix, through %s', async (driver) => {
    const port = await freePort();
    const told = await bootError({ url: `redis://someone:wrong-password@127.0.0.1:${port}/3`, driver });
    expect(told).toContain(`session.config.url is redis://127.0.0.1:${port}/3: `);
    expect(told).toContain('ECONNREFUSED');
    expect(told).toContain('start it, or correct the address');
  });

  it.each(DRIVERS)(
    'is a boot error for a cluster and for sentinels, through %s',
    async (driver) => {
      const node = `redis://127.0.0.1:${await freePort()}`;
      expect(await bootError({ cluster: [node], driver })).toContain(`session.config.cluster is ${node}: `);
      const told = await bootError({ sentinel: { name: 'main', nodes: [node] }, driver });
      expect(told).toContain(`session.config.sentinel is ${node}: `);
    },
    MINUTE_MS,
  );

  it('is a boot error when something is there that says nothing', async () => {
    const { port } = await started(OddServer.start());
    expect(await bootError({ url: `redis://127.0.0.1:${port}` })).toContain(
      'There was no answer within 5000 ms',
    );
  });

  it.each(DRIVERS)(
    'is a boot error when something is there that speaks otherwise, through %s',
    async (driver) => {
      const { port } = await started(OddServer.start(() => 'HTTP/1.1 400 Bad Request\r\n\r\n'));
      expect(await bootError({ url: `redis://127.0.0.1:${port}`, driver })).toContain('wanted ');
    },
  );

  it.each(DRIVERS)('is a boot error when it is older than 7.0, through %s', async (driver) => {
    const { port } = await started(OddServer.start(asRedis6));
    const told = await bootError({ url: `redis://127.0.0.1:${port}`, driver });
    expect(told).toContain('wanted Redis from 7.0, or any Valkey → update the server');
  });

  it('is a boot error when the client of the app was never connected', async () => {
    const { createClient } = await import('@redis/client');
    const client = createClient({ url: 'redis://127.0.0.1:1' });
    expect(await bootError({ client })).toContain('connect the client before the app boots');
  });
});

describe('an app whose Redis is not there', () => {
  it('does not boot, and says why', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    const sessionProvider = 'nestjs-sessions/redis:RedisSessionProvider';
    const booting = RunningApp.start(SessionModule.forRoot({ sessionProvider, config: { url } }));
    const error = await rejectionOf(booting);
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(error.message).toContain(`session.config.url is ${url}: `);
  });

  it('learns of everything that is wrong with its configuration at once, and opens nothing', async () => {
    const sessionProvider = 'nestjs-sessions/redis:RedisSessionProvider';
    const options = { sessionProvider, config: { url: 'localhost', prefx: 'shop:' }, operationTimeout: 0 };
    const { message } = await rejectionOf(RunningApp.start(SessionModule.forRoot(options)));
    expect(message).toContain('3 problems');
    for (const key of ['config.url', 'config.prefx', 'operationTimeout']) expect(message).toContain(key);
  });
});

/** Answers each command as Redis 6.2 does: PEXPIRE does not take GT there. */
const asRedis6 = (asked: string): string =>
  [...asked.matchAll(/\*\d+\r\n\$\d+\r\n(\w+)(?:(?!\*\d+\r\n).)*/gis)]
    .map(([command, name = '']) => {
      if (name.toUpperCase() === 'HELLO') return '-NOPROTO unsupported protocol version\r\n';
      if (name.toUpperCase() === 'INFO') return '$9\r\nloading:0\r\n';
      return /\bPEXPIRE\b/.test(command)
        ? "-ERR wrong number of arguments for 'pexpire' command\r\n"
        : ':1\r\n';
    })
    .join('');

describeWith('a Redis that does not fit', { name: 'Redis', found: redisBinary() }, (binary) => {
  let open: RedisServer;
  let closed: RedisServer;
  const at = (server: RedisServer, user = ''): string => `redis://${user}127.0.0.1:${server.port}`;

  beforeAll(async () => {
    [open, closed] = await Promise.all([
      RedisServer.start(binary),
      RedisServer.start(binary, { password: PASSWORD }),
    ]);
  });
  afterAll(() => Promise.all([open.stop(), closed.stop()]));

  describe.each(DRIVERS)('through %s', (driver) => {
    it('is a boot error when the password is wrong or missing', async () => {
      for (const user of ['', ':wrong-password@', 'nobody:wrong-password@']) {
        expect(await bootError({ url: at(closed, user), driver })).toContain(
          'wanted a user and a password that the server accepts → correct them in the URL',
        );
      }
      await expectBoot({ url: at(closed, `:${encodeURIComponent(PASSWORD)}@`), driver });
    });

    it('is a boot error when the user may not do what is needed, with the line that lets him', async () => {
      await closed.command(
        'ACL',
        'SETUSER',
        'shop',
        'reset',
        'on',
        `>${PASSWORD}`,
        '~shop:*',
        '+get',
        '+set',
        '+info',
      );
      const config = { url: at(closed, `shop:${encodeURIComponent(PASSWORD)}@`), prefix: 'shop:', driver };
      const told = await bootError(config);
      const [, rules = ''] = /→ ACL SETUSER <user> (.*)/.exec(told) ?? [];
      await closed.command('ACL', 'SETUSER', 'shop', ...rules.trim().split(' '));
      await expectBoot(config);
    });

    it(
      'is a boot error when it is no cluster',
      async () => {
        const told = await bootError({ cluster: [at(open)], driver });
        expect(told).toMatch(/write url: redis:\/\/host:6379 in the place of cluster|correct the address/);
      },
      MINUTE_MS,
    );

    it('is a boot error when it is a replica', async () => {
      await open.command('REPLICAOF', '127.0.0.1', '1');
      expect(await bootError({ url: at(open), driver })).toContain(
        'name the primary in the place of a replica',
      );
      await open.command('REPLICAOF', 'NO', 'ONE');
    });

    it('is a boot error when its memory is full', async () => {
      await open.command('CONFIG', 'SET', 'maxmemory', '1');
      expect(await bootError({ url: at(open), driver })).toContain('a server that takes writes');
      await open.command('CONFIG', 'SET', 'maxmemory', '0');
    });

    it('is a boot error when replicas are to confirm and there is none', async () => {
      const told = await bootError({ url: at(open), driver, durable: { replicas: 1, timeout: 50 } });
      expect(told).toContain('0 of 1 replicas had it within 50 ms');
    });

    it('leaves a client of the app open', async () => {
      const made = await singleClients[driver]?.(at(open));
      await open.command('REPLICAOF', '127.0.0.1', '1');
      await bootError({ client: made?.client });
      await open.command('REPLICAOF', 'NO', 'ONE');
      await expectBoot({ client: made?.client });
      made?.close();
    });
  });
});

const openssl = makeCertificates(folderWith({}));

describeWith(
  'a Redis behind TLS',
  { name: 'Redis with openssl', found: openssl && redisBinary() },
  (binary) => {
    const { ca, cert, key } = openssl as Certificates;
    const other = makeCertificates(folderWith({})) as Certificates;
    let server: RedisServer;
    let url: string;

    beforeAll(async () => {
      const port = await freePort();
      const tls = [
        '--tls-port',
        String(port),
        '--tls-ca-cert-file',
        ca,
        '--tls-cert-file',
        cert,
        '--tls-key-file',
        key,
      ];
      server = await RedisServer.start(binary, { args: tls });
      url = `rediss://127.0.0.1:${port}`;
    });
    afterAll(() => server.stop());

    describe.each(DRIVERS)('through %s', (driver) => {
      it('works with its authority and a certificate of ours, as files beside the configuration', async () => {
        const directory = join(ca, '..');
        await expectBoot(
          { url, driver, tls: { ca: './ca.pem', cert: './cert.pem', key: './key.pem' } },
          directory,
        );
      });

      it('is a boot error when nobody knows who signed its certificate', async () => {
        const told = await bootError({ url, driver });
        expect(told).toContain('wanted a TLS connection that both sides trust');
        expect(await bootError({ url, driver, tls: { ca: other.ca } })).toContain('wanted a TLS connection');
      });

      it('is a boot error when the certificate is for another name', async () => {
        const told = await bootError({
          url: url.replace('127.0.0.1', 'localhost'),
          driver,
          tls: { ca, cert, key },
        });
        expect(told).toContain('wanted a TLS connection that both sides trust');
      });

      it('is a boot error when only one of the two speaks TLS', async () => {
        const plain = server.url.replace('redis:', 'rediss:');
        expect(await bootError({ url: plain, driver, tls: { ca, cert, key } })).toContain('wanted a ');
        expect(await bootError({ url: url.replace('rediss:', 'redis:'), driver })).toContain('wanted a ');
      });
    });

    it('is a boot error when a file cannot be read', async () => {
      const told = await bootError({ url, tls: { ca: './missing.pem' } }, folderWith({}));
      expect(told).toContain('session.config.tls.ca is ');
      expect(told).toContain('ENOENT, wanted a file in PEM');
    });
  },
);
