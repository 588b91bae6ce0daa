import assert from 'node:assert/strict';
import type { OpenRequest } from '../open-request.js';
import type { PlantedSession, Subject } from '../subject.js';
import { assertDiesAt } from './assert-dies-at.js';
import type { Law } from './law.js';

const MINUTE_MS = 60_000;

/** How a session gets an idle timeout of its own. */
const WAYS: readonly ((subject: Subject, idle: number) => Promise<PlantedSession>)[] = [
  async (subject, idle) => {
    const session = await subject.begin({ a: 1 });
    return finished(await subject.open(session.token), (request) => request.session.setTimeouts({ idle }));
  },
  async (subject, idle) =>
    finished(await subject.open(), ({ session }) => session.set('a', 1).setTimeouts({ idle })),
  async (subject, idle) => {
    const session = await subject.begin({ a: 1 });
    return finished(await subject.open(session.token), (request) =>
      request.session.login('ada', { timeouts: { idle } }),
    );
  },
  async (subject, idle) =>
    finished(await subject.open(), ({ session }) => session.login('ada', { timeouts: { idle } })),
];

export const overrideLaws: readonly Law[] = [
  {
    id: 'T1',
    name: 'an idle timeout of its own, longer or shorter, counts for a session to the millisecond',
    needs: ['clock'],
    async check(subject) {
      const { idleTimeout } = subject.policy;
      for (const idle of [idleTimeout / 2, idleTimeout * 2])
        for (const way of WAYS) {
          const session = await way(subject, idle);
          await assertDiesAt(subject, session, subject.clock.now() + idle);
        }
    },
  },
  {
    id: 'T1',
    name: 'an idle timeout of its own counts from the last touch and from the last commit as well',
    needs: ['clock'],
    async check(subject) {
      const { idleTimeout, touchInterval } = subject.policy;
      for (const use of ['read', 'write'])
        for (const idle of [idleTimeout / 2, idleTimeout * 2]) {
          const session = await subject.logIn('ada', { timeouts: { idle } });
          subject.clock.advance(idle - touchInterval);
          const request = await subject.open(session.token);
          if (use === 'write') request.session.set('a', 2);
          await request.finish();
          await subject.drain();
          await assertDiesAt(subject, session, subject.clock.now() + idle);
        }
    },
  },
  {
    id: 'T1',
    name: 'an absolute timeout of its own can only be shorter, and holds to the millisecond',
    needs: ['clock'],
    async check(subject) {
      const { idleTimeout, absoluteTimeout } = subject.policy;
      const began = subject.clock.now();
      const session = await subject.logIn('ada', { timeouts: { absolute: 2 * absoluteTimeout } });
      const request = await subject.open(session.token);
      assert.equal(request.session.absoluteAt, began + absoluteTimeout);
      await request.session.setTimeouts({ absolute: idleTimeout + MINUTE_MS });
      await request.session.setTimeouts({ absolute: absoluteTimeout });
      subject.clock.advance(idleTimeout - 1);
      await (await subject.open(session.token)).session.set('a', 1).save();
      await assertDiesAt(subject, session, began + idleTimeout + MINUTE_MS);
    },
  },
  {
    id: 'T1',
    name: 'an absolute timeout that is over already ends the session at once',
    needs: ['clock'],
    async check(subject) {
      const { id, token } = await subject.begin({ a: 1 });
      subject.clock.advance(5 * MINUTE_MS);
      await (await subject.open(token)).session.setTimeouts({ absolute: MINUTE_MS });
      for (const instance of subject.instances) {
        assert.equal(await subject.read(token, instance), undefined);
        assert.equal(await instance.manager.load(id), undefined);
      }
    },
  },
  {
    id: 'T1',
    name: 'a cookie that outlives the browser lives exactly as long as its session may',
    needs: ['clock'],
    async check(subject) {
      const { token } = await subject.begin({ a: 1 });
      subject.clock.advance(5 * MINUTE_MS);
      const request = await subject.open(token);
      await request.session.login('ada', { persistent: true });
      await assertExpiry(subject, request);
      await request.session.setTimeouts({ absolute: 20 * MINUTE_MS });
      await assertExpiry(subject, request);
      subject.clock.advance(5 * MINUTE_MS);
      const later = await subject.open(request.session.token ?? '');
      await later.session.rotate();
      await assertExpiry(subject, later);
    },
  },
];

async function finished(
  request: OpenRequest,
  task: (request: OpenRequest) => Promise<unknown>,
): Promise<PlantedSession> {
  await task(request);
  await request.finish();
  return { id: request.session.id ?? '', token: request.session.token ?? '' };
}

/** Asserts that the cookie expires when the record says that the session does in any case. */
async function assertExpiry(subject: Subject, request: OpenRequest): Promise<void> {
  const cookie = await request.finish();
  const meta = await subject.metaOf(request.session.id ?? '');
  assert.deepEqual(cookie, { kind: 'set', token: request.session.token, expiresAt: meta?.absoluteAt });
}
