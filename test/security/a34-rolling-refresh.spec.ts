import type { ServerResponse } from 'node:http';
import { Controller, Get, Header, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, Session, UseSession } from '../../lib/index.js';
import { type AppParts, TestApp } from '../support/app.js';
import { attacked } from '../support/attacked.js';
import { PLATFORMS } from '../support/running-app.js';

const MINUTE_MS = 60_000;

/** Pages that read and do not write, as their handlers declare them to caches. */
const PAGES = ['/page', '/unread', '/shared'] as const;

@Controller()
class Site {
  @Post('login')
  async login(@CurrentSession() session: Session): Promise<void> {
    await session.login('ada');
  }

  @Get('page')
  page(@CurrentSession() session: Session): object {
    return { user: session.principal };
  }

  /** The session is loaded, and not looked at. */
  @Get('unread')
  @UseSession()
  unread(): string {
    return 'the same for all';
  }

  @Get('shared')
  @Header('Cache-Control', 'public, s-maxage=600')
  @Header('CDN-Cache-Control', 'max-age=600')
  shared(@CurrentSession() session: Session): object {
    return { user: session.principal };
  }
}

/** The first look at a page when the token is due for renewal, and the second one. */
const renewal = (path: string) => async (app: TestApp) => {
  const visitor = app.visitor();
  await visitor.post('/login');
  app.clock.advance(10 * MINUTE_MS);
  const seen = [];
  for (let visit = 0; visit < 2; visit++) {
    const { cookies, headers } = await visitor.get(path);
    const [vary, cache, cdn] = ['vary', 'cache-control', 'cdn-cache-control'].map((name) =>
      headers.get(name),
    );
    seen.push({ cookies: cookies.length, vary, cache, cdn });
  }
  return seen;
};

const parts: AppParts = { controllers: [Site], session: { timeouts: { renewal: '10m' } } };

describe.each(PLATFORMS)('A34 a token that is renewed by a page that only reads, on %s', (_, platform) => {
  it.each(PAGES)('is in an answer that no cache keeps: %s', async (path) => {
    const [first] = await attacked(platform, parts, renewal(path));
    expect(first).toEqual({ cookies: 1, vary: 'Cookie', cache: 'no-store', cdn: null });
  });

  it('leaves the next answer to the caches that its handler allows', async () => {
    const seen = await attacked(platform, parts, async (app) => [
      (await renewal('/page')(app))[1],
      (await renewal('/shared')(app))[1],
    ]);
    expect(seen).toEqual([
      { cookies: 0, vary: 'Cookie', cache: null, cdn: null },
      { cookies: 0, vary: 'Cookie', cache: 'public, s-maxage=600', cdn: 'max-age=600' },
    ]);
  });

  it('warns the developer whose page was public', async () => {
    await attacked(platform, parts, async (app) => {
      await renewal('/shared')(app);
      expect(app.log.of('warn')).toEqual([expect.stringMatching(/^GET \/shared answers with .* no-store/)]);
    });
  });

  it('is in an answer for everybody, unprotected: where the handler has the last word', async () => {
    const twin: AppParts = {
      ...parts,
      main: (nest) =>
        void nest.use((__: unknown, response: ServerResponse, next: () => void) => {
          const { setHeader } = response;
          response.setHeader = (name, value) =>
            name === 'Vary' || value === 'no-store' ? response : setHeader.call(response, name, value);
          next();
        }),
    };
    const [first] = await attacked(platform, twin, renewal('/shared'));
    expect(first).toMatchObject({ cookies: 1, vary: null, cache: 'public, s-maxage=600' });
  });
});
