import type { ServerResponse } from 'node:http';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  Res,
  UseGuards,
} from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CurrentSession, Session, SessionProvider } from '../../lib/index.js';
import { eventsDuring } from '../../lib/testing/event-log.js';
import type { Fault, StoreOperation } from '../../lib/testing/fault-injecting-store.js';
import { turn } from '../../lib/testing/turn.js';
import { type AppParts, TestApp } from '../support/app.js';
import { PLATFORMS } from '../support/running-app.js';
import type { Visitor } from '../support/visitor.js';

const TIMEOUT_MS = 50;
/** Far more than the timeout, far less than for ever: both cores may be busy with other things. */
const PATIENCE_MS = 5000;

interface AnyResponse extends ServerResponse {
  readonly raw?: ServerResponse;
  send(body: unknown): unknown;
}

/** How often the handler behind the guard ran. */
let ran = 0;

/** Lets everybody in but the banned: a session that is wrongly taken for empty would open the door. */
@Injectable()
class NotBannedGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { session } = context.switchToHttp().getRequest<{ session: Session }>();
    return !(await session.load()).has('banned');
  }
}

@Controller()
class FailingController {
  @Get('write')
  write(@CurrentSession() session: Session): string {
    session.set('banned', true);
    return 'written';
  }

  @Get('change')
  change(@CurrentSession() session: Session): string {
    session.set('changed', true);
    return 'changed';
  }

  @Get('count')
  async count(@CurrentSession() session: Session): Promise<string> {
    return String(await session.increment('count'));
  }

  @Get('logout')
  async logout(@CurrentSession() session: Session): Promise<string> {
    await session.invalidate();
    return 'logged out';
  }

  @Get('read')
  read(@CurrentSession() session: Session): object {
    return session.toObject();
  }

  @Get('guarded')
  @UseGuards(NotBannedGuard)
  guarded(): string {
    ran += 1;
    return 'let in';
  }

  @Get('renew')
  async renew(@CurrentSession() session: Session, @Res() response: AnyResponse): Promise<void> {
    await session.regenerate({ keep: 'all' });
    session.set('renewed', true);
    response.send('renewed');
  }

  @Get('parts')
  async parts(@CurrentSession() session: Session, @Res() response: AnyResponse): Promise<void> {
    session.set('changed', true);
    const raw = response.raw ?? response;
    raw.write('one ');
    for (let turns = 0; turns < 5; turns++) await turn();
    raw.end('two');
  }

  @Get('outside')
  outside(): string {
    return 'no session here';
  }
}

const FAULTS: readonly Fault[] = ['fail-before', 'fail-after', 'hang-before', 'hang-after'];
const UNAVAILABLE = { statusCode: 503, message: 'Service Unavailable' };

