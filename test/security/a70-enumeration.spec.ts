import { Controller, Get, Post, UnauthorizedException } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CurrentSession, Session, type StoredRecord } from '../../lib/index.js';
import { newNonce } from '../../lib/credentials/nonce.js';
import { joinToken, newSessionId, splitToken } from '../../lib/credentials/token.js';
import { PlainStore } from '../../lib/testing/index.js';
import { type AppParts, TestApp } from '../support/app.js';
import { attacked, clockOf, EXPRESS, tokenIn, withStore } from '../support/attacked.js';
import { PLATFORMS } from '../support/running-app.js';
import type { Answer, Visitor } from '../support/visitor.js';

@Controller()
class Account {
  @Post('login')
  login(@CurrentSession() session: Session): void {
    session.set('user', 'Ada');
  }

  @Post('renew')
  async renew(@CurrentSession() session: Session): Promise<void> {
    await session.regenerate({ keep: 'all' });
  }

  @Post('logout')
  async logout(@CurrentSession() session: Session): Promise<void> {
    await session.invalidate();
  }

  @Get('read')
  read(@CurrentSession() session: Session): object {
    if (!session.has('user')) throw new UnauthorizedException();
    return { user: session.get('user', null) };
  }

  @Get('id')
  id(@CurrentSession() session: Session): object {
    return { id: session.id, isNew: session.isNew };
  }
}

const cookieOf = (token: string): string => `serving_session=${token}`;

async function loggedIn(app: TestApp): Promise<Visitor> {
  const visitor = app.visitor();
  await visitor.post('/login');
  return visitor;
}

/** Tokens that open nothing, each for a reason of its own that is nobody's business. */
const WORTHLESS = {
  unknown: async () => cookieOf(joinToken({ id: newSessionId(), secret: newNonce() })),
  'with a wrong secret': async (app) => {
    const { cookie } = await loggedIn(app);
    return cookieOf(joinToken({ id: splitToken(tokenIn(cookie))?.id ?? '', secret: newNonce() }));
  },
  ended: async (app) => {
    const visitor = await loggedIn(app);
    const { cookie } = visitor;
    await visitor.post('/logout');
    return cookie;
  },
  replaced: async (app) => {
    const visitor = await loggedIn(app);
    const { cookie } = visitor;
    await visitor.post('/renew');
    return cookie;
  },
  expired: async (app) => {
    const { cookie } = await loggedIn(app);
    clockOf(app).advance(30 * 60_000);
    return cookie;
  },
  forgotten: async (app) => {
    const { cookie } = await loggedIn(app);
    clockOf(app).advance(24 * 60 * 60_000);
    await loggedIn(app);
    return cookie;
  },
} satisfies Record<string, (app: TestApp) => Promise<string>>;

type Worthless = keyof typeof WORTHLESS;

/** All that a client can see of an answer, but for when it came. */
const visible = ({ status, body, headers, cookies }: Answer) => {
  const named = [...headers].filter(([name]) => !['date', 'keep-alive'].includes(name));
  return { status, body, cookies, headers: Object.fromEntries(named) };
};

/** What somebody sees who tries a token at a page for users and at one for all. */
const guess = (kind: Worthless) => async (app: TestApp) => {
  const cookie = await WORTHLESS[kind](app);
  const seen: ReturnType<typeof visible>[] = [];
  for (const path of ['/read', '/id']) seen.push(visible(await app.visitor().get(path, { cookie })));
  return seen;
};

const parts: AppParts = { controllers: [Account] };

describe.each(PLATFORMS)('A70 a token that opens nothing, on %s', (_, platform) => {
  let app: TestApp;
  beforeAll(async () => (app = await TestApp.start(platform, parts)));
  afterAll(() => app.close());

  it.each(Object.keys(WORTHLESS) as Worthless[])(
    'is answered like an unknown one when it is %s',
    async (kind) => {
      const [read, id] = await guess(kind)(app);
      expect([read, id]).toEqual(await guess('unknown')(app));
      expect(read).toMatchObject({ status: 401, cookies: [] });
      expect(id).toMatchObject({ status: 200, body: { id: null, isNew: true }, cookies: [] });
    },
  );

  it.each(Object.keys(WORTHLESS) as Worthless[])(
    'costs one look at the store when it is %s',
    async (kind) => {
      const cookie = await WORTHLESS[kind](app);
      const before = { ...app.store.calls };
      await app.visitor().get('/read', { cookie });
      expect(app.store.calls).toEqual({ ...before, load: before.load + 1 });
    },
  );
});

describe('A70, unprotected', () => {
  /** Tells in its errors what it knows, to be helpful. */
  class Talkative extends PlainStore {
    override load(id: string): StoredRecord | undefined {
      if (this.ended.has(id)) throw new Error('This session was ended.');
      const record = this.records.get(id);
      if (record && this.clock.now() >= record.deadline) throw new Error('This session has expired.');
      return record;
    }
  }

  it.each(['ended', 'expired'] as const)(
    'a store that makes an error of it gives it away: %s',
    async (kind) => {
      const twin = { ...parts, ...withStore((clock) => new Talkative(clock)) };
      const [told] = await attacked(EXPRESS, twin, guess(kind));
      const [unknown] = await attacked(EXPRESS, twin, guess('unknown'));
      expect([told?.status, unknown?.status]).toEqual([503, 401]);
    },
  );
});
