import { Controller, Get, Post, Res, Delete, Param, Req } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CurrentSession, Session, Sessions, SessionEvents } from '../../lib/index.js';
import { TestApp } from '../support/app.js';
import { PLATFORMS } from '../support/running-app.js';
import { settled } from '../support/deferred.js';

class AdminSession extends Session<{ a: number; userId: string; x: number }> {
  static override readonly cookieName = 'admin_session';
}

@Controller()
class C {
  constructor(private readonly sessions: Sessions) {}
  @Post('begin') begin(@CurrentSession() s: Session) { s.set('a' as never, 1 as never); }
  @Get('read') read(@CurrentSession() s: Session) { return { id: s.id, principal: s.principal, values: s.toObject() }; }
  @Get('stream/:how')
  async stream(@CurrentSession() s: Session, @Param('how') how: string, @Res() res: any) {
    const raw = res.raw ?? res;
    if (res.hijack) res.hijack();
    raw.writeHead(200, { 'content-type': 'text/plain' });
    raw.write('one');
    await settled();
    let out = 'ok';
    try {
      if (how === 'login') await s.login('ada', { keep: 'all' });
      if (how === 'regenerate') await s.regenerate({ keep: 'all' });
      if (how === 'user') s.set('userId' as never, 'ada' as never);
    } catch (e: any) { out = String(e.code ?? e); }
    raw.end(out);
  }
  @Post('logout-then-set') async lts(@CurrentSession() s: Session) { await s.logout(); s.set('flash' as never, 'bye' as never); }
  @Post('login/:u') async login(@CurrentSession() s: Session, @Param('u') u: string) { await s.login(u); }
  @Post('admin-login/:u') async alogin(@Param('u') u: string) { const a = await AdminSession.loadSession(); await a.login(u); }
  @Get('admin') async admin() { const a = await AdminSession.loadSession(); return { p: a.principal }; }
  @Post('others') async others(@CurrentSession() s: Session) { return { n: await this.sessions.revokeOthers(s) }; }
  @Delete('revoke/:id') async revoke(@CurrentSession() s: Session, @Param('id') id: string) { return { n: await this.sessions.revoke(id, 'ada') }; }
}

describe.each(PLATFORMS)('late %s', (_n, platform) => {
  it.each(['login', 'regenerate', 'user'])('%s', async (how) => {
    await TestApp.within(platform, { controllers: [C], session: { principals: { userKey: 'userId' } } }, async (app) => {
      const v = app.visitor();
      await v.post('/begin');
      const a = await v.get('/stream/' + how);
      const after = await v.get('/read');
      console.log(_n, how, a.status, a.body, a.cookies.length, JSON.stringify(after.body));
    });
  });
});
describe('others', () => {
  const [[, platform]] = PLATFORMS as any;
  it('revoke bad id', async () => {
    await TestApp.within(platform, { controllers: [C] }, async (app) => {
      const v = app.visitor();
      await v.post('/login/ada');
      for (const id of ['..%2f..', '%00', 'x'.repeat(5000), 'a']) {
        const r = await v.send('DELETE', '/revoke/' + id);
        console.log('revoke', id.slice(0, 10), r.status, JSON.stringify(r.body), app.store.calls);
      }
    });
  });
  it('siblings', async () => {
    await TestApp.within(platform, { controllers: [C], session: { principals: { limit: 1 } } }, async (app) => {
      const v = app.visitor();
      await v.post('/login/ada');
      await v.post('/admin-login/ada');
      console.log('sib limit 1', JSON.stringify((await v.get('/read')).body), JSON.stringify((await v.get('/admin')).body));
    });
    await TestApp.within(platform, { controllers: [C] }, async (app) => {
      const v = app.visitor();
      await v.post('/login/ada');
      await v.post('/admin-login/ada');
      const n = await v.post('/others');
      console.log('sib others', JSON.stringify(n.body), JSON.stringify((await v.get('/read')).body), JSON.stringify((await v.get('/admin')).body), (await app.nest.get(Sessions).list('ada')).length);
    });
  });
  it('csd', async () => {
    await TestApp.within(platform, { controllers: [C], session: { clearSiteData: 'storage' }, main: (n: any) => void n.set('trust proxy', true) }, async (app) => {
      const v = app.visitor();
      await v.post('/login/ada');
      const r = await v.send('POST', '/logout-then-set', undefined, { 'x-forwarded-proto': 'https' });
      console.log('csd', r.headers.get('clear-site-data'), r.cookies);
    });
    await TestApp.within(platform, { controllers: [C], session: { creation: 'eager', clearSiteData: 'storage' }, main: (n: any) => void n.set('trust proxy', true) }, async (app) => {
      const v = app.visitor();
      await v.post('/login/ada');
      const r = await v.send('POST', '/logout-then-set', undefined, { 'x-forwarded-proto': 'https' });
      console.log('csd eager', r.headers.get('clear-site-data'), r.cookies.length);
    });
  });
  it('expired twice', async () => {
    await TestApp.within(platform, { controllers: [C] }, async (app) => {
      const v = app.visitor();
      const seen: any[] = [];
      app.nest.get(SessionEvents).subscribe((e) => seen.push(e));
      await v.post('/admin-login/ada');
      app.clock.advance(30 * 60_000 + 1);
      await v.get('/admin'); await v.get('/admin');
      await app.nest.get(Sessions).list('ada');
      app.clock.advance(120_000);
      await app.provider.sweep?.(10, (id: string, r: any) => (app.nest.get(Sessions) as any));
      console.log(seen.map((e) => e.type).join());
    });
  });
});
