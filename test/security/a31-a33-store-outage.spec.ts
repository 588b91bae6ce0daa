import { setTimeout as delay } from 'node:timers/promises';
import { type CanActivate, Controller, type ExecutionContext, Get, Post, UseGuards } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, Session, SessionProvider, type StoredRecord } from '../../lib/index.js';
import type { CreateOutcome } from '../../lib/providers/atomic-session-store.js';
import { FakeClock } from '../../lib/testing/fake-clock.js';
import { type AppParts, TestApp } from '../support/app.js';
import { attacked } from '../support/attacked.js';
import { FaultyProvider } from '../support/faulty-provider.js';
import { PLATFORMS } from '../support/running-app.js';

const TIMEOUT_MS = 50;
/** Far more than the timeout, also on a busy machine. */
const PATIENCE_MS = 5000;

/** Lets everybody in but the banned: whoever is taken for somebody new gets in. */
class NotBannedGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { session } = context.switchToHttp().getRequest<{ session: Session }>();
    return !(await session.load()).has('banned');
  }
}

@Controller()
class Forum {
  @Post('ban')
  ban(@CurrentSession() session: Session): void {
    session.set('banned', true);
  }

  @Get('posts')
  @UseGuards(NotBannedGuard)
  posts(): string {
    return 'let in';
  }

  @Get('read')
  read(@CurrentSession() session: Session): object {
    return session.toObject();
  }

  @Get('outside')
  outside(): string {
    return 'no session here';
  }
}

const partsWith = (sessionProvider: FaultyProvider, operationTimeout = TIMEOUT_MS): AppParts => ({
  controllers: [Forum],
  session: { sessionProvider, operationTimeout },
});
const parts = (): AppParts => partsWith(new FaultyProvider({ clock: new FakeClock() }));

const storeOf = ({ nest }: TestApp) => nest.get<FaultyProvider>(SessionProvider).faults;

const UNAVAILABLE = { status: 503, body: { statusCode: 503, message: 'Service Unavailable' }, cookies: [] };

/** Somebody banned takes the store down, and comes back. */
async function banEvasion(app: TestApp) {
  const banned = app.visitor();
  await banned.post('/ban');
  storeOf(app).every('load', 'fail-before');
  const [posts, read, outside] = [
    await banned.get('/posts'),
    await banned.get('/read'),
    await banned.get('/outside'),
  ];
  storeOf(app).heal();
  return { posts, read, outside: outside.status, again: (await banned.get('/posts')).status };
}

/** A session is begun while the store takes no writes. Answers what the client got, and what its cookie opens. */
async function lostWrite(app: TestApp) {
  const visitor = app.visitor();
  storeOf(app).every('create', 'fail-before');
  const answer = await visitor.post('/ban');
  storeOf(app).heal();
  return { answer, cookie: visitor.cookie !== '', opens: (await visitor.get('/read')).body };
}

/** The store falls silent. Answers what fifty clients have in the end, and how long the app needs to close then. */
const silence = (patienceMs: number) => async (app: TestApp) => {
  const visitor = app.visitor();
  await visitor.post('/ban');
  const gates = Array.from({ length: 50 }, () => storeOf(app).hold('load'));
  const answers = gates.map(() => visitor.twin().get('/read'));
  const waiting = delay(patienceMs, { status: 'waiting' } as const, { ref: false });
  const seen = await Promise.all(answers.map((answer) => Promise.race([answer, waiting])));
  const calls = storeOf(app).calls.load;
  const start = performance.now();
  if (seen.every(({ status }) => status === 503)) await app.nest.close();
  const closedIn = performance.now() - start;
  for (const gate of gates) gate.open();
  await Promise.allSettled(answers);
  return { statuses: new Set(seen.map(({ status }) => status)), calls, closedIn };
};

describe.each(PLATFORMS)('on %s', (_, platform) => {
  describe('A31 a store that is down when a session is to be loaded', () => {
    it('is a 503 and makes nobody anonymous; other routes go on, and all of it heals by itself', async () => {
      expect(await attacked(platform, parts(), banEvasion)).toEqual({
        posts: expect.objectContaining(UNAVAILABLE),
        read: expect.objectContaining(UNAVAILABLE),
        outside: 200,
        again: 403,
      });
    });
  });

  describe('A32 a store that is down when a session is to be saved', () => {
    it('is a 503 without a cookie for a session that does not exist', async () => {
      expect(await attacked(platform, parts(), lostWrite)).toEqual({
        answer: expect.objectContaining(UNAVAILABLE),
        cookie: false,
        opens: {},
      });
    });
  });

  describe('A33 a store that hangs', () => {
    it('is a 503 in time, for each of fifty clients, and leaves nothing to wait for', async () => {
      const { statuses, calls, closedIn } = await attacked(platform, parts(), silence(PATIENCE_MS));
      expect([...statuses]).toEqual([503]);
      expect(calls).toBe(50);
      expect(closedIn).toBeLessThan(PATIENCE_MS);
    });
  });

  describe('A31 to A33, unprotected', () => {
    /** Takes an outage for an empty store, as a cache would. */
    class FailingOpen extends FaultyProvider {
      override async load(id: string): Promise<StoredRecord | undefined> {
        return Promise.resolve(super.load(id)).catch(() => undefined);
      }

      override async create(...call: Parameters<FaultyProvider['create']>): Promise<CreateOutcome> {
        return Promise.resolve(super.create(...call)).catch(() => 'ok' as const);
      }
    }
    const failingOpen = () => partsWith(new FailingOpen({ clock: new FakeClock() }));

    it('the banned are let in', async () => {
      const { posts } = await attacked(platform, failingOpen(), banEvasion);
      expect(posts).toMatchObject({ status: 200, body: 'let in' });
    });

    it('a client gets a cookie that opens nothing', async () => {
      const { answer, cookie, opens } = await attacked(platform, failingOpen(), lostWrite);
      expect([answer.status, cookie, opens]).toEqual([201, true, {}]);
    });

    it('without a deadline all clients wait', async () => {
      const patient = partsWith(new FaultyProvider({ clock: new FakeClock() }), 60_000);
      const { statuses } = await attacked(platform, patient, silence(10 * TIMEOUT_MS));
      expect([...statuses]).toEqual(['waiting']);
    });
  });
});
