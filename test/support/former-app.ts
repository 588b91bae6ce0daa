import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import session, { type SessionOptions, type Store } from 'express-session';
import { Visitor } from './visitor.js';

export const FORMER_SECRET = 'keyboard cat';

/** The app of before: Express with express-session, whose users are to be moved. */
export class FormerApp {
  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    readonly store: Store,
    private readonly url: string,
  ) {}

  static async start(store: Store, options: Partial<SessionOptions> = {}): Promise<FormerApp> {
    const app = express();
    app.use(
      session({ secret: FORMER_SECRET, resave: false, saveUninitialized: false, store, ...options }),
      express.json(),
    );
    app.post('/login/:user', (req, res) => {
      Object.assign(req.session, { user: req.params.user, cart: { items: ['tea'] } }, req.body);
      res.json({});
    });
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FormerApp(server, store, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  /** Somebody who is logged in here; with `twin()` they come to another app. */
  async user(name: string, values: object = {}): Promise<Visitor> {
    const visitor = new Visitor(this.url);
    await visitor.post(`/login/${name}`, values);
    return visitor;
  }

  /** What the store still has of a session; `undefined` when nothing. */
  row(visitor: Visitor): Promise<unknown> {
    const id = /s%3A([^.]*)/.exec(visitor.cookie)?.[1] ?? '';
    return new Promise((resolve, reject) => {
      this.store.get(id, (error: Error | null, row) => (error ? reject(error) : resolve(row ?? undefined)));
    });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
