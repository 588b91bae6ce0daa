import { describe, expect, it } from '@jest/globals';
import type { SessionEventType } from '../../../lib/events/session-event.js';
import { InMemorySessionProvider } from '../../../lib/providers/memory/in-memory-session-provider.js';
import { DEFAULT_POLICY } from '../../../lib/session/policy.js';
import { Sessions } from '../../../lib/session/sessions.js';
import { eventsDuring, FakeClock, Subject } from '../../../lib/testing/index.js';
import { read } from '../../meta/project-files.js';
import { rejectionOf } from '../../support/thrown-by.js';

/** A limit of one session, and an app that keeps its user under a key. */
const PRINCIPALS = { ...DEFAULT_POLICY.principals, limit: 1, userKey: 'user' };

function makeSubject(): Subject {
  const clock = new FakeClock();
  const store = new InMemorySessionProvider({}, { clock });
  return new Subject({ clock, store, policy: { principals: PRINCIPALS } });
}

/** A session whose token was rotated away, and whose new token came back. */
async function rotated(subject: Subject): Promise<string> {
  const { token } = await subject.begin({ a: 1 });
  const { session } = await subject.open(token);
  await session.rotate();
  await (await subject.open(session.token ?? '')).finish();
  return token;
}

const login = async (subject: Subject): Promise<void> =>
  (await subject.open()).session.login('ada', { keep: 'all' });

/** What leads to each event of the core; those of schemas and migrations have tests of their own. */
const PROVOKED = {
  created: (subject) => subject.begin({ a: 1 }),
  login,
  regenerated: async (subject) => {
    const { token } = await subject.begin({ a: 1 });
    await (await subject.open(token)).session.regenerate();
  },
  rotated,
  touched: async (subject) => {
    const { token } = await subject.begin({ a: 1 });
    subject.clock.advance(subject.policy.touchInterval);
    await (await subject.open(token)).finish();
  },
  invalidated: async (subject) => {
    const { token } = await subject.begin({ a: 1 });
    await (await subject.open(token)).session.invalidate();
  },
  revoked: async (subject) => new Sessions(subject.here.manager).revoke((await subject.begin({ a: 1 })).id),
  evicted: async (subject) => {
    await login(subject);
    await login(subject);
  },
  expired: async (subject) => {
    const { token } = await subject.begin({ a: 1 });
    subject.clock.advance(subject.policy.idleTimeout);
    await subject.open(token);
  },
  'reuse-detected': async (subject) => {
    const token = await rotated(subject);
    subject.clock.advance(subject.policy.renewalGrace);
    await subject.open(token);
  },
  'everything-revoked': (subject) => new Sessions(subject.here.manager).revokeEverything(),
  'unannounced-login': async (subject) => {
    const { token } = await subject.begin({ a: 1 });
    const request = await subject.open(token);
    request.session.set('user', 'ada');
    await request.finish();
  },
  'unknown-token': async (subject) => subject.open((await subject.reserve()).token),
  'malformed-token': (subject) => subject.open('nonsense'),
  'ambiguous-cookie': async (subject) => {
    const [one, two] = [await subject.begin({ a: 1 }), await subject.begin({ a: 1 })];
    await subject.open(one.token, two.token);
  },
  'corrupt-record': async (subject) => {
    const { token } = await subject.begin({ a: 1 });
    subject.here.store.answer('load', { text: 'no record', deadline: subject.clock.now() + 1000 });
    await subject.open(token);
  },
  conflict: async (subject) => {
    const { token } = await subject.begin({ a: 1 });
    const [one, two] = [await subject.here.open(token), await subject.elsewhere.open(token)];
    one.session.set('one', 1);
    two.session.set('two', 2);
    await one.finish();
    await two.finish();
  },
  dropped: async (subject) => {
    const { token } = await subject.begin({ a: 1 });
    const [late, leaving] = [await subject.open(token), await subject.open(token)];
    await leaving.session.invalidate();
    late.session.set('a', 2);
    await rejectionOf(late.finish());
  },
  'late-write': async (subject) => {
    const { session, handle } = await subject.open();
    session.set('a', 1);
    await handle.settleLate();
  },
  outage: async (subject) => {
    const { token } = await subject.begin({ a: 1 });
    subject.here.store.next('load', 'fail-before');
    await rejectionOf(subject.open(token));
  },
} satisfies Partial<Record<SessionEventType, (subject: Subject) => Promise<unknown>>>;

/** What the page says that an event has beside its type. */
function besideIn(type: string): string[] {
  const row = read('docs/events.md')
    .split('\n')
    .find((line) => line.startsWith(`| \`${type}\``));
  return [...(row?.split('|')[2] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
}

describe.each(Object.entries(PROVOKED))('the event %s', (type, provoke) => {
  it('is told once, with what docs/events.md says and no more', async () => {
    const subject = makeSubject();
    const events = await eventsDuring(async () => provoke(subject));
    const told = events.filter((event) => event.type === type);
    expect(told.map((event) => Object.keys(event).sort())).toEqual([['type', ...besideIn(type)].sort()]);
  });
});
