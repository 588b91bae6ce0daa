import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type INestApplication, Logger, type Type } from '@nestjs/common';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Store } from 'express-session';
import {
  HMACCredentialProvider,
  InMemorySessionProvider,
  SESSION_CLOCK,
  type SessionModuleOptions,
  systemClock,
} from '../../lib/index.js';
import { newNonce } from '../../lib/credentials/nonce.js';
import { filesEnding } from '../meta/project-files.js';
import { type AppParts, TestApp } from '../support/app.js';
import { EXPRESS } from '../support/attacked.js';
import { FORMER_SECRET, FormerApp } from '../support/former-app.js';
import { ModelBrowser } from '../support/model-browser.js';
import { PageModules } from '../support/page-modules.js';
import { ChildProgram } from '../support/processes/child-program.js';
import { type Platform, PLATFORMS } from '../support/running-app.js';
import { type Answer, Visitor } from '../support/visitor.js';
import { accounts } from './fixtures/account.js';
import { OAuthProvider } from './fixtures/oauth-provider.js';

const closing: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of closing.splice(0)) await each.close();
});

function started<Closable extends { close(): unknown }>(each: Closable): Closable {
  closing.push(each);
  return each;
}

/** The files of a page, as they stand there; `change` is what a test has to have otherwise. */
const filesOf = (page: string, name = page, change?: (text: string) => string): string =>
  new PageModules(`docs/recipes/${page}.md`, 'recipes').write(name, change);

const fileIn = async <Module>(folder: string, file: string): Promise<Module> =>
  (await import(join(folder, `${file}.ts`))) as Module;

const folders = new Map(
  filesEnding('docs/recipes', '.md')
    .map((path) => path.slice('docs/recipes/'.length, -'.md'.length))
    .map((page) => [page, filesOf(page)]),
);

const shown = <Module>(page: string, file: string): Promise<Module> => fileIn(folders.get(page) ?? '', file);

/** The app of a page. */
async function appOf(page: string, platform: Platform, parts: AppParts = {}): Promise<TestApp> {
  const { AppModule } = await shown<{ AppModule: Type }>(page, 'app.module');
  return started(await TestApp.start(platform, { ...parts, imports: [AppModule], session: null }));
}

const meOf = async (visitor: Visitor): Promise<unknown> => (await visitor.get('/me')).body;

/** The address of an app at the host of a tenant. */
const hostOf = (url: string, tenant: string): Promise<string> =>
  frontOf(url, { host: `${tenant}.example.com` });

/** Begins a login at the provider and answers where it sends the browser back to. */
async function begunBy(visitor: Visitor): Promise<string> {
  const asked = (await visitor.get('/oauth/login')).headers.get('location') ?? '';
  expect(asked).toMatch(/state=[\w-]{43}&code_challenge=[\w-]{43}&code_challenge_method=S256/);
  const answer = await fetch(asked, { redirect: 'manual' });
  const { pathname, search } = new URL(answer.headers.get('location') ?? '');
  return pathname + search;
}

async function loggedIn(app: TestApp, name: string): Promise<Visitor> {
  const visitor = app.visitor();
  await visitor.post('/login', { name });
  return visitor;
}

