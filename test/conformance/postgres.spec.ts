import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { PostgresSessionProvider } from '../../lib/providers/postgres/index.js';
import { describeLaws, FakeClock, Subject } from '../../lib/testing/index.js';
import { describeWith } from '../support/servers/needs-server.js';
import { PostgresServer } from '../support/servers/postgres.js';
import { postgresBinaries } from '../support/servers/postgres-binaries.js';

const needs = { name: 'PostgreSQL', found: postgresBinaries() };

describeWith('PostgresSessionProvider, in two processes', needs, (binaries) => {
  let server: PostgresServer;
  beforeAll(async () => (server = await PostgresServer.start(binaries)));
  afterAll(() => server.stop());

  const subject = async (): Promise<Subject> => {
    const clock = new FakeClock();
    const config = { connectionString: server.url, migrate: true };
    const stores = [1, 2].map(() => new PostgresSessionProvider(config, { clock }));
    const [store, elsewhere] = stores as [PostgresSessionProvider, PostgresSessionProvider];
    await store.open();
    const close = async (): Promise<void> => void (await Promise.all([store.close(), elsewhere.close()]));
    return new Subject({
      store,
      elsewhere,
      clock,
      close,
      dump: () => server.dump(),
      capabilities: ['clock', 'opaque'],
    });
  };
  describeLaws({ describe, it }, subject, { without: { bounded: 'the disk is the bound' } });
});
