import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Admission } from '../../lib/providers/atomic-session-store.js';
import { PostgresSessionProvider } from '../../lib/providers/postgres/index.js';
import { Gate } from '../../lib/testing/gate.js';
import { PostgresLogins } from '../support/postgres-logins.js';
import { describeWith } from '../support/servers/needs-server.js';
import { PostgresServer } from '../support/servers/postgres.js';
import { until } from '../support/servers/until.js';
import { rejectionOf } from '../support/thrown-by.js';

const SOON_MS = 5000;
const STATEMENTS = ['BEGIN', 'principal_turn', 'lock_sessions_of', 'admit_create', 'make_room', 'COMMIT'];
const HELD = `SELECT FROM pg_locks WHERE locktype = 'advisory'
              UNION ALL SELECT FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'`;

describeWith('a login in a PostgreSQL that fails', PostgresServer.needs(), (binaries) => {
  const how: Admission = { principal: 'ada', limit: 1, whenFull: 'evict-oldest' };
  let server: PostgresServer;
  const opened: PostgresLogins[] = [];
  beforeAll(async () => (server = await PostgresServer.start(binaries)));
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((logins) => logins.close()));
    await server.sql('TRUNCATE nestjs_sessions');
  });
  afterAll(() => server.stop());

  async function loginsOn(options: Readonly<Record<string, unknown>> = {}): Promise<PostgresLogins> {
    const logins = await PostgresLogins.on(server, PostgresSessionProvider, options);
    opened.push(logins);
    return logins;
  }

  it.each(STATEMENTS)('is as before or as after when its connection is cut at: %s', async (statement) => {
    const logins = await loginsOn();
    const { id: before } = await logins.login(how);
    logins.gate.before = ({ name, pid }) =>
      name === statement ? server.sql(`SELECT pg_terminate_backend(${pid}, 5000)`) : undefined;
    await expect(logins.login(how)).rejects.toThrow(/terminat|not queryable/);
    expect(await logins.idsOf('ada')).toEqual([before]);
    expect(await server.sql(HELD)).toEqual([]);
    logins.gate.before = () => undefined;
    const { id: after, outcome } = await logins.login(how);
    expect(outcome).toEqual({ evicted: [before] });
    expect(await logins.idsOf('ada')).toEqual([after]);
  });

  it('may have happened when the acknowledgement is lost, and then it has wholly', async () => {
    const logins = await loginsOn();
    const { id: before } = await logins.login(how);
    let pid = 0;
    logins.gate.before = (statement) => void (pid = statement.pid);
    const { id: after } = await logins.login(how);
    await server.sql(`SELECT pg_terminate_backend(${pid}, 5000)`);
    expect(await logins.idsOf('ada')).toEqual([after]);
    expect(await logins.here.load(before)).toBeUndefined();
  });

  it('holds nobody up for longer than the timeout when its process falls silent in the middle', async () => {
    const logins = await loginsOn({ timeout: 1000 });
    const { id } = await logins.login(how);
    const gate = new Gate();
    logins.gate.before = ({ name }) => (name === 'COMMIT' ? gate.pass() : undefined);
    const silent = logins.login(how);
    await gate.reached;
    await until(async () => (await server.sql(HELD)).length === 0, SOON_MS);
    const { outcome } = await logins.login(how, logins.elsewhere);
    expect(outcome).toEqual({ evicted: [id] });
    gate.open();
    await expect(silent).rejects.toThrow(/terminat|not queryable/);
    expect(await logins.idsOf('ada')).toHaveLength(1);
  });

  it('gives up at the timeout what it waits for, and its place in line', async () => {
    const logins = await loginsOn({ timeout: 300 });
    const { id } = await logins.login(how);
    const other = new pg.Client(server.url);
    await other.connect();
    await other.query('BEGIN');
    await other.query('SELECT FROM nestjs_sessions FOR UPDATE');
    expect(await rejectionOf(logins.login(how))).toMatchObject({ code: '57014' });
    await other.query('COMMIT');
    await other.end();
    expect(await server.sql(HELD)).toEqual([]);
    expect((await logins.login(how, logins.elsewhere)).outcome).toEqual({ evicted: [id] });
  });

  it('changes nothing about the connection for the statements after it', async () => {
    const logins = await loginsOn({ timeout: 300 });
    await logins.login(how);
    const settings = `SELECT current_setting('statement_timeout') AS statement,
      current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('transaction_isolation') AS level`;
    expect((await logins.gate.query({ text: settings })).rows).toEqual([
      { statement: '0', idle: '0', level: 'read committed' },
    ]);
  });

  it.each(['repeatable read', 'serializable'])(
    'keeps its limit where the default isolation is %s',
    async (level) => {
      await server.sql(`ALTER DATABASE postgres SET default_transaction_isolation = '${level}'`);
      const logins = await loginsOn();
      const ten = { ...how, limit: 10 };
      const most = await logins.mostDuring('ada', () =>
        Promise.all(Array.from({ length: 40 }, (_, index) => logins.login(ten, logins.stores[index % 4]))),
      );
      expect(most).toBe(10);
      expect(await logins.here.endSessionsOf('ada', 'revoked')).toHaveLength(10);
      await server.sql('ALTER DATABASE postgres RESET default_transaction_isolation');
    },
  );
});