/** What stands in front of an app and adds to the headers of each request. Answers its address. */
async function frontOf(url: string, added: Readonly<Record<string, string>>): Promise<string> {
  const server = createServer((incoming, answer) => {
    const headers = { ...incoming.headers, ...added };
    const onward = request(url + incoming.url, { method: incoming.method, headers }, (from) => {
      answer.writeHead(from.statusCode ?? 502, from.headers);
      from.pipe(answer);
    });
    incoming.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  started({ close: () => (server.closeAllConnections(), server.close()) });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe.each(PLATFORMS)('the recipe on %s', (_, platform) => {
  it('for a login lets in, and out', async () => {
    const ada = (await appOf('login', platform)).visitor();
    const account = async (visitor: Visitor) => (await visitor.get('/account')).status;
    expect((await ada.post('/login', { name: 'ada', password: 'babbage' })).status).toBe(401);
    expect(await account(ada)).toBe(401);
    await ada.post('/login', { name: 'ada', password: 'lovelace' });
    const thief = ada.twin();
    expect((await ada.get('/account')).body).toEqual({ user: 'ada' });
    await ada.post('/logout');
    expect([await account(ada), await account(thief)]).toEqual([401, 401]);
  });

  it('for remember me remembers who asked for it, and nobody else', async () => {
    const app = await appOf('remember-me', platform);
    const [ada, bob] = [app.visitor(), app.visitor()];
    const remembered = await ada.post('/login', { name: 'ada', remember: 'yes' });
    expect(remembered.cookies.join()).toContain(`Max-Age=${30 * 86_400}`);
    expect((await bob.post('/login', { name: 'bob' })).cookies.join()).not.toContain('Max-Age');
    app.clock.advance('31m');
    expect([await meOf(ada), await meOf(bob)]).toEqual([{ user: 'ada' }, { user: null }]);
    app.clock.advance('13d');
    expect(await meOf(ada)).toEqual({ user: 'ada' });
    app.clock.advance('15d');
    expect(await meOf(ada)).toEqual({ user: null });
  });

  it('for signing out ends the others, then all', async () => {
    const app = await appOf('sign-out-everywhere', platform);
    const [phone, laptop] = [await loggedIn(app, 'ada'), await loggedIn(app, 'ada')];
    const bob = await loggedIn(app, 'bob');
    expect((await laptop.post('/sign-out-elsewhere')).body).toEqual({ ended: 1 });
    expect([await meOf(phone), await meOf(laptop)]).toEqual([{ user: null }, { user: 'ada' }]);
    await phone.post('/login', { name: 'ada' });
    const answer = await laptop.post('/sign-out-everywhere');
    expect(answer.body).toEqual({ ended: 2 });
    expect([laptop.cookie, await meOf(phone), await meOf(bob)]).toEqual([
      '',
      { user: null },
      { user: 'bob' },
    ]);
  });

  it('for flash messages shows each once', async () => {
    const visitor = (await appOf('flash', platform)).visitor();
    expect((await visitor.post('/profile')).status).toBe(303);
    expect((await visitor.get('/profile')).body).toEqual({ notices: ['Saved.'] });
    expect((await visitor.get('/profile')).body).toEqual({ notices: [] });
  });

  it('for OAuth logs in who comes back, once, and nobody who never left', async () => {
    const provider = started(await OAuthProvider.start());
    Object.assign(process.env, { OAUTH_URL: provider.url, APP_URL: 'http://localhost' });
    const app = await appOf('oauth', platform);
    const ada = app.visitor();
    const [first, second] = [await begunBy(ada), await begunBy(ada)];
    const back = async (visitor: Visitor, path: string) => (await visitor.get(path)).status;
    expect(await back(app.visitor(), second)).toBe(400);
    expect([await back(ada, first), await back(ada, first)]).toEqual([302, 400]);
    expect((await ada.get('/')).body).toEqual({ user: 'whoever was granted' });
  });

  it('for express-session keeps its users', async () => {
    process.env['FORMER_SECRET'] = FORMER_SECRET;
    const page = 'migrate-from-express-session';
    const app = await appOf(page, platform, {
      override: (module) => module.overrideProvider(SESSION_CLOCK).useValue(systemClock),
    });
    const { formerStore } = await shown<{ formerStore: Store }>(page, 'former-store');
    const former = started(await FormerApp.start(formerStore));
    const user = await former.user('ada');
    const ada = user.twin(app.url);
    expect(await meOf(ada)).toEqual({ user: 'ada' });
    expect([ada.cookie.split('=')[0], await former.row(user)]).toEqual(['serving_session', undefined]);
  });

  it('for tenants refuses a session of another one, whoever it is of', async () => {
    const { url } = await appOf('multi-tenant', platform);
    const [acme, globex] = [await hostOf(url, 'acme'), await hostOf(url, 'globex')];
    const [ada, guest] = [new Visitor(acme), new Visitor(acme)];
    await ada.post('/login', { name: 'ada' });
    await guest.post('/cart', { item: 'tea' });
    expect([await meOf(ada), await meOf(guest)]).toEqual([
      { user: 'acme/ada', item: null },
      { user: null, item: 'tea' },
    ]);
    for (const visitor of [ada, guest]) expect((await visitor.twin(globex).get('/me')).status).toBe(401);
    expect((await new Visitor(await hostOf(url, 'nobody')).get('/me')).status).toBe(404);
  });

  it('for tenants ends the sessions of a user, and not those of a namesake', async () => {
    const { url } = await appOf('multi-tenant', platform);
    const [here, there] = [new Visitor(await hostOf(url, 'acme')), new Visitor(await hostOf(url, 'globex'))];
    for (const visitor of [here, there]) await visitor.post('/login', { name: 'ada' });
    expect((await here.post('/block', { name: 'ada' })).body).toEqual({ ended: 1 });
    expect([await meOf(here), await meOf(there)]).toMatchObject([{ user: null }, { user: 'globex/ada' }]);
  });
});

describe('the recipe for passport', () => {
  it('logs in and out', async () => {
    const ada = (await appOf('passport', EXPRESS)).visitor();
    expect((await ada.post('/login', { username: 'ada', password: 'babbage' })).status).toBe(401);
    await ada.post('/login', { username: 'ada', password: 'lovelace' });
    const thief = ada.twin();
    expect(await meOf(ada)).toEqual({ user: { name: 'ada' } });
    expect((await ada.post('/logout')).status).toBe(201);
    expect([await meOf(ada), await meOf(thief)]).toEqual([{ user: null }, { user: null }]);
  });
});

describe.each(['express', 'fastify'])('the recipe for an app behind a proxy, %s.ts', (file) => {
  const HTTPS = { 'x-forwarded-proto': 'https' };

  beforeAll(() => Logger.overrideLogger(false));

  const noPrefix = (text: string): string => text.replace("{ cookie: { prefix: 'host-http' } }", '');
  const byNumber = (text: string): string => noPrefix(text).replace(/trustProxy: \[.*?\]/, 'trustProxy: 1');

  async function urlOf(name: string, change?: (text: string) => string): Promise<string> {
    const folder = filesOf('behind-a-proxy', `${name}-${file}`, change);
    const { bootstrap } = await fileIn<{ bootstrap(): Promise<INestApplication> }>(folder, file);
    const app = started(await bootstrap());
    await app.listen(0, '127.0.0.1');
    return app.getUrl();
  }

  const lineOf = async (url: string): Promise<string> =>
    (await new Visitor(url).post('/login')).cookies.join();
  const isSecure = async (url: string): Promise<boolean> => (await lineOf(url)).includes('; Secure');

  it('gives a browser a cookie that it takes, and knows it again', async () => {
    const url = await frontOf(await urlOf('prefix'), HTTPS);
    const browser = new ModelBrowser('shop.example.com', true);
    expect(browser.receive(await lineOf(url))).toBe(true);
    expect(browser.header).toMatch(/^__Host-Http-serving_session=/);
    const { body } = await new Visitor(url).get('/me', { cookie: browser.header });
    expect(body).toEqual({ user: 'ada' });
  });

  it('believes the proxy, and what it says last or first', async () => {
    const url = await urlOf('no-prefix', noPrefix);
    expect([await isSecure(url), await isSecure(await frontOf(url, HTTPS))]).toEqual([false, true]);
    expect(await isSecure(await frontOf(url, { 'x-forwarded-proto': 'https, http' }))).toBe(
      file === 'express',
    );
  });

  it('names trust as the platform wants it: to Fastify a number is nobody', async () => {
    const url = await frontOf(await urlOf('by-number', byNumber), HTTPS);
    expect(await isSecure(url)).toBe(file === 'express');
  });
});

describe('the recipe for several apps on one domain', () => {
  const appWith = async (session: SessionModuleOptions): Promise<TestApp> =>
    started(await TestApp.start(EXPRESS, accounts(session)));

  /** One browser that visits both apps, at one host or at two of a domain. */
  async function visit(app: TestApp, browser: ModelBrowser, line: string): Promise<Answer> {
    const [method = '', path = ''] = line.split(' ');
    const answer = await app.visitor().send(method, path, undefined, { cookie: browser.header });
    for (const each of answer.cookies) browser.receive(each);
    return answer;
  }

  async function usersIn(apps: readonly TestApp[], browser: ModelBrowser): Promise<unknown[]> {
    const answers = await Promise.all(apps.map((app) => visit(app, browser, 'GET /me')));
    return answers.map(({ body }) => (body as { principal: unknown }).principal);
  }

  /** Somebody who logged in at each of the apps. */
  async function userOf(apps: readonly TestApp[], browser = new ModelBrowser()): Promise<ModelBrowser> {
    for (const app of apps) await visit(app, browser, 'POST /login/ada');
    return browser;
  }

  it('keeps them apart by a name, and not without', async () => {
    const apart = [await appWith({ cookie: { name: 'shop' } }), await appWith({ cookie: { name: 'blog' } })];
    expect(await usersIn(apart, await userOf(apart))).toEqual(['ada', 'ada']);
    const alike = [await appWith({}), await appWith({})];
    expect(await usersIn(alike, await userOf(alike))).toEqual([null, 'ada']);
  });

  it('tells what crosses where they share their records', async () => {
    const sessionProvider = new InMemorySessionProvider();
    const of = (name: string, signed = false) => {
      const credentialProvider = signed && new HMACCredentialProvider({ secrets: [newNonce()] });
      return appWith({
        sessionProvider,
        cookie: { name },
        ...(credentialProvider && { auth: { credentialProvider } }),
      });
    };
    const renamed = (browser: ModelBrowser) =>
      ({ header: browser.header.replace('blog=', 'shop=') }) as ModelBrowser;

    const [shop, blog] = [await of('shop'), await of('blog')];
    expect(await usersIn([shop], renamed(await userOf([blog])))).toEqual(['ada']);

    const signed = [await of('shop', true), await of('blog', true)] as const;
    expect(await usersIn([signed[0]], renamed(await userOf([signed[1]])))).toEqual([null]);
    const ada = await userOf(signed);
    await visit(signed[1], ada, 'POST /sign-out-everywhere');
    expect(await usersIn(signed, ada)).toEqual([null, null]);
  });

  const SHARED = { name: 'example', prefix: 'http', domain: 'example.com' } as const;

  it('is one session for all, at every host of the domain', async () => {
    const sessionProvider = new InMemorySessionProvider();
    const apps = [
      await appWith({ sessionProvider, cookie: SHARED }),
      await appWith({ sessionProvider, cookie: SHARED }),
    ] as const;
    const ada = await userOf([apps[0]], new ModelBrowser('shop.example.com'));
    expect(ada.header).toMatch(/^__Http-example=/);
    expect(await usersIn(apps, ada)).toEqual(['ada', 'ada']);
    const before = { header: ada.header } as ModelBrowser;
    await visit(apps[1], ada, 'POST /logout');
    expect(await usersIn(apps, before)).toEqual([null, null]);
  });

  it('wants a new name for what was apart', async () => {
    const sessionProvider = new InMemorySessionProvider();
    const former = await appWith({ sessionProvider, cookie: { name: 'shop' } });
    const moved = await appWith({ sessionProvider, cookie: { ...SHARED, migrateFrom: 'shop' } });
    const ada = await userOf([former], new ModelBrowser('shop.example.com'));
    expect(await usersIn([moved], ada)).toEqual(['ada']);
    expect(ada.header).toMatch(/^__Http-example=[^;]+$/);
    moved.clock.advance('5m');
    expect(await usersIn([moved], ada)).toEqual(['ada']);

    const widened = await appWith({ sessionProvider, cookie: { name: 'shop', domain: 'example.com' } });
    const bob = await userOf([former], new ModelBrowser('shop.example.com'));
    const elsewhere = await userOf([widened], new ModelBrowser('blog.example.com'));
    bob.receive(`${elsewhere.header}; Domain=example.com; Path=/`);
    expect(await usersIn([widened], bob)).toEqual([null]);
  });
});

describe('the recipe for a function', () => {
  /** In memory, and from the sources: a process of its own is not under jest. */
  const inMemory = (text: string): string =>
    text
      .replace(/sessionProvider: [^]*?\},/, '')
      .replace("from 'nestjs-sessions'", "from '../../../lib/index.js'");

  it('keeps a session from one event to the next', async () => {
    const program = ChildProgram.start('call-function.ts', {
      folder: filesOf('serverless', 'function', inMemory),
    });
    await program.finished();
    expect(program.lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { statusCode: 201, body: '{"visits":1}', cookies: [expect.stringMatching(/^__Host-Http-.*; Secure$/)] },
      { statusCode: 201, body: '{"visits":2}', cookies: [] },
    ]);
  });
});
