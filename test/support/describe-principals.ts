import { describe, expect, it } from '@jest/globals';
import { IN_FLIGHT_WINDOW_MS } from '../../lib/providers/atomic-session-store.js';
import { checkThenAdmit, IDLE_MS, PrincipalDesk } from './principal-desk.js';
import type { PrincipalScene } from './principal-programs.js';

/** What a store says of principals, by example. Each test has a scene of its own. */
export function describePrincipals(makeScene: () => PrincipalScene | Promise<PrincipalScene>): void {
  const newDesk = async (): Promise<PrincipalDesk> => new PrincipalDesk(await makeScene());
  describeIndex(newDesk);
  describeLimit(newDesk);
  describeEndings(newDesk);
}

type NewDesk = () => Promise<PrincipalDesk>;

function describeIndex(newDesk: NewDesk): void {
  describe('the sessions of a principal', () => {
    it('are those that it logged in to, the oldest login first, with their records', async () => {
      const desk = await newDesk();
      const [one, two] = [await desk.login(), await desk.login({ session: await desk.visit() })];
      await desk.login({ principal: desk.bob });
      const asOwned = [one, two].map(({ id, text, deadline }) => ({ id, text, deadline }));
      expect(await desk.store.sessionsOf(desk.ada)).toEqual(asOwned);
      const again = await desk.login({ session: one });
      expect(await desk.idsOf()).toEqual([two.id, again.id]);
      expect(await desk.idsOf('nobody')).toEqual([]);
    });

    it('are in the order of their logins, also where a clock was set back', async () => {
      const desk = await newDesk();
      const one = await desk.login();
      desk.scene.clock.advance(-10);
      const two = await desk.login();
      expect(await desk.idsOf()).toEqual([two.id, one.id]);
      const three = await desk.login({ limit: 2, whenFull: 'evict-oldest' });
      expect(three.outcome).toEqual({ evicted: [two.id] });
    });

    it('are no sessions that were only created or replaced, whatever stands in their records', async () => {
      const desk = await newDesk();
      const visitor = await desk.visit();
      const { id, text, deadline } = desk.write(desk.ada);
      await desk.store.create(id, text, deadline);
      await desk.store.replace(visitor.id, visitor.text.slice(0, 12), text, deadline);
      expect(await desk.idsOf()).toEqual([]);
    });

    it('remain its own after a commit', async () => {
      const desk = await newDesk();
      const session = await desk.login();
      expect(await desk.commit(session)).toBe('ok');
      expect(await desk.idsOf()).toEqual([session.id]);
    });

    it('are gone with their deadline, and back when a request that was under way moves it', async () => {
      const desk = await newDesk();
      const { clock } = desk.scene;
      const { id, deadline } = await desk.login();
      clock.set(deadline - 1);
      expect(await desk.idsOf()).toEqual([id]);
      clock.set(deadline);
      expect(await desk.idsOf()).toEqual([]);
      await desk.store.touch(id, deadline + IDLE_MS);
      expect(await desk.idsOf()).toEqual([id]);
      clock.advance(IDLE_MS + IN_FLIGHT_WINDOW_MS);
      expect([await desk.idsOf(), await desk.store.load(id)]).toEqual([[], undefined]);
    });

    it('are gone when they end', async () => {
      const desk = await newDesk();
      const [one, two] = [await desk.login(), await desk.login()];
      await desk.store.end(one.id, 'invalidated');
      expect(await desk.idsOf()).toEqual([two.id]);
    });

    it('are gone when another principal logs in to them', async () => {
      const desk = await newDesk();
      const [one, two] = [await desk.login(), await desk.login()];
      await desk.login({ session: one, principal: desk.bob });
      expect([await desk.idsOf(), await desk.idsOf(desk.bob)]).toEqual([[two.id], [one.id]]);
    });
  });
}

