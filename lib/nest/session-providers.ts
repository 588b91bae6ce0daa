import {
  type ExecutionContext,
  type FactoryProvider,
  type InjectionToken,
  Logger,
  type Provider,
} from '@nestjs/common';
import { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { loadSettings } from '../config/load-settings.js';
import type { SessionOptions, SessionSettings } from '../config/settings.js';
import { CredentialProvider } from '../credentials/credential-provider.js';
import { SessionEvents } from '../events/session-events.js';
import { SessionRuntime } from '../http/session-runtime.js';
import { systemClock } from '../providers/clock.js';
import { SessionProvider } from '../providers/session-provider.js';
import { currentScope } from '../session/current.js';
import { Session } from '../session/session.js';
import { SessionConnections } from '../session/session-connections.js';
import { Sessions } from '../session/sessions.js';
import { bindHandlers } from './bind-handlers.js';
import { bindGateways } from './web-socket/bind-gateways.js';
import { BUILT_IN_CLASSES } from './built-in-classes.js';
import { BOOT_CHECKS, REQUIRED_METHODS } from './config-checks.js';
import { madeHere, makeCredentials, makeProvider, makeRuntime } from './make-parts.js';
import { sessionOf } from './session-bearer-of.js';
import { hookPlatform } from './platform/hook-platform.js';
import { notePlace } from './runtime-order.js';
import { SessionLifecycle } from './session-lifecycle.js';
import { SESSION_CLOCK, SESSION_CONFIG, SESSION_OPTIONS } from './tokens.js';

/** Reads the configuration and checks all that can be wrong with it at boot, so that one error lists everything. */
const config: FactoryProvider<SessionSettings> = {
  provide: SESSION_CONFIG,
  inject: [SESSION_OPTIONS],
  useFactory: (options: SessionOptions) =>
    loadSettings({
      options,
      env: process.env,
      cwd: process.cwd(),
      builtIns: BUILT_IN_CLASSES,
      required: REQUIRED_METHODS,
      checks: BOOT_CHECKS,
    }),
};

const credentials: FactoryProvider<CredentialProvider> = {
  provide: CredentialProvider,
  inject: [SESSION_CONFIG, SESSION_CLOCK],
  useFactory: makeCredentials,
};

const provider: FactoryProvider<SessionProvider> = {
  provide: SessionProvider,
  inject: [SESSION_CONFIG, SESSION_CLOCK, CredentialProvider],
  useFactory: makeProvider,
};

const runtime: FactoryProvider<SessionRuntime> = {
  provide: SessionRuntime,
  inject: [SESSION_CONFIG, SESSION_CLOCK, CredentialProvider, SessionProvider, SessionEvents],
  useFactory: makeRuntime,
};

/** What listeners of this app hear; one that fails is a line in the log, with what it was told of and never more. */
const events: FactoryProvider<SessionEvents> = {
  provide: SessionEvents,
  useFactory: () =>
    new SessionEvents((told, error) => {
      const name = error instanceof Error ? error.name : typeof error;
      const what = 'type' in told ? `session event "${told.type}"` : `store operation "${told.operation}"`;
      new Logger('SessionModule').warn(`A listener to the ${what} failed (${name}).`);
    }),
};

const sessions: FactoryProvider<Sessions> = {
  provide: Sessions,
  inject: [SessionRuntime, SessionEvents],
  useFactory: (own: SessionRuntime, heard: SessionEvents) =>
    new Sessions(own.parts.manager, {
      events: heard,
      sessionOf: (context) => sessionOf(context as ExecutionContext),
    }),
};

/**
 * One object for the whole app; at each use it finds the session of the request that is running. Frozen: `session.user = …`, meant for
 * one user, would be there for all of them (ATTACKS A53), and throws instead.
 */
const session: FactoryProvider<Session> = {
  provide: Session,
  inject: [SessionRuntime],
  useFactory: (own: SessionRuntime) => {
    const shared = own.session(() => currentScope().handleNamed(own.cookieName));
    Object.freeze(shared);
    return shared;
  },
};

/** The sockets and event streams of this app. */
const connections: FactoryProvider<SessionConnections> = {
  provide: SessionConnections,
  inject: [SessionRuntime],
  useFactory: (own: SessionRuntime) => own.parts.connections,
};

/** Connects all of it: store, handlers, requests, shutdown. Made with the other providers, before Nest registers a route. */
const lifecycle: FactoryProvider<SessionLifecycle> = {
  provide: SessionLifecycle,
  inject: [HttpAdapterHost, ModulesContainer, SessionRuntime, SessionProvider],
  useFactory: connect,
};

async function connect(
  ...[host, modules, own, used]: [HttpAdapterHost, ModulesContainer, SessionRuntime, SessionProvider]
): Promise<SessionLifecycle> {
  notePlace(modules, own);
  await own.parts.manager.parts.store.open?.();
  bindHandlers(modules, own.parts.everywhere);
  const leaveGateways = await bindGateways(modules, own);
  const assertHooked = hookPlatform(host, own);
  return new SessionLifecycle(own, { ownsStore: madeHere(used), assertHooked, leaveGateways });
}

/** The rooms of the module, in the order in which they are made. Each can be overridden in a test, by its token. */
export const SESSION_PROVIDERS: readonly Provider[] = [
  { provide: SESSION_CLOCK, useValue: systemClock },
  config,
  credentials,
  provider,
  events,
  runtime,
  session,
  sessions,
  connections,
  lifecycle,
];

/** What a module that imports this one may inject. */
export const SESSION_EXPORTS: readonly InjectionToken[] = [
  Session,
  Sessions,
  SessionEvents,
  SessionConnections,
  SessionProvider,
  CredentialProvider,
  SESSION_CONFIG,
  SESSION_CLOCK,
];
