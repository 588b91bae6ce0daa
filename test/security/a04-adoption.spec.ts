import { Controller, Get, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CredentialProvider, CurrentSession, RandomCredentialProvider, Session } from '../../lib/index.js';
import { newNonce } from '../../lib/credentials/nonce.js';
import { digestOf, joinToken, newSessionId, splitToken } from '../../lib/credentials/token.js';
import { newMeta } from '../../lib/record/meta.js';
import { encodeRecord, newEtag } from '../../lib/record/record-text.js';
import { eventsDuring } from '../../lib/testing/event-log.js';
import type { FaultyProvider } from '../support/faulty-provider.js';
import type { TestApp } from '../support/app.js';
import { attacked, EXPRESS, liveRecordOf, tokenIn } from '../support/attacked.js';

@Controller()
class Notes {
  @Post('write')
  write(@CurrentSession() session: Session): void {
    session.set('user', 'Ada');
  }

  @Get('read')
  read(@CurrentSession() session: Session): object {
    return session.toObject();
  }
}

/** Somebody makes a token up, perfect in its form, and has a victim write under it. */
async function adoption(app: TestApp) {
  const token = joinToken({ id: newSessionId(), secret: newNonce() });
  const cookie = `serving_session=${token}`;
  const [attacker, victim] = [app.visitor(), app.visitor()];
  victim.receive(cookie);
  const before = app.provider.commits;
  const reads = await attacker.get('/read', { cookie });
  const storedByReading = app.provider.commits - before;
  await victim.post('/write');
  return {
    read: { status: reads.status, body: reads.body, cookies: reads.cookies },
    storedByReading,
    sameToken: tokenIn(victim.cookie) === token,
    sameId: splitToken(tokenIn(victim.cookie))?.id === splitToken(token)?.id,
    attacker: (await attacker.get('/read', { cookie })).body,
    presented: await liveRecordOf(app, cookie),
  };
}

describe('A04 a token that a client made up', () => {
  it('is not adopted: the victim gets another token and id, and the one that was presented stays nobody’s', async () => {
    expect(await attacked(EXPRESS, { controllers: [Notes] }, adoption)).toEqual({
      read: { status: 200, body: {}, cookies: [] },
      storedByReading: 0,
      sameToken: false,
      sameId: false,
      attacker: {},
      presented: undefined,
    });
  });

  it('is told as an event, with the id and without the secret', async () => {
    const parts = { id: newSessionId(), secret: newNonce() };
    const events = await eventsDuring(() =>
      attacked(EXPRESS, { controllers: [Notes] }, (app) =>
        app.visitor().get('/read', { cookie: `serving_session=${joinToken(parts)}` }),
      ),
    );
    expect(events).toEqual([{ type: 'unknown-token', id: parts.id }]);
  });
});

describe('A04, unprotected', () => {
  /** Opens a session under whatever is presented, as PHP does without `session.use_strict_mode`. */
  class Adopting extends RandomCredentialProvider {
    app!: TestApp;

    override validateSessionToken(secret: string, id = ''): boolean {
      const provider: FaultyProvider = this.app.provider;
      const now = this.app.clock.now();
      const meta = newMeta({ digest: digestOf(secret), now, idleTimeout: 60_000, absoluteTimeout: 60_000 });
      void provider.create(id, encodeRecord(newEtag(), meta, new Map()), now + 60_000);
      return true;
    }
  }

  it('the attacker reads what the victim writes', async () => {
    const credentials = new Adopting();
    const outcome = await attacked(
      EXPRESS,
      {
        controllers: [Notes],
        override: (module) => module.overrideProvider(CredentialProvider).useValue(credentials),
      },
      (app) => {
        credentials.app = app;
        return adoption(app);
      },
    );
    expect(outcome).toMatchObject({ storedByReading: 1, sameToken: true, attacker: { user: 'Ada' } });
  });
});
