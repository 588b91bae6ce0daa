import { Controller, Get, Post, Res } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, Session } from '../../lib/index.js';
import { eventsDuring } from '../../lib/testing/event-log.js';
import { type AppParts, TestApp } from '../support/app.js';
import { attacked, EXPRESS, tokenIn, withFault } from '../support/attacked.js';

interface AnyResponse {
  header(name: string, value: string): unknown;
}

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

  /** What is called a logout where only the client is asked to forget. */
  @Post('forget')
  forget(@Res({ passthrough: true }) response: AnyResponse): void {
    response.header('Set-Cookie', 'serving_session=; Path=/; Max-Age=0');
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
  it('is anonymous, is not cleared a second time, and opens nothing that is written under it', async () => {
    expect(await attacked(EXPRESS, parts, replay('/logout'))).toEqual({
      cleared: [true],
      forgotten: true,
      read: [200, { user: null }, []],
      left: 201,
      sameToken: false,
      still: { user: null },
    });
  });

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
