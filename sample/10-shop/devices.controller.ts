import { Controller, Get, Param, Post, Redirect } from '@nestjs/common';
import { CurrentSession, RequireSession, type Session, Sessions } from 'nestjs-sessions';
import { PageFrame } from './page-frame.js';
import { devicesPage } from './pages/devices.page.js';

@Controller('devices')
@RequireSession()
export class DevicesController {
  constructor(
    private readonly sessions: Sessions,
    private readonly frame: PageFrame,
  ) {}

  @Get()
  async list(@CurrentSession() { id, principal }: Session): Promise<string> {
    const main = devicesPage(await this.sessions.list(principal ?? ''), id);
    return this.frame.around({ title: 'Your devices', here: '/devices', main });
  }

  /** The second argument of `revoke`: nobody ends the session of another, whose id they have seen somewhere. */
  @Post(':id/sign-out')
  @Redirect('/devices', 303)
  async end(@CurrentSession() session: Session, @Param('id') id: string): Promise<void> {
    const ended = await this.sessions.revoke(id, session.principal ?? '');
    session.flash('notice', ended ? 'That device is signed out.' : 'That device was signed out before.');
  }

  @Post('sign-out-others')
  @Redirect('/devices', 303)
  async endOthers(@CurrentSession() session: Session): Promise<void> {
    const ended = await this.sessions.revokeOthers(session);
    session.flash('notice', `Signed out everywhere else: ${ended} ${ended === 1 ? 'device' : 'devices'}.`);
  }
}
