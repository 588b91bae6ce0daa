import { applyDecorators } from '@nestjs/common';
import { invalidConfiguration } from '../../errors/configuration.js';
import type { Duration } from '../../providers/duration.js';
import { milliseconds } from '../../session/timeouts.js';
import { UseSession } from '../use-session.decorator.js';
import { FreshAuthGuard } from './fresh-auth.guard.js';
import { useGuardFirst } from './use-guard-first.js';

/** What the login of a request has to be like. */
export interface FreshAuthOptions {
  /** Less than this long ago: milliseconds, or a text such as `'5m'`. Default: however long ago. */
  readonly maxAge?: Duration;
  /** By all of these methods, as `login({ amr })` was told (RFC 8176). Default: by any. */
  readonly amr?: readonly string[];
}

/** A method goes into a header, so it is a name and nothing else (RFC 8176, 2). */
const METHOD = /^[A-Za-z0-9_.:-]{1,64}$/;

/**
 * For what needs more than being logged in, such as a transfer or a new password: lets only those pass who logged in recently, and by
 * the named methods. Everybody else gets 401: SESSION_REQUIRED if they are not logged in at all, else FRESH_AUTH_REQUIRED with a
 * `WWW-Authenticate` header that says what kind of login is wanted (step-up, RFC 9470; ASVS 7.5.3).
 *
 * @example
 * ```ts
 * import { Controller, Post } from '@nestjs/common';
 * import { RequireFreshAuth } from 'nestjs-sessions';
 *
 * @Controller('transfers')
 * class TransferController {
 *   @Post()
 *   @RequireFreshAuth({ maxAge: '5m', amr: ['otp'] })
 *   transfer(): string {
 *     return 'done';
 *   }
 * }
 * ```
 *
 * @throws SessionError BAD_TIMEOUT, CONFIG_INVALID when the class is loaded
 */
export function RequireFreshAuth({ maxAge, amr }: FreshAuthOptions): MethodDecorator & ClassDecorator {
  const wrong = amr?.find((method) => !METHOD.test(method));
  if (wrong !== undefined) throw badMethod(wrong);
  const demand = {
    ...(maxAge === undefined ? {} : { maxAge: milliseconds('age of a login', maxAge) }),
    ...(amr === undefined ? {} : { amr }),
  };
  return applyDecorators(UseSession(), useGuardFirst(new FreshAuthGuard(demand)));
}

const badMethod = (method: string): Error =>
  invalidConfiguration([
    {
      key: '@RequireFreshAuth({ amr })',
      seen: JSON.stringify(method).slice(0, 60),
      wanted: 'names of authentication methods',
      fix: "write names such as 'pwd', 'otp' or 'hwk'",
    },
  ]);
