import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newSessionId } from '../../../../lib/credentials/token.js';
import { IN_FLIGHT_WINDOW_MS, type StoredRecord } from '../../../../lib/providers/atomic-session-store.js';
import { etagOf } from '../../../../lib/record/record-text.js';
import { IDLE_MS, PostgresLogins } from '../../../support/postgres-logins.js';
import { sampleRecord } from '../../../support/sample-record.js';
import { describeWith } from '../../../support/servers/needs-server.js';
import { HASTY, PostgresServer } from '../../../support/servers/postgres.js';

describeWith('PostgresSessionProvider, of principals', PostgresServer.needs(), (binaries) => {
  const anyNumber = { principal: 'ada', whenFull: 'reject' } as const;
  const one = { principal: 'ada', whenFull: 'evict-oldest', limit: 1 } as const;
  let server: PostgresServer;
  let logins: PostgresLogins;
  beforeAll(async () => {
    server = await PostgresServer.start(binaries, HASTY);
    logins = await PostgresLogins.on(server);
  });
  beforeEach(() => server.sql('TRUNCATE nestjs_sessions'));
  afterAll(async () => {
    await logins.close();
    await server.stop();
  });

  async function sentDuring(task: () => Promise<unknown>): Promise<readonly string[]> {
    logins.gate.sent.length = 0;
    await task();
    return [...logins.gate.sent];
  }

  describe('a login', () => {
    it('is one statement where there is no limit', async () => {
      const first = await logins.login(anyNumber);
      expect(await sentDuring(() => logins.login(anyNumber))).toEqual(['admit_create']);
      expect(await sentDuring(() => logins.loginAgain(first, anyNumber))).toEqual(['admit_replace']);
    });

    it('is a transaction where there is one, of one statement more when it makes room', async () => {
      const turn = ['BEGIN', 'principal_turn', 'lock_sessions_of'];
      expect(await sentDuring(() => logins.login(one))).toEqual([...turn, 'admit_create', 'COMMIT']);
      expect(await sentDuring(() => logins.login(one))).toEqual([
        ...turn,
        'admit_create',
        'make_room',
        'COMMIT',
      ]);
      const refused = { ...one, whenFull: 'reject' } as const;
      expect(await sentDuring(() => logins.login(refused))).toEqual([...turn, 'COMMIT']);
    });

    it('keeps the principal as a digest, which an index can hold whatever its length', async () => {
      await logins.login({ ...anyNumber, principal: 'ada\0lovelace '.repeat(1000) });
      await logins.here.create(newSessionId(), sampleRecord({ principal: 'ada' }), logins.deadline);
      const rows = await server.sql('SELECT length(principal) AS length FROM nestjs_sessions ORDER BY 1');
      expect(rows).toEqual([{ length: 43 }, { length: null }]);
    });

    it('orders the logins of one instant as they came', async () => {
      const ids = [];
      for (let count = 0; count < 5; count++) ids.push((await logins.login(anyNumber)).id);
      expect(await logins.idsOf('ada')).toEqual(ids);
    });

    it('takes no place again with a session that has one, and makes it the youngest', async () => {
      const two = { ...one, limit: 2 };
      const [first, second] = [await logins.login(two), await logins.login(two)];
      expect((await logins.loginAgain(first, two)).outcome).toEqual({ evicted: [] });
      expect(await logins.idsOf('ada')).toEqual([second.id, first.id]);
      expect((await logins.login(two)).outcome).toEqual({ evicted: [second.id] });
    });

    it('that is sent twice is one login', async () => {
      const { id, text } = await logins.login(one);
      const write = {
        id,
        etag: etagOf(text),
        text: sampleRecord({ principal: 'ada' }),
        deadline: logins.deadline,
      };
      expect(await logins.here.admit(write, one)).toEqual({ evicted: [] });
      expect(await logins.elsewhere.admit(write, one)).toEqual({ evicted: [] });
      expect(await logins.idsOf('ada')).toEqual([id]);
    });

    it('ends nobody when its own session is gone, or has changed', async () => {
      const [mine, other] = [await logins.login({ ...one, principal: 'bob' }), await logins.login(one)];
      const changed = { id: mine.id, text: sampleRecord() };
      expect((await logins.loginAgain(changed, one)).outcome).toMatchObject({ text: mine.text });
      await logins.here.end(mine.id, 'invalidated');
      expect((await logins.loginAgain(mine, one)).outcome).toBe('gone');
      expect(await logins.idsOf('ada')).toEqual([other.id]);
    });
  });

  describe('a row that is created in the place of a forgotten one', () => {
    it('is nobody’s', async () => {
      const { id } = await logins.login(anyNumber);
      logins.clock.advance(IDLE_MS + IN_FLIGHT_WINDOW_MS);
      expect(await logins.here.create(id, sampleRecord(), logins.deadline)).toBe('ok');
      expect(await logins.idsOf('ada')).toEqual([]);
    });
  });

  describe('load()', () => {
    it('answers an expired record until it is forgotten', async () => {
      const { id, text } = await logins.login(anyNumber);
      const { deadline } = logins;
      logins.clock.set(deadline + IN_FLIGHT_WINDOW_MS - 1);
      expect(await logins.here.load(id)).toEqual({ text, deadline });
      expect(await logins.idsOf('ada')).toEqual([]);
      logins.clock.advance(1);
      expect(await logins.here.load(id)).toBeUndefined();
    });
  });

  describe('endEverything()', () => {
    it('is one statement that writes to no session, and leaves them to the sweep', async () => {
      const old = await logins.login(anyNumber);
      const xmin = `SELECT xmin::text, ctid::text FROM nestjs_sessions WHERE id = '${old.id}'`;
      const before = await server.sql(xmin);
      expect(await sentDuring(() => logins.here.endEverything())).toEqual(['end_everything']);
      expect(await server.sql(xmin)).toEqual(before);
      const young = await logins.login(one);
      expect([await logins.here.load(old.id), await logins.here.end(old.id, 'revoked')]).toEqual([
        undefined,
        false,
      ]);
      expect(await logins.idsOf('ada')).toEqual([young.id]);
      const told: string[] = [];
      expect(await logins.here.sweep(10, (id) => told.push(id))).toBe(1);
      expect(told).toEqual([]);
      expect(await server.sql('SELECT id FROM nestjs_sessions')).toEqual([{ id: young.id }]);
    });

    it('is not acknowledged when there is nothing to write to', async () => {
      const lost = await PostgresLogins.on(server, undefined, { table: 'lost' });
      await server.sql('DELETE FROM lost_generation');
      await expect(lost.here.endEverything()).rejects.toThrow('has no row');
      await expect(lost.login(anyNumber)).rejects.toMatchObject({ code: '23502' });
      await lost.close();
    });
  });

  describe('sweep()', () => {
    it('tells of what expired, by its first line, and of no tombstone', async () => {
      const text = sampleRecord({ principal: 'ada', values: { secret: 'value' } });
      const { deadline } = logins;
      const expired = newSessionId();
      await logins.here.create(expired, text, deadline);
      const { id: ended } = await logins.login(anyNumber);
      await logins.here.end(ended, 'invalidated');
      logins.clock.set(deadline + IN_FLIGHT_WINDOW_MS);
      const told: [string, StoredRecord][] = [];
      expect(await logins.here.sweep(10, (...facts) => told.push(facts))).toBe(2);
      expect(told).toEqual([[expired, { text: `${text.split('\n')[0]}\n`, deadline }]]);
    });

    it('asks for nothing when nobody listens', async () => {
      expect(await sentDuring(() => logins.here.sweep(10))).not.toContain('sweep_and_tell');
    });
  });
});
