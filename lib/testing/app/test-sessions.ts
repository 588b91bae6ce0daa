import { deepStrictEqual } from 'node:assert';
import type { SessionRuntime } from '../../http/session-runtime.js';
import type { MaybePromise } from '../../providers/session-provider.js';
import { SessionHandle } from '../../session/session-handle.js';
import type { FakeClock } from '../fake-clock.js';
import type { FaultInjectingStore, StoreOperation } from '../fault-injecting-store.js';
import {
  type AnswerLike,
  assertCookie,
  type CookieAttributes,
  type CookieFate,
  fail,
} from './answer-cookies.js';
import { InjectClient, type Injects } from './inject-client.js';
import { expectNoTokenLeak } from './no-token-leak.js';
import { begin, type BegunSession, idOf, type SignInOptions, type WhichSession } from './signed-in.js';
import { aside, type TestStore } from './test-session-provider.js';

/** A client of supertest or superagent that keeps cookies: what `request.agent()` returns. */
export interface KeepsCookies {
  /** Where the agent keeps its cookies. */
  readonly jar: { setCookie(cookie: string, domain: string, path: string): unknown };
}

/** Where the server of a test is: supertest asks the first, a test that names its URL the second. */
const HOSTS = ['127.0.0.1', 'localhost'];

/** What a kit works on: one `SessionModule` of the app. */
export interface TestedModule {
  readonly clock: FakeClock;
  readonly store: TestStore;
  /** Every secret that was made so far. */
  readonly secrets: readonly string[];
  /** @throws before the app was compiled */
  readonly runtime: () => SessionRuntime;
}

/**
 * The sessions of an app under test: signs users in without a login page, looks at what is stored, and travels in time.
 *
 * What it does itself is not among the calls that it counts. Its `expect…` methods throw the `AssertionError` of `node:assert`, which
 * every runner shows as a failure, and no message of theirs ever holds a token.
 */
export class TestSessions {
  readonly #module: TestedModule;

  /** Made by `withTestSessions()`, not by you. */
  constructor(module: TestedModule) {
    this.#module = module;
  }

  /** The time of the app: `clock.advance('31m')`. */
  get clock(): FakeClock {
    return this.#module.clock;
  }

  /** The way from the app to its store: what it was called for, and the faults that it is to meet. */
  get store(): FaultInjectingStore {
    return this.#module.store.faults;
  }

  /** The name of the session cookie, prefix included. */
  get cookieName(): string {
    return this.#module.runtime().cookieName;
  }

  /** Begins a session that is somebody's, as `session.login()` does. @throws SessionError as there, such as SESSION_LIMIT */
  signIn(principal: string | number, { values = {}, ...options }: SignInOptions = {}): Promise<BegunSession> {
    return aside(() =>
      begin(this.#module.runtime(), async (session) => {
        await session.login(principal, options);
        for (const [key, value] of Object.entries(values)) session.set(key, value);
      }),
    );
  }

  /** Begins a session of nobody that holds these values, one at least. */
  begin(values: Readonly<Record<string, unknown>>): Promise<BegunSession> {
    return aside(() =>
      begin(this.#module.runtime(), (session) => {
        for (const [key, value] of Object.entries(values)) session.set(key, value);
      }),
    );
  }

  /**
   * Signs somebody in and puts the cookie on an agent of supertest. Answers the agent.
   *
   * @example
   * ```ts
   * import type { INestApplication } from '@nestjs/common';
   * import type { TestSessions } from 'nestjs-sessions/testing';
   * import request from 'supertest';
   *
   * export const browserOf = (user: string, kit: TestSessions, app: INestApplication) =>
   *   kit.as(user, request.agent(app.getHttpServer()));
   * ```
   */
  async as<Agent extends KeepsCookies>(
    principal: string | number,
    agent: Agent,
    options?: SignInOptions,
  ): Promise<Agent> {
    const { cookie } = await this.signIn(principal, options);
    const { path } = this.#module.runtime().parts.cookie;
    for (const host of HOSTS) agent.jar.setCookie(`${cookie}; Path=${path}`, host, path);
    return agent;
  }

  /** A client for an app on Fastify, on `inject()`; `await kit.client(app).as('ada')` signs it in. */
  client<Answer extends AnswerLike>(app: Injects<Answer>): InjectClient<Answer> {
    return new InjectClient(app, (principal, options) => this.signIn(principal, options));
  }

  /** What a live session holds; `undefined` when it is dead, or was never there. Does not keep it alive. */
  async values(which: WhichSession): Promise<Readonly<Record<string, unknown>> | undefined> {
    const { manager, type } = this.#module.runtime().parts;
    const live = await aside(() => manager.load(idOf(which, this.cookieName)));
    if (!live) return undefined;
    const handle = new SessionHandle(manager, {
      presented: () => [],
      where: () => 'a test',
      found: () => ({ live, token: null, standing: 'current' }),
    });
    await handle.load();
    return new type(() => handle).toObject() as Readonly<Record<string, unknown>>;
  }

  /** The session lives and holds exactly these values. @throws AssertionError */
  async expectValues(which: WhichSession, expected: Readonly<Record<string, unknown>>): Promise<void> {
    const values = await this.values(which);
    if (!values) fail('The session is dead.', { expected });
    deepStrictEqual(values, expected);
  }

  /** The session is dead: ended, expired, or never there. @throws AssertionError */
  async expectDead(which: WhichSession): Promise<void> {
    if (await this.values(which)) fail('The session is alive.');
  }

  /**
   * The answer does this to the session cookie: sets it, clears it, or says nothing of it.
   *
   * @param attributes such as `{ HttpOnly: true, SameSite: 'Lax', Domain: false }`: those that matter, `false` for an absent one.
   * @throws AssertionError
   */
  expectCookie(answer: AnswerLike, fate: CookieFate, attributes: CookieAttributes = {}): void {
    assertCookie(answer, this.cookieName, fate, attributes);
  }

  /**
   * While `work` runs, the app calls the store exactly so often; an operation that is not named, not at all. Answers what `work` does.
   *
   * @throws AssertionError
   */
  async expectStoreCalls<Result>(
    expected: Partial<Record<StoreOperation, number>>,
    work: () => MaybePromise<Result>,
  ): Promise<Result> {
    const before = { ...this.store.calls };
    const result = await work();
    const made = Object.entries(this.store.calls)
      .map(([operation, count]) => [operation, count - before[operation as StoreOperation]] as const)
      .filter(([, count]) => count > 0);
    const wanted = Object.entries(expected).filter(([, count]) => count > 0);
    deepStrictEqual(Object.fromEntries(made), Object.fromEntries(wanted));
    return result;
  }

  /**
   * None of the tokens that were made in this test is in any of the outputs: bodies, lines of a log, errors (law F5). Not in headers
   * that set the cookie, which are meant to hold one.
   *
   * @throws AssertionError
   */
  expectNoTokenLeak(...outputs: readonly unknown[]): void {
    for (const output of outputs) expectNoTokenLeak(output, ...this.#module.secrets);
  }
}
