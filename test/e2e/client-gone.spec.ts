import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Controller, Get, Param, Res } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { concat, NEVER, of, tap } from 'rxjs';
import { CurrentSession, Session } from '../../lib/index.js';
import { Gate } from '../../lib/testing/gate.js';
import { TestApp } from '../support/app.js';
import { Exchange } from '../support/exchange.js';
import { PLATFORMS } from '../support/running-app.js';

type AnyResponse = (ServerResponse | { readonly raw: ServerResponse }) & { send(body: unknown): unknown };

const rawOf = (response: AnyResponse): ServerResponse => ('raw' in response ? response.raw : response);

/** Where a handler is when its client goes away. */
let halfway = new Gate();

/** Goes on when the server has noticed that the client is gone. */
async function left(response: AnyResponse): Promise<void> {
  const closed = once(rawOf(response), 'close');
  await halfway.pass();
  await closed;
}

/** Handlers that change the session, lose their client, and change it again. */
@Controller()
class PatientController {
  @Get('value')
  async value(@CurrentSession() session: Session, @Res({ passthrough: true }) response: AnyResponse) {
    session.set('first', 1);
    await left(response);
    session.set('second', 2);
    return 'to nobody';
  }

  @Get('unmarked')
  async unmarked(@Res({ passthrough: true }) response: AnyResponse) {
    const session = await Session.loadSession();
    session.set('first', 1);
    await left(response);
    session.set('second', 2);
    return 'to nobody';
  }

  @Get('manual')
  async manual(@Res() response: AnyResponse) {
    const session = await Session.loadSession();
    session.set('first', 1);
    await left(response);
    session.set('second', 2);
    response.send('to nobody');
  }

  @Get('throws')
  async throws(@Res({ passthrough: true }) response: AnyResponse): Promise<never> {
    const session = await Session.loadSession();
    session.set('first', 1);
    await left(response);
    throw new Error('Only half done.');
  }

  @Get('observable')
  observable(@CurrentSession() session: Session) {
    const first = of('to nobody').pipe(tap(() => session.set('first', 1)));
    return concat(first, NEVER).pipe(tap(() => void halfway.pass()));
  }

  @Get('write/:n')
  write(@CurrentSession() session: Session, @Param('n') n: string): void {
    session.set('written', n);
  }
}

describe.each(PLATFORMS)('a handler whose client goes away, on %s', (_, platform) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(platform, { controllers: [PatientController] });
  });

  afterAll(() => app.close());

  /** Asks, leaves in the middle, and comes back when the session was saved. */
  async function leaveHalfway(path: string) {
    const visitor = app.visitor();
    await visitor.get('/write/1');
    halfway = new Gate();
    const saved = app.store.holdAnswer('replace');
    const exchange = new Exchange(app.url + path, { headers: { cookie: visitor.cookie } });
    await halfway.reached;
    exchange.abort();
    halfway.open();
    await saved.reached;
    saved.open();
    return app.stored(visitor.cookie);
  }

  it.each(['/value', '/unmarked', '/manual'])(
    'goes on, and all of its changes are saved at its end: %s',
    async (path) => {
      const before = app.provider.commits;
      expect(await leaveHalfway(path)).toEqual({ written: '1', first: 1, second: 2 });
      expect(app.provider.commits - before).toBe(2);
    },
  );

  it('and that returned an Observable is cancelled by Nest; what it had changed is saved', async () => {
    expect(await leaveHalfway('/observable')).toEqual({ written: '1', first: 1 });
  });

  it('and that fails then leaves nothing half done in the store', async () => {
    const visitor = app.visitor();
    await visitor.get('/write/1');
    halfway = new Gate();
    const exchange = new Exchange(`${app.url}/throws`, { headers: { cookie: visitor.cookie } });
    await halfway.reached;
    exchange.abort();
    halfway.open();
    while (!app.log.of('error').some((line) => line.includes('half done'))) await visitor.get('/write/1');
    expect(app.stored(visitor.cookie)).toEqual({ written: '1' });
  });
});
