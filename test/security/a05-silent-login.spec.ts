import { Controller, Get, Param, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, Session, type SessionModuleOptions } from '../../lib/index.js';
import { eventsDuring } from '../../lib/testing/event-log.js';
import type { TestApp } from '../support/app.js';
import { attacked, tokenIn } from '../support/attacked.js';
import { PLATFORMS } from '../support/running-app.js';

/** Each way to write down who the user is without saying so. */
const WAYS = {
  set: (session) => session.set('userId', 'ada'),
  save: (session) => session.set('userId', 'ada').save(),
  update: (session) => session.update('userId', () => 'ada'),
  transaction: (session) => session.transaction((draft) => void draft.set('userId', 'ada')),
  'twice in one request': async (session) => {
    await session.set('userId', 'bob').save();
    await session.set('userId', 'ada').save();
  },
} satisfies Record<string, (session: Session) => unknown>;

@Controller()
class Legacy {
  @Post('visit')
  visit(@CurrentSession() session: Session): void {
    session.set('cart', ['tea']);
  }

  @Post('login/:how')
  async login(@CurrentSession() session: Session, @Param('how') how: keyof typeof WAYS): Promise<void> {
    await WAYS[how](session);
  }

  @Post('announced')
  async announced(@CurrentSession() session: Session): Promise<void> {
    session.set('userId', 'ada');
    await session.login('ada', { keep: ['userId'] });
  }

  @Post('forget')
  forget(@CurrentSession() session: Session): void {
    session.delete('userId');
  }

  @Get('read')
  read(@CurrentSession() session: Session): object {
    return { user: session.get('userId', null), cart: session.get('cart', null) };
  }
}

type Unannounced = 'auto' | 'warn' | 'off';

const watching = (unannounced: Unannounced): SessionModuleOptions => ({
  principals: { userKey: 'userId', unannounced },
});

/** Somebody plants the cookie of an anonymous session; the victim logs in to an app that only writes a key. */
const fixation = (how: string) => async (app: TestApp) => {
  const attacker = app.visitor();
  await attacker.post('/visit');
  const victim = attacker.twin();
  const events = await eventsDuring(() => victim.post(`/login/${how}`));
  return {
    events: events.map(({ type }) => type),
    newToken: tokenIn(victim.cookie) !== tokenIn(attacker.cookie),
    attacker: (await attacker.get('/read')).body,
    victim: (await victim.get('/read')).body,
    warnings: app.log.of('warn').length,
  };
};

describe.each(PLATFORMS)('A05 a login that is not announced, on %s', (_, platform) => {
  const run = (session: SessionModuleOptions, how: string) =>
    attacked(platform, { controllers: [Legacy], session }, fixation(how));

  it.each(Object.keys(WAYS))('gets a new token, and the one of before is dead: %s', async (how) => {
    const outcome = await run(watching('auto'), how);
    expect(outcome).toMatchObject({
      newToken: true,
      attacker: { user: null, cart: null },
      victim: { user: 'ada', cart: ['tea'] },
      warnings: 0,
    });
    expect(outcome.events.slice(-2)).toEqual(['unannounced-login', 'regenerated']);
  });

  it('is not seen in a login that is announced, nor in one that stays the same, nor in a farewell', async () => {
    const seen = await attacked(
      platform,
      { controllers: [Legacy], session: watching('auto') },
      async (app) => {
        const visitor = app.visitor();
        await visitor.post('/visit');
        const events = await eventsDuring(() => visitor.post('/announced'));
        const { cookie } = visitor;
        for (const path of ['/login/set', '/forget']) await visitor.post(path);
        return { events: events.map(({ type }) => type), same: visitor.cookie === cookie };
      },
    );
    expect(seen).toEqual({ events: ['login'], same: true });
  });

  it('only warns where that is the policy, once for a login, with the fix', async () => {
    await attacked(platform, { controllers: [Legacy], session: watching('warn') }, async (app) => {
      expect((await fixation('set')(app)).events).toEqual(['unannounced-login']);
      expect(app.log.of('warn')).toEqual([
        expect.stringMatching(/^POST \/login\/set: The session key "userId" changed without a login.*Fix: /),
      ]);
    });
  });

  it.each([
    ['warn', watching('warn')],
    ['off', watching('off')],
    ['no key is named', {}],
  ])('lets the attacker in, unprotected: %s', async (__, session) => {
    const { newToken, attacker } = await run(session, 'set');
    expect(newToken).toBe(false);
    expect(attacker).toEqual({ user: 'ada', cart: ['tea'] });
  });
});
