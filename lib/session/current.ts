import { AsyncLocalStorage } from 'node:async_hooks';
import { noRequest } from '../errors/use.js';
import type { SessionType } from './session.js';
import type { SessionHandle } from './session-handle.js';

/** What is current while one request runs: where its sessions are found. One request has one scope, however many apps a process runs. */
export interface SessionScope {
  /** The handle of the session of this type, made on first demand, without I/O. */
  handleOf(type: SessionType): SessionHandle;

  /** The handle of the session with this cookie name. */
  handleNamed(cookieName: string): SessionHandle;
}

const scopes = new AsyncLocalStorage<SessionScope>();

/** Runs `task`, and everything that it starts, inside a request's scope. */
export const runInScope = <T>(scope: SessionScope, task: () => T): T => scopes.run(scope, task);

/** The scope that is current; `undefined` outside of any. */
export const scopeAround = (): SessionScope | undefined => scopes.getStore();

/** @throws SessionError NO_REQUEST outside a request */
export function currentScope(): SessionScope {
  const scope = scopeAround();
  if (!scope) throw noRequest();
  return scope;
}
