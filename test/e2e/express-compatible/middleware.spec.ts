import type { IncomingMessage } from 'node:http';
import { Controller, Get, Module, Post, Session as NestSession } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { type ExpressSession, SessionModule, type SessionModuleOptions } from '../../../lib/index.js';
import { FaultyProvider } from '../../support/faulty-provider.js';
import { type Platform, PLATFORMS, RunningApp } from '../../support/running-app.js';
import { Visitor } from '../../support/visitor.js';

type Carrier = IncomingMessage & { session: Record<string, unknown>; sessionID?: string; visits?: unknown };

@Controller()
class VisitController {
  @Post('visit')
  visit(@NestSession() session: ExpressSession): void {
    session['visits'] = ((session['visits'] as number | undefined) ?? 0) + 1;
  }

  @Get('seen')
  seen(@NestSession() session: ExpressSession): object {
    return { ...session, cookie: undefined };
  }
}

/** Boots as main.ts does, with a middleware that reads the session at once, as those for express-session do. */
async function within(
  platform: Platform,
  options: SessionModuleOptions,
  work: (app: { provider: FaultyProvider; visitor: Visitor; seen: unknown[] }) => Promise<void>,
): Promise<void> {
  const provider = new FaultyProvider();
  const seen: unknown[] = [];

  @Module({
    imports: [
      SessionModule.forRoot({ directory: import.meta.dirname, sessionProvider: provider, ...options }),
    ],
    controllers: [VisitController],
  })
  class AppModule {}

  const app = await RunningApp.start(AppModule, platform, (nest) => {
    nest.use((request: Carrier, _: unknown, next: () => void) => {
      seen.push([request.session['visits'], typeof request.sessionID]);
      next();
    });
  });
  try {
    await work({ provider, visitor: new Visitor(app.url), seen });
  } finally {
    await app.close();
  }
}

describe.each(PLATFORMS)('middleware on %s with session.express_compatible: true', (_, platform) => {
  const compatible = { expressCompatible: true };

  it('has the session loaded, at one call to the store for the whole request', () =>
    within(platform, compatible, async ({ provider, visitor, seen }) => {
      await visitor.post('/visit');
      const before = provider.calls;
      expect((await visitor.get('/seen')).body).toEqual({ visits: 1 });
      expect(seen).toEqual([
        [undefined, 'undefined'],
        [1, 'string'],
      ]);
      expect(provider.calls - before).toBe(1);
    }));

  it('is not reached while the store fails: the answer is 503, and the next one is as before', () =>
    within(platform, compatible, async ({ provider, visitor, seen }) => {
      await visitor.post('/visit');
      provider.faults.next('load', 'fail-before');
      expect((await visitor.get('/seen')).status).toBe(503);
      expect(seen).toHaveLength(1);
      expect((await visitor.get('/seen')).body).toEqual({ visits: 1 });
    }));

  it('is told by 503 that a save failed that nobody asked for', () =>
    within(platform, compatible, async ({ provider, visitor }) => {
      await visitor.post('/visit');
      provider.faults.next('replace', 'fail-before');
      expect((await visitor.post('/visit')).status).toBe(503);
      expect((await visitor.get('/seen')).body).toEqual({ visits: 1 });
    }));
});
