import { Controller, Get, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { type CredentialProvider, CurrentSession, HMACCredentialProvider, Session } from '../../lib/index.js';
import { newNonce } from '../../lib/credentials/nonce.js';
import { joinToken, splitToken } from '../../lib/credentials/token.js';
import { FakeClock } from '../../lib/testing/fake-clock.js';
import { type AppParts, TestApp } from '../support/app.js';
import { attacked, EXPRESS, tokenIn } from '../support/attacked.js';
import { FaultyProvider } from '../support/faulty-provider.js';

@Controller()
class Account {
  @Post('login')
  login(@CurrentSession() session: Session): void {
    session.set('admin', true);
  }

  @Post('logout')
  async logout(@CurrentSession() session: Session): Promise<void> {
    await session.invalidate();
  }

  @Get('read')
  read(@CurrentSession() session: Session): object {
    return { admin: session.get('admin', false) };
  }
}

const hmac = (secret: string): CredentialProvider => new HMACCredentialProvider({ secrets: [secret] });

/** A tenant where everybody may register and one that trusts nobody, on one store. Answers what a token of the first is worth in the second. */
async function crossing(here: CredentialProvider | undefined, there: CredentialProvider | undefined) {
  const store = new FaultyProvider({ clock: new FakeClock() });
  const partsOf = (credentialProvider: CredentialProvider | undefined): AppParts => ({
    controllers: [Account],
    session: { sessionProvider: store, auth: { credentialProvider } },
  });
  return attacked(EXPRESS, partsOf(here), (mine) =>
    attacked(EXPRESS, partsOf(there), (theirs) => visit(store, mine, theirs)),
  );
}

async function visit(store: FaultyProvider, mine: TestApp, theirs: TestApp) {
  const [attacker, victim] = [mine.visitor(), theirs.visitor()];
  await attacker.post('/login');
  await victim.post('/login');
  const [own, other] = [splitToken(tokenIn(attacker.cookie)), splitToken(tokenIn(victim.cookie))];
  const mixed = `serving_session=${joinToken({ id: other?.id ?? '', secret: own?.secret ?? '' })}`;
  const before = store.calls;
  const read = async (cookie: string) => (await theirs.visitor().get('/read', { cookie })).body;
  const found = [await read(attacker.cookie), await read(mixed)];
  const calls = store.calls - before;
  await theirs.visitor().send('POST', '/logout', undefined, { cookie: attacker.cookie });
  await theirs.visitor().send('POST', '/logout', undefined, { cookie: mixed });
  return {
    found,
    calls,
    alive: [(await attacker.get('/read')).body, (await victim.get('/read')).body],
  };
}

const [nobody, admin] = [{ admin: false }, { admin: true }];

describe('A67 two apps on one store', () => {
  it('do not open, end or even look up the sessions of each other, when their secrets differ', async () => {
    expect(await crossing(hmac(newNonce()), hmac(newNonce()))).toEqual({
      found: [nobody, nobody],
      calls: 0,
      alive: [admin, admin],
    });
  });

  it('do not either when only one of them signs', async () => {
    expect(await crossing(undefined, hmac(newNonce()))).toMatchObject({ found: [nobody, nobody], calls: 0 });
    expect(await crossing(hmac(newNonce()), undefined)).toMatchObject({ found: [nobody, nobody], calls: 0 });
  });
});

describe('A67, unprotected', () => {
  it.each([
    ['one secret', () => hmac('s3cret-of-all-apps-of-this-company!')],
    ['no secret', () => undefined],
  ])('%s for both makes a session of one app a session of the other', async (_, credentials) => {
    const outcome = await crossing(credentials(), credentials());
    expect(outcome.found).toEqual([admin, nobody]);
    expect(outcome.alive).toEqual([nobody, admin]);
  });
});
