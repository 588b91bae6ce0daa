import type { IncomingMessage, ServerResponse } from 'node:http';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { getIronSession, type IronSession } from 'iron-session';
// @ts-expect-error -- plain JavaScript, shared with the load generator
import { sessionValues } from '../session-values.mjs';
import { type AppOrder, startApp } from './start-app.js';

const OPTIONS = {
  cookieName: 'iron',
  password: 'a secret for benches, long enough for all of them',
  cookieOptions: { secure: false },
};
let logins = 0;

type Values = Record<string, unknown> & { user: { visits: number } };

/** The messages themselves, also where a platform wraps them. */
const sessionOf = (
  req: IncomingMessage & { readonly raw?: IncomingMessage },
  res: ServerResponse & { readonly raw?: ServerResponse },
): Promise<IronSession<Values>> => getIronSession<Values>(req.raw ?? req, res.raw ?? res, OPTIONS);

/** iron-session: the whole session is in the cookie, sealed; a handler opens it, and saves it by itself. */
@Controller()
class IronSessionController {
  @Get('plain')
  plain(): object {
    return { count: 0 };
  }

  @Get('read')
  async read(@Req() req: never, @Res({ passthrough: true }) res: never): Promise<object> {
    return { count: (await sessionOf(req, res))['count'] ?? 0 };
  }

  @Get('write')
  async write(@Req() req: never, @Res({ passthrough: true }) res: never): Promise<object> {
    const session = await sessionOf(req, res);
    session['count'] = Number(session['count']) + 1;
    await session.save();
    return { count: session['count'] };
  }

  @Get('mutate')
  async mutate(@Req() req: never, @Res({ passthrough: true }) res: never): Promise<object> {
    const session = await sessionOf(req, res);
    session.user.visits += 1;
    await session.save();
    return { count: session.user.visits };
  }

  @Get('login')
  async login(@Req() req: never, @Res({ passthrough: true }) res: never): Promise<object> {
    const session = await sessionOf(req, res);
    session['principal'] = `user ${(logins += 1)}`;
    await session.save();
    return { count: 0 };
  }

  @Get('seed')
  async seed(
    @Req() req: never,
    @Res({ passthrough: true }) res: never,
    @Query('bytes') bytes: string,
  ): Promise<object> {
    const session = await sessionOf(req, res);
    Object.assign(session, sessionValues(Number(bytes)));
    await session.save();
    return { count: 0 };
  }
}

export const start = ({ platform }: AppOrder): Promise<number> =>
  startApp(platform, { controller: IronSessionController });
