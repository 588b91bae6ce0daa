import assert from 'node:assert/strict';
import type { SessionEvent } from '../../events/session-event.js';
import type { MaybePromise } from '../../providers/session-provider.js';
import { eventsDuring, whileListening } from '../event-log.js';
import { assertDead } from './assert-dead.js';
import { expectError } from './expect-error.js';
import type { Law } from './law.js';

export const deathLaws: readonly Law[] = [
  {
    id: 'D1',
    name: 'after an acknowledged end no load finds the session, in any process',
    needs: [],
    async check(subject) {
      for (const instance of subject.instances) {
        const { id, token } = await subject.begin({ a: 1 });
        for (const { store } of subject.instances) await store.load(id);
        const request = await instance.open(token);
        await request.session.invalidate();
        await assertDead(subject, { id, token });
        assert.deepEqual(await request.finish(), { kind: 'clear' });
        await assertDead(subject, { id, token });
      }
    },
  },
  {
    id: 'D1',
    name: 'no commit of a request that was under way brings an ended session back',
    needs: [],
    async check(subject) {
      for (const instance of subject.instances) {
        const session = await subject.begin({ a: 1 });
        const late = await instance.open(session.token);
        late.session.set('a', 2);
        const increasing = await instance.open(session.token);
        await subject.here.manager.end(session.id, 'revoked');
        await expectError('SESSION_GONE', late.finish());
        await expectError('SESSION_GONE', increasing.session.increment('a'));
        await assertDead(subject, session);
      }
    },
  },
  {
    id: 'D1',
    name: 'no commit that is on its way to the store while the session ends brings it back',
    needs: [],
    async check(subject) {
      const session = await subject.begin({ a: 1 });
      const late = await subject.open(session.token);
      late.session.set('a', 2);
      const gate = subject.here.store.hold('replace');
      const finishing = late.finish();
      await gate.reached;
      assert.equal(await subject.elsewhere.manager.end(session.id, 'invalidated'), true);
      gate.open();
      await expectError('SESSION_GONE', finishing);
      await assertDead(subject, session);
    },
  },
  {
    id: 'D1',
    name: 'no touch brings an ended session back',
    needs: ['clock'],
    async check(subject) {
      const session = await subject.begin({ a: 1 });
      subject.clock.advance(subject.policy.touchInterval);
      const reader = await subject.elsewhere.open(session.token);
      reader.session.get('a');
      await subject.here.manager.end(session.id, 'invalidated');
      await reader.finish();
      await subject.drain();
      assert.equal(subject.elsewhere.store.calls.touch, 1, 'the touch was not due');
      await assertDead(subject, session);
    },
  },
  {
    id: 'D1',
    name: 'a creation that is sent again after the end creates nothing',
    needs: [],
    async check(subject) {
      const session = await subject.reserve();
      const text = subject.textOf({ a: 1 });
      const deadline = subject.clock.now() + subject.policy.idleTimeout;
      for (const { store } of subject.instances) {
        await store.create(session.id, text, deadline);
        await store.end(session.id, 'invalidated');
        assert.equal(await store.create(session.id, text, deadline), 'exists');
      }
      await assertDead(subject, session);
    },
  },
  {
    id: 'D2',
    name: 'a late commit of a dead session drops its data and gets no new session and no token',
    needs: [],
    async check(subject) {
      const { id, token } = await subject.begin({ a: 1 });
      const late = await subject.open(token);
      late.session.set('a', 2);
      await subject.elsewhere.manager.end(id, 'invalidated');
      const { create } = subject.here.store.calls;
      const events = await eventsDuring(() => expectError('SESSION_GONE', late.finish()));
      assert.deepEqual(events, [{ type: 'dropped', id }]);
      assert.deepEqual([late.session.token, late.handle.cookie], [null, { kind: 'keep' }]);
      late.session.set('a', 3);
      await expectError('SESSION_GONE', late.finish());
      await expectError('SESSION_GONE', late.session.increment('a'));
      await expectError('SESSION_GONE', late.session.regenerate());
      assert.deepEqual([late.session.token, late.handle.cookie], [null, { kind: 'keep' }]);
      assert.equal(subject.here.store.calls.create, create);
    },
  },
  {
    id: 'D2',
    name: 'a session that was made and died in one request leaves no token behind',
    needs: [],
    async check(subject) {
      const request = await subject.open();
      await request.session.set('a', 1).save();
      await subject.elsewhere.manager.end(request.session.id ?? '', 'revoked');
      request.session.set('a', 2);
      await expectError('SESSION_GONE', request.finish());
      assert.deepEqual(request.handle.cookie, { kind: 'keep' });
    },
  },
  {
    id: 'D3',
    name: 'ending is idempotent and reported once',
    needs: [],
    async check(subject) {
      const { id, token } = await subject.begin({ a: 1 });
      const requests = [await subject.open(token), await subject.elsewhere.open(token)];
      const events = await eventsDuring(async () => {
        for (const { session } of requests) await session.invalidate();
        for (const { manager } of subject.instances)
          assert.equal(await manager.end(id, 'invalidated'), false, 'the session was ended twice');
      });
      assert.deepEqual(events, [{ type: 'invalidated', id }]);
      for (const request of requests) assert.deepEqual(await request.finish(), { kind: 'clear' });
      const { id: unknown } = await subject.reserve();
      assert.equal(await subject.here.manager.end(unknown, 'invalidated'), false);
    },
  },
  {
    id: 'D4',
    name: 'whoever listens hears of the end when the session is dead already',
    needs: [],
    async check(subject) {
      const { id, token } = await subject.begin({ a: 1 });
      const found: MaybePromise<unknown>[] = [];
      const listen = (event: SessionEvent): void => {
        if (event.type === 'invalidated') found.push(subject.elsewhere.store.load(event.id));
      };
      await whileListening(listen, async () => (await subject.open(token)).session.invalidate());
      assert.equal(found.length, 1);
      assert.deepEqual(await Promise.all(found), [undefined], `session ${id} was alive after its end`);
    },
  },
];
