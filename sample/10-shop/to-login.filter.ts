import { type ArgumentsHost, Catch, UnauthorizedException } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import type { Request, Response } from 'express';
import { SessionError } from 'nestjs-sessions';

/** Shows the login to whoever is not logged in, or no longer is: also when the session died while the request was under way. */
@Catch(UnauthorizedException, SessionError)
export class ToLoginFilter extends BaseExceptionFilter {
  override catch(error: unknown, host: ArgumentsHost): void {
    if (error instanceof SessionError && error.code !== 'SESSION_GONE') return super.catch(error, host);
    const request = host.switchToHttp().getRequest<Request>();
    const next = request.method === 'GET' ? request.path : '/';
    host
      .switchToHttp()
      .getResponse<Response>()
      .redirect(303, `/login?next=${encodeURIComponent(next)}`);
  }
}