function describeLimit(newDesk: NewDesk): void {
  describe('a limit of two sessions', () => {
    const limit = 2;

    it('refuses the third login, which writes nothing then', async () => {
      const desk = await newDesk();
      const [one, two] = [await desk.login({ limit }), await desk.login({ limit })];
      const visitor = await desk.visit();
      for (const session of [undefined, visitor]) {
        const { id, outcome } = await desk.login({ limit, session });
        const { text, deadline } = visitor;
        expect([outcome, await desk.store.load(id)]).toEqual(['full', session && { text, deadline }]);
      }
      expect(await desk.idsOf()).toEqual([one.id, two.id]);
    });

    it('or lets the session that logged in longest ago make room, for good', async () => {
      const desk = await newDesk();
      const rule = { limit, whenFull: 'evict-oldest' } as const;
      const [one, two] = [await desk.login(rule), await desk.login(rule)];
      const again = await desk.login({ ...rule, session: one });
      const three = await desk.login(rule);
      expect(three.outcome).toEqual({ evicted: [two.id] });
      expect(await desk.idsOf()).toEqual([again.id, three.id]);
      expect([await desk.commit(two), await desk.store.load(two.id)]).toEqual(['gone', undefined]);
    });

    it('evicts as many as are too many once it was lowered', async () => {
      const desk = await newDesk();
      const sessions = [await desk.login(), await desk.login(), await desk.login()];
      const last = await desk.login({ limit, whenFull: 'evict-oldest' });
      expect(last.outcome).toEqual({ evicted: sessions.slice(0, 2).map(({ id }) => id) });
    });

    it('takes no further place for a session that is the principal’s already', async () => {
      const desk = await newDesk();
      const [one, two] = [await desk.login({ limit }), await desk.login({ limit })];
      expect(await desk.login({ limit, session: one })).toMatchObject({ outcome: { evicted: [] } });
      expect(await desk.idsOf()).toEqual([two.id, one.id]);
    });

    it('has a place again when a session ended or expired', async () => {
      const desk = await newDesk();
      const one = await desk.login({ limit });
      await desk.login({ limit });
      await desk.store.end(one.id, 'invalidated');
      expect((await desk.login({ limit })).outcome).toEqual({ evicted: [] });
      desk.scene.clock.advance(IDLE_MS);
      expect((await desk.login({ limit })).outcome).toEqual({ evicted: [] });
    });

    it('ends what has expired, so that no late commit revives it above the limit', async () => {
      const desk = await newDesk();
      const late = await desk.login({ limit });
      desk.scene.clock.advance(IDLE_MS);
      await desk.login({ limit });
      await desk.login({ limit });
      await desk.store.touch(late.id, late.deadline + 2 * IDLE_MS);
      expect(await desk.commit(late)).toBe('gone');
      expect(await desk.idsOf()).toHaveLength(2);
    });

    it('would be exceeded by a late commit if it did not', async () => {
      const desk = await newDesk();
      const late = await desk.login({ limit });
      desk.scene.clock.advance(IDLE_MS);
      await desk.login();
      await desk.login();
      expect(await desk.commit(late)).toBe('ok');
      expect(await desk.idsOf()).toHaveLength(3);
    });

    it('costs nobody a session when the write is refused', async () => {
      const desk = await newDesk();
      const rule = { limit, whenFull: 'evict-oldest' } as const;
      const visitor = await desk.visit();
      const known = [await desk.login(rule), await desk.login(rule)];
      const stale = { ...visitor, text: 'some-other-1' };
      const { text, deadline } = visitor;
      expect((await desk.login({ ...rule, session: stale })).outcome).toEqual({ text, deadline });
      const dead = { ...visitor, id: 'x'.repeat(22) };
      expect((await desk.login({ ...rule, session: dead })).outcome).toBe('gone');
      const { id } = visitor;
      const taken = await desk.store.admit({ ...desk.write(desk.ada), id }, { ...rule, principal: desk.ada });
      expect(taken).toBe('exists');
      expect(await desk.idsOf()).toEqual(known.map((session) => session.id));
    });

    it('takes a login that is sent twice as one', async () => {
      const desk = await newDesk();
      const write = desk.write(desk.ada, await desk.visit());
      const admission = { principal: desk.ada, limit: 1, whenFull: 'reject' } as const;
      const outcomes = [await desk.store.admit(write, admission), await desk.store.admit(write, admission)];
      expect(outcomes).toEqual([{ evicted: [] }, { evicted: [] }]);
      expect(await desk.idsOf()).toEqual([write.id]);
    });
  });

  describe('fifty logins at once with a limit of ten', () => {
    const COUNT = 50;
    const limit = 10;

    it.each(['reject', 'evict-oldest'] as const)('leave ten sessions: %s', async (whenFull) => {
      const desk = await newDesk();
      const { store, elsewhere = store } = desk.scene;
      const logins = Array.from({ length: COUNT }, (_, index) =>
        desk.login({ limit, whenFull, at: index % 2 === 0 ? store : elsewhere }),
      );
      const outcomes = (await Promise.all(logins)).map(({ outcome }) => outcome);
      expect(await desk.idsOf()).toHaveLength(limit);
      const refused = outcomes.filter((outcome) => outcome === 'full');
      const evicted = outcomes.flatMap((outcome) => (outcome as { evicted?: string[] }).evicted ?? []);
      expect(refused.length + evicted.length).toBe(COUNT - limit);
      expect(new Set(evicted).size).toBe(evicted.length);
    });

    it('leave more if the limit is looked at first and kept afterwards', async () => {
      const desk = await newDesk();
      const admission = { principal: desk.ada, limit, whenFull: 'reject' } as const;
      const logins = Array.from({ length: COUNT }, () =>
        checkThenAdmit(desk.store, desk.write(desk.ada), admission),
      );
      await Promise.all(logins);
      expect((await desk.idsOf()).length).toBeGreaterThan(limit);
    });
  });
}

