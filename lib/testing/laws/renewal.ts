import assert from 'node:assert/strict';
import type { Subject } from '../subject.js';
import type { Law } from './law.js';
import { liveTokens } from './live-tokens.js';
import { assertOneSuccessor, race, rotatedToken } from './rotate.js';

const MINUTE_MS = 60_000;
const RENEWAL_TIMEOUT = 2 * MINUTE_MS;

export const renewalLaws: readonly Law[] = [
  {
    id: 'R2',
    name: 'of many requests at renewal time exactly one gets a new token, to the millisecond',
    needs: ['clock'],
    async check(plain) {
      const subject = plain.under({ renewalTimeout: RENEWAL_TIMEOUT });
      const { id, token } = await subject.begin({ a: 1 });
      subject.clock.advance(RENEWAL_TIMEOUT - 1);
      assert.deepEqual(await finished(subject, token), { kind: 'keep' });
      subject.clock.advance(1);
      const successor = await assertOneSuccessor(await race(subject, token));
      assert.equal(Object.keys((await subject.read(successor)) ?? {}).length, 9, 'a change was lost');
      assert.deepEqual(await liveTokens(subject, id), [token, successor]);
      assert.deepEqual(await finished(subject, successor), { kind: 'keep' });
    },
  },
  {
    id: 'R2',
    name: 'the token of before opens the session while its grace runs, and leads to no second renewal',
    needs: ['clock'],
    async check(plain) {
      const renewalGrace = 2 * RENEWAL_TIMEOUT;
      const subject = plain.under({ renewalTimeout: RENEWAL_TIMEOUT, renewalGrace });
      const { id, token } = await subject.begin({ a: 1 });
      const successor = await rotatedToken(subject, token);
      subject.clock.advance(renewalGrace - 1);
      assert.deepEqual(await finished(subject, token), { kind: 'keep' });
      assert.deepEqual(await subject.read(token, subject.elsewhere), { a: 1 });
      assert.deepEqual(await liveTokens(subject, id), [token, successor]);
    },
  },
  {
    id: 'R2',
    name: 'a client that never got the new token keeps its session after the grace, and is given another one',
    needs: ['clock'],
    async check(subject) {
      const { id, token } = await subject.begin({ a: 1 });
      const lost = await rotatedToken(subject, token);
      subject.clock.advance(subject.policy.renewalGrace);
      const successor = await assertOneSuccessor(await race(subject, token));
      assert.equal(await subject.read(lost), undefined);
      assert.deepEqual(await liveTokens(subject, id), [token, successor]);
      assert.equal((await subject.read(successor))?.['a'], 1);
      assert.deepEqual(await finished(subject, successor), { kind: 'keep' });
    },
  },
];

/** What the cookie jar is told by a request that changes nothing. */
const finished = async (subject: Subject, token: string): Promise<unknown> =>
  (await subject.open(token)).finish();
