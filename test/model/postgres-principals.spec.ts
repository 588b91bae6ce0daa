import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { PostgresLogins } from '../support/postgres-logins.js';
import { checkPrincipalPrograms } from '../support/principal-programs.js';
import { describeWith } from '../support/servers/needs-server.js';
import { HASTY, PostgresServer } from '../support/servers/postgres.js';

const MINUTE_MS = 60_000;

describeWith('principals in PostgreSQL', PostgresServer.needs(), (binaries) => {
  let server: PostgresServer;
  let logins: PostgresLogins;
  beforeAll(async () => {
    server = await PostgresServer.start(binaries, HASTY);
    logins = await PostgresLogins.on(server);
  });
  afterAll(async () => {
    await logins.close();
    await server.stop();
  });

  it(
    'have exactly their live sessions, and never more than their limit, in any program',
    async () => {
      const { here: store, elsewhere, clock } = logins;
      expect(await checkPrincipalPrograms(100, () => ({ store, elsewhere, clock }))).toBeUndefined();
    },
    2 * MINUTE_MS,
  );
});
