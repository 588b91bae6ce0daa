import assert from 'node:assert/strict';
import { digestOf, splitToken } from '../../credentials/token.js';
import { turn } from '../turn.js';
import { expectError } from './expect-error.js';
import type { Law } from './law.js';
import { assertOnlyLives, CRASHES, liveTokens, newestToken, settled } from './live-tokens.js';

export const rotationLaws: readonly Law[] = [
  {
    id: 'R1',
    name: 'regenerate kills the old token at once, and the new one holds what was kept',
    needs: [],
    async check(subject) {
      const { id, token } = await subject.begin({ cart: ['tea'], csrf: 'before', page: 1 });
      const request = await subject.open(token);
      request.session.set('page', 2).set('draft', true);
      await request.session.regenerate({ keep: ['cart', 'page'] });
      await assertOnlyLives(subject, { id, old: token }, 'new');
      assert.equal(request.session.id, id);
      const kept = { cart: ['tea'], page: 2 };
      assert.deepEqual(request.session.toObject(), kept);
      assert.deepEqual(await request.finish(), { kind: 'set', token: request.session.token });
      assert.deepEqual(await subject.read(request.session.token ?? ''), kept);
    },
  },
  {
    id: 'R1',
    name: 'regenerate also kills the token that a rotation left alive for its grace',
    needs: [],
    async check(subject) {
      const before = splitToken((await subject.reserve()).token)?.secret ?? '';
      const graceUntil = subject.clock.now() + subject.policy.idleTimeout;
      const rotated = { previousDigest: digestOf(before), graceUntil };
      const { id, token } = await subject.plant({ a: 1 }, rotated);
      assert.equal((await liveTokens(subject, id)).length, 2);
      const request = await subject.open(token);
      await request.session.regenerate();
      await assertOnlyLives(subject, { id, old: token }, 'new');
    },
  },
  {
    id: 'R1',
    name: 'a commit that was loaded before a regenerate is refused, in any process',
    needs: [],
    async check(subject) {
      for (const instance of subject.instances) {
        const { token } = await subject.begin({ csrf: 'before' });
        const [writer, counter, again] = await Promise.all([
          instance.open(token),
          instance.open(token),
          instance.open(token),
        ]);
        writer.session.set('csrf', 'planted');
        const request = await subject.open(token);
        await request.session.regenerate();
        await expectError('SESSION_GONE', writer.finish());
        await expectError('SESSION_GONE', counter.session.increment('count'));
        await expectError('SESSION_GONE', again.session.regenerate({ keep: 'all' }));
        assert.deepEqual(writer.handle.cookie, { kind: 'keep' });
        assert.deepEqual(await subject.read(request.session.token ?? ''), {});
      }
    },
  },
  {
    id: 'R1',
    name: 'of two regenerates at the same time exactly one holds',
    needs: [],
    async check(subject) {
      const { id, token } = await subject.begin({ a: 1 });
      const requests = await Promise.all(subject.instances.map((instance) => instance.open(token)));
      const results = await Promise.allSettled(
        requests.map(({ session }) => session.regenerate({ keep: 'all' })),
      );
      const lost = results.filter(({ status }) => status === 'rejected');
      assert.equal(lost.length, 1);
      assert.equal((await liveTokens(subject, id)).length, 1);
    },
  },
  {
    id: 'R1',
    name: 'a request that lost its session to a regenerate can still log out',
    needs: [],
    async check(subject) {
      const { id, token } = await subject.begin({ a: 1 });
      const late = await subject.open(token);
      const request = await subject.elsewhere.open(token);
      await request.session.regenerate({ keep: 'all' });
      late.session.set('a', 2);
      await expectError('SESSION_GONE', late.finish());
      await late.session.invalidate();
      assert.equal(await subject.read(request.session.token ?? ''), undefined);
      assert.equal(await subject.here.store.load(id), undefined);
    },
  },
  {
    id: 'R4',
    name: 'regenerate moves neither the creation nor the absolute deadline',
    needs: ['clock'],
    async check(subject) {
      const { id, token } = await subject.plant({ a: 1 }, { principal: 'ada' });
      const before = await subject.metaOf(id);
      subject.clock.advance(subject.policy.idleTimeout - 1);
      const request = await subject.open(token);
      await request.session.regenerate({ keep: 'all' });
      const after = await subject.metaOf(id);
      assert.equal(after?.absoluteAt, before?.absoluteAt);
      assert.equal(after?.createdAt, before?.createdAt);
      assert.equal(after?.principal, 'ada');
    },
  },
  {
    id: 'R4',
    name: 'a crash on the way leaves the state before or the one after, never neither and never both',
    needs: [],
    async check(subject) {
      for (const [fault, survivor] of CRASHES) {
        const { id, token } = await subject.begin({ a: 1 });
        const request = await subject.open(token);
        subject.here.store.next('replace', fault);
        await expectError('STORE_FAILED', request.session.regenerate({ keep: 'all' }));
        await assertOnlyLives(subject, { id, old: token }, survivor);
        const alive = survivor === 'old' ? token : newestToken(subject, id);
        assert.deepEqual(await subject.read(alive), { a: 1 });
      }
    },
  },
  {
    id: 'R4',
    name: 'at every instant of a regenerate one of the two tokens lives',
    needs: [],
    async check(subject) {
      const { id, token } = await subject.begin({ a: 1 });
      const request = await subject.open(token);
      const regenerating = settled(request.session.regenerate({ keep: 'all' }));
      do {
        const alive = await liveTokens(subject, id);
        assert.equal(alive.length, 1, `${alive.length} tokens live`);
        await turn();
      } while (!regenerating.done);
      await regenerating.task;
      await assertOnlyLives(subject, { id, old: token }, 'new');
    },
  },
];
