import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Subject } from '../../lib/testing/index.js';
import { PostgresSubjects } from '../support/postgres-subject.js';
import { describeWith } from '../support/servers/needs-server.js';
import { PostgresServer } from '../support/servers/postgres.js';
import { SqliteSubjects } from '../support/sqlite-subject.js';

/** Words that could be the secret of a token, or half of one that was signed. */
const SECRET = /(?<![\w-])[\w-]{43}(?![\w-])/g;

/** Sessions that have gone through what sessions go through. Answers their ids. */
async function lives(subject: Subject): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let count = 0; count < 10; count++) {
    const { id, token } = await subject.begin({ cart: ['tea'] });
    const request = await subject.open(token);
    await request.session.regenerate({ keep: 'all' });
    await request.session.increment('visits');
    await request.finish();
    if (count % 3 === 0) await subject.here.manager.end(id, 'invalidated');
    ids.push(id);
  }
  return ids;
}

/** The tokens, out of all that can be put together from a dump, that open a session. */
async function replayable(
  subject: Subject,
  ids: readonly string[],
  dump: string,
): Promise<readonly string[]> {
  const words = [...new Set(dump.match(SECRET))];
  const opened: string[] = [];
  for (const id of ids)
    for (const word of words)
      if ((await subject.read(`${id}.${word}`)) !== undefined) opened.push(`${id}.${word}`);
  return opened;
}

async function expectNothingToReplay(
  subject: Subject,
  dumpOf: () => Promise<string> | string,
): Promise<void> {
  const ids = await lives(subject);
  const dump = await dumpOf();
  for (const id of ids) expect(dump).toContain(id);
  expect(await replayable(subject, ids, dump)).toEqual([]);
  for (const secret of subject.secrets) expect(dump).not.toContain(secret);
}

/** The twin: a store that has been given a secret, which the search finds. */
async function expectFound(subject: Subject, dumpOf: () => Promise<string> | string): Promise<void> {
  const { id, token } = await subject.begin({ a: 1 });
  await (await subject.open(token)).session.set('leak', token).save();
  expect(await replayable(subject, [id], await dumpOf())).toEqual([token]);
}

describe('a stolen SQLite file with its log', () => {
  let subjects: SqliteSubjects;
  beforeAll(async () => (subjects = await SqliteSubjects.onNewFile()));
  afterAll(() => subjects.close());

  it('holds nothing that opens a session', async () => {
    const subject = subjects.make();
    await expectNothingToReplay(subject, () => subject.dump());
  });

  it('would, if it held a secret', async () => {
    const subject = subjects.make();
    await expectFound(subject, () => subject.dump());
  });
});

describeWith('a stolen PostgreSQL', PostgresServer.needs(), (binaries) => {
  let server: PostgresServer;
  let subjects: PostgresSubjects;
  beforeAll(async () => {
    server = await PostgresServer.start(binaries);
    subjects = await PostgresSubjects.on(server);
  });
  afterAll(async () => {
    await subjects.close();
    await server.stop();
  });

  it('holds nothing that opens a session: pg_dump', async () => {
    await expectNothingToReplay(subjects.make(), () => server.dump());
  });

  it('holds nothing that opens a session: its files, with the write-ahead log', async () => {
    await expectNothingToReplay(subjects.make(), () => server.bytes());
  });

  it('would, if it held a secret', async () => {
    await expectFound(subjects.make(), () => server.dump());
  });
});
