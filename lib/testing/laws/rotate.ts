import assert from 'node:assert/strict';
import type { OpenRequest } from '../open-request.js';
import type { Subject } from '../subject.js';
import { turn } from '../turn.js';
import { expectError } from './expect-error.js';
import type { Law } from './law.js';
import { liveTokens, newestToken, settled } from './live-tokens.js';

const RACERS = 8;

export const rotateLaws: readonly Law[] = [
  {
    id: 'C6',
    name: 'the first request with a rotated token confirms it by one write that does not count',
    needs: [],
    async check(subject) {
      const { id, token } = await subject.begin({ a: 1 });
      const successor = await rotatedToken(subject, token);
      const before = await subject.metaOf(id);
      const writes = subject.here.store.calls.replace;
      for (const _ of ['first', 'second'])
        assert.deepEqual(await (await subject.open(successor)).finish(), { kind: 'keep' });
      const after = await subject.metaOf(id);
      assert.equal(subject.here.store.calls.replace, writes + 1);
      assert.deepEqual([before?.rotation.confirmed, after?.rotation.confirmed], [false, true]);
      assert.equal(after?.version, before?.version);
    },
  },
  {
    id: 'R2',
    name: 'of many rotations at the same time exactly one wins; the others go on with the token that they have',
    needs: [],
    async check(subject) {
      const { id, token } = await subject.begin({ a: 1 });
      const requests = await race(subject, token);
      await Promise.all(requests.map(({ session }) => session.rotate()));
      const successor = await assertOneSuccessor(requests);
      const changes = Object.fromEntries(requests.map((_, index) => [`key ${index}`, index]));
      const values = { a: 1, ...changes };
      for (const instance of subject.instances)
        for (const alive of [token, successor]) assert.deepEqual(await subject.read(alive, instance), values);
      assert.deepEqual(await liveTokens(subject, id), [token, successor]);
    },
  },
  {
    id: 'R2',
    name: 'a request that came with the token of before does not rotate again, and is told no new token',
    needs: [],
    async check(subject) {
      const { id, token } = await subject.begin({ a: 1 });
      const early = await subject.elsewhere.open(token);
      const successor = await rotatedToken(subject, token);
      early.session.set('b', 2);
      await early.session.save();
      for (const straggler of [early, await subject.open(token)]) {
        await straggler.session.rotate();
        assert.deepEqual(await straggler.finish(), { kind: 'keep' });
      }
      assert.deepEqual(await liveTokens(subject, id), [token, successor]);
      assert.deepEqual(await subject.read(successor), { a: 1, b: 2 });
    },
  },
  {
    id: 'R2',
    name: 'a request that came with the token of before does not put it back into the cookie jar',
    needs: [],
    async check(subject) {
      const { id, token } = await subject.begin({ a: 1 });
      const early = await subject.elsewhere.open(token);
      const successor = await rotatedToken(subject, token);
      for (const straggler of [early, await subject.open(token)]) {
        await straggler.session.setTimeouts({ idle: subject.policy.idleTimeout - 1 });
        assert.deepEqual(await straggler.finish(), { kind: 'keep' });
      }
      assert.deepEqual(await liveTokens(subject, id), [token, successor]);
    },
  },
  {
    id: 'R4',
    name: 'rotate moves neither the creation nor the absolute deadline, and leaves the principal',
    needs: ['clock'],
    async check(subject) {
      const { id, token } = await subject.plant({ a: 1 }, { principal: 'ada' });
      const before = await subject.metaOf(id);
      subject.clock.advance(subject.policy.idleTimeout - 1);
      await rotatedToken(subject, token);
      const after = await subject.metaOf(id);
      assert.equal(after?.absoluteAt, before?.absoluteAt);
      assert.equal(after?.createdAt, before?.createdAt);
      assert.equal(after?.principal, 'ada');
    },
  },
  {
    id: 'R4',
    name: 'a crash on the way of a rotation leaves the state before or the one after',
    needs: [],
    async check(subject) {
      for (const fault of ['fail-before', 'fail-after'] as const) {
        const { id, token } = await subject.begin({ a: 1 });
        const request = await subject.open(token);
        subject.here.store.next('replace', fault);
        await expectError('STORE_FAILED', request.session.rotate());
        const alive = fault === 'fail-before' ? [token] : [token, newestToken(subject, id)];
        assert.deepEqual(await liveTokens(subject, id), alive);
        for (const each of alive) assert.deepEqual(await subject.read(each), { a: 1 });
      }
    },
  },
  {
    id: 'R4',
    name: 'at every instant of a rotation the token of before lives',
    needs: [],
    async check(subject) {
      const { id, token } = await subject.begin({ a: 1 });
      const request = await subject.open(token);
      const rotating = settled(request.session.rotate());
      do {
        assert.ok((await liveTokens(subject, id)).includes(token), 'no token lives');
        await turn();
      } while (!rotating.done);
      await rotating.task;
      assert.equal((await liveTokens(subject, id)).length, 2);
    },
  },
];

/** Requests with one token in both processes, each with a change of its own. */
export async function race(subject: Subject, token: string): Promise<readonly OpenRequest[]> {
  const { here, elsewhere } = subject;
  const opening = Array.from({ length: RACERS }, (_, index) =>
    (index % 2 === 0 ? here : elsewhere).open(token),
  );
  const requests = await Promise.all(opening);
  for (const [index, { session }] of requests.entries()) session.set(`key ${index}`, index);
  return requests;
}

/** Finishes the requests, of which exactly one may tell its client a new token; answers that. */
export async function assertOneSuccessor(requests: readonly OpenRequest[]): Promise<string> {
  const cookies = await Promise.all(requests.map((request) => request.finish()));
  const tokens = cookies.flatMap((cookie) => (cookie.kind === 'set' ? [cookie.token] : []));
  assert.equal(tokens.length, 1, `${tokens.length} new tokens`);
  return tokens[0] ?? '';
}

/** Rotates the token of a session in a request of its own; answers the new one. */
export async function rotatedToken(subject: Subject, token: string): Promise<string> {
  const request = await subject.open(token);
  await request.session.rotate();
  const cookie = await request.finish();
  assert.ok(cookie.kind === 'set' && cookie.token !== token, 'the token was not rotated');
  return cookie.token;
}
