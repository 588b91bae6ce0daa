import assert from 'node:assert/strict';
import { SessionEvents } from '../../events/session-events.js';
import { SessionManager } from '../../session/session-manager.js';
import type { AppInstance } from '../app-instance.js';
import { eventsDuring } from '../event-log.js';
import { OpenRequest } from '../open-request.js';
import { seededRandom } from '../random.js';
import { Scheduler } from '../scheduler.js';
import type { PlantedSession, Subject } from '../subject.js';
import { assertDead } from './assert-dead.js';
import { expectError } from './expect-error.js';
import type { Capability, Law } from './law.js';
import { rotatedToken } from './rotate.js';

const SEEDS = 12;

/** How somebody else ends a session of Ada's. */
interface Way {
  readonly name: string;
  readonly needs: readonly Capability[];
  end(subject: Subject, session: PlantedSession, instance: AppInstance): Promise<unknown>;
}

const WAYS: readonly Way[] = [
  {
    name: 'revoked by its id',
    needs: [],
    end: (_, { id }, { sessions }) => sessions.revoke(id, 'ada'),
  },
  {
    name: 'revoked with all of its principal',
    needs: ['principals'],
    end: (_, __, { sessions }) => sessions.revokeAll('ada'),
  },
  {
    name: 'revoked by another session of its principal',
    needs: ['principals'],
    end: async (subject, __, { sessions }) => {
      const { token } = await subject.logIn('ada');
      return sessions.revokeOthers((await subject.open(token)).session);
    },
  },
  {
    name: 'evicted by a login beyond the limit',
    needs: ['principals'],
    end: (subject, _, instance) => {
      const { principals } = subject.policy;
      const limited = subject.under({ principals: { ...principals, limit: 1, whenFull: 'evict-oldest' } });
      return limited.logIn('ada', {}, instance === subject.here ? limited.here : limited.elsewhere);
    },
  },
  {
    name: 'revoked with everything',
    needs: ['everything'],
    end: (_, __, { sessions }) => sessions.revokeEverything(),
  },
];