function describeEndings(newDesk: NewDesk): void {
  describe('ending the sessions of a principal', () => {
    it('ends all but the one that is excepted, for good, and says which', async () => {
      const desk = await newDesk();
      const [one, two, three] = [await desk.login(), await desk.login(), await desk.login()];
      const other = await desk.login({ principal: desk.bob });
      const ended = await desk.store.endSessionsOf(desk.ada, 'revoked', two.id);
      expect(ended.toSorted()).toEqual([one.id, three.id].sort());
      expect([await desk.idsOf(), await desk.idsOf(desk.bob)]).toEqual([[two.id], [other.id]]);
      expect([await desk.commit(one), await desk.commit(two)]).toEqual(['gone', 'ok']);
      expect(await desk.store.create(three.id, three.text, three.deadline)).toBe('exists');
      expect(await desk.store.end(one.id, 'revoked')).toBe(false);
    });

    it('ends all of them when none is excepted, and nothing the second time', async () => {
      const desk = await newDesk();
      const { id } = await desk.login();
      expect(await desk.store.endSessionsOf(desk.ada, 'revoked')).toEqual([id]);
      expect(await desk.store.endSessionsOf(desk.ada, 'revoked')).toEqual([]);
    });

    it('ends those that a late commit could still revive', async () => {
      const desk = await newDesk();
      const late = await desk.login();
      desk.scene.clock.advance(IDLE_MS);
      await desk.store.endSessionsOf(desk.ada, 'revoked');
      expect(await desk.commit(late)).toBe('gone');
    });
  });

  describe('ending everything', () => {
    it('leaves nothing to find, to write or to list, in no process', async () => {
      const desk = await newDesk();
      const [visitor, member] = [await desk.visit(), await desk.login()];
      await desk.store.endEverything?.();
      const { store, elsewhere = store } = desk.scene;
      for (const place of [store, elsewhere]) {
        for (const { id, text, deadline } of [visitor, member]) {
          await place.touch(id, deadline + IDLE_MS);
          const outcome = await place.replace(id, text.slice(0, 12), text, deadline);
          expect([outcome, await place.load(id), await place.end(id, 'revoked')]).toEqual([
            'gone',
            undefined,
            false,
          ]);
        }
        expect(await place.sessionsOf(desk.ada)).toEqual([]);
      }
      expect((await desk.login({ session: member })).outcome).toBe('gone');
    });

    it('leaves alone what is created afterwards', async () => {
      const desk = await newDesk();
      await desk.login({ limit: 1 });
      await desk.store.endEverything?.();
      const [visitor, member] = [await desk.visit(), await desk.login({ limit: 1 })];
      expect(await desk.commit(visitor)).toBe('ok');
      expect(await desk.idsOf()).toEqual([member.id]);
    });
  });
}
