import { Controller, Get, Post } from '@nestjs/common';
import { CurrentSession, type Session, SessionParam } from 'nestjs-sessions';

@Controller('counter')
export class CounterController {
  @Get()
  show(@SessionParam({ key: 'visits', default: 0 }) visits: number): { visits: number } {
    return { visits };
  }

  /** Safe when requests run at the same time, also in several processes: none of them is lost. */
  @Post()
  async count(@CurrentSession() session: Session): Promise<{ visits: number }> {
    return { visits: await session.increment('visits') };
  }
}
