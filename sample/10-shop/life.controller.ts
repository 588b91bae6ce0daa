import { Controller, Get } from '@nestjs/common';
import { CurrentSession, type Session } from 'nestjs-sessions';
import { PageFrame } from './page-frame.js';
import { lifePage } from './pages/life.page.js';
import { RequestLog } from './request-log.js';

/** For developers: the life of the session that is looking. */
@Controller('session')
export class LifeController {
  constructor(
    private readonly log: RequestLog,
    private readonly frame: PageFrame,
  ) {}

  @Get()
  show(@CurrentSession() session: Session): Promise<string> {
    const main = lifePage(session, this.log.of(session.id), Date.now());
    return this.frame.around({ title: 'The life of this session', here: '/session', main });
  }
}
