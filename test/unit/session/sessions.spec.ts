import { describe, expect, it } from '@jest/globals';
import { InMemorySessionProvider } from '../../../lib/providers/memory/in-memory-session-provider.js';
import { Sessions } from '../../../lib/session/sessions.js';
import { FakeClock, PlainStore, Subject } from '../../../lib/testing/index.js';
import { inspect } from 'node:util';

function makeSubject(): { subject: Subject; sessions: Sessions } {
  const clock = new FakeClock();
  const subject = new Subject({ clock, store: new InMemorySessionProvider({}, { clock }) });
  return { subject, sessions: new Sessions(subject.here.manager) };
}

async function login(subject: Subject, user: string | number): Promise<string> {
  const { session } = await subject.open();
  session.set('note', 'very private');
  await session.login(user, { keep: 'all', amr: ['pwd'], device: 'phone' });
  subject.clock.advance(1000);
  return session.id ?? '';
}

describe('Sessions', () => {
  it('lists what an owner may see of each session, and no value', async () => {
    const { subject, sessions } = makeSubject();
    const began = subject.clock.now();
    const id = await login(subject, 'ada');
    const { idleTimeout, absoluteTimeout } = subject.policy;
    const list = await sessions.list('ada');
    expect(list).toEqual([
      {
        id,
        createdAt: began,
        authenticatedAt: began,
        seenAt: began,
        expiresAt: began + idleTimeout,
        absoluteAt: began + absoluteTimeout,
        amr: ['pwd'],
        device: { name: 'phone', userAgent: null, addressPrefix: null },
      },
    ]);
  });

  it('takes a number for its text, and nobody for nobody', async () => {
    const { subject, sessions } = makeSubject();
    const id = await login(subject, 7);
    expect((await sessions.list('7')).map((each) => each.id)).toEqual([id]);
    expect(await sessions.list('nobody')).toEqual([]);
    expect(await sessions.revokeAll(7)).toBe(1);
  });

  it('ends a session once, and another’s never where it is told whose it has to be', async () => {
    const { subject, sessions } = makeSubject();
    const id = await login(subject, 'ada');
    expect(await sessions.revoke(id, 'bob')).toBe(false);
    expect(await sessions.revoke('unknown', 'ada')).toBe(false);
    expect([await sessions.revoke(id, 'ada'), await sessions.revoke(id, 'ada')]).toEqual([true, false]);
    expect(await sessions.list('ada')).toEqual([]);
  });

  it.each(['', '../../etc/passwd', '*', '\0', 'a'.repeat(2000), ['AAAAAAAAAAAAAAAAAAAAAA'], { length: 1 }])(
    'ends nothing by what cannot be an id, and does not ask the store for it: %p',
    async (id) => {
      const { subject, sessions } = makeSubject();
      expect(await sessions.revoke(id as string)).toBe(false);
      expect(await sessions.revoke(id as string, 'ada')).toBe(false);
      expect(Object.values(subject.here.store.calls).every((calls) => calls === 0)).toBe(true);
    },
  );

  it('ends the sessions of one sign-on elsewhere, and no other', async () => {
    const { subject, sessions } = makeSubject();
    for (const [user, sid] of [
      ['ada', 'first'],
      ['ada', 'first'],
      ['ada', 'second'],
      ['bob', 'first'],
    ] as const)
      await (await subject.open()).session.login(user, { sid });
    await login(subject, 'ada');
    expect(await sessions.revokeSignOn('ada', 'first')).toBe(2);
    expect(await sessions.revokeSignOn('ada', 'first')).toBe(0);
    expect([await sessions.list('ada'), await sessions.list('bob')].map(({ length }) => length)).toEqual([
      2, 1,
    ]);
  });

  it.each([undefined, null, '', 7])(
    'does not take %j for the sign-on of those who have none',
    async (sid) => {
      const { subject, sessions } = makeSubject();
      await login(subject, 'ada');
      await expect(sessions.revokeSignOn('ada', sid as never)).rejects.toMatchObject({
        code: 'ILLEGAL_VALUE',
      });
      expect(await sessions.list('ada')).toHaveLength(1);
    },
  );

  it('refuses what is no principal, before the store is asked', async () => {
    const { sessions } = makeSubject();
    const bad = { code: 'BAD_PRINCIPAL' };
    await expect(sessions.list('')).rejects.toMatchObject(bad);
    await expect(sessions.revokeAll(0.5)).rejects.toMatchObject(bad);
    await expect(sessions.revokeOthers({ id: null, principal: 'ada' })).rejects.toMatchObject(bad);
    await expect(sessions.revokeOthers({ id: 'id', principal: null })).rejects.toMatchObject(bad);
  });

  it('says what to do where the provider does not know whose sessions it holds', async () => {
    const clock = new FakeClock();
    const plain = new PlainStore(clock);
    const store = Object.fromEntries(
      (['load', 'create', 'replace', 'touch', 'end'] as const).map((name) => [name, plain[name].bind(plain)]),
    ) as never;
    const sessions = new Sessions(new Subject({ clock, store }).here.manager);
    const missing = { code: 'NO_PRINCIPAL_INDEX', fix: expect.stringContaining('built-in providers') };
    for (const call of [
      sessions.list('ada'),
      sessions.revokeAll('ada'),
      sessions.revokeOthers({ id: 'id', principal: 'ada' }),
      sessions.revokeEverything(),
    ]) {
      await expect(call).rejects.toMatchObject(missing);
    }
    expect(await sessions.revoke('unknown')).toBe(false);
  });

  it('shows nothing of what it works on when it is printed (law F5)', async () => {
    const { subject, sessions } = makeSubject();
    await login(subject, 'ada');
    expect(inspect(sessions, { depth: 9 }) + JSON.stringify(sessions)).toBe('Sessions {}{}');
  });
});
