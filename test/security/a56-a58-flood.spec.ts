import { Controller, Get, Param, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import {
  CurrentSession,
  HMACCredentialProvider,
  InMemorySessionProvider,
  Session,
  SessionProvider,
  type SessionModuleOptions,
} from '../../lib/index.js';
import { newNonce } from '../../lib/credentials/nonce.js';
import { joinToken, newSessionId } from '../../lib/credentials/token.js';
import { FakeClock } from '../../lib/testing/fake-clock.js';
import { PlainStore } from '../../lib/testing/index.js';
import { type AppParts, TestApp } from '../support/app.js';
import { attacked, EXPRESS, liveRecordOf } from '../support/attacked.js';
import { sampleRecord } from '../support/sample-record.js';
import { StoreProvider } from '../support/store-provider.js';
import type { Answer } from '../support/visitor.js';

const AT_ONCE = 50;

@Controller()
class Site {
  @Get('read')
  read(@CurrentSession() session: Session): object {
    return { user: session.get('user', null) };
  }

  @Post('write')
  write(@CurrentSession() session: Session): void {
    session.set('visits', 1);
  }

  @Post('login/:user')
  async login(@CurrentSession() session: Session, @Param('user') user: string): Promise<void> {
    await session.login(user);
  }

  @Post('logout')
  async logout(@CurrentSession() session: Session): Promise<void> {
    await session.invalidate();
  }
}

/** Sends so many requests, some at once. */
async function flood(count: number, send: (index: number) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  while (answers.length < count) {
    const batch = Array.from({ length: AT_ONCE }, (_, index) => send(answers.length + index));
    answers.push(...(await Promise.all(batch)));
  }
  return answers;
}

/** What a flood came to: how it was answered, what it cost the store, and what is left there. */
const flooded =
  (count: number, send: (app: TestApp, index: number) => Promise<Answer>) => async (app: TestApp) => {
    const answers = await flood(count, (index) => send(app, index));
    return {
      statuses: [...new Set(answers.map(({ status }) => status))],
      cookies: answers.flatMap(({ cookies }) => cookies).length,
      calls: app.provider.calls,
      records: app.provider.memory.usage.records,
    };
  };

const partsWith = (session: SessionModuleOptions = {}): AppParts => ({ controllers: [Site], session });
const signed: SessionModuleOptions = {
  auth: { credentialProvider: new HMACCredentialProvider({ secrets: [newNonce()] }) },
};

const madeUp = (secret: string): string => `serving_session=${joinToken({ id: newSessionId(), secret })}`;
const TOKENS = {
  formless: () => `serving_session=${newNonce()}`,
  unsigned: () => madeUp(newNonce()),
  forged: () => madeUp(`${newNonce()}.${newNonce()}`),
};

const reads = (app: TestApp): Promise<Answer> => app.visitor().get('/read');
const logouts = (app: TestApp): Promise<Answer> => app.visitor().post('/logout');
const guesses = (token: () => string) => (app: TestApp) => app.visitor().get('/read', { cookie: token() });

const unseen = { cookies: 0, calls: 0, records: 0 };

describe('A56 a flood of readers without a cookie', () => {
  it('costs the store nothing and leaves nothing there', async () => {
    const outcome = await attacked(EXPRESS, partsWith(), flooded(1000, reads));
    expect(outcome).toEqual({ statuses: [200], ...unseen });
  });

  it('leaves a record for each, unprotected: where a session begins at first sight', async () => {
    const outcome = await attacked(EXPRESS, partsWith({ creation: 'eager' }), flooded(100, reads));
    expect(outcome).toMatchObject({ cookies: 100, calls: 100, records: 100 });
  });
});

describe('A57 a flood of logouts and of tokens that were made up', () => {
  it('of logouts costs the store nothing', async () => {
    const outcome = await attacked(EXPRESS, partsWith(), flooded(300, logouts));
    expect(outcome).toEqual({ statuses: [201], ...unseen });
  });

  it.each(Object.entries(TOKENS))('costs the store nothing where tokens are signed: %s', async (_, token) => {
    const outcome = await attacked(EXPRESS, partsWith(signed), flooded(100, guesses(token)));
    expect(outcome).toEqual({ statuses: [200], ...unseen });
  });

  it('of logouts with forged tokens costs the store nothing either', async () => {
    const outs = flooded(100, (app) => {
      const visitor = app.visitor();
      visitor.receive(`${TOKENS.forged()}; Path=/`);
      return visitor.post('/logout');
    });
    expect(await attacked(EXPRESS, partsWith(signed), outs)).toMatchObject({ calls: 0, records: 0 });
  });

  it('costs the store nothing where tokens are random and the form is wrong', async () => {
    const outcome = await attacked(EXPRESS, partsWith(), flooded(100, guesses(TOKENS.formless)));
    expect(outcome).toEqual({ statuses: [200], ...unseen });
  });

  it('costs one look each, unprotected: where tokens of the right form are not signed', async () => {
    const outcome = await attacked(EXPRESS, partsWith(), flooded(100, guesses(TOKENS.unsigned)));
    expect(outcome).toEqual({ statuses: [200], ...unseen, calls: 100 });
  });
});

describe('A58 a flood of writers without a cookie', () => {
  const CAPACITY = 100;

  /** A user is logged in; then many strangers begin a session. Answers whose records are there afterwards. */
  async function strangers(provider: StoreProvider | InMemorySessionProvider) {
    const users = Array.from({ length: 5 }, newSessionId);
    const deadline = new FakeClock().now() + 60_000;
    for (const id of users) await provider.create(id, sampleRecord({ principal: id }), deadline);
    return attacked(EXPRESS, partsWith({ sessionProvider: provider }), async (app) => {
      const answers = await flood(2 * CAPACITY, () => app.visitor().post('/write'));
      const held = app.nest.get<StoreProvider>(SessionProvider);
      return {
        statuses: [...new Set(answers.map(({ status }) => status))],
        users: await Promise.all(users.map(async (id) => (await held.load(id)) !== undefined)),
      };
    });
  }

  const clock = new FakeClock();
  const bounded = (): InMemorySessionProvider =>
    new InMemorySessionProvider({ max_records: CAPACITY }, { clock });

  it('fills the store to its capacity and no further, and signs no user out', async () => {
    const provider = bounded();
    expect(await strangers(provider)).toEqual({ statuses: [201], users: Array(5).fill(true) });
    expect(provider.usage.records).toBe(CAPACITY);
    expect(provider.usage.evicted).toBe(CAPACITY + 5);
  });

  it('signs nobody out who came in by login(), be it with a session from before or without', async () => {
    const session = { sessionProvider: InMemorySessionProvider, config: { max_records: CAPACITY } };
    const still = await attacked(EXPRESS, partsWith(session), async (app) => {
      const users = Array.from({ length: 5 }, () => app.visitor());
      for (const [index, user] of users.entries()) {
        if (index % 2 === 0) await user.post('/write');
        await user.post(`/login/user-${index}`);
      }
      await flood(2 * CAPACITY, () => app.visitor().post('/write'));
      return Promise.all(users.map(async (user) => (await liveRecordOf(app, user.cookie)) !== undefined));
    });
    expect(still).toEqual(Array(5).fill(true));
  });

  /** Keeps everything, as a `Map` does. */
  class KeepsAll extends PlainStore {
    get size(): number {
      return this.records.size;
    }
  }

  /** Lets the oldest go, whoever it is. */
  class DropsTheOldest extends KeepsAll {
    override create(...call: Parameters<PlainStore['create']>): ReturnType<PlainStore['create']> {
      const outcome = super.create(...call);
      const [oldest = ''] = this.records.keys();
      if (this.size > CAPACITY) this.records.delete(oldest);
      return outcome;
    }
  }

  it('signs users out, unprotected: where the oldest goes, whoever it is', async () => {
    const { users } = await strangers(new StoreProvider(new DropsTheOldest(clock), { clock }));
    expect(users).toEqual(Array(5).fill(false));
  });

  it('grows without end, unprotected: where nothing goes', async () => {
    const store = new KeepsAll(clock);
    await strangers(new StoreProvider(store, { clock }));
    expect(store.size).toBe(2 * CAPACITY + 5);
  });
});
