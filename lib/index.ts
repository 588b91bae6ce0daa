/**
 * Sessions for NestJS: the module, the session, its decorators and guards, and the contracts of providers and credentials.
 *
 * @module nestjs-sessions
 */

export { SessionModule } from './nest/session.module.js';
export type {
  SessionModuleAsyncOptions,
  SessionModuleExtras,
  SessionModuleOptions,
  SessionOptionsFactory,
} from './nest/session.module.js';
export { CurrentSession } from './nest/current-session.decorator.js';
export { type FreshAuthOptions, RequireFreshAuth } from './nest/guards/require-fresh-auth.decorator.js';
export { RequireSession } from './nest/guards/require-session.decorator.js';
export { SessionGuard } from './nest/guards/session.guard.js';
export { EndsWithSession } from './nest/ends-with-session.decorator.js';
export { SessionConnections } from './session/session-connections.js';
export { Sessions, type SessionSummary } from './session/sessions.js';
export { SessionParam } from './nest/session-param.decorator.js';
export type { SessionParamFor, SessionParamOptions, SessionParamPipe } from './nest/session-param-type.js';
export { SkipSession } from './nest/skip-session.decorator.js';
export { UseSession } from './nest/use-session.decorator.js';
export { SESSION_CLOCK, SESSION_CONFIG, SESSION_OPTIONS } from './nest/tokens.js';

export { AllowCrossSite } from './nest/cross-site/allow-cross-site.decorator.js';
export { CROSS_SITE_OPTIONS, CrossSiteGuard } from './nest/cross-site/cross-site.guard.js';
export type { CrossSiteOptions } from './http/cross-site/allowed-origins.js';
export { WebSocketOrigins, type WebSocketOriginsOptions } from './http/cross-site/web-socket-origins.js';

export { type RegenerateOptions, Session, type SessionType } from './session/session.js';
export type { SessionData, SessionKey, SessionShape } from './session/session-data.js';
export type { MigrationContext, SessionMigration } from './record/migration.js';
export type { KeySchemas, SchemaValues, SessionSchema, StandardSchema } from './record/standard-schema.js';
export type { ValueCodec } from './record/value-codec.js';
export type { Flash, FlashMessages, FlashName, TakenMessages } from './session/flash.js';
export type { ExpressCookie, ExpressCookieData } from './http/express-compatible/express-cookie.js';
export type { ExpressSession } from './http/express-compatible/express-session.js';
export type { SessionDraft } from './session/session-draft.js';
export type { Keep } from './session/rewrites.js';
export type { LoginOptions } from './session/login.js';
export type { SessionTimeouts, TimeoutChanges } from './session/timeouts.js';
export type { DeviceFacts } from './record/meta.js';

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
  Admission,
  Admitted,
  AdmitOutcome,
  AdmittedWrite,
  Announcement,
  AssignsIds,
  AtomicSessionStore,
  Closes,
  CreateOutcome,
  EndReason,
  EndsEverything,
  KnowsPrincipals,
  OnExpired,
  OwnedRecord,
  ReplaceOutcome,
  ReportsHealth,
  StoreCapabilities,
  StoredRecord,
  StoreWatcher,
  Sweeps,
  Watches,
} from './providers/atomic-session-store.js';
export type { Duration } from './providers/duration.js';
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
  EncryptionOptions,
  ExpressSessionOptions,
  LimitOptions,
  LookupOptions,
  MigrationOptions,
  PrincipalOptions,
  SessionOptions,
  SessionSettings,
  TimeoutOptions,
  ValueOptions,
  WebSocketOptions,
} from './config/settings.js';

export { SESSION_ERROR_CODES, type SessionErrorCode } from './errors/codes.js';
export { SessionError, type SessionErrorFacts } from './errors/session-error.js';
export { SESSION_CHANNEL, type SessionEvent, type SessionEventType } from './events/session-event.js';
export { type SessionEventOf, SessionEvents, type SessionListener } from './events/session-events.js';
export type { TimedOperation } from './events/timed-operation.js';
