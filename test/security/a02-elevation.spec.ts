import { Controller, Get, Param, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, Session } from '../../lib/index.js';
import type { TestApp } from '../support/app.js';
import { attacked, EXPRESS, tokenIn } from '../support/attacked.js';
import { Gate } from '../../lib/testing/gate.js';

/** What an app does with the session when its user becomes more than before. */
const ELEVATIONS = {
  regenerate: (session) => session.regenerate({ keep: 'all' }),
  login: (session) => session.login('ada', { keep: 'all', amr: ['pwd', 'otp'] }),
  /** Renewal is for the same privilege: whoever has the token of before is let in while its grace runs. */
  rotate: (session) => session.rotate(),
  nothing: () => undefined,
} satisfies Record<string, (session: Session) => unknown>;

let pause = new Gate();

@Controller()
class Account {
  @Post('login')
  async login(@CurrentSession() session: Session): Promise<void> {
    await session.login('ada', { amr: ['pwd'] });
    session.set('role', 'user');
  }

  @Post('elevate/:how')
  async elevate(
    @CurrentSession() session: Session,
    @Param('how') how: keyof typeof ELEVATIONS,
  ): Promise<void> {
    await ELEVATIONS[how](session);
    session.set('role', 'admin');
  }

  @Post('slow')
  async slow(@CurrentSession() session: Session): Promise<void> {
    await pause.pass();
    session.set('note', 'planted');
  }

  @Get('role')
  role(@CurrentSession() session: Session): object {
    return { role: session.get('role', null), note: session.get('note', null) };
  }
}

/** A thief has the cookie of a user who then becomes an administrator, and has a request under way at that moment. */
const elevation = (how: keyof typeof ELEVATIONS) => async (app: TestApp) => {
  const user = app.visitor();
  await user.post('/login');
  const thief = user.twin();
  pause = new Gate();
  const slow = thief.post('/slow');
  await pause.reached;
  await user.post(`/elevate/${how}`);
  pause.open();
  return {
    newToken: tokenIn(user.cookie) !== tokenIn(thief.cookie),
    slow: (await slow).status,
    thief: (await thief.get('/role')).body,
    user: (await user.get('/role')).body,
  };
};

const run = (how: keyof typeof ELEVATIONS) => attacked(EXPRESS, { controllers: [Account] }, elevation(how));

describe('A02 fixation at a change of privilege', () => {
  it.each(['regenerate', 'login'] as const)('leaves the thief with nothing: %s()', async (how) => {
    expect(await run(how)).toEqual({
      newToken: true,
      slow: 409,
      thief: { role: null, note: null },
      user: { role: 'admin', note: null },
    });
  });
});

describe('A02, unprotected', () => {
  it.each(['rotate', 'nothing'] as const)('makes the thief an administrator: %s', async (how) => {
    const { slow, thief } = await run(how);
    expect(slow).toBe(201);
    expect(thief).toEqual({ role: 'admin', note: 'planted' });
  });
});
