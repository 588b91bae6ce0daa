import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { describeLaws } from '../../lib/testing/index.js';
import { PostgresSubjects } from '../support/postgres-subject.js';
import { describeWith } from '../support/servers/needs-server.js';
import { HASTY, PostgresServer } from '../support/servers/postgres.js';

describeWith('PostgresSessionProvider, in two processes', PostgresServer.needs(), (binaries) => {
  let server: PostgresServer;
  let subjects: PostgresSubjects;
  beforeAll(async () => {
    server = await PostgresServer.start(binaries, HASTY);
    subjects = await PostgresSubjects.on(server);
  });
  afterAll(async () => {
    await subjects.close();
    await server.stop();
  });

  describeLaws({ describe, it }, () => subjects.make(), { without: { bounded: 'the disk is the bound' } });
});
