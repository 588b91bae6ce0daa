import assert from 'node:assert/strict';
import { turn } from '../turn.js';
import { expectError } from './expect-error.js';
import type { Law } from './law.js';
import { assertOnlyLives, CRASHES, liveTokens, newestToken, settled } from './live-tokens.js';
import { rotatedToken } from './rotate.js';

const HOUR_MS = 3_600_000;

export const loginLaws: readonly Law[] = [
  {
    id: 'R1',
    name: 'a login kills every token of before at once, and only what was kept survives it',
    needs: [],
    async check(subject) {
      const { id, token } = await subject.begin({ cart: ['tea'], csrf: 'before', page: 1 });
      const successor = await rotatedToken(subject, token);
      const request = await subject.open(successor);
      request.session.set('page', 2).set('draft', true);
      await request.session.login('ada', { keep: ['cart', 'page'], amr: ['pwd'] });
      await assertOnlyLives(subject, { id, old: token }, 'new');
      const kept = { cart: ['tea'], page: 2 };
      assert.deepEqual(request.session.toObject(), kept);
      assert.deepEqual(await request.finish(), { kind: 'set', token: newestToken(subject, id) });
      const { session } = await subject.elsewhere.open(newestToken(subject, id));
      assert.deepEqual(session.toObject(), kept);
      assert.deepEqual([session.id, session.principal, session.amr], [id, 'ada', ['pwd']]);
    },
  },
  {
    id: 'R1',
    name: 'a login of a request that has no session yet keeps what was named, and gives it one',
    needs: [],
    async check(subject) {
      const request = await subject.open();
      request.session.set('cart', ['tea']).set('csrf', 'before');
      await request.session.login('ada', { keep: ['cart'] });
      const cookie = await request.finish();
      assert.ok(cookie.kind === 'set');
      const { session } = await subject.elsewhere.open(cookie.token);
      assert.deepEqual([session.principal, session.toObject()], ['ada', { cart: ['tea'] }]);
    },
  },
  {
    id: 'R1',
    name: 'a commit that was loaded before a login is refused, in any process',
    needs: [],
    async check(subject) {
      for (const instance of subject.instances) {
        const { token } = await subject.begin({ csrf: 'before' });
        const [writer, counter, rotator] = [
          await instance.open(token),
          await instance.open(token),
          await instance.open(token),
        ];
        writer.session.set('csrf', 'planted');
        const request = await subject.open(token);
        await request.session.login('ada');
        await expectError('SESSION_GONE', writer.finish());
        await expectError('SESSION_GONE', counter.session.increment('count'));
        await expectError('SESSION_GONE', rotator.session.rotate());
        assert.deepEqual(writer.handle.cookie, { kind: 'keep' });
        assert.deepEqual(await subject.read(request.session.token ?? ''), {});
      }
    },
  },
  {
    id: 'R1',
    name: 'of two logins to one session at the same time exactly one holds',
    needs: [],
    async check(subject) {
      const { id, token } = await subject.begin({ a: 1 });
      const principals = ['ada', 'bob'] as const;
      const requests = await Promise.all(subject.instances.map((instance) => instance.open(token)));
      const results = await Promise.allSettled(
        requests.map(({ session }, index) => session.login(principals[index] ?? '')),
      );
      const winners = principals.filter((_, index) => results[index]?.status === 'fulfilled');
      assert.equal(winners.length, 1);
      assert.equal((await liveTokens(subject, id)).length, 1);
      assert.equal((await subject.metaOf(id))?.principal, winners[0]);
    },
  },
  {
    id: 'R4',
    name: 'a login starts the absolute timeout anew, and nothing else moves it away',
    needs: ['clock'],
    async check(subject) {
      const { id, token } = await subject.begin({ a: 1 });
      const born = await subject.metaOf(id);
      subject.clock.advance(subject.policy.idleTimeout - 1);
      const request = await subject.open(token);
      await request.session.set('a', 2).save();
      await request.session.rotate();
      await request.session.regenerate({ keep: 'all' });
      await request.session.setTimeouts({ absolute: 1000 * HOUR_MS });
      assert.equal((await subject.metaOf(id))?.absoluteAt, born?.absoluteAt);
      await request.session.login('ada');
      const after = await subject.metaOf(id);
      assert.equal(after?.absoluteAt, subject.clock.now() + subject.policy.absoluteTimeout);
      assert.equal(request.session.authenticatedAt, subject.clock.now());
      assert.equal(after.createdAt, born?.createdAt);
    },
  },
  {
    id: 'R4',
    name: 'a crash on the way of a login leaves the state before or the one after, never neither and never both',
    needs: [],
    async check(subject) {
      for (const [fault, survivor] of CRASHES) {
        const { id, token } = await subject.begin({ a: 1 });
        const request = await subject.open(token);
        const { store } = subject.here;
        store.next(store.loginOperation, fault);
        await expectError('STORE_FAILED', request.session.login('ada', { keep: 'all' }));
        await assertOnlyLives(subject, { id, old: token }, survivor);
        assert.equal((await subject.metaOf(id))?.principal, survivor === 'new' ? 'ada' : null);
        const alive = survivor === 'old' ? token : newestToken(subject, id);
        assert.deepEqual(await subject.read(alive), { a: 1 });
      }
    },
  },
  {
    id: 'R4',
    name: 'at every instant of a login one of the two tokens lives',
    needs: [],
    async check(subject) {
      const { id, token } = await subject.begin({ a: 1 });
      const request = await subject.open(token);
      const loggingIn = settled(request.session.login('ada'));
      do {
        const alive = await liveTokens(subject, id);
        assert.equal(alive.length, 1, `${alive.length} tokens live`);
        await turn();
      } while (!loggingIn.done);
      await loggingIn.task;
      await assertOnlyLives(subject, { id, old: token }, 'new');
    },
  },
];
