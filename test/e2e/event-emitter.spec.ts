import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { splitToken } from '../../lib/credentials/token.js';
import type { SessionEvent, SessionEventOf } from '../../lib/index.js';
import { SessionEventEmitterModule, type SessionEventName } from '../../lib/adapters/event-emitter/index.js';
import { eventsDuring } from '../../lib/testing/event-log.js';
import { type AppParts, TestApp } from '../support/app.js';
import { tokenIn } from '../support/attacked.js';
import { PLATFORMS } from '../support/running-app.js';
import { Account, meOf } from './fixtures/account.js';

const MINUTE_MS = 60_000;

/** Handlers as an app has them. */
@Injectable()
class Audit {
  readonly heard: SessionEvent[] = [];
  readonly logins: string[] = [];

  @OnEvent('session.*')
  hear(event: SessionEvent): void {
    this.heard.push(event);
  }

  @OnEvent('session.login' satisfies SessionEventName)
  welcome({ principal }: SessionEventOf<'login'>): void {
    this.logins.push(principal);
  }
}

/** What handlers may do wrong; Nest logs it, or is told not to. */
@Injectable()
class Faulty {
  @OnEvent('session.login')
  fail(): void {
    throw new Error('a handler failed');
  }

  @OnEvent('session.login', { suppressErrors: false })
  async failOpenly(): Promise<void> {
    throw new Error('a handler failed openly');
  }
}

const parts: AppParts = {
  controllers: [Account],
  providers: [Audit],
  imports: [EventEmitterModule.forRoot({ wildcard: true }), SessionEventEmitterModule],
};

describe.each(PLATFORMS)('SessionEventEmitterModule on %s', (_, platform) => {
  const within = (
    work: (app: TestApp, audit: Audit) => Promise<void>,
    changes: AppParts = {},
  ): Promise<void> =>
    TestApp.within(platform, { ...parts, ...changes }, (app) => work(app, app.nest.get(Audit)));

  it('tells handlers of logins and logouts, each once, as what the events are called', () =>
    within(async (app, audit) => {
      const visitor = app.visitor();
      await visitor.post('/login/ada');
      const { id } = await meOf(visitor);
      await visitor.post('/logout');
      expect(audit.heard).toEqual([
        { type: 'created', id },
        { type: 'login', id, principal: 'ada' },
        { type: 'invalidated', id },
      ]);
      expect(audit.logins).toEqual(['ada']);
    }));

  it('tells all that the channel of the process tells: conflicts, outages and reuse, too', () =>
    within(async (app, audit) => {
      const published = await eventsDuring(async () => {
        const visitor = app.visitor();
        await visitor.post('/login/ada');
        const { id = '' } = splitToken(tokenIn(visitor.cookie)) ?? {};
        app.store.answer('replace', app.provider.memory.load(id));
        await visitor.post('/values', { cart: 2 });
        app.store.next('load', 'fail-before');
        await visitor.get('/me');
        const thief = visitor.twin();
        await visitor.post('/rotate');
        await visitor.get('/me');
        app.clock.advance(5 * MINUTE_MS);
        await thief.get('/me');
      });
      expect(published.map(({ type }) => type)).toEqual([
        'created',
        'login',
        'conflict',
        'outage',
        'rotated',
        'reuse-detected',
      ]);
      expect(audit.heard).toEqual(published);
    }));

  it('lets no handler that throws reach a request or another handler', () =>
    within(
      async (app, audit) => {
        app.nest.get(EventEmitter2).on('session.created', () => {
          throw new Error('a listener failed');
        });
        const visitor = app.visitor();
        expect((await visitor.post('/login/ada')).status).toBe(201);
        expect((await meOf(visitor)).principal).toBe('ada');
        expect(audit.logins).toEqual(['ada']);
        expect(app.log.of('error')).toEqual(['a handler failed']);
        expect(app.log.of('warn')).toEqual([
          'A listener to the session event "created" failed (Error).',
          'A listener to the session event "login" failed (Error).',
        ]);
      },
      { providers: [Audit, Faulty] },
    ));

  it('leaves the events of one app to that app', () =>
    within((one, audit) =>
      within(async (other, others) => {
        await one.visitor().post('/login/ada');
        await other.visitor().post('/login/bob');
        expect([audit.logins, others.logins]).toEqual([['ada'], ['bob']]);
      }),
    ));

  it('stops the boot of an app that has no sessions', async () => {
    await expect(TestApp.start(platform, { ...parts, session: null, controllers: [] })).rejects.toThrow(
      'SessionEvents',
    );
  });
});
