import { Controller, Get, Post } from '@nestjs/common';
import { afterEach, describe, expect, it } from '@jest/globals';
import { CurrentSession, Session, SessionParam } from '../../lib/index.js';
import { splitToken } from '../../lib/credentials/token.js';
import { decodeRecord, etagOf, newEtag } from '../../lib/record/record-text.js';
import { encodeMeta } from '../../lib/record/meta.js';
import { eventsDuring } from '../../lib/testing/event-log.js';
import { type AppParts, TestApp } from '../support/app.js';
import { attacked, EXPRESS, tokenIn } from '../support/attacked.js';

@Controller()
class Account {
  @Post('login')
  login(@CurrentSession() session: Session): void {
    session.set('user', 'Ada');
  }

  @Get('read')
  read(@CurrentSession() session: Session): object {
    return session.toObject();
  }

  @Get('admin')
  admin(@CurrentSession() session: Session, @SessionParam('user.admin') admin: boolean = false): object {
    const user: unknown = session.get('user');
    const values = session.toObject();
    return {
      admin,
      inherited: [user, values, {}].map((object) => (object as { admin?: unknown }).admin ?? null),
      methods: [typeof session.save, typeof session.invalidate, session.has('user')],
    };
  }

  @Get('count')
  async count(@CurrentSession() session: Session): Promise<object> {
    session.get('user');
    return { count: await session.increment('count') };
  }
}
