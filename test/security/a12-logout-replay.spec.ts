import { Controller, Get, Post, Res } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { splitToken } from '../../lib/credentials/token.js';
import { CurrentSession, InMemorySessionProvider, Session, Sessions } from '../../lib/index.js';
import { eventsDuring } from '../../lib/testing/event-log.js';
import { Gate } from '../../lib/testing/gate.js';
import { type AppParts, TestApp } from '../support/app.js';
import { attacked, EXPRESS, tokenIn, withFault } from '../support/attacked.js';

interface AnyResponse {
  header(name: string, value: string): unknown;
}

let pause = new Gate();

@Controller()
class Account {
  @Post('login')
  login(@CurrentSession() session: Session): void {
    session.set('user', 'Ada');
  }

  @Post('logout')
  async logout(@CurrentSession() session: Session): Promise<void> {
    await session.invalidate();
  }

  @Post('leave')
  async leave(@CurrentSession() session: Session): Promise<void> {
    await session.logout();
  }

  /** What is called a logout where only the client is asked to forget. */
  @Post('forget')
  forget(@Res({ passthrough: true }) response: AnyResponse): void {
    response.header('Set-Cookie', 'serving_session=; Path=/; Max-Age=0');
  }

  @Post('signed-in')
  async signIn(@CurrentSession() session: Session): Promise<void> {
    await session.login('ada');
    session.set('user', 'Ada');
  }

  @Post('slow')
  async slow(@CurrentSession() session: Session): Promise<void> {
    await pause.pass();
    session.set('late', true);
  }

  @Get('read')
  read(@CurrentSession() session: Session): object {
    return { user: session.get('user', null) };
  }
}

/** Somebody has copied the cookie, and uses it after the logout: reads, logs out again, and writes. */
const replay = (logout: string) => async (app: TestApp) => {
  const visitor = app.visitor();
  await visitor.post('/login');
  const { cookie } = visitor;
  const { cookies } = await visitor.post(logout);
  const [reader, leaver, writer] = [app.visitor(), app.visitor(), app.visitor()];
  for (const thief of [reader, leaver, writer]) thief.receive(cookie);
  const read = await reader.get('/read');
  const left = await leaver.post('/logout');
  await writer.post('/login');
  return {
    cleared: cookies.map((line) => /^serving_session=;.*Max-Age=0/.test(line)),
    forgotten: visitor.cookie === '',
    read: [read.status, read.body, read.cookies],
    left: left.status,
    sameToken: tokenIn(writer.cookie) === tokenIn(cookie),
    still: (await reader.get('/read')).body,
  };
};

const parts: AppParts = { controllers: [Account] };

describe('A12 a cookie that is used after its logout', () => {
  it.each(['/logout', '/leave'])(
    'is anonymous, is not cleared a second time, and opens nothing that is written under it: %s',
    async (path) => {
      expect(await attacked(EXPRESS, parts, replay(path))).toEqual({
        cleared: [true],
        forgotten: true,
        read: [200, { user: null }, []],
        left: 201,
        sameToken: false,
        still: { user: null },
      });
    },
  );

  it('ends its session once, however often it asks for that', async () => {
    const ends = await attacked(EXPRESS, parts, async (app) => {
      const visitor = app.visitor();
      await visitor.post('/login');
      const thieves = Array.from({ length: 5 }, () => visitor.twin());
      return eventsDuring(() => Promise.all(thieves.map((thief) => thief.post('/logout'))));
    });
    expect(ends.filter(({ type }) => type === 'invalidated')).toHaveLength(1);
  });
});

describe('A12 a cookie that is used after its session was ended from elsewhere', () => {
  const ENDS: Readonly<Record<string, (sessions: Sessions, id: string) => Promise<unknown>>> = {
    revoke: (sessions, id) => sessions.revoke(id),
    revokeAll: (sessions) => sessions.revokeAll('ada'),
    revokeEverything: (sessions) => sessions.revokeEverything(),
  };

  it.each(Object.keys(ENDS))('opens nothing, and its late writers are refused: %s()', async (how) => {
    const outcome = await attacked(
      EXPRESS,
      { ...parts, session: { sessionProvider: InMemorySessionProvider } },
      async (app) => {
        const visitor = app.visitor();
        await visitor.post('/signed-in');
        const id = splitToken(tokenIn(visitor.cookie))?.id ?? '';
        pause = new Gate();
        const late = visitor.twin().post('/slow');
        await pause.reached;
        await ENDS[how]?.(app.nest.get(Sessions), id);
        pause.open();
        return { late: (await late).status, now: await visitor.get('/read') };
      },
    );
    expect(outcome).toMatchObject({ late: 409, now: { status: 200, body: { user: null }, cookies: [] } });
  });
});

describe('A12, unprotected', () => {
  const letIn = { cleared: [true], forgotten: true, read: [200, { user: 'Ada' }, []] };

  it('a logout that only clears the cookie leaves its copy alive', async () => {
    expect(await attacked(EXPRESS, parts, replay('/forget'))).toMatchObject(letIn);
  });

  it('a store whose end does nothing leaves it alive as well', async () => {
    const twin = { ...parts, ...withFault('an end that does nothing') };
    expect(await attacked(EXPRESS, twin, replay('/logout'))).toMatchObject(letIn);
  });
});
