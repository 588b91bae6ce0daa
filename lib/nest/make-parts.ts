import { Logger } from '@nestjs/common';
import { isProduction } from '../config/environment.js';
import type { SessionSettings } from '../config/settings.js';
import { invalidConfiguration } from '../errors/configuration.js';
import type { SessionEvents } from '../events/session-events.js';
import type { CredentialProvider } from '../credentials/credential-provider.js';
import { bootLines } from '../doctor/boot-lines.js';
import { cookiePolicy } from '../http/cookie/cookie-policy.js';
import { SessionRuntime } from '../http/session-runtime.js';
import type { Clock } from '../providers/clock.js';
import { asAtomicStore } from '../providers/four-method/as-atomic-store.js';
import { lawsNotHeld } from '../providers/four-method/laws-not-held.js';
import type { AtomicStore } from '../providers/four-method/provider-kind.js';
import { RecordSeal } from '../providers/sealed/record-seal.js';
import { sealedStore } from '../providers/sealed/sealed-store.js';
import type { SessionProvider } from '../providers/session-provider.js';
import { ownRules } from '../session/own-rules.js';
import type { SessionType } from '../session/session.js';
import { SessionConnections } from '../session/session-connections.js';
import { SessionManager } from '../session/session-manager.js';
import { makeMove, unmovable } from './express-session-move.js';
import { sessionPolicy } from './session-policy.js';

/** The credential provider of the configuration: the object it was given, or a new one of the class that it names. */
export function makeCredentials({ auth }: SessionSettings, clock: Clock): CredentialProvider {
  const { credentialProvider, config } = auth;
  if (typeof credentialProvider !== 'function') return credentialProvider;
  return new credentialProvider(config, { clock });
}

/** The session provider of the configuration: the object it was given, or a new one of the class that it names. */
export function makeProvider(
  settings: SessionSettings,
  clock: Clock,
  credentials: CredentialProvider,
): SessionProvider {
  const { sessionProvider, config, timeouts, directory, codec } = settings;
  if (typeof sessionProvider !== 'function') return sessionProvider;
  const provider = new sessionProvider(config, { credentials, clock, timeouts, directory, codec });
  made.add(provider);
  return provider;
}

const made = new WeakSet<SessionProvider>();

/** Whether {@link makeProvider} made it; a provider that came from outside, also by an override in a test, is closed there. */
export const madeHere = (provider: SessionProvider): boolean => made.has(provider);

/** What the parts of a runtime are made from, in the order in which they are injected. */
export type RuntimeIngredients = [SessionSettings, Clock, CredentialProvider, SessionProvider, SessionEvents];

export function makeRuntime(
  ...[settings, clock, credentials, provider, events]: RuntimeIngredients
): SessionRuntime {
  const logger = new Logger('SessionModule');
  const warn = (message: string): void => logger.warn(message);
  const type = settings.sessionType as unknown as SessionType;
  const production = isProduction(settings.environment, process.env);
  const cookie = cookiePolicy(settings.cookie);
  announce(logger, { settings, provider, production });
  const store = storeOf(settings, asAtomicStore(provider, clock));
  assertCounts(settings, store);
  const manager = new SessionManager({
    store,
    credentials,
    clock,
    policy: sessionPolicy(settings),
    listener: (event) => events.tell(event),
    operations: events.operations,
    codec: settings.codec,
    ...ownRules(type, settings),
  });
  const move = makeMove(settings, manager, warn);
  if (move) assertMovable(store);
  const connections = new SessionConnections(manager, settings.webSocket);
  events.subscribe((event) => connections.hear(event));
  return new SessionRuntime({
    manager,
    connections,
    sockets: settings.webSocket,
    cookie,
    type,
    production,
    everywhere: settings.interceptor === 'all',
    clearSiteData: settings.clearSiteData,
    keepsDevices: settings.principals.deviceFacts,
    expressCompatible: settings.expressCompatible,
    ...(move && { move }),
    warn,
  });
}

/** The store that the core works on: with keys, the one behind it never sees a value. */
const storeOf = ({ encryption }: SessionSettings, store: AtomicStore): AtomicStore =>
  encryption ? sealedStore(store, new RecordSeal(encryption.keys.reveal())) : store;

/** A limit that nobody counts would be no limit. */
function assertCounts({ principals: { limit } }: SessionSettings, store: AtomicStore): void {
  if (limit === undefined || store.admit) return;
  throw invalidConfiguration([
    {
      key: 'session.principals.limit',
      seen: String(limit),
      wanted: 'nothing, because the session provider does not know whose sessions it holds',
      fix: 'remove it, or use one of the built-in providers',
    },
  ]);
}

function assertMovable(store: AtomicStore): void {
  const problems = unmovable(store);
  if (problems.length > 0) throw invalidConfiguration(problems);
}

/** What an operator should know at boot, a line each. */
function announce(
  logger: Logger,
  {
    settings,
    provider,
    production,
  }: { settings: SessionSettings; provider: SessionProvider; production: boolean },
): void {
  const { file, environment, directory } = settings;
  if (file === undefined) {
    logger.log(
      `No serving.${environment}.yaml in ${directory}: defaults and the options of forRoot() apply.`,
    );
  }
  const degraded = lawsNotHeld(provider);
  if (degraded) logger.warn(degraded);
  for (const line of bootLines({ ...settings, sessionProvider: provider }, production)) logger.warn(line);
}
