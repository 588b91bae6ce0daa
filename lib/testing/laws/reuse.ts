import assert from 'node:assert/strict';
import { joinToken, splitToken } from '../../credentials/token.js';
import { eventsDuring } from '../event-log.js';
import type { Subject } from '../subject.js';
import { assertDead } from './assert-dead.js';
import type { Law } from './law.js';
import { rotatedToken } from './rotate.js';

export const reuseLaws: readonly Law[] = [
  {
    id: 'R3',
    name: 'a token that comes back after its grace, when its successor was used, ends the session and is told once',
    needs: ['clock'],
    async check(subject) {
      for (const generations of [1, 2, 5]) {
        const { id, token } = await subject.begin({ a: 1 });
        const latest = await rotateTimes(subject, token, generations);
        const events = await eventsDuring(async () => {
          for (const instance of subject.instances)
            assert.equal(await subject.read(token, instance), undefined, 'a retired token opens the session');
        });
        assert.deepEqual(
          events.filter(({ type }) => type !== 'unknown-token'),
          [{ type: 'reuse-detected', id }],
        );
        await assertDead(subject, { id, token: latest });
      }
    },
  },
  {
    id: 'R3',
    name: 'before the successor was used, or while the grace runs, the token of before ends nothing',
    needs: ['clock'],
    async check(subject) {
      const { renewalGrace } = subject.policy;
      const { token } = await subject.begin({ a: 1 });
      const successor = await rotatedToken(subject, token);
      subject.clock.advance(renewalGrace);
      assert.deepEqual(await subject.read(token), { a: 1 });
      await (await subject.open(successor)).finish();
      const next = await rotatedToken(subject, successor);
      await (await subject.open(next)).finish();
      subject.clock.advance(renewalGrace - 1);
      for (const alive of [successor, next]) assert.deepEqual(await subject.read(alive), { a: 1 });
    },
  },
  {
    id: 'R3',
    name: 'two rotations in quick succession do not make a thief of a request that is still under way',
    needs: [],
    async check(subject) {
      const { token } = await subject.begin({ a: 1 });
      const successor = await rotatedToken(subject, token);
      await (await subject.open(successor)).finish();
      const next = await rotatedToken(subject, successor);
      await subject.open(token);
      for (const alive of [successor, next]) assert.deepEqual(await subject.read(alive), { a: 1 });
    },
  },
  {
    id: 'R3',
    name: 'a guessed secret ends no session',
    needs: ['clock'],
    async check(subject) {
      const { id, token } = await subject.begin({ a: 1 });
      const latest = await rotateTimes(subject, token, 2);
      const { secret } = splitToken((await subject.reserve()).token) ?? { secret: '' };
      for (const instance of subject.instances)
        assert.equal(await subject.read(joinToken({ id, secret }), instance), undefined);
      assert.deepEqual(await subject.read(latest), { a: 1 });
    },
  },
];

/** Rotates again and again, each time with the token that was just issued, and lets each grace pass. */
async function rotateTimes(subject: Subject, token: string, times: number): Promise<string> {
  let latest = token;
  for (let time = 0; time < times; time++) {
    latest = await rotatedToken(subject, latest);
    await (await subject.open(latest)).finish();
    subject.clock.advance(subject.policy.renewalGrace);
  }
  return latest;
}
