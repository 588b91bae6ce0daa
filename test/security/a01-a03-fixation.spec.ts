import { Body, Controller, Get, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, type Keep, Session } from '../../lib/index.js';
import { Gate } from '../../lib/testing/gate.js';
import type { TestApp } from '../support/app.js';
import { attacked, EXPRESS, tokenIn } from '../support/attacked.js';

let pause = new Gate();

@Controller()
class Shop {
  @Post('fill')
  fill(@CurrentSession() session: Session, @Body() values: Record<string, unknown>): void {
    for (const [key, value] of Object.entries(values)) session.set(key, value);
  }

  @Post('slow-fill')
  async slowFill(@CurrentSession() session: Session): Promise<void> {
    await pause.pass();
    session.set('late', 'planted');
  }

  /** @param keep what the app lets through; `false` is a login without a new token. */
  @Post('login')
  async login(@CurrentSession() session: Session, @Body('keep') keep: Keep | false): Promise<void> {
    if (keep !== false) await session.regenerate({ keep });
    session.set('user', 'Ada');
  }

  @Get('read')
  read(@CurrentSession() session: Session): object {
    return session.toObject();
  }
}

/** Somebody gets a session, plants its cookie in the browser of a victim, and waits for the victim to log in. */
const fixation = (keep: Keep | false) => async (app: TestApp) => {
  const attacker = app.visitor();
  await attacker.post('/fill', { _csrf: 'known', role: 'planted', cart: ['tea'] });
  const victim = attacker.twin();
  pause = new Gate();
  const slow = attacker.post('/slow-fill');
  await pause.reached;
  const login = await victim.post('/login', { keep });
  pause.open();
  return {
    login: login.status,
    newToken: tokenIn(victim.cookie) !== tokenIn(attacker.cookie),
    slow: (await slow).status,
    attacker: (await attacker.get('/read')).body,
    victim: (await victim.get('/read')).body,
  };
};

const run = (keep: Keep | false) => attacked(EXPRESS, { controllers: [Shop] }, fixation(keep));

describe('A01 fixation at login', () => {
  it('leaves the attacker with a token that opens nothing, also for a request that was under way', async () => {
    expect(await run(['cart'])).toMatchObject({ login: 201, newToken: true, slow: 409, attacker: {} });
  });
});

describe('A03 a value from before the login', () => {
  it('survives only if its key is on the keep list', async () => {
    expect((await run(['cart'])).victim).toEqual({ cart: ['tea'], user: 'Ada' });
  });

  it('does not survive by default', async () => {
    expect((await run([])).victim).toEqual({ user: 'Ada' });
  });

  it.each(['cart.0', '__proto__', 'length', 'CART', ''])('is not let through by the key %j', async (key) => {
    expect((await run([key])).victim).toEqual({ user: 'Ada' });
  });
});

describe('A01 and A03, unprotected', () => {
  it('a login with the old token lets the attacker in', async () => {
    const { newToken, slow, attacker } = await run(false);
    expect([newToken, slow]).toEqual([false, 201]);
    expect(attacker).toMatchObject({ user: 'Ada', _csrf: 'known' });
  });

  it('a login that keeps everything lets the planted values in', async () => {
    expect((await run('all')).victim).toMatchObject({ _csrf: 'known', role: 'planted', user: 'Ada' });
  });
});
