import type { ServerResponse } from 'node:http';
import { Controller, Get, Header, Param, Post } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CurrentSession, Session, SessionParam } from '../../lib/index.js';
import { type AppParts, TestApp } from '../support/app.js';
import { attacked } from '../support/attacked.js';
import { PLATFORMS } from '../support/running-app.js';
import type { Answer, Visitor } from '../support/visitor.js';

/** Members that change the session or concern the store; all others tell something of it. */
const NO_ACCESSORS = [
  ...[
    'constructor',
    'source',
    'set',
    'clear',
    'load',
    'save',
    'reload',
    'update',
    'increment',
    'transaction',
  ],
  ...['regenerate', 'rotate', 'login', 'logout', 'setTimeouts', 'invalidate'],
];

/** Every way in which a handler can learn something of its session, those of the future included. */
const ACCESSORS = membersOf(Session.prototype).filter((name) => !NO_ACCESSORS.includes(name));

function membersOf(prototype: object): string[] {
  if (prototype === Object.prototype) return [];
  const own = Reflect.ownKeys(prototype).map((key) => (key === Symbol.iterator ? 'iteration' : key));
  const named = own.filter((key) => typeof key === 'string');
  return [...new Set([...named, ...membersOf(Object.getPrototypeOf(prototype) as object)])];
}

/** What an accessor tells, by whatever it wants to be asked with. */
function told(session: Session, name: string): unknown {
  if (name === 'iteration') return [...session];
  if (name === 'flash') return session.flash.take();
  const member: unknown = Reflect.get(session, name);
  if (typeof member !== 'function') return member;
  const seen: unknown[] = [];
  const asked: unknown = name === 'forEach' ? (value: unknown) => seen.push(value) : 'user';
  const result: unknown = member.call(session, asked);
  const isIterator = typeof result === 'object' && result !== null && Symbol.iterator in result;
  return isIterator ? [...(result as Iterable<unknown>)] : (result ?? seen);
}

@Controller()
class Site {
  @Post('login/:user')
  login(@CurrentSession() session: Session, @Param('user') user: string): void {
    session.set('user', user);
  }

  @Get('told/:name')
  @Header('Cache-Control', 'public, max-age=60')
  async told(@Param('name') name: string): Promise<object> {
    return { told: await told(await Session.loadSession(), name) };
  }

  @Get('parameter')
  @Header('Cache-Control', 'public, max-age=60')
  parameter(@SessionParam('user') user: string = 'nobody'): object {
    return { told: user };
  }

  @Get('miss')
  @Header('Cache-Control', 'public, max-age=60')
  miss(@SessionParam('banned') banned: boolean = false): object {
    return { told: banned };
  }

  @Get('first-visit')
  @Header('Cache-Control', 'public, s-maxage=60')
  firstVisit(@CurrentSession() session: Session): string {
    session.set('seen', true);
    return 'welcome';
  }

  @Get('static')
  @Header('Cache-Control', 'public, max-age=60')
  static(): string {
    return 'the same for all';
  }
}

/** A cache that many clients share, by RFC 9111: it keeps what it may, and gives it to whoever asks the same. */
class SharedCache {
  readonly #kept: { readonly path: string; readonly cookie: string; readonly answer: Answer }[] = [];

  async get(path: string, visitor: Visitor): Promise<Answer> {
    const { cookie } = visitor;
    const hit = this.#kept.find((kept) => kept.path === path && this.#fits(kept, cookie));
    if (hit) {
      for (const line of hit.answer.cookies) visitor.receive(line);
      return hit.answer;
    }
    const answer = await visitor.get(path);
    const said = answer.headers.get('cache-control') ?? '';
    if (!/no-store|private/.test(said)) this.#kept.push({ path, cookie, answer });
    return answer;
  }

  #fits({ cookie, answer }: { cookie: string; answer: Answer }, asked: string): boolean {
    const vary = answer.headers.get('vary') ?? '';
    return vary !== '*' && (!/\bcookie\b/i.test(vary) || cookie === asked);
  }
}

const parts: AppParts = { controllers: [Site] };

/** Two users and a stranger ask for the same page, through one cache. */
const shared = (path: string) => async (app: TestApp) => {
  const cache = new SharedCache();
  const [ada, bob, stranger] = [app.visitor(), app.visitor(), app.visitor()];
  await ada.post('/login/ada');
  await bob.post('/login/bob');
  const seen: Answer[] = [];
  for (const visitor of [ada, bob, stranger]) seen.push(await cache.get(path, visitor));
  return seen;
};

