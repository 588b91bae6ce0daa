import { Controller, Get, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, Session } from '../../lib/index.js';
import { Gate } from '../../lib/testing/gate.js';
import type { TestApp } from '../support/app.js';
import { attacked, tokenIn } from '../support/attacked.js';
import { PLATFORMS } from '../support/running-app.js';

const MINUTE_MS = 60_000;
const AT_ONCE = 20;

/** Where requests wait until all of them have loaded the session. */
let crossing = { left: 0, gate: new Gate() };

async function cross(): Promise<void> {
  crossing.left -= 1;
  if (crossing.left === 0) crossing.gate.open();
  await crossing.gate.pass();
}

@Controller()
class Page {
  @Post('login')
  async login(@CurrentSession() session: Session): Promise<void> {
    await session.login('ada');
  }

  @Get('part')
  async part(@CurrentSession() session: Session): Promise<object> {
    await cross();
    return { user: session.principal };
  }

  /** How renewal is done where nothing else is at hand. */
  @Get('regenerated')
  async regenerated(@CurrentSession() session: Session): Promise<object> {
    await cross();
    await session.regenerate({ keep: 'all' });
    return { user: session.principal };
  }

  @Get('read')
  read(@CurrentSession() session: Session): object {
    return { user: session.principal };
  }
}

/** A page with many parts is opened when the token is due. */
const race = (path: string) => async (app: TestApp) => {
  const browser = app.visitor();
  await browser.post('/login');
  const parts = Array.from({ length: AT_ONCE }, () => browser.twin());
  app.clock.advance(10 * MINUTE_MS);
  crossing = { left: AT_ONCE, gate: new Gate() };
  const answers = await Promise.all(parts.map((part) => part.get(path)));
  const tokens = answers.flatMap(({ cookies }) => cookies).map(tokenIn);
  for (const line of answers.flatMap(({ cookies }) => cookies)) browser.receive(line);
  return {
    succeeded: answers.filter(({ status }) => status === 200).length,
    tokens: new Set(tokens).size,
    cookies: tokens.length,
    afterwards: (await browser.get('/read')).body,
    stragglers: (await Promise.all(parts.map((part) => part.get('/read')))).map(({ body }) => body),
  };
};

describe.each(PLATFORMS)(`A15 ${AT_ONCE} requests at renewal time, on %s`, (_, platform) => {
  const run = (path: string) =>
    attacked(platform, { controllers: [Page], session: { timeouts: { renewal: '10m' } } }, race(path));

  it('all succeed, with one successor', async () => {
    expect(await run('/part')).toEqual({
      succeeded: AT_ONCE,
      tokens: 1,
      cookies: 1,
      afterwards: { user: 'ada' },
      stragglers: Array.from({ length: AT_ONCE }, () => ({ user: 'ada' })),
    });
  });

  it('fail but for one, unprotected: where each takes a new token for itself', async () => {
    const { succeeded, stragglers } = await run('/regenerated');
    expect(succeeded).toBe(1);
    expect(stragglers.filter((body) => JSON.stringify(body) === '{"user":null}')).toHaveLength(AT_ONCE - 1);
  });
});
