import { Controller, Get, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, Session } from '../../lib/index.js';
import type { TestApp } from '../support/app.js';
import { attacked, clockOf, EXPRESS, withFault } from '../support/attacked.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const ABSOLUTE_MS = 12 * HOUR_MS;

@Controller()
class Heart {
  @Get('beat')
  beat(@CurrentSession() session: Session): object {
    return { user: session.get('user', null), expiresAt: session.expiresAt };
  }

  @Post('write')
  async write(@CurrentSession() session: Session): Promise<void> {
    session.set('user', 'Ada');
    await session.increment('writes');
  }

  @Post('renew')
  async renew(@CurrentSession() session: Session): Promise<void> {
    await session.regenerate({ keep: 'all' });
  }

  @Post('rotate')
  async rotate(@CurrentSession() session: Session): Promise<void> {
    await session.rotate();
  }

  @Post('stretch')
  async stretch(@CurrentSession() session: Session): Promise<void> {
    await session.setTimeouts({ idle: '48h', absolute: '48h' });
    await session.setTimeouts({ idle: '30m' });
  }

  @Post('logout')
  async logout(@CurrentSession() session: Session): Promise<void> {
    await session.invalidate();
  }
}

/** Where the clock stands at each beat of a thief who keeps a stolen session alive; milliseconds since it began. */
type Beats = readonly number[];

const every = (stepMs: number, from: number, to: number): Beats =>
  Array.from({ length: (to - from) / stepMs }, (_, beat) => from + (beat + 1) * stepMs);

/** Answers whether the session lives one millisecond before its twelve hours are over and when they are, and the latest promise. */
const keepAlive = (beats: Beats) => async (app: TestApp) => {
  const clock = clockOf(app);
  const began = clock.now();
  const thief = app.visitor();
  await thief.post('/write');
  let promised = 0;
  const beat = async (): Promise<boolean> => {
    const { user, expiresAt } = (await thief.get('/beat')).body as { user: unknown; expiresAt: number };
    promised = Math.max(promised, expiresAt - began);
    return user === 'Ada';
  };
  for (const [index, at] of beats.entries()) {
    clock.set(began + at);
    if (index % 30 === 7) await thief.post('/write');
    if (index % 30 === 11) await thief.post('/rotate');
    if (index % 30 === 17) await thief.post('/stretch');
    if (index % 30 === 23) await thief.post('/renew');
    await beat();
  }
  clock.set(began + ABSOLUTE_MS - 1);
  const before = await beat();
  clock.set(began + ABSOLUTE_MS);
  return { before, after: await beat(), promised };
};

const parts = { controllers: [Heart] };
const finite = { before: true, after: false, promised: ABSOLUTE_MS };

const STEP_MS = 5 * MINUTE_MS;
const END_MS = ABSOLUTE_MS - STEP_MS;

const steady = every(STEP_MS, 0, END_MS);
/** The clock is set back by an hour after ten hours. */
const setBack = [...every(STEP_MS, 0, 10 * HOUR_MS), ...every(STEP_MS, 9 * HOUR_MS, END_MS)];
/** It is set to before the session began, and corrected an hour later. */
const beforeItBegan = every(STEP_MS, -HOUR_MS, END_MS);

describe('A08 a session that is used, written, rotated, stretched and renewed, every minute', () => {
  it('is dead after twelve hours sharp', async () => {
    expect(await attacked(EXPRESS, parts, keepAlive(every(MINUTE_MS, 0, ABSOLUTE_MS - MINUTE_MS)))).toEqual(
      finite,
    );
  });
});

describe('A09 a clock that jumps back by an hour', () => {
  it.each([
    ['late in its life', setBack],
    ['to before its birth', beforeItBegan],
  ])('does not move the absolute deadline of a session (%s)', async (_, beats) => {
    expect(await attacked(EXPRESS, parts, keepAlive(beats))).toEqual(finite);
  });

  it.each([
    [-1, 'Ada'],
    [0, null],
  ])('does not take back when a session was last seen (%p ms)', async (offsetMs, user) => {
    const found = await attacked(EXPRESS, parts, async (app) => {
      const [visitor, began] = [app.visitor(), app.clock.now()];
      await visitor.post('/write');
      app.clock.set(began - HOUR_MS);
      await visitor.post('/write');
      await visitor.get('/beat');
      app.clock.set(began + 30 * MINUTE_MS + offsetMs);
      return (await visitor.get('/beat')).body;
    });
    expect(found).toMatchObject({ user });
  });

  it.each([-1, 1])('brings no ended session back (%p h)', async (hours) => {
    const found = await attacked(EXPRESS, parts, async (app) => {
      const visitor = app.visitor();
      await visitor.post('/write');
      const thief = visitor.twin();
      await visitor.post('/logout');
      app.clock.advance(hours * HOUR_MS);
      const seen = [(await thief.get('/beat')).body];
      app.clock.advance(-hours * HOUR_MS);
      return [...seen, (await thief.get('/beat')).body];
    });
    expect(found).toEqual([
      { user: null, expiresAt: null },
      { user: null, expiresAt: null },
    ]);
  });
});

describe('A08 and A09, unprotected', () => {
  it.each(['a session that rolls for ever', 'a regenerate that resets the absolute deadline'])(
    '%s never ends while somebody uses it',
    async (fault) => {
      for (const beats of [steady, setBack]) {
        const outcome = await attacked(EXPRESS, { ...parts, ...withFault(fault) }, keepAlive(beats));
        expect(outcome.after).toBe(true);
        expect(outcome.promised).toBeGreaterThan(ABSOLUTE_MS);
      }
    },
  );
});
