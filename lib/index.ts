export { SessionModule } from './nest/session.module.js';
export type {
  SessionModuleAsyncOptions,
  SessionModuleExtras,
  SessionModuleOptions,
  SessionOptionsFactory,
} from './nest/session.module.js';
export { CurrentSession } from './nest/current-session.decorator.js';
export { SessionParam } from './nest/session-param.decorator.js';
export type { SessionParamFor, SessionParamOptions, SessionParamPipe } from './nest/session-param-type.js';
export { SkipSession } from './nest/skip-session.decorator.js';
export { UseSession } from './nest/use-session.decorator.js';
export { SESSION_CLOCK, SESSION_CONFIG, SESSION_OPTIONS } from './nest/tokens.js';

export { type RegenerateOptions, Session, type SessionType } from './session/session.js';
export type { SessionData, SessionKey, SessionShape } from './session/session-data.js';
export type { SessionDraft } from './session/session-draft.js';
export type { Keep } from './session/rewrites.js';

export { SessionProvider } from './providers/session-provider.js';
export type {
  MaybePromise,
  ProviderContext,
  SessionProviderClass,
  SessionValueRecord,
} from './providers/session-provider.js';
export { AtomicSessionProvider } from './providers/atomic-session-provider.js';
export { IN_FLIGHT_WINDOW_MS } from './providers/atomic-session-store.js';
export type {
  AssignsIds,
  AtomicSessionStore,
  Closes,
  CreateOutcome,
  EndReason,
  ReplaceOutcome,
  ReportsHealth,
  StoreCapabilities,
  StoredRecord,
  Sweeps,
} from './providers/atomic-session-store.js';
export { type Clock, systemClock } from './providers/clock.js';
export { InMemorySessionProvider } from './providers/memory/in-memory-session-provider.js';
export { etagOf } from './record/record-text.js';

export { type CredentialContext, CredentialProvider } from './credentials/credential-provider.js';
export { HMACCredentialProvider } from './credentials/hmac-credential-provider.js';
export { RandomCredentialProvider } from './credentials/random-credential-provider.js';
export { TimedHMACCredentialProvider } from './credentials/timed-hmac-credential-provider.js';

export type {
  AuthOptions,
  CookieOptions,
  LimitOptions,
  LookupOptions,
  SessionOptions,
  SessionSettings,
  TimeoutOptions,
} from './config/settings.js';

export { SESSION_ERROR_CODES, type SessionErrorCode } from './errors/codes.js';
export { SessionError, type SessionErrorFacts } from './errors/session-error.js';
export { SESSION_CHANNEL, type SessionEvent } from './events/session-event.js';