describe.each(PLATFORMS)('with a store that is out of order, on %s', (_, platform) => {
  let app: TestApp;
  let visitor: Visitor;

  beforeAll(async () => {
    app = await TestApp.start(platform, {
      controllers: [FailingController],
      session: { operationTimeout: TIMEOUT_MS },
    });
  });

  beforeEach(async () => {
    visitor = app.visitor();
    await visitor.get('/write');
    ran = 0;
  });

  afterEach(() => app.store.heal());

  afterAll(() => app.close());

  /** Asks while every call of an operation meets the fault. The answer has to come in good time. */
  async function during(operation: StoreOperation, fault: Fault, path: string, client = visitor) {
    app.store.every(operation, fault);
    const start = performance.now();
    const answer = await client.get(path);
    expect(performance.now() - start).toBeLessThan(PATIENCE_MS);
    app.store.heal();
    return answer;
  }

  describe.each(FAULTS)('by %s', (fault) => {
    it('a load is a 503, and no guard takes the visitor for somebody new', async () => {
      for (const path of ['/read', '/change', '/guarded']) {
        expect(await during('load', fault, path)).toMatchObject({
          status: 503,
          body: UNAVAILABLE,
          cookies: [],
        });
      }
      expect(ran).toBe(0);
      expect(await visitor.get('/guarded')).toMatchObject({ status: 403 });
    });

    it('a creation is a 503 without a cookie, and the next try is as good as the first', async () => {
      const newcomer = app.visitor();
      expect(await during('create', fault, '/write', newcomer)).toMatchObject({ status: 503, cookies: [] });
      expect(await newcomer.get('/write')).toMatchObject({ status: 200, body: 'written' });
      expect(app.stored(newcomer.cookie)).toEqual({ banned: true });
    });

    it('a commit is a 503, and the next try is as good as the first', async () => {
      expect(await during('replace', fault, '/change')).toMatchObject({ status: 503, body: UNAVAILABLE });
      expect(await visitor.get('/change')).toMatchObject({ status: 200, body: 'changed' });
      expect(app.stored(visitor.cookie)).toEqual({ banned: true, changed: true });
    });

    it('a logout is a 503 that clears nothing, and the next try logs out', async () => {
      const copy = visitor.twin();
      expect(await during('end', fault, '/logout')).toMatchObject({ status: 503, cookies: [] });
      expect(await visitor.get('/logout')).toMatchObject({
        status: 200,
        cookies: [expect.stringMatching(/Max-Age=0/)],
      });
      expect((await copy.get('/read')).body).toEqual({});
    });

    it('a touch fails nobody, and the next request tries again', async () => {
      app.clock.advance(61_000);
      const before = app.store.calls.touch;
      const events = await eventsDuring(async () => {
        expect(await during('touch', fault, '/read')).toMatchObject({ status: 200, body: { banned: true } });
        while (app.store.calls.touch === before) await visitor.get('/outside');
        if (fault.startsWith('hang')) await new Promise((resolve) => setTimeout(resolve, 2 * TIMEOUT_MS));
      });
      expect(events).toEqual([expect.objectContaining({ type: 'outage', operation: 'touch' })]);
      await visitor.get('/read');
      expect(app.store.calls.touch - before).toBe(fault.endsWith('before') ? 2 : 1);
    });

    it('a route that does not look at the session notices nothing', async () => {
      for (const operation of ['load', 'create', 'replace', 'touch', 'end'] as const) {
        expect(await during(operation, fault, '/outside')).toMatchObject({ status: 200 });
      }
    });
  });

  it('a commit whose outcome is unknown is told as a failure; the client that tries again counts once more', async () => {
    expect(await during('replace', 'hang-after', '/count')).toMatchObject({ status: 503 });
    expect(await visitor.get('/count')).toMatchObject({ status: 200 });
    expect(app.stored(visitor.cookie)).toMatchObject({ count: 2 });
  });

  it('a new token that the store has acknowledged reaches the client, also with the failure of what came after', async () => {
    const old = visitor.twin();
    const renewed = app.store.hold('replace');
    app.store.next('replace', 'fail-before');
    renewed.open();
    expect(await visitor.get('/renew')).toMatchObject({
      status: 503,
      cookies: [expect.stringMatching(/^serving_session=\S/)],
    });
    expect((await visitor.get('/read')).body).toEqual({ banned: true });
    expect((await old.get('/read')).body).toEqual({});
  });

  it('what was told as a failure is not saved by the same request after all', async () => {
    app.store.next('replace', 'fail-before');
    expect(await visitor.get('/parts')).toMatchObject({ status: 503, body: UNAVAILABLE });
    for (let trips = 0; trips < 3; trips++) await visitor.get('/outside');
    expect(app.stored(visitor.cookie)).toEqual({ banned: true });
  });

  it('100 requests at once all get their 503 in good time, leave no timer behind, and the next one works', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    await visitor.get('/read');
    const before = timers();
    app.store.every('load', 'hang-before');
    const start = performance.now();
    const answers = await Promise.all(Array.from({ length: 100 }, () => visitor.get('/read')));
    expect(performance.now() - start).toBeLessThan(PATIENCE_MS);
    expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(503));
    app.store.heal();
    expect(await visitor.get('/read')).toMatchObject({ status: 200, body: { banned: true } });
    expect(timers() - before).toBeLessThan(10);
  });

  it('what went wrong is in the log, with what to do, and nothing of it in the answer', async () => {
    const { body } = await during('load', 'hang-before', '/read');
    expect(body).toEqual(UNAVAILABLE);
    expect(app.log.of('error').at(-1)).toMatch(/did not finish "load" within 50 ms\. Fix: /);
  });
});

describe.each(PLATFORMS)('with a provider that throws instead of rejecting, on %s', (_, platform) => {
  it('a request is a 503 as well', async () => {
    const broken = (): never => {
      throw new Error('No connection.');
    };
    const provider = {
      createSession: broken,
      getSession: broken,
      updateSession: broken,
      invalidateSession: broken,
    };
    const override: AppParts['override'] = (module) =>
      module.overrideProvider(SessionProvider).useValue(provider);
    await TestApp.within(platform, { controllers: [FailingController], override }, async (app) => {
      const cookie = `serving_session=${'a'.repeat(22)}.${'A'.repeat(43)}`;
      expect(await app.visitor().get('/write')).toMatchObject({
        status: 503,
        body: UNAVAILABLE,
        cookies: [],
      });
      expect(await app.visitor().get('/guarded', { cookie })).toMatchObject({ status: 503 });
      expect(await app.visitor().get('/outside')).toMatchObject({ status: 200 });
    });
  });
});
