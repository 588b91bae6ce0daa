import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { RedisSessionProvider } from '../../lib/providers/redis/index.js';
import { describeLaws } from '../../lib/testing/index.js';
import { LawServer } from '../support/servers/law-server.js';
import { describeWith } from '../support/servers/needs-server.js';

const drivers = ['@redis/client', 'ioredis'] as const;

describeWith('RedisSessionProvider', LawServer.needs(), (needs) => {
  let server: LawServer;
  beforeAll(async () => (server = await LawServer.start(needs)));
  afterAll(() => server.stop());

  describe.each(drivers)('with %s', (driver) => {
    describeLaws(
      { describe, it },
      () => server.subject((context) => new RedisSessionProvider({ url: server.url, driver }, context)),
      {
        without: { bounded: 'Redis is bounded by maxmemory, not by records' },
      },
    );
  });
});
