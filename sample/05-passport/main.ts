import { Controller, Get, Module, Post, Req, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import flash from 'connect-flash';
import type { Request } from 'express';
import { SessionModule } from 'nestjs-sessions';
import passport from 'passport';
import { LocalStrategy, LoginGuard, UserSerializer } from './local-login.js';

@Controller()
class AccountController {
  @Post('login')
  @UseGuards(LoginGuard)
  login(@Req() { user }: Request): object {
    return { user };
  }

  @Get()
  page(@Req() request: Request): object {
    return { user: request.user ?? null, errors: request.flash('error') };
  }
}

@Module({
  imports: [
    SessionModule.forRoot({ expressCompatible: true, principals: { userKey: 'passport.user' } }),
    PassportModule.register({ session: true }),
  ],
  controllers: [AccountController],
  providers: [LocalStrategy, UserSerializer],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.use(passport.initialize(), passport.session(), flash());
await app.listen(process.env['PORT'] ?? 3000);
const url = (await app.getUrl()).replace('[::1]', 'localhost').replace('127.0.0.1', 'localhost');
const jar = '-b jar.txt -c jar.txt';
console.log(`\nThe passport sample answers at ${url}\n
  curl ${jar} -d 'username=Ada&password=babbage' ${url}/login
  curl ${jar} ${url}/
  curl ${jar} -d 'username=Ada&password=lovelace' ${url}/login
  curl ${jar} ${url}/\n`);
