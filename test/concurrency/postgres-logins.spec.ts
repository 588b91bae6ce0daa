import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { newSessionId } from '../../lib/credentials/token.js';
import type { Admission } from '../../lib/providers/atomic-session-store.js';
import { etagOf } from '../../lib/record/record-text.js';
import { Gate } from '../../lib/testing/gate.js';
import { CheckThenActProvider } from '../support/check-then-act-provider.js';
import { IDLE_MS, type Login, PostgresLogins } from '../support/postgres-logins.js';
import { sampleRecord } from '../support/sample-record.js';
import { describeWith } from '../support/servers/needs-server.js';
import { HASTY, PostgresServer } from '../support/servers/postgres.js';
import { until } from '../support/servers/until.js';

const SOON_MS = 5000;
const LIMIT = 10;
const POLICIES = ['reject', 'evict-oldest'] as const;
const WAITING = `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'`;

describeWith('logins that meet on one server', PostgresServer.needs(), (binaries) => {
  let server: PostgresServer;
  let logins: PostgresLogins;
  let twins: PostgresLogins;
  let principals = 0;
  beforeAll(async () => {
    server = await PostgresServer.start(binaries, HASTY);
    logins = await PostgresLogins.on(server);
    twins = await PostgresLogins.on(server, CheckThenActProvider);
  });
  afterAll(async () => {
    await Promise.all([logins.close(), twins.close()]);
    await server.stop();
  });

  /** Of somebody who has never logged in. */
  const admission = (facts: Partial<Admission> = {}): Admission => ({
    principal: `somebody-${++principals}`,
    whenFull: 'evict-oldest',
    ...facts,
  });

  const manyAtOnce = (on: PostgresLogins, count: number, how: Admission): Promise<Login[]> =>
    Promise.all(Array.from({ length: count }, (_, index) => on.login(how, on.stores[index % 4])));

  const waits = (count = 1): Promise<void> =>
    until(async () => (await server.sql(WAITING)).length === count, SOON_MS);

  /** Holds the next transaction of the first process up before a statement. */
  function holdBefore(statement: string): Gate {
    const gate = new Gate();
    logins.gate.before = ({ name }) => {
      if (name !== statement) return undefined;
      logins.gate.before = () => undefined;
      return gate.pass();
    };
    return gate;
  }

  /** Keeps the row of a session locked while `task` gets as far as that, then lets it go on. */
  async function whileLocked<T>(
    id: string,
    task: () => Promise<T>,
    meanwhile: () => Promise<unknown>,
  ): Promise<T> {
    const client = new pg.Client(server.url);
    client.on('error', () => undefined);
    await client.connect();
    await client.query('BEGIN');
    await client.query('SELECT FROM nestjs_sessions WHERE id = $1 FOR UPDATE', [id]);
    const running = task();
    await waits();
    await meanwhile();
    await client.query('COMMIT');
    await client.end();
    return running;
  }

  it.each(POLICIES)(
    'never show more than the limit, fifty at once from four processes: %s',
    async (whenFull) => {
      const how = admission({ limit: LIMIT, whenFull });
      let done: Login[] = [];
      const most = await logins.mostDuring(how.principal, async () => {
        done = await manyAtOnce(logins, 50, how);
      });
      expect(most).toBe(LIMIT);
      const evicted = done.flatMap(({ outcome }) =>
        typeof outcome === 'object' && 'evicted' in outcome ? outcome.evicted : [],
      );
      const admitted = done.filter(({ outcome }) => outcome !== 'full').map(({ id }) => id);
      expect(evicted).toHaveLength(whenFull === 'reject' ? 0 : 40);
      expect(admitted).toHaveLength(whenFull === 'reject' ? LIMIT : 50);
      const left = admitted.filter((id) => !evicted.includes(id));
      expect([...(await logins.idsOf(how.principal))].sort()).toEqual(left.sort());
    },
  );

  it.each(POLICIES)('convict a provider that counts before it writes: %s', async (whenFull) => {
    const how = admission({ limit: LIMIT, whenFull });
    expect(await twins.mostDuring(how.principal, () => manyAtOnce(twins, 50, how))).toBeGreaterThan(LIMIT);
  });

  it('leave no login standing that was under way when all sessions of its principal were ended', async () => {
    const how = admission({ limit: 2 });
    const gate = holdBefore('COMMIT');
    const login = logins.login(how);
    await gate.reached;
    const ending = logins.elsewhere.endSessionsOf(how.principal, 'revoked');
    await waits();
    gate.open();
    const { id, outcome } = await login;
    expect(outcome).toEqual({ evicted: [] });
    expect(await ending).toEqual([id]);
    expect(await logins.idsOf(how.principal)).toEqual([]);
    expect(await logins.here.load(id)).toBeUndefined();
  });

  it('leave none standing without a limit, neither a creation nor a swap', async () => {
    const how = admission();
    const first = await logins.login(how);
    const again = whileLocked(
      first.id,
      () => logins.loginAgain(first, how),
      async () => {
        ending.start();
        await waits(2);
      },
    );
    const ending = deferredEnd(how.principal);
    expect((await again).outcome).toEqual({ evicted: [] });
    expect(await ending.answer).toEqual([first.id]);
    expect(await createdWhileEnding(how)).toEqual([]);
  });

  /** All sessions of a principal are ended, from elsewhere, when it is said so. */
  function deferredEnd(principal: string) {
    const gate = new Gate();
    const answer = gate.pass().then(() => logins.elsewhere.endSessionsOf(principal, 'revoked'));
    return { answer, start: () => gate.open() };
  }

  /** A login is creating its row when all of its principal end; answers what is left of them. */
  async function createdWhileEnding(how: Admission): Promise<readonly string[]> {
    const client = new pg.Client(server.url);
    const write = { id: newSessionId(), text: sampleRecord(how), deadline: logins.deadline };
    client.on('error', () => undefined);
    await client.connect();
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO nestjs_sessions (id, etag, deadline, generation, record) VALUES ($1, '', 0, 0, '')`,
      [write.id],
    );
    const login = logins.here.admit(write, how);
    await waits();
    const ending = logins.elsewhere.endSessionsOf(how.principal, 'revoked');
    await waits(2);
    await client.query('ROLLBACK');
    await client.end();
    expect([await login, await ending]).toEqual([{ evicted: [] }, [write.id]]);
    return logins.idsOf(how.principal);
  }

  it('make room for good: a commit of the evicted session comes too late', async () => {
    const how = admission({ limit: 1 });
    const victim = await logins.login(how);
    const gate = holdBefore('make_room');
    const login = logins.login(how);
    await gate.reached;
    const late = logins.elsewhere.replace(victim.id, etagOf(victim.text), sampleRecord(how), logins.deadline);
    await waits();
    gate.open();
    expect((await login).outcome).toEqual({ evicted: [victim.id] });
    expect(await late).toBe('gone');
    expect(await logins.here.load(victim.id)).toBeUndefined();
  });

  it('evict a session with what a commit wrote to it meanwhile', async () => {
    const how = admission({ limit: 1 });
    const victim = await logins.login(how);
    const text = sampleRecord({ ...how, values: { late: true } });
    const gate = holdBefore('lock_sessions_of');
    const login = logins.login(how);
    await gate.reached;
    expect(await logins.elsewhere.replace(victim.id, etagOf(victim.text), text, logins.deadline)).toBe('ok');
    gate.open();
    expect((await login).outcome).toEqual({ evicted: [victim.id] });
    expect(await logins.idsOf(how.principal)).toEqual([(await login).id]);
  });

  it('end what expired on the way, so that no late commit takes a place beyond the limit', async () => {
    const how = admission({ limit: 1, whenFull: 'reject' });
    const expired = await logins.login(how);
    logins.clock.advance(IDLE_MS);
    const gate = holdBefore('make_room');
    const login = logins.login(how);
    await gate.reached;
    const late = logins.elsewhere.replace(
      expired.id,
      etagOf(expired.text),
      sampleRecord(how),
      logins.deadline,
    );
    await waits();
    gate.open();
    expect((await login).outcome).toEqual({ evicted: [] });
    expect(await late).toBe('gone');
    expect(await logins.idsOf(how.principal)).toEqual([(await login).id]);
  });

  it('count a session that a late commit revived', async () => {
    const how = admission({ limit: 1, whenFull: 'reject' });
    const expired = await logins.login(how);
    logins.clock.advance(IDLE_MS);
    const gate = holdBefore('lock_sessions_of');
    const login = logins.login(how);
    await gate.reached;
    await logins.elsewhere.touch(expired.id, logins.deadline);
    gate.open();
    expect((await login).outcome).toBe('full');
    expect(await logins.idsOf(how.principal)).toEqual([expired.id]);
  });

  it('give a session one principal only, and take no place of the one before', async () => {
    const [ada, bob] = [admission({ limit: 1 }), admission({ limit: 1 })];
    const first = await logins.login(ada);
    const [again, other] = await Promise.all([
      logins.loginAgain(first, bob),
      logins.login(ada, logins.elsewhere),
    ]);
    const isBobs = again.outcome !== 'gone';
    expect(await logins.idsOf(bob.principal)).toEqual(isBobs ? [first.id] : []);
    expect(await logins.idsOf(ada.principal)).toEqual([other.id]);
    expect(other.outcome).toEqual({ evicted: isBobs ? [] : [first.id] });
  });

  it('do not wait for each other in a circle when principals take over sessions of each other', async () => {
    const [ada, bob] = [admission({ limit: 2 }), admission({ limit: 2 })];
    for (let round = 0; round < 40; round++) {
      const [hers, his] = [await logins.login(ada), await logins.login(bob)];
      await Promise.all([
        logins.loginAgain(hers, bob, logins.stores[0]),
        logins.loginAgain(his, ada, logins.stores[1]),
        logins.login(ada, logins.stores[2]),
        round % 2 === 0
          ? logins.login(bob, logins.stores[3])
          : logins.stores[3]?.endSessionsOf(bob.principal, 'revoked', his.id),
      ]);
      for (const { principal } of [ada, bob])
        expect((await logins.idsOf(principal)).length).toBeLessThanOrEqual(2);
    }
    const [row] = await server.sql(`SELECT deadlocks::int FROM pg_stat_database WHERE datname = 'postgres'`);
    expect(row).toEqual({ deadlocks: 0 });
  });

  it('wait on one connection of their process, so that others find one', async () => {
    const how = admission({ limit: 1 });
    const gate = holdBefore('COMMIT');
    const first = logins.login(how);
    await gate.reached;
    const others = Array.from({ length: 30 }, () => logins.login(how));
    await logins.here.load(newSessionId());
    gate.open();
    await Promise.all([first, ...others]);
    expect(await logins.idsOf(how.principal)).toHaveLength(1);
  });

  it('write to no session that was ended with all others while they waited for its row', async () => {
    const how = admission();
    const one = await logins.login(how);
    const text = sampleRecord(how);
    await whileLocked(
      one.id,
      () => logins.here.replace(one.id, etagOf(one.text), text, logins.deadline),
      () => logins.elsewhere.endEverything(),
    );
    const two = await logins.login(how);
    await whileLocked(
      two.id,
      () => logins.loginAgain(two, how),
      () => logins.elsewhere.endEverything(),
    );
    expect([await logins.here.load(one.id), await logins.here.load(two.id)]).toEqual([undefined, undefined]);
    expect(await logins.here.replace(one.id, etagOf(text), sampleRecord(how), logins.deadline)).toBe('gone');
    expect(await logins.idsOf(how.principal)).toEqual([]);
  });
});
