import { describe, expect, it } from '@jest/globals';
import { InMemorySessionProvider } from '../../../lib/providers/memory/in-memory-session-provider.js';
import { RandomCredentialProvider } from '../../../lib/credentials/random-credential-provider.js';
import { systemClock } from '../../../lib/providers/clock.js';
import { DEFAULT_POLICY } from '../../../lib/session/policy.js';
import { Session } from '../../../lib/session/session.js';
import { SessionHandle } from '../../../lib/session/session-handle.js';
import { SessionManager } from '../../../lib/session/session-manager.js';

const manager = new SessionManager({
  store: new InMemorySessionProvider(),
  credentials: new RandomCredentialProvider(),
  clock: systemClock,
  policy: DEFAULT_POLICY,
});

async function openSession(): Promise<Session> {
  const handle = new SessionHandle(manager, { presented: () => [], where: () => 'GET /' });
  return new Session(() => handle).load();
}

describe('the function of a transaction', () => {
  it.each(['save', 'reload', 'regenerate', 'invalidate'] as const)(
    'is told at once that it cannot %s the session it is a transaction of',
    async (member) => {
      const session = await openSession();
      const nested = session.transaction(() => session[member]());
      await expect(nested).rejects.toMatchObject({ code: 'INSIDE_TRANSACTION' });
    },
  );

  it('cannot start a second one inside', async () => {
    const session = await openSession();
    const nested = session.update('a', () => session.increment('b'));
    await expect(nested).rejects.toMatchObject({ code: 'INSIDE_TRANSACTION' });
    expect(session.has('a')).toBe(false);
  });

  it('may commit another session', async () => {
    const [one, other] = [await openSession(), await openSession()];
    await one.update('a', () => other.increment('b'));
    expect([one.get('a'), other.get('b')]).toEqual([1, 1]);
  });

  it('leaves the session free for whoever comes after it, also when it throws', async () => {
    const session = await openSession();
    await expect(session.transaction(() => Promise.reject(new RangeError('mine')))).rejects.toThrow('mine');
    await expect(session.increment('a')).resolves.toBe(1);
  });
});
