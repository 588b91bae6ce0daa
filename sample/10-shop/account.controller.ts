import { Body, Controller, Get, Headers, Post, Query, Redirect, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CurrentSession, type Session, UseSession } from 'nestjs-sessions';
import { deviceName } from './device-name.js';
import { field, type Form } from './form.js';
import { PageFrame } from './page-frame.js';
import { loginPage } from './pages/login.page.js';
import { UsersService } from './users.service.js';

/** Where a login may lead: a link from elsewhere chooses none but these. */
const PLACES = ['/', '/cart', '/checkout', '/devices', '/session'];

@Controller()
export class AccountController {
  constructor(
    private readonly users: UsersService,
    private readonly frame: PageFrame,
  ) {}

  @Get('login')
  @UseSession()
  form(@Query() query: Form): Promise<string> {
    return this.#form({ next: field(query, 'next') });
  }

  /** The cart comes along; whatever else a stranger may have put into the session before does not. */
  @Post('login')
  async login(
    @CurrentSession() session: Session,
    @Headers('user-agent') userAgent: string | undefined,
    @Body() form: Form,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string | undefined> {
    const [name, next] = [field(form, 'name'), field(form, 'next')];
    const user = await this.users.check(name, field(form, 'password'));
    if (!user) {
      response.status(401);
      return this.#form({ next, name, failed: true });
    }
    await session.login(user.id, {
      keep: ['cart'],
      amr: ['pwd'],
      device: deviceName(userAgent),
      persistent: field(form, 'remember') === 'yes',
    });
    session.flash('notice', `Welcome, ${user.name}.`);
    response.redirect(303, PLACES.includes(next) ? next : '/');
    return undefined;
  }

  @Post('logout')
  @Redirect('/', 303)
  async logout(@CurrentSession() session: Session): Promise<void> {
    await session.logout();
  }

  #form(facts: {
    readonly next: string;
    readonly name?: string;
    readonly failed?: boolean;
  }): Promise<string> {
    return this.frame.around({ title: 'Log in', here: '/login', main: loginPage(facts) });
  }
}
