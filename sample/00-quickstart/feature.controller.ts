import { Body, Controller, Get, Post } from '@nestjs/common';
import { CurrentSession, type Session, SessionParam } from 'nestjs-sessions';

@Controller('feature')
export class FeatureController {
  /** The chapter's second route: the parameter's name is the key, and its default applies while the key is missing. */
  @Get()
  feature(@SessionParam() beta: boolean = false): { beta: boolean } {
    return { beta };
  }

  /** The chapter's other spelling: the key is a path into an object. */
  @Get('flag')
  flag(@SessionParam('feature_flags.beta') beta: boolean = false): { beta: boolean } {
    return { beta };
  }

  @Post()
  choose(@Body('beta') beta: unknown, @CurrentSession() session: Session): { beta: boolean } {
    session.set('beta', beta === true).set('feature_flags', { beta: beta === true });
    return { beta: beta === true };
  }
}
