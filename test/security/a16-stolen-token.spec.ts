import { Controller, Get, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, InMemorySessionProvider, Session, Sessions } from '../../lib/index.js';
import { newNonce } from '../../lib/credentials/nonce.js';
import { splitToken } from '../../lib/credentials/token.js';
import { eventsDuring } from '../../lib/testing/event-log.js';
import type { TestApp } from '../support/app.js';
import { attacked, EXPRESS, tokenIn } from '../support/attacked.js';
import type { Visitor } from '../support/visitor.js';

const MINUTE_MS = 60_000;
const GRACE_MS = 30_000;

@Controller()
class Bank {
  @Post('login')
  async login(@CurrentSession() session: Session): Promise<void> {
    await session.login('ada');
  }

  @Get('read')
  read(@CurrentSession() session: Session): object {
    return { user: session.principal };
  }
}

interface Theft {
  /** How often the token was renewed since it was stolen. */
  readonly renewals: number;
  /** Whether the newest token came back from its owner. */
  readonly confirmed?: boolean;
}

const userOf = async (visitor: Visitor): Promise<unknown> =>
  ((await visitor.get('/read')).body as { user: unknown }).user;

/** A thief copies the cookie and comes back later. */
const theft =
  ({ renewals, confirmed = true }: Theft) =>
  async (app: TestApp) => {
    const owner = app.visitor();
    await owner.post('/login');
    const thief = owner.twin();
    for (let renewal = 1; renewal <= renewals; renewal++) {
      app.clock.advance(10 * MINUTE_MS);
      await owner.get('/read');
      if (confirmed || renewal < renewals) await owner.get('/read');
    }
    app.clock.advance(GRACE_MS);
    let thiefIs: unknown;
    const events = await eventsDuring(async () => void (thiefIs = await userOf(thief)));
    return {
      thief: thiefIs,
      owner: await userOf(owner),
      told: events.map(({ type }) => type),
      live: (await app.nest.get(Sessions).list('ada')).length,
    };
  };

const parts = (renewal: '10m' | 'off') => ({
  controllers: [Bank],
  session: { sessionProvider: InMemorySessionProvider, timeouts: { renewal } },
});

describe('A16 a stolen token that comes back after its successor was used', () => {
  it.each([1, 2, 5, 9])('ends the session for both, and is told of (%p renewals later)', async (renewals) => {
    expect(await attacked(EXPRESS, parts('10m'), theft({ renewals }))).toEqual({
      thief: null,
      owner: null,
      told: ['reuse-detected'],
      live: 0,
    });
  });

  it('is told of once, however often it comes', async () => {
    const told = await attacked(EXPRESS, parts('10m'), async (app) => {
      const owner = app.visitor();
      await owner.post('/login');
      const thieves = Array.from({ length: 5 }, () => owner.twin());
      app.clock.advance(10 * MINUTE_MS);
      for (const path of ['/read', '/read']) await owner.get(path);
      app.clock.advance(GRACE_MS);
      return eventsDuring(() => Promise.all(thieves.map(userOf)));
    });
    expect(told.filter(({ type }) => type === 'reuse-detected')).toHaveLength(1);
  });

  it('is no theft while the successor never came back: the response with it was lost', async () => {
    expect(await attacked(EXPRESS, parts('10m'), theft({ renewals: 1, confirmed: false }))).toMatchObject({
      thief: 'ada',
      told: ['rotated'],
      live: 1,
    });
  });
});

describe('A16 a secret that was never one of the session', () => {
  it('ends nothing: whoever knows a public id cannot log its owner out', async () => {
    const outcome = await attacked(EXPRESS, parts('10m'), async (app) => {
      const owner = app.visitor();
      await owner.post('/login');
      app.clock.advance(10 * MINUTE_MS);
      await owner.get('/read');
      const { id } = splitToken(tokenIn(owner.cookie)) ?? { id: '' };
      const answer = await app.visitor().get('/read', { cookie: `serving_session=${id}.${newNonce()}` });
      return { guess: answer.body, owner: await userOf(owner) };
    });
    expect(outcome).toEqual({ guess: { user: null }, owner: 'ada' });
  });
});

describe('A16, unprotected', () => {
  it('without renewal the thief stays in beside the owner, and nobody is told', async () => {
    expect(await attacked(EXPRESS, parts('off'), theft({ renewals: 2 }))).toEqual({
      thief: 'ada',
      owner: 'ada',
      told: [],
      live: 1,
    });
  });
});
