import assert from 'node:assert/strict';
import type { PrincipalPolicy } from '../../session/policy.js';
import { SessionError } from '../../errors/session-error.js';
import { eventsDuring } from '../event-log.js';
import type { PlantedSession, Subject } from '../subject.js';
import { turn } from '../turn.js';
import { assertDead } from './assert-dead.js';
import { expectError } from './expect-error.js';
import type { Law } from './law.js';
import { settled } from './live-tokens.js';
import { assertIndex } from './principals.js';

const LIMIT = 3;
const LOGINS = 12;

export const limitLaws: readonly Law[] = [
  {
    id: 'P2',
    name: 'however many log in at the same time, in two processes, there are never more live sessions than the limit',
    needs: ['principals'],
    async check(plain) {
      for (const whenFull of ['evict-oldest', 'reject'] as const) {
        const subject = limited(plain, { limit: LIMIT, whenFull });
        const { outcomes, most } = await logInAtOnce(subject, whenFull);
        assert.ok(most <= LIMIT, `${most} live sessions with a limit of ${LIMIT}`);
        const alive = await whichLive(subject, acknowledged(outcomes));
        await assertSameIndex(subject, whenFull, alive);
        if (whenFull === 'reject') assert.equal(alive.length, acknowledged(outcomes).length);
        else assert.deepEqual([alive.length, acknowledged(outcomes).length], [LIMIT, LOGINS]);
      }
    },
  },
  {
    id: 'P2',
    name: 'a login beyond the limit ends the session that logged in longest ago, and tells it once',
    needs: ['clock', 'principals'],
    async check(plain) {
      const subject = limited(plain, { limit: 2, whenFull: 'evict-oldest' });
      const [first, second] = [await logIn(subject), await logIn(subject)];
      await (await subject.open(first.token)).session.set('a', 1).save();
      let third: PlantedSession | undefined;
      const events = await eventsDuring(async () => (third = await logIn(subject)));
      assert.deepEqual(
        events.filter(({ type }) => type === 'evicted'),
        [{ type: 'evicted', id: first.id }],
      );
      await assertDead(subject, first);
      await assertIndex(subject, 'ada', [second, third ?? first]);
    },
  },
  {
    id: 'P2',
    name: 'a login that is refused changes nothing, neither for the session that asked nor for the others',
    needs: ['principals'],
    async check(plain) {
      const subject = limited(plain, { limit: 1, whenFull: 'reject' });
      const session = await subject.logIn('ada');
      const { token } = await subject.begin({ a: 1 });
      for (const request of [await subject.open(token), await subject.elsewhere.open()]) {
        request.session.set('b', 2);
        const seen = request.session.toObject();
        await expectError('SESSION_LIMIT', request.session.login('ada'));
        assert.deepEqual([request.session.toObject(), request.session.principal], [seen, null]);
        await request.finish();
        assert.deepEqual(await subject.read(request.session.token ?? ''), seen);
      }
      assert.deepEqual(await subject.read(token), { a: 1, b: 2 });
      await assertIndex(subject, 'ada', [session]);
    },
  },
  {
    id: 'P2',
    name: 'a session that logs in again takes no further place, and is the youngest then',
    needs: ['clock', 'principals'],
    async check(plain) {
      const subject = limited(plain, { limit: 2, whenFull: 'reject' });
      const [first, second] = [await logIn(subject), await logIn(subject)];
      subject.clock.advance(1);
      const request = await subject.open(first.token);
      await request.session.login('ada');
      await assertIndex(subject, 'ada', [second, first]);
      await expectError('SESSION_LIMIT', subject.logIn('ada'));
    },
  },
  {
    id: 'P2',
    name: 'a session that is past its deadline takes no place, and no late commit makes it one too many',
    needs: ['clock', 'principals'],
    async check(plain) {
      const subject = limited(plain, { limit: 1, whenFull: 'reject' });
      const session = await subject.logIn('ada');
      subject.clock.advance(subject.policy.idleTimeout - 1);
      const late = await subject.open(session.token);
      late.session.set('a', 1);
      subject.clock.advance(1);
      const next = await subject.logIn('ada', {}, subject.elsewhere);
      await expectError('SESSION_GONE', late.finish());
      await assertIndex(subject, 'ada', [next]);
    },
  },
];

const limited = (
  subject: Subject,
  { limit, whenFull }: Required<Pick<PrincipalPolicy, 'limit' | 'whenFull'>>,
): Subject => subject.under({ principals: { ...subject.policy.principals, limit, whenFull } });

/** A millisecond after the last one, so that it is known which login was first. */
function logIn(subject: Subject): Promise<PlantedSession> {
  subject.clock.advance(1);
  return subject.logIn('ada');
}

type Outcomes = readonly PromiseSettledResult<PlantedSession>[];

/** Logs in from both processes at once, and looks again and again at how many sessions there are until all have an answer. */
async function logInAtOnce(
  subject: Subject,
  principal: string,
): Promise<{ readonly outcomes: Outcomes; readonly most: number }> {
  const logins = Array.from({ length: LOGINS }, (_, index) =>
    subject.logIn(principal, {}, subject.instances[index % 2]),
  );
  const all = Promise.allSettled(logins);
  const running = settled(all);
  let most = 0;
  do {
    most = Math.max(most, (await subject.elsewhere.manager.sessionsOf(principal)).length);
    await turn();
  } while (!running.done);
  most = Math.max(most, (await subject.here.manager.sessionsOf(principal)).length);
  return { outcomes: await all, most };
}

/** The sessions of the logins that were not refused; there is no other reason to fail. */
function acknowledged(outcomes: Outcomes): readonly PlantedSession[] {
  return outcomes.flatMap((outcome) => {
    if (outcome.status === 'fulfilled') return [outcome.value];
    const error: unknown = outcome.reason;
    if (error instanceof SessionError && error.code === 'SESSION_LIMIT') return [];
    throw error;
  });
}

async function whichLive(
  subject: Subject,
  sessions: readonly PlantedSession[],
): Promise<readonly PlantedSession[]> {
  const alive: PlantedSession[] = [];
  for (const session of sessions) if (await subject.read(session.token)) alive.push(session);
  return alive;
}

/** Those of one instant have no order. */
async function assertSameIndex(
  subject: Subject,
  principal: string,
  sessions: readonly PlantedSession[],
): Promise<void> {
  const listed = await subject.elsewhere.sessions.list(principal);
  assert.deepEqual(listed.map(({ id }) => id).sort(), sessions.map(({ id }) => id).sort());
}