export const revocationLaws: readonly Law[] = [
  ...WAYS.map((way): Law => ({
    id: 'D1',
    name: `nothing brings back a session that was ${way.name}, in any process`,
    needs: way.needs,
    async check(subject) {
      for (const instance of subject.instances) {
        const session = await subject.logIn('ada', { keep: 'all' });
        const opening = subject.instances.map((each) => each.open(session.token));
        const [late, again] = (await Promise.all(opening)) as [OpenRequest, OpenRequest];
        late.session.set('a', 2);
        const { deadline = 0 } = (await subject.here.store.load(session.id)) ?? {};
        await way.end(subject, session, instance);
        await assertDead(subject, session);
        await expectError('SESSION_GONE', late.finish());
        await expectError('SESSION_GONE', again.session.login('ada'));
        for (const { store } of subject.instances) await store.touch(session.id, deadline + 1);
        await assertDead(subject, session);
      }
    },
  })),
  ...WAYS.map((way): Law => ({
    id: 'D2',
    name: `a slow writer leaves nothing alive of a session that was ${way.name} meanwhile`,
    needs: way.needs,
    async check(subject) {
      const session = await subject.logIn('ada');
      const slow = await subject.elsewhere.open(session.token);
      slow.session.set('a', 2);
      const gate = subject.elsewhere.store.hold('replace');
      const finishing = slow.finish();
      await gate.reached;
      await way.end(subject, session, subject.here);
      gate.open();
      await expectError('SESSION_GONE', finishing);
      assert.deepEqual([slow.session.token, slow.handle.cookie], [null, { kind: 'keep' }]);
      await assertDead(subject, session);
    },
  })),
  {
    id: 'D2',
    name: 'a request that changed nothing ends well when its session ended meanwhile, also when its token was due',
    needs: ['clock'],
    async check(plain) {
      const subject = plain.under({ renewalTimeout: 2 * 60_000 });
      for (const due of ['confirmation', 'renewal']) {
        const { id, token } = await subject.begin({ a: 1 });
        const successor = await rotatedToken(subject, token);
        if (due === 'renewal') await (await subject.open(successor)).finish();
        if (due === 'renewal') subject.clock.advance(2 * 60_000);
        const reader = await subject.open(successor);
        assert.equal(reader.session.get('a'), 1);
        await subject.elsewhere.manager.end(id, 'revoked');
        assert.deepEqual(await reader.finish(), { kind: 'keep' }, due);
        await assertDead(subject, { id, token: successor });
      }
    },
  },
  {
    id: 'D1',
    name: 'a session that logs in again while all of its principal are revoked is dead afterwards',
    needs: ['principals'],
    async check(subject) {
      for (let seed = 0; seed < SEEDS; seed++) {
        const session = await subject.logIn('ada');
        const { session: again } = await subject.elsewhere.open(session.token);
        await inSomeOrder(subject, seed, [
          () => again.login('ada'),
          () => subject.here.sessions.revokeAll('ada'),
        ]);
        await assertDead(subject, { ...session, token: again.token ?? session.token });
      }
    },
  },
  {
    id: 'D1',
    name: 'sessions that are created after everything was revoked live, and so do their commits',
    needs: ['everything'],
    async check(subject) {
      const before = await subject.begin({ a: 1 });
      await subject.elsewhere.sessions.revokeEverything();
      const afterwards = await subject.begin({ a: 1 });
      const request = await subject.elsewhere.open(afterwards.token);
      assert.equal(await request.session.increment('a'), 2);
      await assertDead(subject, before);
      assert.deepEqual(await subject.read(afterwards.token), { a: 2 });
    },
  },
  {
    id: 'D3',
    name: 'each session that is revoked is told once, however many revoke it',
    needs: ['principals'],
    async check(subject) {
      const sessions = [await subject.logIn('ada'), await subject.logIn('ada')];
      const counts: number[] = [];
      const events = await eventsDuring(async () => {
        const revoking = subject.instances.flatMap(({ sessions: service }) => [
          service.revokeAll('ada'),
          service.revoke(sessions[0]?.id ?? '').then(Number),
        ]);
        counts.push(...(await Promise.all(revoking)));
      });
      const told = events.flatMap((event) => (event.type === 'revoked' ? [event.id] : []));
      assert.deepEqual(told.sort(), sessions.map(({ id }) => id).sort());
      assert.equal(
        counts.reduce((sum, count) => sum + count),
        sessions.length,
      );
      for (const session of sessions) await assertDead(subject, session);
    },
  },
  {
    id: 'D4',
    name: 'a listener of the app that throws or rejects keeps no session alive and fails no request',
    needs: [],
    async check(subject) {
      const failures: unknown[] = [];
      const events = new SessionEvents((_, error) => failures.push(error));
      const heard: string[] = [];
      events.subscribe(() => {
        throw new Error('thrown');
      });
      events.subscribe(() => Promise.reject(new Error('rejected')));
      events.on('invalidated', ({ id }) => heard.push(id));
      const listener = events.tell.bind(events);
      const manager = new SessionManager({ ...subject.here.manager.parts, listener });
      const session = await subject.begin({ a: 1 });
      const request = new OpenRequest(manager, [session.token]);
      await request.session.load();
      await request.session.invalidate();
      await assertDead(subject, session);
      assert.deepEqual([heard, failures.length], [[session.id], 2]);
    },
  },
];

/** Lets tasks meet at the store in an order that the seed decides. Whether one fails is not asked. */
async function inSomeOrder(
  subject: Subject,
  seed: number,
  tasks: readonly (() => Promise<unknown>)[],
): Promise<void> {
  const scheduler = new Scheduler(seededRandom(seed));
  for (const { store } of subject.instances) store.paceBy(scheduler.pace);
  await scheduler.run(tasks.map((task) => task()));
  for (const { store } of subject.instances) store.heal();
}
