import { Controller, Get, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, Session, type SessionModuleOptions } from '../../lib/index.js';
import { eventsDuring } from '../../lib/testing/event-log.js';
import type { TestApp } from '../support/app.js';
import { attacked, EXPRESS } from '../support/attacked.js';

const MINUTE_MS = 60_000;
const GRACE_MS = 30_000;

@Controller()
class Desk {
  @Post('login')
  async login(@CurrentSession() session: Session): Promise<void> {
    await session.login('ada');
  }

  @Post('write')
  async write(@CurrentSession() session: Session): Promise<number> {
    return session.increment('count');
  }

  @Get('read')
  read(@CurrentSession() session: Session): object {
    return { user: session.principal };
  }
}

/** A page loads many things at once; one of its requests came with the old token after another had brought the new one. */
const straggler = (lateMs: number) => async (app: TestApp) => {
  const browser = app.visitor();
  await browser.post('/login');
  const slow = browser.twin();
  app.clock.advance(10 * MINUTE_MS);
  await browser.get('/read');
  await browser.get('/read');
  app.clock.advance(lateMs);
  const [read, write] = [await slow.get('/read'), await slow.post('/write')];
  return {
    straggler: [read.body, read.status, write.status],
    cookies: [...read.cookies, ...write.cookies],
    browser: (await browser.get('/read')).body,
  };
};

const run = (lateMs: number, timeouts: SessionModuleOptions['timeouts'] = {}) =>
  attacked(
    EXPRESS,
    { controllers: [Desk], session: { timeouts: { renewal: '10m', ...timeouts } } },
    straggler(lateMs),
  );

describe('A06 a token that was rotated away a moment ago', () => {
  it.each([0, 5000, GRACE_MS - 1])(
    'is the same session, and is not rotated again (after %p ms)',
    async (lateMs) => {
      expect(await run(lateMs)).toEqual({
        straggler: [{ user: 'ada' }, 200, 201],
        cookies: [],
        browser: { user: 'ada' },
      });
    },
  );

  it('opens nothing when its grace is over, to the millisecond', async () => {
    expect((await run(GRACE_MS)).straggler[0]).toEqual({ user: null });
  });

  it('is not rotated again, however many requests come with it', async () => {
    const rotations = await attacked(
      EXPRESS,
      { controllers: [Desk], session: { timeouts: { renewal: '10m' } } },
      async (app) => {
        const browser = app.visitor();
        await browser.post('/login');
        const slow = browser.twin();
        app.clock.advance(10 * MINUTE_MS);
        return eventsDuring(async () => {
          await browser.get('/read');
          for (let visit = 0; visit < 5; visit++) await slow.get('/read');
        });
      },
    );
    expect(rotations.filter(({ type }) => type === 'rotated')).toHaveLength(1);
  });
});

describe('A06, unprotected', () => {
  it('without a grace a slow request looks like a thief, and logs its user out', async () => {
    expect(await run(0, { grace: '0s' })).toMatchObject({
      straggler: [{ user: null }, 200, 201],
      browser: { user: null },
    });
  });
});
