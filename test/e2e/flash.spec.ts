import { Body, Controller, Get, HttpCode, Injectable, Post, Redirect } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CurrentSession, Session, UseSession } from '../../lib/index.js';
import { TestApp } from '../support/app.js';
import { PLATFORMS } from '../support/running-app.js';

/** A singleton: what it is asked about is the request that asks. */
@Injectable()
class Notices {
  constructor(private readonly session: Session) {}

  leave(text: string): void {
    this.session.flash('notice', text);
  }
}

@Controller()
class PageController {
  constructor(private readonly notices: Notices) {}

  @Post('save')
  @UseSession()
  @Redirect('/page', 303)
  save(@Body('text') text: string): void {
    this.notices.leave(text);
  }

  @Post('invalid')
  @HttpCode(200)
  invalid(@CurrentSession() { flash }: Session): Promise<unknown> {
    flash.now('error', 'Empty.');
    return flash.take();
  }

  @Get('page')
  page(@CurrentSession() session: Session): Promise<unknown> {
    return session.flash.take();
  }

  @Get('on')
  @Redirect('/page')
  async on(@CurrentSession() { flash }: Session): Promise<void> {
    await flash.take();
    flash.reflash();
  }

  @Get('image')
  image(@CurrentSession() session: Session): number {
    return session.size;
  }
}

describe.each(PLATFORMS)('session.flash on %s', (_, platform) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(platform, { controllers: [PageController], providers: [Notices] });
  });

  afterAll(() => app.close());

  it('is shown by the page behind a redirect, once, whatever was loaded in between', async () => {
    const visitor = app.visitor();
    expect((await visitor.post('/save', { text: 'Saved.' })).status).toBe(303);
    await visitor.get('/image');
    expect((await visitor.get('/page')).body).toEqual({ notice: ['Saved.'] });
    expect((await visitor.get('/page')).body).toEqual({});
  });

  it('is shown by one of several pages that are loaded at the same time, and kept over a further redirect', async () => {
    const visitor = app.visitor();
    await visitor.post('/save', { text: 'Saved.' });
    await visitor.get('/on');
    const pages = await Promise.all(Array.from({ length: 6 }, () => visitor.twin().get('/page')));
    expect(pages.map(({ body }) => JSON.stringify(body)).toSorted()).toEqual([
      '{"notice":["Saved."]}',
      ...Array.from({ length: 5 }, () => '{}'),
    ]);
  });

  it('is kept apart from the messages of others', async () => {
    const [ada, bob] = [app.visitor(), app.visitor()];
    await Promise.all([ada.post('/save', { text: 'Ada' }), bob.post('/save', { text: 'Bob' })]);
    expect((await bob.get('/page')).body).toEqual({ notice: ['Bob'] });
    expect((await ada.get('/page')).body).toEqual({ notice: ['Ada'] });
  });

  it('of now costs nothing: no session, no cookie', async () => {
    const { body, cookies } = await app.visitor().post('/invalid');
    expect([body, cookies]).toEqual([{ error: ['Empty.'] }, []]);
  });
});
