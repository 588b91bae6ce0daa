import { Controller, Get, Param, Post, Res } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, Session } from '../../lib/index.js';
import { Gate } from '../../lib/testing/gate.js';
import { type AppParts, TestApp } from '../support/app.js';
import { attacked, clockOf, liveRecordOf, withFault } from '../support/attacked.js';
import { PLATFORMS } from '../support/running-app.js';

/** What a request may do to a session that was ended while it ran. */
const WRITES = {
  set: (session) => session.set('late', true),
  delete: (session) => session.delete('user'),
  push: (session) => (session.get('cart') as string[]).push('milk'),
  clear: (session) => session.clear(),
  save: (session) => session.set('late', true).save(),
  increment: (session) => session.increment('count'),
  transaction: (session) => session.transaction((draft) => void draft.set('late', true)),
  regenerate: (session) => session.regenerate({ keep: 'all' }),
  reload: (session) => session.reload(),
} satisfies Record<string, (session: Session) => unknown>;

let pause = new Gate();

interface AnyResponse {
  send(body: unknown): unknown;
}

@Controller()
class Slow {
  @Post('login')
  login(@CurrentSession() session: Session): void {
    session.set('user', 'Ada').set('cart', ['tea']);
  }

  @Post('logout')
  async logout(@CurrentSession() session: Session): Promise<void> {
    await session.invalidate();
  }

  @Get('read')
  read(@CurrentSession() session: Session): object {
    return { user: session.get('user', null) };
  }

  @Get('slow/read')
  async slowRead(@CurrentSession() session: Session): Promise<object> {
    await pause.pass();
    return { user: session.get('user', null) };
  }

  @Post('slow/sent')
  async slowSent(@CurrentSession() session: Session, @Res() response: AnyResponse): Promise<void> {
    await pause.pass();
    session.set('late', true);
    response.send('saved');
  }

  @Post('slow/caught')
  async slowCaught(@CurrentSession() session: Session): Promise<string> {
    await pause.pass();
    await session.increment('count').catch(() => session.set('late', true));
    return 'saved';
  }

  @Post('slow/:how')
  async slowWrite(
    @CurrentSession() session: Session,
    @Param('how') how: keyof typeof WRITES,
  ): Promise<string> {
    await pause.pass();
    await WRITES[how](session);
    return 'saved';
  }
}

/** A slow request runs while its user logs out. Answers what it got, and what became of the session. */
const resurrection = (method: string, path: string) => async (app: TestApp) => {
  pause = new Gate();
  const visitor = app.visitor();
  await visitor.post('/login');
  const thief = visitor.twin();
  clockOf(app).advance(2 * 60_000);
  const slow = visitor.send(method, path);
  await pause.reached;
  await visitor.post('/logout');
  pause.open();
  const { status, body, cookies } = await slow;
  await new Promise(setImmediate);
  return {
    answer: { status, body, cookies },
    live: (await liveRecordOf(app, thief.cookie)) !== undefined,
    thief: (await thief.get('/read')).body,
    cookie: visitor.cookie,
  };
};

const parts: AppParts = { controllers: [Slow] };
const gone = { live: false, thief: { user: null }, cookie: '' };
const refused = {
  status: 409,
  body: {
    statusCode: 409,
    message: expect.stringMatching(/^The session ended while this request was under way; .* dropped\./),
  },
  cookies: [],
};

describe.each(PLATFORMS)('on %s', (_, platform) => {
  describe('A10 a slow writer over a logout', () => {
    it.each([...Object.keys(WRITES), 'sent', 'caught'])(
      'is refused, and revives nothing: %s',
      async (how) => {
        const outcome = await attacked(platform, parts, resurrection('POST', `/slow/${how}`));
        expect(outcome).toEqual({ answer: refused, ...gone });
      },
    );

    it('leaves the store without a record', async () => {
      const records = await attacked(platform, parts, async (app) => {
        await resurrection('POST', '/slow/set')(app);
        return app.provider.memory.usage.records;
      });
      expect(records).toBe(0);
    });
  });

  describe('A11 a slow reader over a logout', () => {
    it('goes on with what it read, and its touch revives nothing', async () => {
      const outcome = await attacked(platform, parts, resurrection('GET', '/slow/read'));
      expect(outcome).toEqual({ answer: { status: 200, body: { user: 'Ada' }, cookies: [] }, ...gone });
    });

    it('does touch: a later attempt to revive the session would show', async () => {
      const touches = await attacked(platform, parts, async (app) => {
        await resurrection('GET', '/slow/read')(app);
        return app.store.calls.touch;
      });
      expect(touches).toBe(1);
    });
  });

  describe('A10 and A11, unprotected', () => {
    it.each([
      ['POST', '/slow/set', 'upsert on save'],
      ['POST', '/slow/increment', 'upsert on save'],
      ['POST', '/slow/set', 'an end that does nothing'],
      ['GET', '/slow/read', 'a touch that recreates'],
    ])('%s %s logs the thief in again: %s', async (method, path, fault) => {
      const twin = { ...parts, ...withFault(fault) };
      const outcome = await attacked(platform, twin, resurrection(method, path));
      expect(outcome.answer.status).toBeLessThan(300);
      expect(outcome).toMatchObject({ live: true, thief: { user: 'Ada' } });
    });
  });
});
