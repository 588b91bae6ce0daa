import { ModelBrowser } from './model-browser.js';

/** What came back. */
export interface Answer {
  readonly status: number;
  /** Parsed, if it is JSON; empty if there is no body. */
  readonly body: unknown;
  readonly headers: Headers;
  /** The `Set-Cookie` lines. */
  readonly cookies: readonly string[];
}

/** A client that keeps its cookies as a browser does, over plain HTTP. */
export class Visitor {
  #browser = new ModelBrowser('localhost', false);

  /** @param url of the app, without a slash at its end */
  constructor(private readonly url: string) {}

  /** The `Cookie` header of the next request; empty when there is none. */
  get cookie(): string {
    return this.#browser.header;
  }

  /**
   * Another client that has copied the cookies: a second tab, or a thief.
   *
   * @param url of another instance of the app; cookies know no port
   */
  twin(url: string = this.url): Visitor {
    const twin = new Visitor(url);
    for (const pair of this.cookie.split('; ')) if (pair !== '') twin.receive(`${pair}; Path=/`);
    return twin;
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.send('GET', path, undefined, headers);
  }

  post(path: string, body?: unknown): Promise<Answer> {
    return this.send('POST', path, body);
  }

  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      redirect: 'manual',
      headers: { ...(this.cookie === '' ? {} : { cookie: this.cookie }), ...jsonHeader(body), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const cookies = response.headers.getSetCookie();
    for (const line of cookies) this.receive(line);
    return { status: response.status, body: await bodyOf(response), headers: response.headers, cookies };
  }

  /** Takes a `Set-Cookie` line. */
  receive(line: string): void {
    this.#browser.receive(line);
  }
}

const jsonHeader = (body: unknown) => (body === undefined ? {} : { 'content-type': 'application/json' });

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!response.headers.get('content-type')?.includes('json') || text === '') return text;
  return JSON.parse(text) as unknown;
}
