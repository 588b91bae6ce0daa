import { type ExecutionContext, UnauthorizedException } from '@nestjs/common';
import type { SessionError } from '../../errors/session-error.js';
import { wsException } from '../web-socket/ws-exception.js';

/** What a client is told, beside the code. */
interface Refusal {
  readonly message: string;
  readonly [fact: string]: unknown;
}

/** 401 in the words of the transport: HTTP and GraphQL have an exception for it, a socket an event. */
export function unauthorized(context: ExecutionContext, cause: SessionError, refusal: Refusal): Error {
  const { code } = cause;
  const kind: string = context.getType();
  if (kind === 'ws') return Object.assign(wsException({ code, ...refusal }), { cause });
  return new UnauthorizedException({ statusCode: 401, code, ...refusal }, { cause });
}
