import type { ServerResponse } from 'node:http';
import { Controller, Param, Post, Res } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, Session } from '../../lib/index.js';
import { type AppParts, TestApp } from '../support/app.js';
import { attacked } from '../support/attacked.js';
import { PLATFORMS } from '../support/running-app.js';

const THEIRS = ['theme=dark; Path=/', 'xserving_session=1; Path=/', 'SERVING_SESSION=2; Path=/shop'];
const EVIL = 'serving_session=evil; Path=/; Domain=example.com';

interface AnyResponse {
  header(name: string, value: string | string[]): unknown;
  readonly raw?: ServerResponse;
}

const rawOf = (response: AnyResponse): ServerResponse =>
  response.raw ?? (response as unknown as ServerResponse);

/** Each way by which a handler sends cookies of its own and one of our name, before its session gets its own. */
const WAYS: Readonly<Record<string, (response: AnyResponse) => unknown>> = {
  'a list': (response) => response.header('Set-Cookie', [EVIL, ...THEIRS]),
  'a list on the raw response': (response) => rawOf(response).setHeader('set-cookie', [...THEIRS, EVIL]),
  'one by one': (response) => {
    for (const line of [...THEIRS, EVIL]) rawOf(response).appendHeader('Set-Cookie', line);
  },
};

/** The same, where the handler sends the head itself. */
const HEADS: Readonly<Record<string, (raw: ServerResponse) => unknown>> = {
  'an object of headers': (raw) => raw.writeHead(200, { 'Set-Cookie': [...THEIRS, EVIL] }),
  'an array of headers': (raw) =>
    raw.writeHead(200, 'OK', ['Set-Cookie', EVIL, ...THEIRS.flatMap((line) => ['set-cookie', line])]),
  'a head after headers': (raw) => {
    raw.setHeader('Set-Cookie', [EVIL, THEIRS[0] ?? '']);
    raw.writeHead(200, { 'set-cookie': THEIRS.slice(1) });
  },
};

@Controller()
class Cookies {
  @Post('header/:way')
  header(
    @CurrentSession() session: Session,
    @Res({ passthrough: true }) response: AnyResponse,
    @Param('way') way: string,
  ): void {
    session.set('user', 'Ada');
    WAYS[way]?.(response);
  }

  @Post('head/:way')
  head(@CurrentSession() session: Session, @Res() response: AnyResponse, @Param('way') way: string): void {
    session.set('user', 'Ada');
    HEADS[way]?.(rawOf(response));
    rawOf(response).end();
  }

  @Post('login')
  login(@CurrentSession() session: Session): void {
    session.set('user', 'Ada');
  }

  @Post('logout')
  async logout(
    @CurrentSession() session: Session,
    @Res({ passthrough: true }) response: AnyResponse,
  ): Promise<void> {
    await session.invalidate();
    WAYS['a list']?.(response);
  }

  @Post('untouched')
  untouched(@Res({ passthrough: true }) response: AnyResponse): void {
    WAYS['a list']?.(response);
  }
}

const isOurs = (line: string): boolean => line.startsWith('serving_session=');

/** The lines of others, and what the lines of our name hold; `ours` stands for a token that opens the session which was written. */
const linesOf = (path: string) => async (app: TestApp) => {
  const visitor = app.visitor();
  if (path === '/logout') await visitor.post('/login');
  const { cookies } = await visitor.post(path);
  return {
    theirs: cookies.filter((line) => !isOurs(line)),
    named: cookies.filter(isOurs).map((line) => (app.stored(line.split(';')[0] ?? '') ? 'ours' : line)),
  };
};

const parts: AppParts = { controllers: [Cookies] };
const pathsOf = (folder: string, ways: object): string[] =>
  Object.keys(ways).map((way) => `/${folder}/${encodeURIComponent(way)}`);

describe.each(PLATFORMS)('A27 cookies of others on %s', (_, platform) => {
  it.each([...pathsOf('header', WAYS), ...pathsOf('head', HEADS)])(
    'stay, and of our name there is one line, which is ours: %s',
    async (path) => {
      const { theirs, named } = await attacked(platform, parts, linesOf(path));
      expect(theirs.toSorted()).toEqual(THEIRS.toSorted());
      expect(named).toEqual(['ours']);
    },
  );

  it('stay beside the line that clears ours', async () => {
    const { theirs, named } = await attacked(platform, parts, linesOf('/logout'));
    expect(theirs).toEqual(THEIRS);
    expect(named).toEqual([expect.stringMatching(/^serving_session=; Path=\/;.* Max-Age=0/)]);
  });

  it('stay as they are where the session is not used', async () => {
    const { theirs, named } = await attacked(platform, parts, linesOf('/untouched'));
    expect(theirs).toEqual(THEIRS);
    expect(named).toEqual([EVIL]);
  });
});

describe.each(PLATFORMS)('A27 on %s, unprotected', (_, platform) => {
  it('cookies of others are lost where a library sets its header over theirs', async () => {
    const overwriting: AppParts = {
      ...parts,
      main: (nest) =>
        void nest.use((__: unknown, response: ServerResponse, next: () => void) => {
          const { setHeader } = response;
          response.setHeader = (name, value) => {
            const lines = [value].flat();
            const ours = lines.filter((line) => isOurs(String(line))).at(-1);
            return setHeader.call(
              response,
              name,
              /^set-cookie$/i.test(name) && ours ? ours : (value as string),
            );
          };
          next();
        }),
    };
    const { theirs } = await attacked(platform, overwriting, linesOf('/header/one%20by%20one'));
    expect(theirs).toEqual([]);
  });
});
