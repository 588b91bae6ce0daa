import { STATUS_CODES } from 'node:http';
import type { ExecutionContext } from '@nestjs/common';
import { SessionError } from '../../errors/session-error.js';
import { importOptional } from '../../providers/optional-import.js';

/** What a client is told over a socket, as the event `exception`. */
export interface SocketRefusal {
  readonly code: string;
  readonly message: string;
}

type ExceptionClass = new (error: object) => Error;

let exceptionClass: ExceptionClass | undefined;

/** Gets `WsException` ready, the only error whose text Nest hands on over a socket; an app without gateways need not have it. */
export async function loadWsException(): Promise<void> {
  const module = (await importOptional('@nestjs/websockets')) as
    { readonly WsException: ExceptionClass } | undefined;
  exceptionClass = module?.WsException;
}

/** An error that reaches the client as it stands here. */
export function wsException(refusal: SocketRefusal): Error {
  const told = { status: 'error', ...refusal };
  return exceptionClass ? new exceptionClass(told) : Object.assign(new Error(refusal.message), told);
}

/** An error as the transport of a handler tells it: over a socket it has to be a {@link wsException}, elsewhere it is fine as it is. */
export const inWordsOf = (context: ExecutionContext, error: unknown): unknown =>
  context.getType() === 'ws' ? forSocket(error) : error;

/** As HTTP shows them: the text of an outage stays here. A mistake of the app's code goes to the log, as any other error. */
function forSocket(error: unknown): unknown {
  if (!(error instanceof SessionError) || error.statusCode === undefined) return error;
  const { code, statusCode, expose } = error;
  const message = expose ? error.message : (STATUS_CODES[statusCode] ?? code);
  return Object.assign(wsException({ code, message }), { cause: error });
}