/** Whether each of them was told by the app, and not by the answer to another. */
const apart = (answers: readonly Answer[]): boolean => new Set(answers).size === answers.length;

describe.each(PLATFORMS)('through a shared cache on %s', (_, platform) => {
  let app: TestApp;
  beforeAll(async () => (app = await TestApp.start(platform, parts)));
  afterAll(() => app.close());

  describe('A35 an answer whose session was looked at', () => {
    it.each(ACCESSORS.map((name) => `/told/${name}`))('is nobody else’s: %s', async (path) => {
      const answers = await shared(path)(app);
      expect(apart(answers)).toBe(true);
      for (const { status, headers } of answers) {
        expect([status, headers.get('vary')]).toEqual([200, 'Cookie']);
      }
    });

    it.each(['/parameter', '/miss'])('is nobody else’s, by @SessionParam(): %s', async (path) => {
      const answers = await shared(path)(app);
      expect(apart(answers)).toBe(true);
      expect(answers.map(({ headers }) => headers.get('vary'))).toEqual(['Cookie', 'Cookie', 'Cookie']);
    });
  });

  describe('A36 an answer that sets the cookie, and that its handler called public', () => {
    it('is kept by no cache, and the developer is warned once for each', async () => {
      const cache = new SharedCache();
      const [one, two] = [app.visitor(), app.visitor()];
      const answers = [await cache.get('/first-visit', one), await cache.get('/first-visit', two)];
      expect(answers.map(({ headers }) => headers.get('cache-control'))).toEqual(['no-store', 'no-store']);
      expect(one.cookie).not.toBe(two.cookie);
      const warnings = app.log.of('warn').filter((line) => line.startsWith('GET /first-visit '));
      expect(warnings).toHaveLength(2);
      expect(warnings[0]).toMatch(/"Cache-Control: public, s-maxage=60"; it was sent as no-store\. Fix: /);
      for (const { cookie } of [one, two]) expect(warnings.join()).not.toContain(cookie.split('=')[1]);
    });
  });

  describe('A37 an answer that did not look at the session', () => {
    it('stays one for all, and costs no call to the store', async () => {
      const [ada] = await shared('/static')(app);
      const before = app.provider.calls;
      const [again] = await shared('/static')(app);
      expect(app.provider.calls - before).toBe(2);
      for (const answer of [ada, again]) {
        expect(answer?.headers.get('cache-control')).toBe('public, max-age=60');
        expect(answer?.headers.has('vary')).toBe(false);
      }
      expect(apart(await shared('/static')(app))).toBe(false);
    });
  });
});

describe.each(PLATFORMS)('A35 to A37 on %s, unprotected', (_, platform) => {
  /** Takes our headers for caches off again, as an app would be that never heard of them. */
  const uncached = (nest: { use(handler: unknown): unknown }): void => {
    nest.use((__: unknown, response: ServerResponse, next: () => void) => {
      const { setHeader } = response;
      response.setHeader = (name, value) => {
        const isForCaches = name === 'Vary' || (name === 'Cache-Control' && value === 'no-store');
        return isForCaches ? response : setHeader.call(response, name, value);
      };
      next();
    });
  };
  const twin: AppParts = { ...parts, main: (nest) => uncached(nest) };

  it('everybody is told about the first one', async () => {
    const answers = await attacked(platform, twin, shared('/told/get'));
    expect(apart(answers)).toBe(false);
    expect(answers.map(({ body }) => body)).toEqual([1, 2, 3].map(() => ({ told: 'ada' })));
  });

  it('everybody gets the session of the first one', async () => {
    await attacked(platform, twin, async (app) => {
      const cache = new SharedCache();
      const [one, two] = [app.visitor(), app.visitor()];
      for (const visitor of [one, two]) await cache.get('/first-visit', visitor);
      expect(one.cookie).toBe(two.cookie);
    });
  });

  it('a look at every request costs the store a call, and the cache its use', async () => {
    const looking: AppParts = {
      ...parts,
      main: (nest) =>
        void nest.use((request: { session: Session }, __: unknown, next: () => void) => {
          void request.session.load().then((session) => (session.has('user'), next()), next);
        }),
    };
    const [calls, answers] = await attacked(platform, looking, async (app) => {
      const seen = await shared('/static')(app);
      return [app.store.calls.load, seen] as const;
    });
    expect(calls).toBe(2);
    expect(apart(answers)).toBe(true);
  });
});
