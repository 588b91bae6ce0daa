import assert from 'node:assert/strict';
import type { PlantedSession, Subject } from '../subject.js';
import { assertDead } from './assert-dead.js';
import { expectError } from './expect-error.js';
import type { Law } from './law.js';
import { CRASHES } from './live-tokens.js';
import { rotatedToken } from './rotate.js';

export const principalLaws: readonly Law[] = [
  {
    id: 'P1',
    name: 'the sessions of a principal are those that logged in, in that order, whatever becomes of their tokens',
    needs: ['clock', 'principals'],
    async check(subject) {
      const [first, second] = [await subject.logIn('ada'), await after(subject, () => subject.logIn('ada'))];
      await subject.begin({ a: 1 });
      await subject.logIn('bob');
      await assertIndex(subject, 'ada', [first, second]);
      const rotated = await rotatedToken(subject, first.token);
      await assertIndex(subject, 'ada', [first, second]);
      const request = await subject.open(rotated);
      await request.session.regenerate();
      await assertIndex(subject, 'ada', [first, second]);
      await request.session.set('a', 1).save();
      await after(subject, () => request.session.login('ada'));
      await assertIndex(subject, 'ada', [second, first]);
    },
  },
  {
    id: 'P1',
    name: 'a session that another principal logs in to is that one’s, and nobody else’s',
    needs: ['principals'],
    async check(subject) {
      const session = await subject.logIn('ada');
      const request = await subject.elsewhere.open(session.token);
      await request.session.login('bob');
      await assertIndex(subject, 'ada', []);
      await assertIndex(subject, 'bob', [session]);
      assert.equal(await subject.here.sessions.revokeAll('ada'), 0);
      assert.deepEqual(await subject.read(request.session.token ?? ''), {});
    },
  },
  {
    id: 'P1',
    name: 'a session that was ended, in whatever way, is nobody’s',
    needs: ['principals'],
    async check(subject) {
      const sessions = [await subject.logIn('ada'), await subject.logIn('ada'), await subject.logIn('ada')];
      const [invalidated, revoked, left] = sessions as [PlantedSession, PlantedSession, PlantedSession];
      await (await subject.open(invalidated.token)).session.logout();
      await subject.elsewhere.sessions.revoke(revoked.id);
      await assertIndex(subject, 'ada', [left]);
      assert.equal(await subject.elsewhere.sessions.revokeAll('ada'), 1);
      await assertIndex(subject, 'ada', []);
    },
  },
  {
    id: 'P1',
    name: 'a session that is past its idle or its absolute deadline is nobody’s, to the millisecond',
    needs: ['clock', 'principals'],
    async check(subject) {
      const { idleTimeout } = subject.policy;
      const began = subject.clock.now();
      const idle = await subject.logIn('ada');
      const absolute = await after(subject, () =>
        subject.logIn('ada', { timeouts: { idle: 2 * idleTimeout, absolute: idleTimeout + 1 } }),
      );
      for (const [offset, left] of [
        [-1, [idle, absolute]],
        [0, [absolute]],
        [1, [absolute]],
        [2, []],
      ] as const) {
        subject.clock.set(began + idleTimeout + offset);
        await assertIndex(subject, 'ada', left);
      }
    },
  },
  {
    id: 'P1',
    name: 'a crash on the way of a login leaves the session with the principal that its record names',
    needs: ['principals'],
    async check(subject) {
      for (const [fault, survivor] of CRASHES) {
        const session = await subject.logIn(`before ${fault}`);
        const request = await subject.open(session.token);
        subject.here.store.next('admit', fault);
        await expectError('STORE_FAILED', request.session.login(`after ${fault}`));
        await assertIndex(subject, `before ${fault}`, survivor === 'old' ? [session] : []);
        await assertIndex(subject, `after ${fault}`, survivor === 'new' ? [session] : []);
      }
    },
  },
  {
    id: 'P1',
    name: 'a crash on the way of the first login leaves no session, or one that its principal can find and end',
    needs: ['principals'],
    async check(subject) {
      for (const [fault, survivor] of CRASHES) {
        const request = await subject.open();
        subject.here.store.next('admit', fault);
        await expectError('STORE_FAILED', request.session.login(fault));
        const listed = await subject.elsewhere.sessions.list(fault);
        assert.equal(listed.length, survivor === 'new' ? 1 : 0);
        assert.equal(await subject.here.sessions.revokeAll(fault), listed.length);
        await assertIndex(subject, fault, []);
      }
    },
  },
  {
    id: 'P3',
    name: 'signing out everywhere else keeps the session of the caller, and those of others',
    needs: ['principals'],
    async check(subject) {
      const [mine, other, third] = [
        await subject.logIn('ada'),
        await subject.logIn('ada', {}, subject.elsewhere),
        await subject.logIn('ada'),
      ];
      const bobs = await subject.logIn('bob');
      const { session } = await subject.open(mine.token);
      assert.equal(await subject.here.sessions.revokeOthers(session), 2);
      for (const dead of [other, third]) await assertDead(subject, dead);
      for (const instance of subject.instances)
        for (const { token } of [mine, bobs]) assert.deepEqual(await subject.read(token, instance), {});
      await assertIndex(subject, 'ada', [mine]);
      assert.equal(await subject.elsewhere.sessions.revokeOthers(session), 0);
    },
  },
  {
    id: 'P3',
    name: 'signing out everywhere else is refused to a session that nobody is logged in to',
    needs: ['principals'],
    async check(subject) {
      const [session, { token }] = [await subject.logIn('ada'), await subject.begin({ a: 1 })];
      for (const request of [await subject.open(), await subject.open(token)])
        await expectError('BAD_PRINCIPAL', subject.here.sessions.revokeOthers(request.session));
      await assertIndex(subject, 'ada', [session]);
    },
  },
];

/** Asserts what a principal has, asked of the store and of the app, in both processes. */
export async function assertIndex(
  subject: Subject,
  principal: string,
  sessions: readonly PlantedSession[],
): Promise<void> {
  const expected = sessions.map(({ id }) => id);
  for (const { store, sessions: service } of subject.instances) {
    const listed = await service.list(principal);
    assert.deepEqual(idsOf(listed), expected, `the sessions of ${principal} differ`);
    assert.deepEqual(idsOf((await store.sessionsOf?.(principal)) ?? []), expected, 'the index differs');
  }
}

const idsOf = (sessions: readonly { readonly id: string }[]): readonly string[] =>
  sessions.map(({ id }) => id);

/** A millisecond later, so that it is known which login was first. */
function after<T>(subject: Subject, task: () => Promise<T>): Promise<T> {
  subject.clock.advance(1);
  return task();
}
