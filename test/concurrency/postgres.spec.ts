import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { etagOf } from '../../lib/record/record-text.js';
import { assertHistory, runHistory, type Subject } from '../../lib/testing/index.js';
import { AntiJoinProvider } from '../support/anti-join-provider.js';
import { checkPrograms } from '../support/check-programs.js';
import { PostgresSubjects } from '../support/postgres-subject.js';
import { describeWith } from '../support/servers/needs-server.js';
import { until } from '../support/servers/until.js';
import { HASTY, PostgresServer } from '../support/servers/postgres.js';

/** The twin is convicted by a real race, so it may take a few; `meet at the lock of a row` needs no luck. */
const MOST_HISTORIES = 100;
const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);

describeWith('eight clients of one session on one server', PostgresServer.needs(), (binaries) => {
  let server: PostgresServer;
  let subjects: PostgresSubjects;
  let twins: PostgresSubjects;
  beforeAll(async () => {
    server = await PostgresServer.start(binaries, HASTY);
    subjects = await PostgresSubjects.on(server);
    twins = await PostgresSubjects.on(server, AntiJoinProvider);
  });
  afterAll(async () => {
    await Promise.all([subjects.close(), twins.close()]);
    await server.stop();
  });

  it.each(SEEDS)('lose nothing and sell nothing twice (seed %d)', async (seed) => {
    const history = await runHistory(subjects.make(), { seed, paced: false });
    expect(history.entries).toHaveLength(64);
    assertHistory(history);
  });

  it.each(SEEDS)('find no session once one of them has ended it (seed %d)', async (seed) => {
    const history = await runHistory(subjects.make(), { seed, paced: false, end: true });
    expect(history.left).toBeUndefined();
    assertHistory(history);
  });

  it.each(SEEDS)(
    'lose nothing and rotate nothing twice while they rotate and log in (seed %d)',
    async (seed) => {
      assertHistory(await runHistory(subjects.make(), { seed, lifecycle: true, paced: false }));
    },
  );

  it.each(SEEDS)('find no session once it was revoked (seed %d)', async (seed) => {
    const history = await runHistory(subjects.make(), { seed, lifecycle: true, end: true, paced: false });
    expect(history.left).toBeUndefined();
    assertHistory(history);
  });

  it('convict a swap whose condition is a subquery, which no program of one client does', async () => {
    expect(await checkPrograms(100, () => twins.make(), { seed: 1, steps: 60 })).toBeUndefined();
    let convicted = false;
    for (let seed = 0; seed < MOST_HISTORIES && !convicted; seed++) {
      const history = await runHistory(twins.make(), { seed, paced: false });
      convicted = isConvicted(() => assertHistory(history));
    }
    expect(convicted).toBe(true);
  }, 120_000);

  /** Commits once while another commit holds the lock of the row, and answers what the swap said. */
  async function commitAgainst(subject: Subject): Promise<unknown> {
    const { id } = await subject.begin({ a: 1 });
    const deadline = subject.clock.now() + subject.policy.idleTimeout;
    const { text = '' } = (await subject.here.store.load(id)) ?? {};
    const first = new pg.Client(server.url);
    await first.connect();
    await first.query('BEGIN');
    await first.query(`UPDATE nestjs_sessions SET etag = 'another-etag' WHERE id = $1`, [id]);
    const second = subject.elsewhere.store.replace(id, etagOf(text), subject.textOf({ a: 2 }), deadline);
    await until(async () => (await server.sql(WAITING)).length === 1, 5000);
    await first.query('COMMIT');
    await first.end();
    return second;
  }

  it('meet at the lock of a row, where the later one learns that it lost', async () => {
    expect(await commitAgainst(subjects.make())).toMatchObject({ text: expect.any(String) });
    expect(await commitAgainst(twins.make())).toBe('ok');
  });
});

const WAITING = `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'`;

function isConvicted(check: () => void): boolean {
  try {
    check();
    return false;
  } catch {
    return true;
  }
}
