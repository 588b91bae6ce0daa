import { describe, expect, it } from '@jest/globals';
import { TestApp } from '../../support/app.js';
import { GRAPHQL_SERVERS, type GraphqlOptions } from '../../support/graphql-servers.js';
import type { Answer, Visitor } from '../../support/visitor.js';
import { CartService, ShopResolver } from './shop-resolver.js';

/** An answer of a GraphQL server. */
interface Result {
  readonly data: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string }[];
}

const ask = (visitor: Visitor, query: string): Promise<Answer & { readonly body: Result }> =>
  visitor.post('/graphql', { query }) as Promise<Answer & { readonly body: Result }>;

describe.each(GRAPHQL_SERVERS)('resolvers of %s', (_, platform, graphql) => {
  const within = (
    work: (app: TestApp, visitor: Visitor) => Promise<void>,
    options: GraphqlOptions = {},
  ): Promise<void> =>
    TestApp.within(platform, { imports: [graphql(options)], providers: [ShopResolver, CartService] }, (app) =>
      work(app, app.visitor()),
    );

  it('get the session of the request, by every decorator and in every service', () =>
    within(async (_app, visitor) => {
      await ask(visitor, 'mutation { login visit add(name: "a book") }');
      const { body } = await ask(visitor, '{ who visits items { name } }');
      expect(body).toEqual({ data: { who: 'ada', visits: 1, items: [{ name: 'a book' }] } });
    }));

  it('cost one load and no commit, however many of them read', () =>
    within(async (app, visitor) => {
      await ask(visitor, 'mutation { login visit add(name: "a book") second: add(name: "a pen") }');
      const { load } = app.store.calls;
      const { commits } = app.provider;
      const aliases = Array.from({ length: 10 }, (_each, at) => `r${at}: who v${at}: visits`).join(' ');
      const { body } = await ask(visitor, `{ ${aliases} items { name wanted } }`);
      expect(body.errors).toBeUndefined();
      expect(body.data).toMatchObject({ r9: 'ada', v9: 1, items: [{ wanted: false }, { wanted: false }] });
      expect(app.store.calls.load).toBe(load + 1);
      expect(app.provider.commits).toBe(commits);
    }));

  it('cost one commit, however many of them write, and each sees what the one before it wrote', () =>
    within(async (app, visitor) => {
      await ask(visitor, 'mutation { login }');
      const { commits } = app.provider;
      const { body } = await ask(visitor, 'mutation { a: visit b: visit c: visit }');
      expect(body.data).toEqual({ a: 1, b: 2, c: 3 });
      expect(app.provider.commits).toBe(commits + 1);
      expect(app.stored(visitor.cookie)).toMatchObject({ visits: 3 });
    }));

  it('have what they wrote in the store before the client sees the answer', () =>
    within(async (app, visitor) => {
      await ask(visitor, 'mutation { login }');
      const gate = app.store.hold('replace');
      let answered = false;
      const answer = ask(visitor, 'mutation { visit }').finally(() => (answered = true));
      await gate.reached;
      expect(answered).toBe(false);
      gate.open();
      expect((await answer).body.data).toEqual({ visit: 1 });
    }));

  it('answer 503, and nothing of a success, when the commit fails', () =>
    within(async (app, visitor) => {
      await ask(visitor, 'mutation { login }');
      app.store.every('replace', 'fail-before');
      const { status, body } = await ask(visitor, 'mutation { visit }');
      expect(status).toBe(503);
      expect(body).toEqual({ statusCode: 503, message: 'Service Unavailable' });
    }));

  it('answer an error when the session cannot be loaded', () =>
    within(async (app, visitor) => {
      await ask(visitor, 'mutation { login }');
      app.store.every('load', 'fail-before');
      const { body } = await ask(visitor, '{ who }');
      expect(body.data).toBeNull();
      expect(body.errors).toHaveLength(1);
    }));

  it('set the cookie of a session that a mutation began', () =>
    within(async (_app, visitor) => {
      const { cookies } = await ask(visitor, 'mutation { visit }');
      expect(cookies).toHaveLength(1);
      expect((await ask(visitor, '{ visits }')).body.data).toEqual({ visits: 1 });
    }));

  it('that fail take back nothing of what was written: the answer says of each by itself how it went', () =>
    within(async (app, visitor) => {
      await ask(visitor, 'mutation { login }');
      const { body } = await ask(visitor, 'mutation { add(name: "a book") visitAndFail }');
      expect(body.errors).toHaveLength(1);
      expect(app.stored(visitor.cookie)).toMatchObject({ cart: ['a book'], visits: 100 });
    }));

  it('that do not touch the session cost no call to the store', () =>
    within(async (app, visitor) => {
      await ask(visitor, 'mutation { login }');
      const { calls } = app.provider;
      const { body, cookies } = await ask(visitor, '{ untouched }');
      expect(body.data).toEqual({ untouched: true });
      expect(cookies).toEqual([]);
      expect(app.provider.calls).toBe(calls);
    }));

  it('are behind the guards that they have', () =>
    within(async (app, visitor) => {
      const refused = await ask(visitor, '{ secret }');
      expect(refused.body.data).toBeNull();
      expect(refused.body.errors).toHaveLength(1);
      await ask(visitor, 'mutation { login }');
      expect((await ask(visitor, '{ secret transfer }')).body.data).toEqual({
        secret: 'of ada',
        transfer: 'done',
      });
      app.clock.advance(6 * 60_000);
      const stale = await ask(visitor, '{ transfer }');
      expect(stale.body.errors).toHaveLength(1);
      expect(stale.headers.get('www-authenticate')).toContain('insufficient_user_authentication');
    }));

  it('of fields are served as well where Nest runs interceptors for them', () =>
    within(
      async (_app, visitor) => {
        await ask(visitor, 'mutation { login add(name: "a book") }');
        const { body } = await ask(visitor, '{ items { name wanted } }');
        expect(body.data).toEqual({ items: [{ name: 'a book', wanted: false }] });
      },
      { fieldResolverEnhancers: ['guards', 'interceptors'] },
    ));

  it('of two requests at the same time never see each other', () =>
    within(async (app, visitor) => {
      await ask(visitor, 'mutation { login visit }');
      const others = await Promise.all(
        Array.from({ length: 8 }, async () => (await ask(app.visitor(), '{ who visits }')).body.data),
      );
      expect(others).toEqual(Array.from({ length: 8 }, () => ({ who: 'nobody', visits: 0 })));
      expect((await ask(visitor, '{ who visits }')).body.data).toEqual({ who: 'ada', visits: 1 });
    }));
});
