import assert from 'node:assert/strict';
import type { PrincipalPolicy } from '../../session/policy.js';
import { eventsDuring } from '../event-log.js';
import type { LooseSession } from '../open-request.js';
import type { Subject } from '../subject.js';
import type { Law } from './law.js';
import { assertOnlyLives, liveTokens, newestToken } from './live-tokens.js';

/** How an app that never calls `login()` can write down its user (ATTACKS A05). */
const WAYS: readonly ((session: LooseSession) => Promise<unknown>)[] = [
  (session) => session.set('user', 'ada').save(),
  (session) => session.update('user', () => 'ada'),
  (session) => session.transaction((draft) => draft.set('user', 'ada')),
  (session) => session.set('user', 'ada').increment('visits'),
  (session) => session.set('user', 'ada').setTimeouts({ idle: '5m' }),
];

const RENEWAL_TIMEOUT = 120_000;

export const unannouncedLaws: readonly Law[] = [
  {
    id: 'R1',
    name: 'a login that nobody announced kills the token of before, however the user is written down',
    needs: [],
    async check(plain) {
      const subject = watching(plain, 'auto');
      for (const way of WAYS) {
        const { id, token } = await subject.begin({ cart: ['tea'] });
        const request = await subject.open(token);
        const events = await eventsDuring(() => way(request.session));
        assert.deepEqual(detected(events), ['unannounced-login', 'regenerated']);
        await assertOnlyLives(subject, { id, old: token }, 'new');
        const cookie = await request.finish();
        assert.ok(cookie.kind === 'set' && cookie.token === newestToken(subject, id));
        const { user, cart } = (await subject.read(cookie.token)) ?? {};
        assert.deepEqual([user, cart], ['ada', ['tea']]);
      }
    },
  },
  {
    id: 'R1',
    name: 'a login that nobody announced gets no grace from a rotation in the same commit',
    needs: ['clock'],
    async check(plain) {
      const subject = watching(plain, 'auto').under({ renewalTimeout: RENEWAL_TIMEOUT });
      for (const rotates of ['explicitly', 'at renewal time']) {
        const { id, token } = await subject.begin({ cart: ['tea'] });
        if (rotates === 'at renewal time') subject.clock.advance(RENEWAL_TIMEOUT);
        const request = await subject.open(token);
        request.session.set('user', 'ada');
        if (rotates === 'explicitly') await request.session.rotate();
        assert.equal((await request.finish()).kind, 'set');
        const alive = await liveTokens(subject, id);
        assert.deepEqual([alive.length, alive.includes(token)], [1, false], rotates);
        assert.deepEqual(await subject.read(alive[0] ?? ''), { cart: ['tea'], user: 'ada' });
      }
    },
  },
  {
    id: 'R1',
    name: 'a login that nobody announced leaves the token where the app asks for a warning or for nothing',
    needs: [],
    async check(plain) {
      for (const unannounced of ['warn', 'off'] as const) {
        const subject = watching(plain, unannounced);
        const { id, token } = await subject.begin({ a: 1 });
        const request = await subject.open(token);
        const events = await eventsDuring(() => request.session.set('user', 'ada').save());
        assert.deepEqual(detected(events), unannounced === 'warn' ? ['unannounced-login'] : []);
        assert.deepEqual(await liveTokens(subject, id), [token]);
        assert.deepEqual(await subject.read(token), { a: 1, user: 'ada' });
      }
    },
  },
];

const watching = (subject: Subject, unannounced: PrincipalPolicy['unannounced']): Subject =>
  subject.under({ principals: { ...subject.policy.principals, userKey: 'user', unannounced } });

const detected = (events: readonly { readonly type: string }[]): readonly string[] =>
  events.map(({ type }) => type).filter((type) => type !== 'touched' && type !== 'conflict');
