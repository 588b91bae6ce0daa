import { BadRequestException, Body, Controller, Get, Param, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, Session } from '../../lib/index.js';
import { newNonce } from '../../lib/credentials/nonce.js';
import { Gate } from '../../lib/testing/gate.js';
import type { TestApp } from '../support/app.js';
import { attacked, tokenIn } from '../support/attacked.js';
import { PLATFORMS } from '../support/running-app.js';

/** A login that was begun with a provider of identities. */
interface Started {
  readonly provider: string;
  readonly state: string;
}

/** Takes what was begun out of the session, so that it can be used once: also by two callbacks at the same time. */
const takeOnce = (session: Session): Promise<Started | undefined> =>
  session.transaction((draft) => draft.pull('oidc') as Started | undefined);

/** How a callback gets at what was begun, and what it compares. */
const CALLBACKS = {
  sound: async (session, provider, state) => {
    const started = await takeOnce(session);
    return started?.provider === provider && started.state === state;
  },
  'that forgets to compare the provider': async (session, _, state) =>
    (await takeOnce(session))?.state === state,
  'that leaves the state where it is': (session, provider, state) => {
    const started = session.get('oidc') as Started | undefined;
    return started?.provider === provider && started.state === state;
  },
  'that takes the state outside of a transaction': (session, provider, state) => {
    const started = session.pull('oidc') as Started | undefined;
    return started?.provider === provider && started.state === state;
  },
} satisfies Record<string, (session: Session, provider: string, state: string) => boolean | Promise<boolean>>;

type Callback = keyof typeof CALLBACKS;

/** Where two callbacks at the same time wait for each other. */
let crossing = { left: 0, gate: new Gate() };

async function cross(): Promise<void> {
  crossing.left -= 1;
  if (crossing.left <= 0) crossing.gate.open();
  await crossing.gate.pass();
}

@Controller()
class Federated {
  @Post('begin/:provider')
  begin(@CurrentSession() session: Session, @Param('provider') provider: string): { state: string } {
    const state = newNonce();
    session.set('oidc', { provider, state });
    return { state };
  }

  @Post('callback/:provider')
  async callback(
    @CurrentSession() session: Session,
    @Param('provider') provider: string,
    @Body() { state, how }: { state: string; how: Callback },
  ): Promise<void> {
    await cross();
    if (!(await CALLBACKS[how](session, provider, state))) throw new BadRequestException();
    session.set('signedIn', provider);
  }

  @Get('read')
  read(@CurrentSession() session: Session): object {
    return { signedIn: session.get('signedIn', null) };
  }
}

/** Begins a login with A, and comes back as the attack wants it. Answers the statuses of the callbacks. */
const attack =
  (how: Callback, callbacks: readonly string[], atOnce = false) =>
  async (app: TestApp) => {
    const visitor = app.visitor();
    const { state } = (await visitor.post('/begin/a')).body as { state: string };
    const [given = '', ...rest] = callbacks;
    crossing = { left: atOnce ? callbacks.length : 0, gate: new Gate() };
    const send = async (provider: string) => {
      const twin = visitor.twin();
      return (await twin.post(`/callback/${provider}`, { state, how })).status;
    };
    if (atOnce) return (await Promise.all(callbacks.map(send))).sort((a, b) => a - b);
    const statuses = [await send(given)];
    for (const provider of rest) statuses.push(await send(provider));
    return statuses;
  };

describe.each(PLATFORMS)('A46 on %s', (_, platform) => {
  const run = (how: Callback, callbacks: readonly string[], atOnce?: boolean) =>
    attacked(platform, { controllers: [Federated] }, attack(how, callbacks, atOnce));

  describe('the state of a login with A', () => {
    it('is good at the callback of A, once', async () => {
      expect(await run('sound', ['a', 'a', 'a'])).toEqual([201, 400, 400]);
    });

    it('is good for one of two callbacks at the same time', async () => {
      const [one, two] = await run('sound', ['a', 'a'], true);
      expect([one, two]).toEqual([201, 400]);
    });

    it('is good for nothing at the callback of B, and for nothing after that', async () => {
      expect(await run('sound', ['b', 'a'])).toEqual([400, 400]);
    });

    it('is good in the session that began the login, and in no other', async () => {
      const statuses = await attacked(platform, { controllers: [Federated] }, async (app) => {
        const [attacker, victim] = [app.visitor(), app.visitor()];
        const { state } = (await attacker.post('/begin/a')).body as { state: string };
        await victim.post('/begin/a');
        crossing = { left: 0, gate: new Gate() };
        const { status } = await victim.post('/callback/a', { state, how: 'sound' });
        expect(tokenIn(victim.cookie)).not.toBe(tokenIn(attacker.cookie));
        return [status, (await victim.get('/read')).body];
      });
      expect(statuses).toEqual([400, { signedIn: null }]);
    });
  });

  describe('unprotected, a callback', () => {
    it('that forgets to compare the provider takes the state of A for B', async () => {
      expect(await run('that forgets to compare the provider', ['b'])).toEqual([201]);
    });

    it('that leaves the state where it is takes it again and again', async () => {
      expect(await run('that leaves the state where it is', ['a', 'a'])).toEqual([201, 201]);
    });

    it('that takes the state outside of a transaction lets two at the same time use it', async () => {
      expect(await run('that takes the state outside of a transaction', ['a', 'a'])).toEqual([201, 400]);
      expect(await run('that takes the state outside of a transaction', ['a', 'a'], true)).toEqual([
        201, 201,
      ]);
    });
  });
});
