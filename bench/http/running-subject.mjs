import { Child } from './child.mjs';

const CLIENTS = 16;
/** A character of the secret that is not the last one, whose bits are not all of them free. */
const FORGED_AT = -6;

/** One subject in a process of its own, with the sessions of its clients. */
export class RunningSubject {
  #cookies = new Map();

  constructor(subject, child, port) {
    Object.assign(this, { subject, child, port });
  }

  static async start(subject, platform, servers) {
    const { name, app, store, hmac = false, cached = false, lib = '' } = subject;
    const child = new Child('serve.mjs', {
      name,
      app,
      store,
      hmac,
      cached,
      lib,
      platform,
      url: servers[store] ?? '',
    });
    const { port } = await child.next();
    return new RunningSubject(subject, child, port);
  }

  /** What each client of a scenario brings along. */
  async cookiesFor({ cookie, bytes }) {
    if (cookie === 'absent' || this.subject.app === 'bare')
      return Array(CLIENTS).fill(cookie === 'absent' ? '' : 'bare=x');
    if (!this.#cookies.has(bytes)) this.#cookies.set(bytes, await this.#seed(bytes));
    const valid = this.#cookies.get(bytes);
    return cookie === 'valid' ? valid : valid.map(forged);
  }

  /** The load of one round, and what it took: microseconds of CPU a request, requests a second. */
  async round(load, { path }, cookies, ms) {
    const before = await this.child.ask({});
    const { requests, failures, ms: took } = await load.ask({ port: this.port, path, cookies, ms });
    const after = await this.child.ask({});
    if (failures > 0)
      throw new Error(`${this.subject.name}: ${failures} of ${requests} answers to ${path} were no 200.`);
    return {
      cpu: (after.cpu - before.cpu) / requests,
      rate: (requests * 1000) / took,
      bytes: (after.bytes - before.bytes) / requests,
      commands: (after.commands - before.commands) / requests,
    };
  }

  async #seed(bytes) {
    const seeds = Array.from({ length: CLIENTS }, async () => {
      const response = await fetch(`http://127.0.0.1:${this.port}/seed?bytes=${bytes}`);
      if (!response.ok) throw new Error(`${this.subject.name}: /seed answers ${response.status}.`);
      return response.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; ');
    });
    return Promise.all(seeds);
  }
}

const forged = (cookie) => {
  const [before, after] = [cookie.slice(0, FORGED_AT), cookie.slice(FORGED_AT + 1)];
  return `${before}${cookie.at(FORGED_AT) === 'A' ? 'B' : 'A'}${after}`;
};
