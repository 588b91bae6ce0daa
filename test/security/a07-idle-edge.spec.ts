import { Controller, Get, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, IN_FLIGHT_WINDOW_MS, Session } from '../../lib/index.js';
import type { StoredRecord } from '../../lib/providers/atomic-session-store.js';
import { PlainStore } from '../../lib/testing/index.js';
import type { TestApp } from '../support/app.js';
import { attacked, clockOf, EXPRESS, liveRecordOf, withStore } from '../support/attacked.js';

const MINUTE_MS = 60_000;
const IDLE_MS = 30 * MINUTE_MS;

@Controller()
class Desk {
  @Post('login')
  login(@CurrentSession() session: Session): void {
    session.set('user', 'Ada');
  }

  @Post('login/short')
  async loginShort(@CurrentSession() session: Session): Promise<void> {
    await session.login('Ada', { timeouts: { idle: '5m' } });
    session.set('user', 'Ada');
  }

  @Get('read')
  read(@CurrentSession() session: Session): object {
    return { user: session.get('user', null) };
  }
}

/** Somebody finds an unlocked desk `idleMs` after its owner left it. Answers who they are to the app, and what the store still finds. */
const unlockedDesk = (idleMs: number) => async (app: TestApp) => {
  const visitor = app.visitor();
  await visitor.post('/login');
  clockOf(app).advance(idleMs);
  const live = (await liveRecordOf(app, visitor.cookie)) !== undefined;
  const { status, body, cookies } = await visitor.get('/read');
  return { status, body, cookies, live };
};

const parts = { controllers: [Desk] };
const alive = { status: 200, body: { user: 'Ada' }, cookies: [], live: true };
const dead = { status: 200, body: { user: null }, cookies: [], live: false };

describe('A07 the edge of the idle timeout', () => {
  it.each([
    [-1, alive],
    [0, dead],
    [1, dead],
  ])('%p ms', async (offsetMs, expected) => {
    expect(await attacked(EXPRESS, parts, unlockedDesk(IDLE_MS + offsetMs))).toEqual(expected);
  });

  it.each([-1, 0, 1])('counts from the last touch (%p ms)', async (offsetMs) => {
    const found = await attacked(EXPRESS, parts, async (app) => {
      const visitor = app.visitor();
      await visitor.post('/login');
      app.clock.advance(IDLE_MS - 1);
      await visitor.get('/read');
      app.clock.advance(IDLE_MS + offsetMs);
      return (await visitor.get('/read')).body;
    });
    expect(found).toEqual({ user: offsetMs < 0 ? 'Ada' : null });
  });

  it.each([-1, 0, 1])('is that of the session where its login gave it one (%p ms)', async (offsetMs) => {
    const found = await attacked(EXPRESS, parts, async (app) => {
      const visitor = app.visitor();
      await visitor.post('/login/short');
      app.clock.advance(5 * MINUTE_MS + offsetMs);
      return (await visitor.get('/read')).body;
    });
    expect(found).toEqual({ user: offsetMs < 0 ? 'Ada' : null });
  });

  it('is final: a request after it revives nothing, and the record goes', async () => {
    await attacked(EXPRESS, parts, async (app) => {
      const visitor = app.visitor();
      await visitor.post('/login');
      app.clock.advance(IDLE_MS);
      for (let visit = 0; visit < 3; visit++) {
        expect((await visitor.get('/read')).body).toEqual({ user: null });
        app.clock.advance(IN_FLIGHT_WINDOW_MS / 2);
      }
      expect(app.provider.memory.sweep(1)).toBe(1);
      expect(app.provider.memory.usage.records).toBe(0);
    });
  });
});

describe('A07, unprotected', () => {
  /** Keeps what it has for longer than it was told, and says so. */
  class Late extends PlainStore {
    constructor(
      clock: ConstructorParameters<typeof PlainStore>[0],
      private readonly lateMs: number,
    ) {
      super(clock);
    }

    override load(id: string): StoredRecord | undefined {
      const record = this.records.get(id);
      const deadline = (record?.deadline ?? 0) + this.lateMs;
      return record && this.clock.now() < deadline ? { ...record, deadline } : undefined;
    }
  }

  it.each([
    ['one millisecond late', 1, 0],
    ['without a deadline', Infinity, 8 * 60 * MINUTE_MS],
  ])('a store that is %s lets them in', async (_, lateMs, offsetMs) => {
    const twin = { ...parts, ...withStore((clock) => new Late(clock, lateMs)) };
    expect(await attacked(EXPRESS, twin, unlockedDesk(IDLE_MS + offsetMs))).toEqual(alive);
  });
});
