import { Body, Controller, Get, Module, Post, UnauthorizedException } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CurrentSession, RequireSession, type Session, SessionModule, Sessions } from 'nestjs-sessions';
import type { SessionSummary } from 'nestjs-sessions';

const FORM = `<!doctype html><title>Log in</title><form method="post" action="/login">
  <input name="name" placeholder="Ada"> <input name="password" type="password" placeholder="lovelace">
  <label><input name="remember" type="checkbox" value="yes"> remember me</label> <button>Log in</button></form>`;

@Controller()
class AccountController {
  constructor(private readonly sessions: Sessions) {}

  @Get()
  form(): string {
    return FORM;
  }

  /** One password for all: this sample is about what happens to the session. */
  @Post('login')
  async login(@CurrentSession() session: Session, @Body() form: Record<string, string>): Promise<object> {
    const { name, password, device, remember } = form;
    if (!name || password !== 'lovelace') throw new UnauthorizedException('Try Ada and lovelace.');
    await session.login(name, {
      amr: ['pwd'],
      persistent: remember === 'yes',
      ...(device ? { device } : {}),
    });
    return { user: session.principal };
  }

  @Get('devices')
  @RequireSession()
  async devices(
    @CurrentSession() session: Session,
  ): Promise<readonly (SessionSummary & { here: boolean })[]> {
    const all = await this.sessions.list(session.principal ?? '');
    return all.map((each) => ({ ...each, here: each.id === session.id }));
  }

  @Post('devices/sign-out-others')
  @RequireSession()
  async signOutOthers(@CurrentSession() session: Session): Promise<object> {
    return { ended: await this.sessions.revokeOthers(session) };
  }
}

const options = { principals: { limit: 5, deviceFacts: true }, timeouts: { preset: 'consumer' } } as const;

@Module({ imports: [SessionModule.forRoot(options)], controllers: [AccountController] })
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
await app.listen(process.env['PORT'] ?? 3000);
const url = (await app.getUrl()).replace('[::1]', 'localhost').replace('127.0.0.1', 'localhost');
const as = (device: string): string => `-d 'name=Ada&password=lovelace&device=${device}' ${url}/login`;
console.log(`\nThe login sample answers at ${url}\n
  curl -c phone.txt ${as('phone')}\n  curl -c laptop.txt ${as('laptop')}
  curl -b laptop.txt ${url}/devices
  curl -b laptop.txt -X POST ${url}/devices/sign-out-others\n  curl -b phone.txt ${url}/devices\n`);
