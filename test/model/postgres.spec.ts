import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { checkPrograms } from '../support/check-programs.js';
import { PostgresSubjects } from '../support/postgres-subject.js';
import { describeWith } from '../support/servers/needs-server.js';
import { HASTY, PostgresServer } from '../support/servers/postgres.js';

const MINUTE_MS = 60_000;

describeWith('sessions in PostgreSQL', PostgresServer.needs(), (binaries) => {
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

  it(
    'do what the model says, in any program',
    async () => {
      expect(await checkPrograms(1000, () => subjects.make(), { steps: 12 })).toBeUndefined();
    },
    3 * MINUTE_MS,
  );
});
