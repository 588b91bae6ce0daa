import { Controller, Get, Module, Post } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import {
  CredentialProvider, CurrentSession, HMACCredentialProvider, InMemorySessionProvider, RandomCredentialProvider, Session, SESSION_CLOCK, SESSION_CONFIG, SESSION_OPTIONS,
  SessionModule, SessionProvider, type SessionSettings,
} from '../../lib/index.js';
import { FakeClock } from '../../lib/testing/fake-clock.js';

@Controller()
class C {
  constructor(private readonly session: Session) {}
  @Get('who') who(@CurrentSession() s: Session) { return { user: s.get('user', null) }; }
  @Post('login') login(@CurrentSession() s: Session) { s.set('user', 'Ada'); }
  @Get('nl') nl() { return this.session.get('x'); }
  @Get('gone') async gone(@CurrentSession() s: Session) {
    const p = provider; const id = s.id; await (p as unknown as InMemorySessionProvider).end(String(id)); s.set('user', 'x'); return 1; }
  @Get('count') async count(@CurrentSession() s: Session) { return s.increment('user'); }
  @Get('date') date(@CurrentSession() s: Session) { s.set('cart', [{ when: new Date() }]); }
}
let provider: unknown;
@Module({ imports: [SessionModule.forRoot()], controllers: [C] }) class AppModule {}
const settings: SessionSettings = {
  environment: 'test', directory: process.cwd(), sessionProvider: InMemorySessionProvider, sessionType: Session, config: {},
  cookie: { name: 'c', path: '/', secure: 'auto', httpOnly: true, sameSite: 'lax', prefix: 'none', partitioned: false },
  timeouts: { idle: 60_000, absolute: 600_000, touch: 1000 }, limits: { size: 4096, keys: 16, depth: 8 }, creation: 'first-write', operationTimeout: 200, interceptor: 'marked',
  auth: { credentialProvider: RandomCredentialProvider, config: {} },
};
describe('scratch', () => {
  it('clock', async () => {
    const clock = new FakeClock();
    const m = await Test.createTestingModule({ imports: [AppModule] }).overrideProvider(SESSION_CLOCK).useValue(clock).compile();
    const app = m.createNestApplication({ logger: false }); await app.init();
    provider = m.get(SessionProvider);
    const a = request.agent(app.getHttpServer());
    await a.post('/login').expect(201);
    await a.get('/who').expect({ user: 'Ada' });
    clock.advance(30 * 60_000);
    await a.get('/who').expect({ user: null });
    for (const p of ['nl', 'date', 'login', 'count', 'gone', 'who']) { const r = p === 'login' ? await a.post('/login') : await a.get('/' + p); console.log(p, r.status, r.text, r.headers); }
    await app.close();
  });
  it('config', async () => {
    const m = await Test.createTestingModule({ imports: [AppModule] }).overrideProvider(SESSION_CONFIG).useValue(settings)
      .overrideProvider(CredentialProvider).useValue(new HMACCredentialProvider({ secret: 'q4mN8vXc2LrT7yWz0KpB5sHd9GfJ3eUa' })).compile();
    const app = m.createNestApplication({ logger: false }); await app.init();
    const a = request.agent(app.getHttpServer());
    const r = await a.post('/login').expect(201);
    expect(r.headers['set-cookie']?.[0]).toMatch(/^c=.{110};/);
    await app.close();
  });
  it('options + provider', async () => {
    const broken = { createSession: () => { throw new Error('down'); }, updateSession() {}, getSession() { return new Promise(() => {}); }, invalidateSession() {} };
    const m = await Test.createTestingModule({ imports: [AppModule] }).overrideProvider(SESSION_OPTIONS).useValue({ cookie: { name: 'opt' }, operationTimeout: 100 })
      .overrideProvider(SessionProvider).useValue(broken).compile();
    const app = m.createNestApplication({ logger: false }); await app.init();
    const r = await request(app.getHttpServer()).post('/login');
    console.log(r.status, r.text, r.headers);
    const g = await request(app.getHttpServer()).get('/who').set('Cookie', 'opt=' + 'a'.repeat(22) + '.' + 'A'.repeat(43));
    console.log(g.status, g.text, g.headers);
    await app.close();
  });
});
