import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Post,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { CrossSiteGuard, CurrentSession, Session } from '../../lib/index.js';
import { attacked } from '../support/attacked.js';
import { FROM, send } from '../support/cross-site-requests.js';
import { PLATFORMS } from '../support/running-app.js';

/** What many a protection does: it looks at requests only that bring a session along. */
class OnlyWithCookie implements CanActivate {
  readonly #guard = new CrossSiteGuard();

  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
    return headers['cookie'] === undefined || this.#guard.canActivate(context);
  }
}

function loginBehind(...guards: (Type<CanActivate> | CanActivate)[]): Type {
  @UseGuards(...guards)
  @Controller()
  class Login {
    @Post('login')
    async login(@CurrentSession() session: Session): Promise<void> {
      await session.regenerate();
      session.set('user', 'mallory');
    }

    @Get('whoami')
    whoami(@CurrentSession() session: Session): unknown {
      return { user: session.get('user', null) };
    }
  }
  return Login;
}

describe.each(PLATFORMS)("A41 a login that an attacker's page sends, on %s", (_, platform) => {
  /** Whom a victim is logged in as, after the page posted the attacker's own name and password from the victim's browser. */
  const victimOf = (
    controller: Type,
    headers: Readonly<Record<string, string>> = FROM['another site'],
  ): Promise<unknown> =>
    attacked(platform, { controllers: [controller] }, async (app) => {
      const victim = app.visitor();
      const answer = await send(`${app.url}/login`, 'POST', headers);
      for (const line of answer.headers['set-cookie'] ?? []) victim.receive(line);
      const { body } = await victim.get('/whoami');
      return [answer.status, (body as { user: unknown }).user];
    });

  it('is refused though it carries no cookie, and sets none', async () => {
    expect(await victimOf(loginBehind(CrossSiteGuard))).toEqual([403, null]);
    expect(await victimOf(loginBehind(new CrossSiteGuard()), FROM['a sibling subdomain'])).toEqual([
      403,
      null,
    ]);
    expect(await victimOf(loginBehind(CrossSiteGuard), FROM['a sandboxed frame'])).toEqual([403, null]);
  });

  it("works from the app's own page", async () => {
    expect(await victimOf(loginBehind(CrossSiteGuard), FROM['a page of the app'])).toEqual([201, 'mallory']);
  });

  it('succeeds, unprotected, and where requests without a cookie are let pass', async () => {
    expect(await victimOf(loginBehind())).toEqual([201, 'mallory']);
    expect(await victimOf(loginBehind(OnlyWithCookie))).toEqual([201, 'mallory']);
  });
});
