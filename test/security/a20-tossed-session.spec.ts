import type { IncomingMessage } from 'node:http';
import { Controller, Get, Param, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, Session } from '../../lib/index.js';
import { newNonce } from '../../lib/credentials/nonce.js';
import { joinToken, newSessionId } from '../../lib/credentials/token.js';
import { eventsDuring } from '../../lib/testing/event-log.js';
import { type AppParts, TestApp } from '../support/app.js';
import { attacked, EXPRESS } from '../support/attacked.js';

@Controller()
class Account {
  @Post('login/:user')
  login(@CurrentSession() session: Session, @Param('user') user: string): void {
    session.set('user', user);
  }

  @Post('logout')
  async logout(@CurrentSession() session: Session): Promise<void> {
    await session.invalidate();
  }

  @Get('read')
  read(@CurrentSession() session: Session): object {
    return { user: session.get('user', null) };
  }
}

/** What a sibling domain plants beside the victim's own cookie. */
const PLANTED = {
  'an unknown token': async () => `serving_session=${madeUp()}`,
  'a malformed token': async () => 'serving_session=evil',
  'a dead token': async (app) => {
    const attacker = app.visitor();
    await attacker.post('/login/mallory');
    const { cookie } = attacker;
    await attacker.post('/logout');
    return cookie;
  },
  'a live token': async (app) => {
    const attacker = app.visitor();
    await attacker.post('/login/mallory');
    return attacker.cookie;
  },
  'four unknown tokens': async () =>
    Array.from({ length: 4 }, () => `serving_session=${madeUp()}`).join('; '),
} satisfies Record<string, (app: TestApp) => Promise<string>>;

type Planted = keyof typeof PLANTED;

const madeUp = (): string => joinToken({ id: newSessionId(), secret: newNonce() });

/** Whom the app takes the victim for, with the planted cookie before and behind their own, and what it cost. */
const tossing = (planted: Planted) => async (app: TestApp) => {
  const victim = app.visitor();
  await victim.post('/login/Ada');
  const toss = await PLANTED[planted](app);
  const loads = app.store.calls.load;
  const answers: Awaited<ReturnType<typeof victim.get>>[] = [];
  const events = await eventsDuring(async () => {
    for (const cookie of [`${toss}; ${victim.cookie}`, `${victim.cookie}; ${toss}`]) {
      answers.push(await app.visitor().get('/read', { cookie }));
    }
  });
  return {
    users: answers.map(({ body }) => (body as { user: unknown }).user),
    cookies: answers.flatMap(({ cookies }) => cookies),
    loads: app.store.calls.load - loads,
    ambiguous: events.filter(({ type }) => type === 'ambiguous-cookie').length,
  };
};

const parts: AppParts = { controllers: [Account] };

describe('A20 a planted cookie beside the real one, in both orders', () => {
  it.each(['an unknown token', 'a malformed token', 'a dead token'] as const)(
    'changes nothing when it is %s',
    async (planted) => {
      const loads = planted === 'a malformed token' ? 2 : 4;
      expect(await attacked(EXPRESS, parts, tossing(planted))).toEqual({
        users: ['Ada', 'Ada'],
        cookies: [],
        loads,
        ambiguous: 0,
      });
    },
  );

  it('makes the request anonymous when it is a live one, with an event and no cookie', async () => {
    const outcome = { users: [null, null], cookies: [], loads: 4, ambiguous: 2 };
    expect(await attacked(EXPRESS, parts, tossing('a live token'))).toEqual(outcome);
  });

  it('makes the request anonymous when there are more than three, without a look at the store', async () => {
    const outcome = { users: [null, null], cookies: [], loads: 0, ambiguous: 2 };
    expect(await attacked(EXPRESS, parts, tossing('four unknown tokens'))).toEqual(outcome);
  });

  it('does not let the victim write into the session of the attacker', async () => {
    await attacked(EXPRESS, parts, async (app) => {
      const [victim, attacker] = [app.visitor(), app.visitor()];
      await victim.post('/login/Ada');
      await attacker.post('/login/mallory');
      const cookie = `${attacker.cookie}; ${victim.cookie}`;
      await app.visitor().send('POST', '/login/secret', undefined, { cookie });
      expect(app.stored(attacker.cookie)).toEqual({ user: 'mallory' });
      expect(app.stored(victim.cookie)).toEqual({ user: 'Ada' });
    });
  });
});

describe('A20, unprotected', () => {
  /** What is left of the header where cookies are parsed into an object. */
  const keepOne =
    (pick: (pairs: string[]) => string | undefined) => (nest: { use(handler: unknown): unknown }) => {
      nest.use((request: IncomingMessage, _: unknown, next: () => void) => {
        const pairs = request.headers.cookie?.split('; ') ?? [];
        request.headers.cookie = pick(pairs) ?? '';
        next();
      });
    };
  const twins = {
    first: keepOne(([first]) => first),
    last: keepOne((pairs) => pairs.at(-1)),
  };

  it.each([
    ['first', ['mallory', 'Ada']],
    ['last', ['Ada', 'mallory']],
  ] as const)('the %s cookie wins, be it planted', async (which, users) => {
    const twin: AppParts = { ...parts, main: twins[which] };
    expect(await attacked(EXPRESS, twin, tossing('a live token'))).toMatchObject({ users, ambiguous: 0 });
  });

  it('an unknown cookie signs the victim out', async () => {
    const twin: AppParts = { ...parts, main: twins.first };
    const { users } = await attacked(EXPRESS, twin, tossing('an unknown token'));
    expect(users).toEqual([null, 'Ada']);
  });
});
