import { type AnswerLike, cookiesOf, isCleared } from './answer-cookies.js';
import type { BegunSession, SignInOptions } from './signed-in.js';

/** What a request of Fastify's `inject()` says, as far as the client makes one; whatever else Fastify takes goes through. */
export interface InjectedRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';
  readonly url: string;
  readonly payload?: string | object;
  readonly headers?: Record<string, string>;
}

/** An app on Fastify, or a Fastify instance. */
export interface Injects<Answer extends AnswerLike> {
  /** As light-my-request has it. */
  inject(request: InjectedRequest): Promise<Answer>;
}

/** Who signs the client in: the kit that made it. */
export type SignIn = (principal: string | number, options?: SignInOptions) => Promise<BegunSession>;

/**
 * A client for Fastify without a network, which keeps its cookies from answer to answer. It knows them by name alone: use a client of
 * its own for each browser that a test is about.
 */
export class InjectClient<Answer extends AnswerLike> {
  readonly #app: Injects<Answer>;
  readonly #signIn: SignIn;
  readonly #cookies = new Map<string, string>();

  /** Made by the kit. */
  constructor(app: Injects<Answer>, signIn: SignIn) {
    this.#app = app;
    this.#signIn = signIn;
  }

  /** The `Cookie` header of the next request; empty when there is none. */
  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** Signs somebody in, without a request. Answers the client. */
  async as(principal: string | number, options?: SignInOptions): Promise<this> {
    const { cookie } = await this.#signIn(principal, options);
    const at = cookie.indexOf('=');
    this.#cookies.set(cookie.slice(0, at), cookie.slice(at + 1));
    return this;
  }

  /** A GET with the cookies of the client. */
  get(url: string): Promise<Answer> {
    return this.request({ method: 'GET', url });
  }

  /** A POST with the cookies of the client; an object is sent as JSON. */
  post(url: string, payload?: string | object): Promise<Answer> {
    return this.request({ method: 'POST', url, ...(payload === undefined ? {} : { payload }) });
  }

  /** A request of any kind. A `cookie` header of its own takes the place of the client's. */
  async request(request: InjectedRequest): Promise<Answer> {
    const { cookie } = this;
    const headers = { ...(cookie === '' ? {} : { cookie }), ...request.headers };
    const answer = await this.#app.inject({ ...request, headers });
    for (const each of cookiesOf(answer)) {
      if (isCleared(each)) this.#cookies.delete(each.name);
      else this.#cookies.set(each.name, each.value);
    }
    return answer;
  }
}
