import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ConsoleLogger, Controller, Get, Header, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CurrentSession, Session, SessionEvents, SessionModule } from '../../lib/index.js';
import { expectNoTokenLeak } from '../../lib/testing/index.js';
import { FaultyProvider } from '../support/faulty-provider.js';
import { PLATFORMS } from '../support/running-app.js';
import { Visitor } from '../support/visitor.js';

const VALUE = 'canary-of-a-value';

@Controller()
class Noisy {
  @Post('fill')
  async fill(@CurrentSession() session: Session): Promise<void> {
    await session.login('ada');
    session.set('secret', VALUE);
  }

  /** The library warns of the header. */
  @Post('cached')
  @Header('Cache-Control', 'public, max-age=60')
  cached(@CurrentSession() session: Session): void {
    session.set('secret', `${VALUE} again`);
    void session.regenerate({ keep: 'all' }).catch(() => undefined);
  }

  /** An app that logs what it should not: its session, and an error that carries it. */
  @Get('confess')
  confess(@CurrentSession() session: Session): void {
    new ConsoleLogger('Noisy', { json: true }).log({ session });
    throw new Error('confessed', { cause: session });
  }

  @Post('illegal')
  illegal(@CurrentSession() session: Session): void {
    session.set('secret', { inside: () => VALUE });
  }
}

/** All that was printed, a line each, but for what Node says of itself. */
const printed: string[] = [];
beforeEach(() => {
  printed.length = 0;
  const keep = (text: unknown): boolean => {
    const lines = String(text).trimEnd().split('\n');
    return printed.push(...lines.filter((line) => !/^\((node:\d|Use `node)/.test(line))) > 0;
  };
  jest.spyOn(process.stdout, 'write').mockImplementation(keep);
  jest.spyOn(process.stderr, 'write').mockImplementation(keep);
});
afterEach(() => void jest.restoreAllMocks());

describe.each(PLATFORMS)('the log of an app on %s, as JSON', (_, platform) => {
  it('has what the library says in it, a line each, and neither a value nor a token', async () => {
    const provider = new FaultyProvider();
    @Module({
      imports: [SessionModule.forRoot({ directory: import.meta.dirname, sessionProvider: provider })],
      controllers: [Noisy],
    })
    class AppModule {}

    const app = await NestFactory.create(AppModule, platform(), {
      logger: new ConsoleLogger({ json: true }),
    });
    await app.listen(0, '127.0.0.1');
    app.get(SessionEvents, { strict: false }).on('login', () => {
      throw new Error(`a listener failed, with ${VALUE}`);
    });
    const visitor = new Visitor(await app.getUrl());
    await visitor.post('/fill');
    const tokens = [visitor.cookie.slice(visitor.cookie.indexOf('=') + 1)];
    await visitor.post('/cached');
    tokens.push(visitor.cookie.slice(visitor.cookie.indexOf('=') + 1));
    await visitor.get('/confess');
    await visitor.post('/illegal');
    provider.faults.next('load', 'fail-before');
    await visitor.get('/confess');
    await app.close();
    jest.restoreAllMocks();

    const lines = printed.map(
      (line) => JSON.parse(line) as { context?: string; level: string; message: unknown },
    );
    const ours = lines.filter(({ context }) => context === 'SessionModule');
    expect(ours.map(({ level, message }) => [level, message])).toEqual(
      expect.arrayContaining([
        ['log', expect.stringContaining('No serving.')],
        ['warn', expect.stringContaining('session event "login" failed (Error)')],
        ['warn', expect.stringContaining('was sent as no-store')],
      ]),
    );
    expect(lines.filter(({ level }) => level === 'error').length).toBeGreaterThan(1);
    expect(printed.filter((line) => line.includes(VALUE))).toEqual([]);
    expectNoTokenLeak(printed, ...tokens);
  });
});
