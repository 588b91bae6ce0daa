import { BadRequestException, Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { CurrentSession, type Session } from 'nestjs-sessions';

@Controller()
export class AccountController {
  /** The chapter's first route. */
  @Get('whoami')
  whoami(@CurrentSession() session: Session): { user: string | null } {
    return { user: session.principal };
  }

  /** No password here: this sample is about what happens to the session. The cart survives the login, the rest does not. */
  @Post('login')
  @HttpCode(200)
  async login(@Body('name') name: unknown, @CurrentSession() session: Session): Promise<{ user: string }> {
    if (typeof name !== 'string' || name.trim() === '')
      throw new BadRequestException('Who are you? Send a name.');
    await session.login(name.trim(), { keep: ['cart'] });
    return { user: name.trim() };
  }

  @Post('logout')
  @HttpCode(200)
  async logout(@CurrentSession() session: Session): Promise<{ user: null }> {
    await session.logout();
    return { user: null };
  }
}
