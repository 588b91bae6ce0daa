import assert from 'node:assert/strict';
import type { Subject } from '../subject.js';
import { assertDiesAt } from './assert-dies-at.js';
import { expectError } from './expect-error.js';
import type { Law } from './law.js';

export const timeLaws: readonly Law[] = [
  {
    id: 'T1',
    name: 'a session is usable until its idle deadline, to the millisecond',
    needs: ['clock'],
    async check(subject) {
      const session = await subject.begin({ a: 1 });
      await assertDiesAt(subject, session, subject.clock.now() + subject.policy.idleTimeout);
    },
  },
  {
    id: 'T1',
    name: 'a touch and a commit each move the idle deadline to one idle timeout from then',
    needs: ['clock'],
    async check(subject) {
      const { idleTimeout, touchInterval } = subject.policy;
      for (const use of ['read', 'write']) {
        const session = await subject.begin({ a: 1 });
        subject.clock.advance(idleTimeout - touchInterval);
        const request = await subject.open(session.token);
        if (use === 'write') request.session.set('a', 2);
        await request.finish();
        await subject.drain();
        assert.equal(request.session.expiresAt, subject.clock.now() + idleTimeout);
        await assertDiesAt(subject, session, subject.clock.now() + idleTimeout);
      }
    },
  },
  {
    id: 'T1',
    name: 'a session is usable until its absolute deadline, to the millisecond, however much it is used',
    needs: ['clock'],
    async check(subject) {
      const session = await subject.begin({ a: 1 });
      const absoluteAt = subject.clock.now() + subject.policy.absoluteTimeout;
      await useUntil(subject, session.token, absoluteAt - 1);
      await assertDiesAt(subject, session, absoluteAt);
    },
  },
  {
    id: 'T1',
    name: 'a shorter idle timeout of a new policy counts for the sessions that are there',
    needs: ['clock'],
    async check(plain) {
      const session = await plain.begin({ a: 1 });
      const idleTimeout = plain.policy.idleTimeout / 2;
      const subject = plain.with({ policy: { idleTimeout } });
      await assertDiesAt(subject, session, subject.clock.now() + idleTimeout, { inStore: false });
    },
  },
  {
    id: 'T2',
    name: 'when the clock of one process is behind, nothing it does makes a session die earlier',
    needs: ['clock'],
    async check(subject) {
      const session = await subject.begin({ a: 1 });
      const now = subject.clock.now();
      const deadline = now + subject.policy.idleTimeout;
      const behind = await subject.elsewhere.open(session.token);
      const touching = await subject.elsewhere.open(session.token);
      subject.clock.set(now - 5_000);
      behind.session.set('a', 2);
      await behind.finish();
      await touching.finish();
      await subject.elsewhere.store.touch(session.id, deadline - 5_000);
      const meta = await subject.metaOf(session.id);
      assert.ok((meta?.seenAt ?? 0) >= now, 'seenAt went back');
      subject.clock.set(now);
      await assertDiesAt(subject, session, deadline);
    },
  },
  {
    id: 'T2',
    name: 'a touch is written at most once a touch interval',
    needs: ['clock'],
    async check(subject) {
      const { token } = await subject.begin({ a: 1 });
      const { touchInterval } = subject.policy;
      const { calls } = subject.here.store;
      for (let interval = 0; interval < 3; interval++) {
        for (const step of [0, touchInterval / 2, touchInterval / 2 - 1, 1]) {
          subject.clock.advance(step);
          await (await subject.open(token)).finish();
          await subject.drain();
        }
        assert.equal(calls.touch, interval + 1);
      }
      assert.equal(calls.replace, 0);
    },
  },
  {
    id: 'T2',
    name: 'a session that is used all the time never idles out',
    needs: ['clock'],
    async check(subject) {
      const { token } = await subject.begin({ a: 1 });
      await useUntil(subject, token, subject.clock.now() + subject.policy.absoluteTimeout - 1);
    },
  },
  {
    id: 'T2',
    name: 'a change of the idle timeout does not make a session idle out that is used all the time',
    needs: ['clock'],
    async check(plain) {
      const { idleTimeout, absoluteTimeout, touchInterval } = plain.policy;
      for (const timeout of [idleTimeout / 2, idleTimeout * 2]) {
        const { token } = await plain.begin({ a: 1 });
        const subject = plain.with({ policy: { idleTimeout: timeout } });
        const end = subject.clock.now() + absoluteTimeout - idleTimeout;
        await useUntil(subject, token, end, Math.min(idleTimeout, timeout) - touchInterval);
      }
    },
  },
  {
    id: 'T3',
    name: 'a request admitted before the idle deadline may commit after it, and that counts as being seen',
    needs: ['clock'],
    async check(subject) {
      const { token } = await subject.begin({ a: 1 });
      subject.clock.advance(subject.policy.idleTimeout - 1);
      const [request, transacting] = [await subject.open(token), await subject.open(token)];
      request.session.set('a', 2);
      subject.clock.advance(10_000);
      assert.equal(await subject.read(token), undefined, 'the session is past its deadline');
      await request.finish();
      await transacting.session.increment('a');
      assert.deepEqual(await subject.read(token), { a: 3 });
    },
  },
  {
    id: 'T3',
    name: 'past the absolute deadline no request may commit',
    needs: ['clock'],
    async check(subject) {
      const { token } = await subject.begin({ a: 1 });
      const absoluteAt = subject.clock.now() + subject.policy.absoluteTimeout;
      await useUntil(subject, token, absoluteAt - 1);
      const [set, increment, regenerate] = [
        await subject.open(token),
        await subject.open(token),
        await subject.open(token),
      ];
      set.session.set('a', 2);
      subject.clock.advance(1);
      await expectError('SESSION_GONE', set.finish());
      await expectError('SESSION_GONE', increment.session.increment('a'));
      await expectError('SESSION_GONE', regenerate.session.regenerate());
      assert.equal(await subject.read(token), undefined);
    },
  },
];

/** Reads a session again and again until `end`; it has to live all the time. */
async function useUntil(
  subject: Subject,
  token: string,
  end: number,
  step: number = subject.policy.idleTimeout - subject.policy.touchInterval,
): Promise<void> {
  while (subject.clock.now() < end) {
    subject.clock.set(Math.min(subject.clock.now() + step, end));
    const request = await subject.open(token);
    assert.equal(request.session.isNew, false, 'a session in use idled out');
    await request.finish();
    await subject.drain();
  }
}
