import { Controller, Get, Injectable, type OnModuleInit, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, Session, type SessionEvent, SessionEvents, Sessions } from '../../lib/index.js';
import { eventsDuring } from '../../lib/testing/event-log.js';
import { type AppParts, TestApp } from '../support/app.js';
import { PLATFORMS } from '../support/running-app.js';
import { accounts, meOf } from './fixtures/account.js';

/** Listens for as long as the app runs, as a service of an app does. */
@Injectable()
class Audit implements OnModuleInit {
  readonly heard: SessionEvent[] = [];
  readonly logins: string[] = [];

  constructor(private readonly events: SessionEvents) {}

  onModuleInit(): void {
    this.events.subscribe((event) => this.heard.push(event));
    this.events.on('login', ({ principal }) => this.logins.push(principal));
  }
}

/** What a listener may do wrong. */
const FAULTS = {
  throws: () => {
    throw new Error('a very private value');
  },
  rejects: () => Promise.reject(new TypeError('a very private value')),
  'throws what is no error': () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- an app may
    throw 'a very private value';
  },
} satisfies Record<string, () => unknown>;

class ConsentSession extends Session<{ analytics: boolean }> {
  static override readonly cookieName = 'consent';
}

@Controller()
class Shop {
  @Post('consent')
  async consent(): Promise<void> {
    (await ConsentSession.loadSession()).set('analytics', true);
  }

  @Get('consent')
  async mayCount(): Promise<boolean> {
    return (await ConsentSession.loadSession()).get('analytics', false);
  }

  @Post('count')
  async count(@CurrentSession() session: Session): Promise<number> {
    return session.increment('count');
  }
}

const parts: AppParts = accounts({}, { providers: [Audit], controllers: [Shop] });

describe.each(PLATFORMS)('SessionEvents on %s', (_, platform) => {
  const within = (work: (app: TestApp, audit: Audit) => Promise<void>): Promise<void> =>
    TestApp.within(platform, parts, (app) => work(app, app.nest.get(Audit)));

  it('tell a service of what happens to the sessions of its app, in the order in which it happens', () =>
    within(async (app, audit) => {
      const visitor = app.visitor();
      await visitor.post('/login/ada');
      const { id } = await meOf(visitor);
      await visitor.post('/rotate');
      await visitor.post('/regenerate');
      await visitor.post('/logout');
      expect(audit.heard).toEqual([
        { type: 'created', id },
        { type: 'login', id, principal: 'ada' },
        { type: 'rotated', id },
        { type: 'regenerated', id },
        { type: 'invalidated', id },
      ]);
      expect(audit.logins).toEqual(['ada']);
    }));

  it('are those of the channel of the process', () =>
    within(async (app, audit) => {
      const published = await eventsDuring(async () => {
        const visitor = app.visitor();
        await visitor.post('/login/ada');
        await visitor.post('/count');
        await visitor.post('/sign-out-everywhere');
        await visitor.get('/me');
      });
      expect(published.map(({ type }) => type)).toEqual(['created', 'login', 'revoked', 'unknown-token']);
      expect(audit.heard).toEqual(published);
    }));

  it('are no longer told to who has stopped listening', () =>
    within(async (app, audit) => {
      const heard: SessionEvent[] = [];
      const stop = app.nest.get(SessionEvents).subscribe((event) => heard.push(event));
      await app.visitor().post('/login/ada');
      stop();
      await app.visitor().post('/login/bob');
      expect(heard).toHaveLength(2);
      expect(audit.heard).toHaveLength(4);
    }));

  it('of one app are not told to another in the same process', () =>
    within((one, audit) =>
      within(async (other, others) => {
        await one.visitor().post('/login/ada');
        await other.visitor().post('/login/bob');
        expect([audit.logins, others.logins]).toEqual([['ada'], ['bob']]);
      }),
    ));

  it.each(Object.keys(FAULTS) as (keyof typeof FAULTS)[])(
    'reach neither the request nor another listener by one that %s: it is one line in the log',
    (how) =>
      within(async (app, audit) => {
        const stop = app.nest.get(SessionEvents).on('login', FAULTS[how]);
        const visitor = app.visitor();
        expect((await visitor.post('/login/ada')).status).toBe(201);
        expect((await meOf(visitor)).principal).toBe('ada');
        stop();
        expect(audit.logins).toEqual(['ada']);
        expect(app.log.of('warn')).toEqual([
          expect.stringMatching(
            /^A listener to the session event "login" failed \((Error|TypeError|string)\)\.$/,
          ),
        ]);
        expect(JSON.stringify([app.log.of('warn'), app.log.of('error')])).not.toContain('private');
      }),
  );

  it('tell once that a session with a cookie of its own has expired, whoever finds out', () =>
    within(async (app, audit) => {
      const visitor = app.visitor();
      await visitor.post('/consent');
      const [id = ''] = audit.heard.map((event) => ('id' in event ? event.id : ''));
      app.clock.advance(30 * 60_000);
      await visitor.get('/consent');
      await app.nest.get(Sessions).revoke(id, 'ada');
      expect(audit.heard.map(({ type }) => type)).toEqual(['created', 'expired']);
    }));

  it('keep no session alive by a listener that throws at its end (law D4)', () =>
    within(async (app) => {
      app.nest.get(SessionEvents).on('invalidated', FAULTS.throws);
      const visitor = app.visitor();
      await visitor.post('/login/ada');
      const thief = visitor.twin();
      expect((await visitor.post('/logout')).status).toBe(201);
      expect((await meOf(thief)).principal).toBeNull();
    }));
});
